package main

import (
	"net/http"
	"net/http/httptest"
	"path"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/occigate/occigate/test/sandbox"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"occi": main})
}

// TestScript runs the client as its users do, against the sandbox.
func TestScript(t *testing.T) {
	environment := sandbox.Start(t, "--settle", "20ms")
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			for name, value := range environment {
				env.Setenv(name, value)
			}
			env.Setenv("ELSEWHERE", elsewhere.URL)
			env.Setenv("GORACE", "atexit_sleep_ms=0") // a second for each command otherwise
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"keep": keep, "keepid": keepID},
	})
}

// keepID is the command "keepid NAME": the last segment of the last standard output, a URL, becomes the variable NAME.
func keepID(ts *testscript.TestScript, negated bool, args []string) {
	keep(ts, negated, args)
	ts.Setenv(args[0], path.Base(ts.Getenv(args[0])))
}

// keep is the command "keep NAME": the last standard output, a line, becomes the variable NAME.
func keep(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 1 {
		ts.Fatalf("usage: keep NAME")
	}
	text := ts.ReadFile("stdout")
	if len(text) < 2 {
		ts.Fatalf("there is no output to keep")
	}
	ts.Setenv(args[0], text[:len(text)-1])
}
