package facade_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/occigate/occigate/cmd/assemble"
	"github.com/occigate/occigate/config"
	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/keystone/facade"
	"github.com/occigate/occigate/test/openstacktest"
)

const bearer = "eyJhbGciOiJSUzI1NiJ9.an-access-token.c2lnbmF0dXJl"

// Clients as they are sign in at a gateway in front of a Keystone that only speaks v3, and use what they got.
func TestClientsSignIn(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	host := startGateway(t, withIdentityProvider(t, cloud))
	for _, client := range []string{"jocci-password", "pocci-password", "rocci-password", "rocci-oauth2", "im-bearer"} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			holdDialogue(t, client, plain(host, "demo", "demo-secret"))
		})
	}
}

// TestEndpoint is the same on a gateway with legacy_keystone in front of a real cloud.
func TestEndpoint(t *testing.T) {
	endpoint := os.Getenv("OCCIGATE_TEST_LEGACY_ENDPOINT")
	if endpoint == "" {
		t.Skip("OCCIGATE_TEST_LEGACY_ENDPOINT names no endpoint")
	}
	for _, client := range []string{"jocci-password", "pocci-password", "rocci-password"} {
		t.Run(client, func(t *testing.T) {
			host := strings.TrimPrefix(endpoint, "http://")
			holdDialogue(t, client, plain(host, os.Getenv("OS_USERNAME"), os.Getenv("OS_PASSWORD")))
		})
	}
}

func TestClientsSignInWithProxies(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	f := newFacade(t, cloud.AuthURL(), func(o *facade.Options) { o.VOMS = demoByVOMS(t, cloud) })
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme, r.URL.Host = "https", r.Host
		f.ServeHTTP(w, r)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	certificate := selfSigned(t)
	for _, client := range []string{"im-voms", "jocci-voms", "pocci-voms", "rocci-voms"} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			holdDialogue(t, client, partner{
				vars: map[string]string{"scheme": "https", "host": server.Listener.Addr().String()},
				dial: func() (net.Conn, error) {
					return tls.Dial("tcp", server.Listener.Addr().String(), &tls.Config{
						InsecureSkipVerify: true, Certificates: []tls.Certificate{certificate},
					})
				},
			})
		})
	}
}

func plain(host, user, password string) partner {
	return partner{
		dial: func() (net.Conn, error) { return net.Dial("tcp", host) },
		vars: map[string]string{
			"scheme": "http", "host": host, "user": user, "password": password, "bearer": bearer,
			"basic": base64.StdEncoding.EncodeToString([]byte(user + ":" + password)),
		},
	}
}

// startGateway runs the whole gateway and returns where.
func startGateway(t *testing.T, keystoneURL string) string {
	t.Helper()
	cfg := config.Default()
	cfg.Keystone.URL = keystoneURL
	cfg.LegacyKeystone = true
	cfg.Listen = []string{"127.0.0.1:0"}
	cfg.Operations.Listen = nil
	cfg.Mixins.Store = config.MixinStoreNone
	cfg.Timeouts.DrainDelay = 0
	server, err := assemble.Server(t.Context(), cfg, "test", zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return server.Addrs()[0].String()
}

// withIdentityProvider is the simulated Keystone behind what a site has in front of it for OIDC: it believes one
// access token, of the user demo, for EGI's provider and the protocol openid.
func withIdentityProvider(t *testing.T, cloud *openstacktest.Cloud) string {
	t.Helper()
	target, err := url.Parse(cloud.AuthURL())
	if err != nil {
		t.Fatal(err)
	}
	behind := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	return stubKeystone(t, func(w http.ResponseWriter, r *http.Request) {
		const provider = "/v3/OS-FEDERATION/identity_providers/egi.eu/protocols/"
		protocol, federated := strings.CutPrefix(r.URL.Path, provider)
		switch {
		case !federated:
			behind.ServeHTTP(w, r)
		case protocol == "openid/auth" && r.Header.Get("Authorization") == "Bearer "+bearer:
			token, err := cloud.Token("demo", "")
			if err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Subject-Token", token)
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"token":{"methods":["openid"]}}`))
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"error":{"code":404,"message":"Could not find federated protocol.","title":"Not Found"}}`))
		}
	})
}

// demoByVOMS takes anybody with any certificate for the user demo.
func demoByVOMS(t *testing.T, cloud *openstacktest.Cloud) facade.VOMS {
	t.Helper()
	return vomsFunc(func(context.Context, [][]byte) (facade.Token, error) {
		token, err := cloud.Token("demo", "")
		doc := `{"token":{"user":{"id":"u","name":"demo"},"expires_at":"2030-01-02T03:04:05.000000Z"}}`
		return facade.Token{ID: keystone.NewSecret(token), Document: []byte(doc)}, err
	})
}

// selfSigned makes a certificate that nobody trusts.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
