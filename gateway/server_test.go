package gateway_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

const loopback = "127.0.0.1:0"

// running is a server that Run runs.
type running struct {
	*gateway.Server
	stop   func()     // asks Run to stop
	result chan error // of Run
	drain  chan time.Time
}

// run starts a server whose drain delay ends when the test sends to drain. It is stopped with the test.
func run(t *testing.T, b *bench, o gateway.ServerOptions) *running {
	t.Helper()
	o.Listen, o.Operations = []string{loopback}, []string{loopback}
	s, err := gateway.NewServer(t.Context(), b.Gateway, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{s, cancel, make(chan error, 1), make(chan time.Time, 1)}
	s.SetAfter(func(time.Duration) <-chan time.Time { return r.drain })
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.result <- s.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case r.drain <- time.Time{}:
		default:
		}
		<-done
	})
	return r
}

func (r *running) url(path string) string { return "http://" + r.Addrs()[0].String() + path }

func (r *running) operationsURL(path string) string {
	return "http://" + r.OperationsAddrs()[0].String() + path
}

// answer is an answer that has been read to its end.
type answer struct {
	status int
	proto  string
	body   string
	closes bool // the connection
}

// get sends an authenticated request.
func get(t *testing.T, client *http.Client, url string) answer {
	t.Helper()
	a, err := tryGet(t.Context(), client, url)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func tryGet(ctx context.Context, client *http.Client, url string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("X-Auth-Token", testToken)
	resp, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Proto, string(body), resp.Close}, err
}

func newClient(t *testing.T, config *tls.Config) *http.Client {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func dial(t *testing.T, addr net.Addr) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestStopInOrder(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	cloud := workingCloud()
	cloud.get = func(_ context.Context, ref occi.Ref) (*occi.Entity, error) {
		close(entered)
		<-leave
		return &occi.Entity{Kind: ref.Kind, ID: ref.ID}, nil
	}
	b := newBench(t, cloud)
	server := run(t, b, gateway.ServerOptions{})
	client := newClient(t, nil)

	if a := get(t, client, server.operationsURL("/healthz/ready")); a.status != http.StatusOK {
		t.Fatalf("before: got %d, want ready", a.status)
	}
	if a := get(t, client, server.url("/compute/")); a.closes {
		t.Error("before: the connection was closed")
	}
	slow := make(chan string, 1)
	go func() {
		a, err := tryGet(t.Context(), client, server.url("/compute/x"))
		slow <- fmt.Sprint(a.body, err)
	}()
	<-entered

	server.stop()
	for { // Run notices
		if a := get(t, client, server.operationsURL("/healthz/ready")); a.status == http.StatusServiceUnavailable {
			break
		}
	}
	if a := get(t, client, server.url("/compute/")); a.status != http.StatusOK || !a.closes {
		t.Errorf("in the delay: got %d, connection closed %t, want 200, true", a.status, a.closes)
	}

	server.drain <- time.Time{}
	for { // the listener closes
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Addrs()[0].String())
		if err != nil {
			break
		}
		_ = c.Close()
	}
	if a := get(t, client, server.operationsURL("/healthz/live")); a.status != http.StatusOK {
		t.Errorf("after the delay: got %d, want operations served", a.status)
	}
	select {
	case err := <-server.result:
		t.Errorf("Run returned %v before the request under way ended", err)
	default:
	}
	close(leave)
	if body := <-slow; !strings.Contains(body, `occi.core.id="x"`) {
		t.Errorf("the request under way: got %q", body)
	}
	if err := <-server.result; err != nil {
		t.Errorf("Run: got %v, want no error", err)
	}
}

