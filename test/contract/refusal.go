package contract

import (
	"fmt"
	"net/http"
	"strings"
)

// refusal is a request that a service turns down: with this status, in its own envelope, with a
// message that contains this text. The call and the body may name things as {image}, {flavor}, {network},
// {external}, {project} and {nothing}.
type refusal struct {
	name        string
	call        string // method and path
	version     string
	contentType string // JSON when empty
	body        any
	status      int
	message     string
	kind        string // Neutron's error type
}

// nothing is a well-formed id that names nothing.
const nothing = "00000000-0000-0000-0000-000000000000"

// refusalFacts turns requests that a service turns down into facts.
func refusalFacts(service string, refusals []refusal) []fact {
	facts := make([]fact, len(refusals))
	for i, r := range refusals {
		facts[i] = fact{r.name, func(c *cloud, f *fixture) { r.check(c, f, service) }}
	}
	return facts
}

func (r refusal) check(c *cloud, f *fixture, service string) {
	kind := r.contentType
	if kind == "" {
		kind = "application/json"
	}
	method, path, _ := strings.Cut(f.fill(r.call).(string), " ")
	a := c.at(r.version).do(method, service, path, f.fill(r.body), "Content-Type", kind)
	if a.code < 300 {
		f.discard(c, service, path, a)
	}
	a.status(r.status)
	a.refuses(service, f.fill(r.message).(string))
	if got := get(a.body, "NeutronError", "type"); r.kind != "" && got != r.kind {
		c.Errorf("%s: error type %v, want %q", a.call, got, r.kind)
	}
}

// refuses checks the envelope of an error of this status and that its message contains a text.
func (r reply) refuses(service, message string) {
	r.c.Helper()
	got, flaw := r.errorMessage(service)
	if flaw != "" {
		r.c.Errorf("%s: %s: %s", r.call, flaw, clip(r.text))
		return
	}
	if !strings.Contains(got, message) {
		r.c.Errorf("%s: message %q, want %q in it", r.call, clip(got), message)
	}
}

// envelopes are the keys around Nova's and Cinder's errors.
var envelopes = map[int]string{
	400: "badRequest", 403: "forbidden", 404: "itemNotFound", 406: "computeFault", 409: "conflictingRequest",
	413: "overLimit", 415: "badMediaType", 500: "computeFault",
}

// errorMessage reads a service's message out of its envelope and checks the rest of that.
func (r reply) errorMessage(service string) (message, flaw string) {
	if r.code == http.StatusUnauthorized && service != "image" {
		service = "identity"
	}
	envelope, codeWanted := "error", true
	switch service {
	case "image":
		if !strings.HasPrefix(r.text, fmt.Sprintf("%d %s\n\n", r.code, http.StatusText(r.code))) {
			return "", "no plain text error"
		}
		return r.text, ""
	case "network":
		envelope, codeWanted = "NeutronError", false
		if _, ok := get(r.body, envelope, "type").(string); !ok {
			return "", "no error type"
		}
		if _, ok := get(r.body, envelope, "detail").(string); !ok {
			return "", "no detail"
		}
	case "compute", "volumev3":
		envelope = envelopes[r.code]
	}
	if codeWanted && get(r.body, envelope, "code") != float64(r.code) {
		return "", fmt.Sprintf("no %q with code %d", envelope, r.code)
	}
	message, ok := get(r.body, envelope, "message").(string)
	if !ok || len(r.body) != 1 {
		return "", fmt.Sprintf("no message in %q", envelope)
	}
	return message, ""
}
