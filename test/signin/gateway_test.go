package signin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/occigate/occigate/cmd/assemble"
	"github.com/occigate/occigate/config"
	"github.com/occigate/occigate/test/oidcproxy"
)

// gateway is an occigate that accepts every kind of credential, over TLS, in front of a place.
type gateway struct {
	url    string
	client *http.Client
}

// startGateway starts one whose Keystone knows the access token "alice-token".
func startGateway(t *testing.T, p place) gateway {
	t.Helper()
	proxy, err := oidcproxy.New(p.keystone, map[string]string{"alice-token": "signin-alice"})
	if err != nil {
		t.Fatal(err)
	}
	keystone := httptest.NewServer(proxy)
	t.Cleanup(keystone.Close)
	cfg := config.Default()
	cfg.Keystone.URL = keystone.URL
	cfg.Keystone.PublicURL = p.keystone
	cfg.Keystone.Basic = true
	cfg.Keystone.Federation.Protocols = []string{"lab/oidc", "lab/openid"}
	cfg.Keystone.Cache.TTL = time.Second
	cfg.Listen, cfg.Operations.Listen = []string{"127.0.0.1:0"}, nil
	cfg.Mixins.Store = config.MixinStoreNone
	cfg.Timeouts.DrainDelay = 0
	roots := x509.NewCertPool()
	cfg.TLS.CertificateFile, cfg.TLS.KeyFile = certificate(t, roots)

	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	server, err := assemble.Server(ctx, cfg, "test", zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the gateway did not end cleanly: %v", err)
		}
	})
	return gateway{"https://" + server.Addrs()[0].String(), &http.Client{Transport: transport, Timeout: time.Minute}}
}

// certificate makes a certificate for 127.0.0.1 that roots then trust, and returns its file and its key's.
func certificate(t *testing.T, roots *x509.CertPool) (certificateFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
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
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(made)
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", private)
}

// get returns status and body of a request with headers, names and values in turn.
func (g gateway) get(t *testing.T, path string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	a, err := g.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	if challenges := a.Header.Values("WWW-Authenticate"); (a.StatusCode == http.StatusUnauthorized) != (len(challenges) == 1) {
		t.Errorf("GET %s: status %d with challenges %q", path, a.StatusCode, challenges)
	}
	return a.StatusCode, string(body)
}
