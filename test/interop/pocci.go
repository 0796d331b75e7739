package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pocci is CESNET's compliance suite: its default set, run through pocci/run.py.
func pocci() client {
	return client{
		name:       "pOCCI 1.0.3",
		folder:     "pocci",
		mediaTypes: []string{"text/plain", "text/occi"},
		signIns:    []signIn{byToken, byPassword},
		install:    installPOCCI,
		run:        runPOCCI,
	}
}

func installPOCCI(ctx context.Context, home string) error {
	if err := execute(ctx, "python3", "-m", "venv", home); err != nil {
		return err
	}
	python := filepath.Join(home, "bin", "python")
	if err := execute(ctx, python, "-m", "pip", "install", "--quiet", "--requirement", "pocci/requirements.txt"); err != nil {
		return err
	}
	return execute(ctx, "env", "PYTHONPATH=pocci", // for pypandoc.py
		python, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "pOCCI==1.0.3")
}

// runPOCCI gives the suite what it takes for granted: a compute to delete, one that can be started and linked, and
// a storage. It takes the first that is listed of each kind.
func runPOCCI(t *testing.T, s session) []operation {
	t.Helper()
	f := newFixture(t, s.Target)
	f.compute(t, "active")
	f.nextSecond()
	f.compute(t, "inactive")
	f.storage(t)
	f.nextSecond()

	arguments := []string{"pocci/run.py", "-e", s.Endpoint, "-m", s.mediaType, "-f", "json"}
	switch s.signIn {
	case byToken:
		arguments = append(arguments, "-a", "token")
	case byPassword:
		arguments = append(arguments, "-a", "basic", "-u", s.User["OS_USERNAME"], "-p", s.User["OS_PASSWORD"])
	}
	suite := exec.CommandContext(t.Context(), filepath.Join(s.home, "bin", "python"), arguments...)
	suite.Env = s.environ("HOME=" + t.TempDir()) // where it looks for a configuration
	var errors bytes.Buffer
	suite.Stderr = &errors
	said, err := suite.Output()
	var report struct {
		Tests []struct {
			Name   string
			Status string
			Reason []string
		}
	}
	if json.Unmarshal(said, &report) != nil {
		t.Fatalf("the suite gave up: %v\n%s\n%s", err, said, errors.Bytes())
	}
	var done []operation
	for _, test := range report.Tests {
		o := operation{name: strings.TrimPrefix(test.Name, "OCCI/")}
		if test.Status != "OK" {
			o.fault = "FAIL: " + strings.Join(test.Reason, "; ")
		}
		done = append(done, o)
	}
	return done
}
