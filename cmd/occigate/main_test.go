package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	testscript.Main(leakChecked{m}, map[string]func(){"occigate": main})
}

// leakChecked is a test run that fails when it leaves goroutines behind.
type leakChecked struct{ m *testing.M }

// Run is the run's exit code.
func (l leakChecked) Run() int {
	if code := l.m.Run(); code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0") // a second for each command otherwise
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"operations": operations,
			"status":     status,
		},
	})
}

// operations is the command "operations ready live": a listener that answers with
// these two statuses. Its URL and address are in $OPERATIONS_URL and
// $OPERATIONS_ADDRESS.
func operations(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 2 {
		ts.Fatalf("usage: operations ready-status live-status")
	}
	mux := http.NewServeMux()
	for i, path := range []string{"GET /healthz/ready", "GET /healthz/live"} {
		code, err := strconv.Atoi(args[i])
		ts.Check(err)
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	ts.Setenv("OPERATIONS_URL", server.URL)
	ts.Setenv("OPERATIONS_ADDRESS", server.Listener.Addr().String())
}

// status is the command "status code program arguments…": runs the program and
// wants this exit code.
func status(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: status code program [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%q: %v", args[1:], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%q exited with %d, want %d", args[1:], got, want)
	}
}