func TestRequestsThatDoNotEndAreCut(t *testing.T) {
	t.Parallel()
	entered, gone := make(chan struct{}), make(chan struct{})
	cloud := &stubCloud{get: func(ctx context.Context, _ occi.Ref) (*occi.Entity, error) {
		close(entered)
		<-ctx.Done()
		close(gone)
		return nil, ctx.Err()
	}}
	server := run(t, newBench(t, cloud), gateway.ServerOptions{DrainTimeout: time.Millisecond})
	c := dial(t, server.Addrs()[0])
	_, err := io.WriteString(c, "GET /compute/x HTTP/1.1\r\nHost: gw\r\nX-Auth-Token: "+testToken+"\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	<-entered
	server.stop()
	server.drain <- time.Time{}
	if err := <-server.result; err == nil || !strings.Contains(err.Error(), "requests were cut") {
		t.Errorf("Run: got %v, want that requests were cut", err)
	}
	<-gone
}

func TestSlowClientsAreCut(t *testing.T) {
	t.Parallel()
	const head = "POST /compute/ HTTP/1.1\r\nHost: gw\r\nX-Auth-Token: " + testToken + "\r\n"
	tests := []struct{ name, sends, want string }{
		{"nothing", "", ""},
		{"half a head", head, ""},
		{"half a body", head + "Content-Length: 100\r\n\r\nCategory", "HTTP/1.1 400 Bad Request"},
	}
	const patience = 500 * time.Millisecond
	server := run(t, newBench(t, workingCloud()), gateway.ServerOptions{
		HeaderTimeout: patience, BodyTimeout: patience, IdleTimeout: patience,
	})
	var clients sync.WaitGroup
	for _, tt := range tests {
		c := dial(t, server.Addrs()[0])
		clients.Go(func() {
			_, err := io.WriteString(c, tt.sends)
			got, errRead := io.ReadAll(c) // ends because the server closes the connection
			status, _, _ := strings.Cut(string(got), "\r\n")
			if err = errors.Join(err, errRead); err != nil || status != tt.want {
				t.Errorf("%s: got %q and error %v, want %q", tt.name, status, err, tt.want)
			}
		})
	}
	clients.Wait()
}

func TestHeadBeyondTheServersLimit(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud(), func(o *gateway.Options) { o.Limits.Head = 4 << 10 })
	server := run(t, b, gateway.ServerOptions{})
	for _, tt := range []struct {
		bytes int
		want  string
	}{{5 << 10, "413"}, {64 << 10, "431"}} {
		c := dial(t, server.Addrs()[0])
		go func() {
			// The server may close the connection before it has read everything.
			_, _ = io.WriteString(c, "GET /-/ HTTP/1.1\r\nHost: gw\r\nCategory: "+strings.Repeat("x", tt.bytes)+"\r\n\r\n")
		}()
		status, err := bufio.NewReader(c).ReadString('\n')
		if err != nil || !strings.Contains(status, tt.want) {
			t.Errorf("%d bytes: got %q, %v, want %s", tt.bytes, status, err, tt.want)
		}
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	certificate, key, pool := writeCertificate(t)
	for _, http2 := range []bool{false, true} {
		server := run(t, newBench(t, workingCloud()), gateway.ServerOptions{CertificateFile: certificate, KeyFile: key, HTTP2: http2})
		client := newClient(t, &tls.Config{RootCAs: pool})
		a := get(t, client, "https://"+server.Addrs()[0].String()+"/-/")
		want := "HTTP/1.1"
		if http2 {
			want = "HTTP/2.0"
		}
		if a.status != http.StatusOK || a.proto != want {
			t.Errorf("HTTP2 %t: got %d over %s, want 200 over %s", http2, a.status, a.proto, want)
		}
	}
}

func TestNewServerFails(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", loopback)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	tests := []struct {
		name    string
		options gateway.ServerOptions
		want    string
	}{
		{"no address", gateway.ServerOptions{}, "Listen is required"},
		{"taken", gateway.ServerOptions{Listen: []string{loopback, taken.Addr().String()}}, "address already in use"},
		{"taken operations", gateway.ServerOptions{Listen: []string{loopback}, Operations: []string{taken.Addr().String()}}, "address already in use"},
		{"no address at all", gateway.ServerOptions{Listen: []string{"nowhere"}}, "missing port"},
		{"no certificate", gateway.ServerOptions{Listen: []string{loopback}, CertificateFile: "absent.pem", KeyFile: "absent.key"}, "absent.pem"},
		{"half a certificate", gateway.ServerOptions{Listen: []string{loopback}, KeyFile: "absent.key"}, "certificate"},
	}
	for _, tt := range tests {
		if _, err := gateway.NewServer(t.Context(), b.Gateway, tt.options); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestServerThatIsNeverRun(t *testing.T) {
	t.Parallel()
	s, err := gateway.NewServer(t.Context(), newBench(t, workingCloud()).Gateway, gateway.ServerOptions{Listen: []string{loopback}})
	if err != nil {
		t.Fatal(err)
	}
	addr := s.Addrs()[0].String()
	if err := s.Close(); err != nil {
		t.Errorf("Close: got %v", err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatalf("the address is still taken: %v", err)
	}
	_ = l.Close()
}

// writeCertificate makes a certificate for the loopback address.
func writeCertificate(t *testing.T) (certificateFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(certificate)
	return write("host.pem", "CERTIFICATE", der), write("host.key", "PRIVATE KEY", keyDER), pool
}
