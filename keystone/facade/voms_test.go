package facade_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/keystone/facade"
)

// vomsFunc is a VOMS of one function.
type vomsFunc func(ctx context.Context, chain [][]byte) (facade.Token, error)

func (f vomsFunc) SignIn(ctx context.Context, chain [][]byte) (facade.Token, error) {
	return f(ctx, chain)
}

const (
	vomsLogin = `{"auth":{"voms":true}}`
	mapped    = "/v3/OS-FEDERATION/identity_providers/egi.eu/protocols/mapped/auth"
)

func TestVOMSIsRefusedWhereItIsNotConfigured(t *testing.T) {
	t.Parallel()
	f := newFacade(t, stubKeystone(t, func(http.ResponseWriter, *http.Request) { t.Error("Keystone was asked") }))
	wantRefusal(t, do(t, f, "POST", "/v2.0/tokens", vomsLogin), http.StatusUnauthorized)
}

// withCertificates asks the facade over a connection that has brought certificates.
func withCertificates(t *testing.T, f http.Handler, method, path, body string, ders ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "https://gw/keystone"+path, strings.NewReader(body))
	r.TLS = &tls.ConnectionState{}
	for _, der := range ders {
		r.TLS.PeerCertificates = append(r.TLS.PeerCertificates, &x509.Certificate{Raw: []byte(der)})
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

func TestVOMSGetsTheCertificatesAsTheyCame(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	token, err := cloud.Token("demo", "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	f := newFacade(t, cloud.AuthURL(), func(o *facade.Options) {
		o.VOMS = vomsFunc(func(_ context.Context, chain [][]byte) (facade.Token, error) {
			got = nil
			for _, der := range chain {
				got = append(got, string(der))
			}
			doc := `{"token":{"user":{"id":"u","name":"/DC=org/CN=Jane Doe"},"expires_at":"2030-01-02T03:04:05.000000Z"}}`
			return facade.Token{ID: keystone.NewSecret(token), Document: []byte(doc)}, nil
		})
	})
	chain := []string{"proxy", "user"}

	w := withCertificates(t, f, "POST", "/v2.0/tokens", vomsLogin, chain...)
	var access struct {
		Access struct {
			Token struct {
				ID, Expires string
				Tenant      *struct{ Name string }
			}
			User struct{ Username string }
		}
	}
	if w.Code != http.StatusOK || !slices.Equal(got, chain) {
		t.Fatalf("got %d %q and certificates %q", w.Code, w.Body, got)
	}
	decode(t, w, &access)
	if a := access.Access; a.Token.ID != token || a.Token.Expires != "2030-01-02T03:04:05Z" || a.Token.Tenant != nil ||
		a.User.Username != "/DC=org/CN=Jane Doe" {
		t.Errorf("got %+v", a)
	}

	w = withCertificates(t, f, "POST", "/v2.0/tokens", `{"auth":{"voms":true,"tenantName":"demo"}}`, chain...)
	decode(t, w, &access)
	if a := access.Access.Token; w.Code != http.StatusOK || a.Tenant == nil || a.Tenant.Name != "demo" || a.ID == token {
		t.Errorf("with a tenant: got %d %q", w.Code, w.Body)
	}

	for _, method := range []string{"GET", "POST"} {
		w = withCertificates(t, f, method, mapped, "", chain...)
		if w.Code != http.StatusCreated || w.Header().Get("X-Subject-Token") != token || !slices.Equal(got, chain) {
			t.Errorf("%s: got %d %v and certificates %q", method, w.Code, w.Header(), got)
		}
	}
}

func TestVOMSRefusals(t *testing.T) {
	t.Parallel()
	const secret = "inside of the verifier"
	tests := map[string]struct {
		certificates []string
		err          error
		asked        bool
		status       int
	}{
		"no certificate":        {status: 401},
		"too many certificates": {certificates: slices.Repeat([]string{"c"}, 17), status: 401},
		"too large":             {certificates: []string{strings.Repeat("c", 65<<10)}, status: 401},
		"not accepted": {
			certificates: []string{"c"}, asked: true, status: 401,
			err: &keystone.Error{Kind: keystone.Rejected, Message: "refused", Cause: errors.New(secret)},
		},
		"verifier is away": {
			certificates: []string{"c"}, asked: true, status: 503,
			err: &keystone.Error{Kind: keystone.Unavailable, Message: "away", Cause: errors.New(secret)},
		},
		"no token":      {certificates: []string{"c"}, asked: true, status: 503},
		"unknown error": {certificates: []string{"c"}, asked: true, status: 500, err: errors.New(secret)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := false
			f := newFacade(t, "http://127.0.0.1:1", func(o *facade.Options) {
				o.VOMS = vomsFunc(func(context.Context, [][]byte) (facade.Token, error) {
					asked = true
					return facade.Token{}, tt.err
				})
			})
			for path, body := range map[string]string{"/v2.0/tokens": vomsLogin, mapped: ""} {
				w := withCertificates(t, f, "POST", path, body, tt.certificates...)
				wantRefusal(t, w, tt.status)
				if asked != tt.asked {
					t.Errorf("%s: VOMS asked: %t, want %t", path, asked, tt.asked)
				}
				if strings.Contains(w.Body.String(), secret) {
					t.Errorf("%s: got %q", path, w.Body)
				}
			}
		})
	}
}
