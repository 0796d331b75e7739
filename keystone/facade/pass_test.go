package facade_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/keystone/facade"
	"github.com/occigate/occigate/test/openstacktest"
)

const federated = "/v3/OS-FEDERATION/identity_providers/egi.eu/protocols/openid/auth"

// Whatever a client sends, Keystone sees known fields alone: it believes others of the proxy in front of it.
func TestOnlyKnownFieldsReachKeystone(t *testing.T) {
	t.Parallel()
	var got http.Header
	var body string
	f := newFacade(t, stubKeystone(t, func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		got, body = r.Header.Clone(), string(data)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "session=1")
		w.Header().Set("X-Subject-Token", "gAAAAA-token")
		_, _ = w.Write([]byte(`{"token":{}}`))
	}))
	sent := []string{
		"X-Auth-Token", "gAAAAA-auth", "X-Subject-Token", "gAAAAA-subject", "Accept", "application/json",
		"Authorization", "Bearer abc",
		"OIDC-iss", "https://idp.example.org", "Oidc_sub", "admin", "OIDC_CLAIM_sub", "admin", "Remote-User", "admin",
		"REMOTE_USER", "admin", "X-Remote-User", "admin", "Vomsdn", "/CN=admin", "Vomsfqans", "/dteam", "Vomsfront", "egi.eu",
		"Mellon-Nameid", "admin", "X_Auth_Token", "gAAAAA-other", "X-Forwarded-For", "192.0.2.1", "X-Forwarded-Host", "evil",
		"Forwarded", "host=evil", "X-Project-Id", "p", "Cookie", "session=2", "SSL_CLIENT_S_DN", "/CN=admin", "Host", "evil",
		"Connection", "X-Auth-Token", "Transfer-Encoding", "gzip", "Upgrade", "h2c", "Te", "trailers", "X-Service-Token", "s",
	}
	always := []string{"Accept", "Accept-Encoding", "Content-Length", "User-Agent", "X-Auth-Token", "X-Subject-Token"}
	tests := map[string]struct {
		method, path string
		want         []string
	}{
		"own token":      {"GET", "/v3/auth/tokens", always},
		"another token":  {"POST", "/v3/auth/tokens", append([]string{"Content-Type"}, always...)},
		"projects":       {"GET", "/v3/auth/projects", always},
		"federated GET":  {"GET", federated, append([]string{"Authorization"}, always...)},
		"federated POST": {"POST", federated, append([]string{"Authorization", "Content-Type"}, always...)},
	}
	for name, tt := range tests {
		sentBody := ""
		if tt.method == "POST" {
			sentBody = `{"auth":{}}`
		}
		w := do(t, f, tt.method, tt.path, sentBody, sent...)
		if w.Code != http.StatusOK || body != sentBody {
			t.Errorf("%s: got %d %q, and Keystone the body %q", name, w.Code, w.Body, body)
		}
		names := slices.Sorted(maps.Keys(got))
		names = slices.DeleteFunc(names, func(n string) bool { return n == "Content-Length" })
		want := slices.DeleteFunc(slices.Sorted(slices.Values(tt.want)), func(n string) bool { return n == "Content-Length" })
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("%s: fields that Keystone got (-want +got):\n%s", name, diff)
		}
		if w.Header().Get("Set-Cookie") != "" || w.Header().Get("X-Subject-Token") != "gAAAAA-token" {
			t.Errorf("%s: got header %v", name, w.Header())
		}
	}
}

func TestWhatIsNotPassedOn(t *testing.T) {
	t.Parallel()
	f := newFacade(t, stubKeystone(t, func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("Keystone was asked for %s %s", r.Method, r.URL)
	}))
	tests := []struct {
		method, path string
		status       int
	}{
		{"GET", "/v3/users", 404},
		{"GET", "/v3/projects", 404},
		{"POST", "/v3/auth/OS-FEDERATION/saml2", 404},
		{"GET", "/v3/auth/OS-FEDERATION/websso/openid", 404},
		{"GET", "/v3/auth/../users", 404},
		{"GET", "/v3/auth/%2e%2e/users", 404},
		{"GET", "/v3/OS-FEDERATION/identity_providers/../protocols/openid/auth", 404},
		{"GET", "/v3/OS-FEDERATION/identity_providers/a%2Fb/protocols/openid/auth", 404},
		{"GET", "/v3/OS-FEDERATION/identity_providers/a%3Fb/protocols/openid/auth", 404},
		{"GET", "/v3/OS-FEDERATION/identity_providers/a%0d%0ab/protocols/openid/auth", 404},
		{"GET", "/v2.0/users", 404},
		{"GET", "/v2", 404},
		{"PUT", "/v3/auth/tokens", 405},
		{"PATCH", "/v3", 405},
		{"GET", "/v2.0/tokens", 405},
		{"OPTIONS", "/v2.0/tokens", 405},
		{"POST", "/v2.0/tenants", 405},
	}
	for _, tt := range tests {
		w := do(t, f, tt.method, tt.path, "")
		if wantRefusal(t, w, tt.status); tt.status == 405 && w.Header().Get("Allow") == "" {
			t.Errorf("%s %s: 405 without Allow", tt.method, tt.path)
		}
	}
	wantRefusal(t, do(t, f, "GET", "/v3/auth/tokens", "", "X-Auth-Token", "a", "X-Auth-Token", "b"), 400)
	wantRefusal(t, do(t, f, "POST", "/v3/auth/tokens", strings.Repeat("x", 40<<10)), 413)
}

