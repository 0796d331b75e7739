# `make` tells what there is. CI calls nothing but these targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
IMAGE ?= occigate:$(or $(VERSION),devel)
FUZZTIME ?= 10s
VULNDB ?=

# The linter takes minutes to build: it is kept, and built again for another version of it or of Go.
LINTER := .cache/golangci-lint-$(shell sed -n 's|.*/golangci-lint/v2 \(v[^ ]*\).*|\1|p' tools/go.mod)-$(shell go env GOVERSION)
SCRIPTS := .ci/run deploy/keystone-voms/register $(addprefix test/lab/,up down status check) $(wildcard test/lab/lib/*.sh test/lab/services/*.sh)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## the static binaries, in bin/
	CGO_ENABLED=0 go build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/ $$(go list ./cmd/... | grep -v voms-verifier)

.PHONY: voms-verifier
voms-verifier: ## bin/voms-verifier, with C libraries (Debian: voms-dev, gcc)
	CGO_ENABLED=1 go vet -tags=voms ./cmd/voms-verifier
	CGO_ENABLED=1 go build -tags=voms -trimpath -o bin/ ./cmd/voms-verifier

.PHONY: test
test: format tidy scripts build vet unit lint ## all that needs neither root nor network beyond the module proxy

.PHONY: format
format:
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted"; exit 1; }

.PHONY: tidy
tidy:
	go mod tidy -diff

.PHONY: scripts
scripts:
	@if command -v shellcheck >/dev/null; then shellcheck -x -P SCRIPTDIR $(SCRIPTS); \
	else echo "shellcheck is not installed: the shell scripts are not checked"; fi

.PHONY: vet
vet:
	go vet ./...

.PHONY: unit
unit: ## the Go tests with the race detector: unit, golden, fuzz seeds, conformance on the sandbox
	CGO_ENABLED=1 go test -race -shuffle=on -vet=off ./...

.PHONY: lint
lint: $(LINTER) ## golangci-lint
	$(LINTER) run ./...

$(LINTER):
	go -C tools build -o $(CURDIR)/$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (10s)
	@go test -list '^Fuzz' ./... \
	| awk '/^Fuzz/ { names[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, names[i]; n = 0 }' \
	| while read -r package name; do \
		echo "$$package $$name"; \
		go test -run='^$$' -fuzz="^$$name\$$" -fuzztime=$(FUZZTIME) "$$package" </dev/null; \
	done

.PHONY: bench
bench: ## the benchmarks, and what each operation costs with the calls to OpenStack behind it
	go test -run='^$$' -bench=. -benchmem -p=1 ./...
	go run ./test/load/figures

.PHONY: interop
interop: ## real clients (Java, Python) against the sandbox; installs them into .cache/interop
	OCCIGATE_TEST_INTEROP=$(CURDIR)/.cache/interop go test -v -count=1 -run='^TestSandbox$$' ./test/interop \
	| grep -v '^ *\(=== \|--- PASS\)'

.PHONY: lab-up
lab-up: ## a real OpenStack on 127.0.0.1 (root on Debian 12); prints its environment
	@test/lab/up

.PHONY: lab-test
lab-test: ## contract, conformance, sign-in and real clients on the real OpenStack
	@go build -o .cache/lab-test ./test/lab/run && exec .cache/lab-test

.PHONY: lab-down
lab-down: ## stops what lab-up started
	@test/lab/down

.PHONY: image
image: ## the container image, by docker build
	docker build --build-arg VERSION=$(VERSION) --tag $(IMAGE) .

.PHONY: vuln
vuln: ## known vulnerabilities in what the binaries call; VULNDB: another database's URL
	go tool -modfile=tools/go.mod govulncheck $(if $(VULNDB),-db=$(VULNDB)) ./...

.PHONY: clean
clean: ## removes what make has made
	rm -rf bin .cache
