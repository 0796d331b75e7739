package gateway_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/occigate/occigate/gateway"
)

// handshake returns the server's certificate. The client names no server, as jOCCI does not.
func handshake(addr net.Addr, certificates ...tls.Certificate) (*x509.Certificate, error) {
	raw, err := net.Dial("tcp", addr.String())
	if err != nil {
		return nil, err
	}
	defer func() { _ = raw.Close() }()
	if err := raw.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return nil, err
	}
	conn := tls.Client(raw, &tls.Config{InsecureSkipVerify: true, Certificates: certificates})
	if err := conn.Handshake(); err != nil {
		return nil, err
	}
	// In TLS 1.3 a refused client learns it with the first answer.
	if _, err := conn.Write([]byte("HEAD /-/ HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n")); err != nil {
		return nil, err
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return nil, err
	}
	return conn.ConnectionState().PeerCertificates[0], nil
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestCertificateIsReadAgain(t *testing.T) {
	t.Parallel()
	certificate, key, _ := writeCertificate(t)
	nextCertificate, nextKey, _ := writeCertificate(t)
	first, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	next, err := tls.LoadX509KeyPair(nextCertificate, nextKey)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, workingCloud())
	server := run(t, b, gateway.ServerOptions{CertificateFile: certificate, KeyFile: key, ReloadInterval: time.Nanosecond})
	steps := []struct {
		name   string
		change func()
		want   tls.Certificate
		good   string
	}{
		{"at first", func() {}, first, "1"},
		{"a certificate whose key is to come", func() { copyFile(t, nextCertificate, certificate) }, first, "0"},
		{"with its key", func() { copyFile(t, nextKey, key) }, next, "1"},
		{"a broken file", func() {
			if err := os.WriteFile(certificate, []byte("no PEM"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, next, "0"},
		{"no file", func() {
			if err := os.Remove(certificate); err != nil {
				t.Fatal(err)
			}
		}, next, "0"},
		{"repaired", func() { copyFile(t, nextCertificate, certificate) }, next, "1"},
	}
	for _, step := range steps {
		step.change()
		for range 2 {
			got, err := handshake(server.Addrs()[0])
			if err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			if !got.Equal(step.want.Leaf) {
				t.Errorf("%s: the server has certificate %v", step.name, got.SerialNumber)
			}
		}
		want := "# HELP occigate_reload_last_success 1 if the files could be used when they were last read, else 0.\n" +
			"# TYPE occigate_reload_last_success gauge\n" +
			`occigate_reload_last_success{files="certificate"} ` + step.good + "\n"
		if err := testutil.GatherAndCompare(b.registry, strings.NewReader(want), "occigate_reload_last_success"); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
	}
	failures := b.logs.FilterMessage("certificate not reloaded, the old one stays").Len()
	if failures != 3 {
		t.Errorf("%d log lines about failures, want one for each", failures)
	}
	for _, entry := range b.logs.All() {
		if strings.Contains(entry.Message, "PRIVATE") {
			t.Errorf("the log has a key: %v", entry)
		}
	}
}

// While the files change under them, clients get one certificate or the other, and always one.
func TestNoHandshakeIsLostWhileFilesChange(t *testing.T) {
	t.Parallel()
	certificate, key, _ := writeCertificate(t)
	other, otherKey, _ := writeCertificate(t)
	server := run(t, newBench(t, workingCloud()), gateway.ServerOptions{
		CertificateFile: certificate, KeyFile: key, ReloadInterval: time.Nanosecond,
	})
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for range 10 {
				if _, err := handshake(server.Addrs()[0]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 20 {
		copyFile(t, other, certificate)
		copyFile(t, otherKey, key)
	}
	clients.Wait()
}

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	certificate, key, _ := writeCertificate(t)
	trustedFile, trustedKey, _ := writeCertificate(t)
	strangerFile, strangerKey, _ := writeCertificate(t)
	load := func(file, key string) tls.Certificate {
		pair, err := tls.LoadX509KeyPair(file, key)
		if err != nil {
			t.Fatal(err)
		}
		return pair
	}
	trusted, stranger := load(trustedFile, trustedKey), load(strangerFile, strangerKey)
	closed := run(t, newBench(t, workingCloud()), gateway.ServerOptions{
		CertificateFile: certificate, KeyFile: key, ClientCAFile: trustedFile,
	})
	open := run(t, newBench(t, workingCloud()), gateway.ServerOptions{
		CertificateFile: certificate, KeyFile: key, RequestClientCertificate: true,
	})
	for _, tt := range []struct {
		name   string
		server *running
		with   []tls.Certificate
		ok     bool
	}{
		{"an authority, no certificate", closed, nil, false},
		{"an authority, a stranger's", closed, []tls.Certificate{stranger}, false},
		{"an authority, one of its own", closed, []tls.Certificate{trusted}, true},
		{"any, none", open, nil, true},
		{"any, a stranger's", open, []tls.Certificate{stranger}, true},
	} {
		if _, err := handshake(tt.server.Addrs()[0], tt.with...); (err == nil) != tt.ok {
			t.Errorf("%s: got %v, want success %t", tt.name, err, tt.ok)
		}
	}
	_, err := gateway.NewServer(t.Context(), newBench(t, workingCloud()).Gateway, gateway.ServerOptions{
		Listen: []string{loopback}, ClientCAFile: trustedFile, RequestClientCertificate: true,
	})
	if err == nil {
		t.Error("a server that requires some certificates and takes all: got no error")
	}
}

// What clients present reaches the facade as it came; what they forward does not count.
func TestFacadeKnowsTheConnection(t *testing.T) {
	t.Parallel()
	certificate, key, _ := writeCertificate(t)
	clientFile, clientKey, _ := writeCertificate(t)
	client, err := tls.LoadX509KeyPair(clientFile, clientKey)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(chan error, 1)
	b := newBench(t, workingCloud(), func(o *gateway.Options) {
		o.Facade = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var got error
			switch {
			case r.TLS == nil || len(r.TLS.PeerCertificates) != 1 || !r.TLS.PeerCertificates[0].Equal(client.Leaf):
				got = errors.New("not the client's certificate")
			case r.URL.String() != "https://occi.example.org/keystone/v3":
				got = errors.New("URL " + r.URL.String())
			case r.RemoteAddr != "127.0.0.1:0":
				got = errors.New("client " + r.RemoteAddr)
			}
			seen <- got
			w.WriteHeader(http.StatusTeapot)
		})
	})
	server := run(t, b, gateway.ServerOptions{CertificateFile: certificate, KeyFile: key, RequestClientCertificate: true})
	c := newClient(t, &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{client}})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+server.Addrs()[0].String()+"/keystone/v3", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-For", "192.0.2.1")
	response, err := c.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if got := <-seen; response.StatusCode != http.StatusTeapot || got != nil {
		t.Errorf("got %d, %v", response.StatusCode, got)
	}
}
