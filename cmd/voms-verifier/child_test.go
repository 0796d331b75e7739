package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// shell is a child that is a shell script.
func shell(script string) child { return child{"/bin/sh", []string{"-c", script}} }

func TestChildVerdict(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(somebody())
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		script string
		want   verdict
	}{
		"somebody": {"cat", somebody()},
		"nobody":   {`echo '{"refused":"why"}'; echo more >&2`, verdict{Refused: "why", detail: "more"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := shell(test.script).verify(t.Context(), text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(verdict{}), cmpopts.EquateApproxTime(0)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

// TestChildWithoutVerdict: whatever is not a whole verdict is none.
func TestChildWithoutVerdict(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"crash":                  `kill -SEGV $$`,
		"exit code":              `echo '{"refused":"why"}'; exit 1`,
		"silence":                `:`,
		"no JSON":                `echo yes`,
		"more than JSON":         `echo '{"refused":"why"} {}'`,
		"empty":                  `echo '{}'`,
		"name alone":             `echo '{"dn":"/CN=Jane Doe"}'`,
		"no attributes":          `echo '{"dn":"/CN=x","ca":"/CN=y","vo":"v","fqans":[],"expires":"2030-01-01T00:00:00Z"}'`,
		"both":                   `echo '{"refused":"why","dn":"/CN=x","ca":"/CN=y","vo":"v","fqans":["/v"],"expires":"2030-01-01T00:00:00Z"}'`,
		"more output than kept":  `head -c 200000 /dev/zero`,
		"more errors than kept":  `head -c 200000 /dev/zero >&2; exit 2`,
		"a program that is gone": `exec /nonexistent`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := shell(script).verify(t.Context(), nil); err == nil {
				t.Errorf("verdict %+v, want none", got)
			} else if len(err.Error()) > 2*maxDetail {
				t.Errorf("error of %d bytes", len(err.Error()))
			}
		})
	}
}

// TestChildTimeout: a child that hangs is killed, even one that closes its ears.
func TestChildTimeout(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := shell(`trap '' TERM INT; while :; do :; done`).verify(ctx, nil)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 10*time.Second {
		t.Errorf("%v after %s, want the deadline", err, time.Since(start))
	}
}

// TestChildEnvironment: libraries take directories and engines from the environment, so it is empty.
func TestChildEnvironment(t *testing.T) {
	t.Setenv("X509_VOMS_DIR", "/of-the-parent")
	t.Setenv("OPENSSL_CONF", "/of-the-parent/openssl.cnf")
	_, err := shell(`/usr/bin/env >&2; exit 1`).verify(t.Context(), nil)
	if err == nil || strings.Contains(err.Error(), "of-the-parent") {
		t.Errorf("environment of a child: %v", err)
	}
}
