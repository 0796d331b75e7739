package voms_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// gateway is a running occigate with TLS.
type gateway struct {
	url   string
	roots *x509.CertPool
	log   *safeBuffer
}

// safeBuffer is a buffer for several goroutines.
type safeBuffer struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.String()
}

// startGateway builds and runs occigate in front of the cloud, until the test ends.
func startGateway(t *testing.T, c *cloud, g *grid, socket, secretFile string) *gateway {
	t.Helper()
	directory := t.TempDir()
	binary := filepath.Join(directory, "occigate")
	if text, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../cmd/occigate").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	host := g.ca.host(t, "DC=org", "DC=example", "O=Hosts", "CN=occi.example.org")
	certificate, key := host.write(t, directory)
	configuration := filepath.Join(directory, "occigate.yaml")
	write(t, configuration, fmt.Sprintf(`
listen: ["127.0.0.1:0"]
operations: {listen: []}
keystone: {url: %q, guess_limit: 0} # or the tests use it up
legacy_keystone: true
tls: {certificate_file: %q, key_file: %q}
voms: {socket: %q, secret_file: %q, identity_provider: %q}
mixins: {store: ""}
timeouts: {drain_delay: 0s}
`, c.keystone, certificate, key, socket, secretFile, c.provider()))

	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	serve := exec.CommandContext(ctx, binary, "serve", "--config="+configuration)
	serve.Env = []string{}
	serve.Cancel = func() error { return serve.Process.Signal(syscall.SIGTERM) }
	output, err := serve.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	log := &safeBuffer{}
	lines := bufio.NewReader(io.TeeReader(output, log))
	copied := make(chan error, 1)
	t.Cleanup(func() {
		stop()
		if err := <-copied; err != nil {
			t.Errorf("log of occigate: %v", err)
		}
		if err := serve.Wait(); serve.ProcessState.ExitCode() != 0 {
			t.Errorf("occigate: %v\n%s", err, log)
		}
	})
	address, err := addressIn(lines)
	go func() {
		_, err := io.Copy(io.Discard, lines)
		copied <- err
	}()
	if err != nil {
		t.Fatalf("occigate did not start: %v\n%s", err, log)
	}
	roots := x509.NewCertPool()
	roots.AddCert(g.ca.certificate)
	return &gateway{"https://" + address, roots, log}
}

// addressIn reads a log up to the line that says where occigate serves.
func addressIn(lines *bufio.Reader) (string, error) {
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return "", err
		}
		var entry struct {
			Message string   `json:"msg"`
			Listen  []string `json:"listen"`
		}
		if json.Unmarshal(line, &entry) == nil && entry.Message == "serving" && len(entry.Listen) == 1 {
			return entry.Listen[0], nil
		}
	}
}

// client is a user's HTTP client with a proxy, or without any certificate.
func (g *gateway) client(t *testing.T, p *proxy) *http.Client {
	t.Helper()
	configuration := &tls.Config{RootCAs: g.roots}
	if p != nil {
		certificate := tls.Certificate{PrivateKey: p.key}
		for _, c := range p.chain() {
			certificate.Certificate = append(certificate.Certificate, c.Raw)
		}
		configuration.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &certificate, nil
		}
	}
	transport := &http.Transport{TLSClientConfig: configuration, DisableKeepAlives: true} // as rOCCI does
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// reply is what the gateway answers.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends a request to the gateway.
func (g *gateway) do(t *testing.T, client *http.Client, method, path, body string, header http.Header) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, g.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(text)}
}

// decode reads a reply of the wanted status.
func (r reply) decode(t *testing.T, status int, document any) {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d %s, want %d", r.status, r.body, status)
	}
	if err := json.Unmarshal([]byte(r.body), document); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
}
