package conformance

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSandbox runs the suite against the sandbox as a process of its own, the way a newcomer starts it.
func TestSandbox(t *testing.T) {
	environment := startSandbox(t)
	for _, mount := range []string{"", "/occi1.1", "/occi1.2"} {
		t.Run("mount"+strings.ReplaceAll(mount, "/", "-"), func(t *testing.T) {
			Run(t, Target{
				Endpoint: environment["OCCI_ENDPOINT"] + mount,
				Token:    environment["OCCI_TOKEN"],
				Keystone: environment["OCCI_KEYSTONE"],
				Settle:   20 * time.Second,
				Poll:     5 * time.Millisecond,
				Out:      os.Stdout,
			})
		})
	}
}

// TestEndpoint runs the suite against the endpoint that the environment names, such as a gateway
// in front of a real cloud. The token's project needs room for two computes, two storages and seven networks; the
// endpoint has to keep the mixins of users, and to let the caller delete the networks of a filter.
func TestEndpoint(t *testing.T) {
	endpoint := os.Getenv("OCCIGATE_TEST_ENDPOINT")
	if endpoint == "" {
		t.Skip("OCCIGATE_TEST_ENDPOINT names no endpoint")
	}
	Run(t, Target{
		Endpoint: endpoint,
		Token:    os.Getenv("OCCIGATE_TEST_TOKEN"),
		Keystone: os.Getenv("OCCIGATE_TEST_KEYSTONE"),
		Settle:   90 * time.Second,
		Poll:     300 * time.Millisecond,
		Out:      os.Stdout,
	})
}

// startSandbox builds and starts cmd/occigate-sandbox and returns the variables it prints.
func startSandbox(t *testing.T) map[string]string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "occigate-sandbox")
	build := exec.CommandContext(t.Context(), "go", append(buildFlags, "-o", binary, "../../cmd/occigate-sandbox")...)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the sandbox: %v\n%s", err, output)
	}
	// The process has to outlive t.Context, which ends before the clean-up below.
	process := exec.CommandContext(context.WithoutCancel(t.Context()), binary, "--listen", "127.0.0.1:0", "--settle", "20ms")
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
