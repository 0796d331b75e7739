package voms_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// requireTools skips where the C libraries or the VOMS tools are not installed, or are just being
// installed. The lab has them, and counts a skipped test as a failure.
func requireTools(t *testing.T) {
	t.Helper()
	packages := []string{"voms-dev", "voms-clients", "openssl", "gcc"}
	query := exec.CommandContext(t.Context(), "dpkg-query", append([]string{"-W", "-f", "${db:Status-Status} "}, packages...)...)
	status, err := query.Output()
	if installed := strings.Repeat("installed ", len(packages)); err != nil || string(status) != installed {
		t.Skipf("needs Debian's packages %s (%s%v)", packages, status, err)
	}
}

// buildVerifier builds voms-verifier with its C libraries.
func buildVerifier(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "voms-verifier")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags=voms", "-o", binary, "../../cmd/voms-verifier")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	return binary
}

// verifier is a running voms-verifier.
type verifier struct {
	socket string
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	client *http.Client
}

// answer is what it says.
type answer struct {
	Status  int       `json:"-"`
	DN      string    `json:"dn"`
	CA      string    `json:"ca"`
	VO      string    `json:"vo"`
	FQANs   []string  `json:"fqans"`
	Expires time.Time `json:"expires"`
	Refused string    `json:"refused"`
}

// startVerifier runs a verifier that trusts what the grid trusts, until the test ends.
func startVerifier(t *testing.T, binary string, g *grid, flags ...string) *verifier {
	t.Helper()
	return startVerifierAt(t, binary, filepath.Join(t.TempDir(), "socket"), g, flags...)
}

func startVerifierAt(t *testing.T, binary, socket string, g *grid, flags ...string) *verifier {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	arguments := append([]string{"serve", "--socket=" + socket, "--certificates=" + g.certificates, "--vomsdir=" + g.vomsdir}, flags...)
	serve := exec.CommandContext(ctx, binary, arguments...)
	serve.Cancel = func() error { return serve.Process.Signal(syscall.SIGTERM) }
	var log bytes.Buffer
	serve.Stderr = &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := serve.Wait(); serve.ProcessState.ExitCode() != 0 {
			t.Errorf("voms-verifier: %v\n%s", err, log.String())
		}
	})
	v := askAt(socket)
	await(t, func() bool {
		c, err := v.dial(t.Context(), "", "")
		return err == nil && c.Close() == nil
	})
	return v
}

// askAt returns a client of the verifier behind a socket.
func askAt(socket string) *verifier {
	dialer := net.Dialer{}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "unix", socket)
	}
	return &verifier{socket, dial, &http.Client{Transport: &http.Transport{DialContext: dial}}}
}

// await waits until something is so.
func await(t *testing.T, so func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for tick := time.Tick(20 * time.Millisecond); !so(); {
		select {
		case <-tick:
		case <-deadline:
			t.Fatal("it took too long")
		}
	}
}

// ask asks about a chain.
func (v *verifier) ask(t *testing.T, der []byte) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://voms-verifier/verify", bytes.NewReader(der))
	if err != nil {
		t.Fatal(err)
	}
	response, err := v.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var a answer
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	a.Status = response.StatusCode
	return a
}

// wantRefused checks that a says why nobody is signed in, beginning with a reason, and nothing else.
func wantRefused(t *testing.T, a answer, status int, reason string) {
	t.Helper()
	if a.Status != status || !strings.HasPrefix(a.Refused, reason) || a.DN != "" || a.FQANs != nil {
		t.Errorf("got %+v, want status %d, refused for %q", a, status, reason)
	}
}