func TestSelfValidationAndRevocationArePassedOn(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	f := newFacade(t, cloud.AuthURL())
	token, err := cloud.Token("demo", "demo")
	if err != nil {
		t.Fatal(err)
	}
	self := []string{"X-Auth-Token", token, "X-Subject-Token", token}
	w := do(t, f, "GET", "/v3//auth/tokens/", "", self...)
	var doc struct {
		Token struct{ Project struct{ Name string } }
	}
	if decode(t, w, &doc); w.Code != http.StatusOK || doc.Token.Project.Name != "demo" {
		t.Errorf("validation: got %d %q", w.Code, w.Body)
	}
	if w = do(t, f, "DELETE", "/v3/auth/tokens", "", self...); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("revocation: got %d %q", w.Code, w.Body)
	}
	wantRefusal(t, do(t, f, "GET", "/v3/auth/tokens", "", self...), http.StatusUnauthorized)
}

func TestVersionDocumentsLeadHere(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	f := newFacade(t, cloud.AuthURL())
	type version struct {
		ID    string
		Links []struct{ Rel, Href string }
	}
	for path, want := range map[string]string{
		"/v2.0": "v2.0 https://gw/keystone/v2.0/", "/v2.0/": "v2.0 https://gw/keystone/v2.0/",
		"/v3": "v3.14 https://gw/keystone/v3/", "/v3/": "v3.14 https://gw/keystone/v3/",
	} {
		var doc struct{ Version version }
		w := do(t, f, "GET", path, "")
		decode(t, w, &doc)
		if v := doc.Version; w.Code != http.StatusOK || len(v.Links) != 1 || v.ID+" "+v.Links[0].Href != want {
			t.Errorf("%s: got %d %q, want %q", path, w.Code, w.Body, want)
		}
	}
	w := do(t, f, "GET", "/", "")
	if w.Code != http.StatusMultipleChoices || strings.Contains(w.Body.String(), cloud.AuthURL()) ||
		w.Header().Get("Location") != "" {
		t.Errorf("got %d %v %q", w.Code, w.Header(), w.Body)
	}
}

// Whatever keeps Keystone from a usable answer is 503 with Retry-After, within the deadline, and nothing of it shows.
func TestKeystoneIsAwayOrTalksGarbage(t *testing.T) {
	t.Parallel()
	const inside = "10.0.0.7"
	faults := map[string]openstacktest.Fault{
		"refused":      {Mode: openstacktest.Refuse},
		"reset":        {Mode: openstacktest.ResetAfter},
		"silent":       {Mode: openstacktest.Hang},
		"half":         {Mode: openstacktest.Truncate},
		"proxy's page": {Mode: openstacktest.HTML},
		"500":          {Status: 500, Body: `{"error":{"code":500,"message":"at ` + inside + `"}}`},
		"503":          {Status: 503, Header: http.Header{"Retry-After": {"7"}}, Body: `{}`},
		"other JSON":   {Status: 201, Header: http.Header{"X-Subject-Token": {"t"}}, Body: `{"a":[]}`},
		"no JSON":      {Status: 200, Body: `<html>` + inside},
		"redirect":     {Status: 302, Header: http.Header{"Location": {"http://" + inside}}},
	}
	requests := map[string][]string{
		"versions":   {"GET", "/", ""},
		"password":   {"POST", "/v2.0/tokens", passwordLogin("demo", "demo-secret", "demo")},
		"tenants":    {"GET", "/v2.0/tenants", ""},
		"passed on":  {"GET", "/v3/auth/catalog", ""},
		"v3 sign-in": {"POST", "/v3/auth/tokens", `{"auth":{}}`},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, err := openstacktest.Start(openstacktest.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer cloud.Close()
			fault.Service = "keystone"
			cloud.AddFault(fault)
			f := newFacade(t, cloud.AuthURL(), func(o *facade.Options) { o.Timeout = 300e6 })
			for request, r := range requests {
				if name == "other JSON" && (request == "v3 sign-in" || request == "passed on") {
					continue // which is between Keystone and the client
				}
				w := do(t, f, r[0], r[1], r[2], "X-Auth-Token", "gAAAAA-any")
				t.Log(request)
				wantRefusal(t, w, http.StatusServiceUnavailable)
				if name == "503" && w.Header().Get("Retry-After") != "7" {
					t.Errorf("%s: got Retry-After %q, want Keystone's own", request, w.Header().Get("Retry-After"))
				}
				if strings.Contains(w.Body.String(), inside) {
					t.Errorf("%s: got %q", request, w.Body)
				}
			}
		})
	}
}

func TestSignInPageOfAnIdentityProviderIs401(t *testing.T) {
	t.Parallel()
	f := newFacade(t, stubKeystone(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://idp.example.org/login", http.StatusFound)
	}))
	wantRefusal(t, do(t, f, "GET", federated, ""), http.StatusUnauthorized)
}
