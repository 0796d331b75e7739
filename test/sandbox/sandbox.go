// Package sandbox starts cmd/occigate-sandbox for tests, as a process of its own: the way a newcomer starts it.
package sandbox

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Start builds the sandbox and starts it on a free loopback port, with more flags if any are given, and returns the
// variables that it prints: OCCI_ENDPOINT, OCCI_TOKEN and OCCI_KEYSTONE. The end of the test interrupts it; that it
// does not end cleanly fails the test.
func Start(t *testing.T, flags ...string) map[string]string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "occigate-sandbox")
	build := exec.CommandContext(t.Context(), "go", append(buildFlags, "-o", binary,
		"github.com/occigate/occigate/cmd/occigate-sandbox")...)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the sandbox: %v\n%s", err, output)
	}
	// The process has to outlive t.Context, which ends before the clean-up below.
	process := exec.CommandContext(context.WithoutCancel(t.Context()), binary,
		append([]string{"--listen", "127.0.0.1:0"}, flags...)...)
	process.Stderr = os.Stderr
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := process.Process.Signal(syscall.SIGINT); err != nil {
			t.Errorf("interrupting the sandbox: %v", err)
		}
		if err := process.Wait(); err != nil {
			t.Errorf("the sandbox did not end cleanly: %v", err)
		}
	})
	environment := map[string]string{}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), "=")
		if !ok || !strings.HasPrefix(name, "OCCI_") {
			return environment
		}
		environment[name] = value
	}
	t.Fatalf("the sandbox ended after printing %v: %v", environment, lines.Err())
	return nil
}
