package voms_test

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The two ways in, below the gateway's URL.
const (
	v2Tokens = "/keystone/v2.0/tokens"
	v2Voms   = `{"auth":{"voms":true}}`
)

// site is everything from user to Keystone.
type site struct {
	cloud   *cloud
	grid    *grid
	gateway *gateway
	user    proxy // a member of the VO and its operators
}

func newSite(t *testing.T) *site {
	t.Helper()
	c := requireCloud(t)
	secretFile := c.register(t)
	g := newGrid(t)
	v := startVerifier(t, buildVerifier(t), g)
	return &site{
		cloud: c, grid: g, gateway: startGateway(t, c, g, v.socket, secretFile),
		user: attested(t, g, g.user, g.voms, "dteam", []string{member, operator}),
	}
}

// v3Auth is where v3 clients sign in.
func (s *site) v3Auth() string {
	return "/keystone/v3/OS-FEDERATION/identity_providers/" + s.cloud.provider() + "/protocols/mapped/auth"
}

// TestSignIn: users sign in on a real Keystone, and nobody else does.
func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	t.Run("v3", s.signInV3)
	t.Run("v2.0", s.signInV2)
	t.Run("curl", s.signInByCurl)
	t.Run("refused", s.refuseProxies)
	t.Run("forged headers", s.refuseHeaders)
	t.Run("Keystone alone", s.refuseAtKeystone)
	t.Run("a proxy without its key", s.refuseWithoutKey)
	t.Run("resumed sessions", s.resume)
	t.Run("secret", s.keepSecret)
}

// signInV3 is rOCCI's dialogue with Keystone v3, by GET and by POST.
func (s *site) signInV3(t *testing.T) {
	client := s.gateway.client(t, &s.user)
	challenge := s.gateway.do(t, client, http.MethodGet, "/-/", "", nil)
	if want := "Keystone uri='" + s.gateway.url + "/keystone'"; challenge.status != http.StatusUnauthorized ||
		challenge.header.Get("WWW-Authenticate") != want {
		t.Fatalf("GET /-/: %d %q, want 401 with %q", challenge.status, challenge.header.Get("WWW-Authenticate"), want)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		t.Run(method, func(t *testing.T) {
			signedIn := s.gateway.do(t, client, method, s.v3Auth(), "", nil)
			var document struct {
				Token struct {
					User struct{ Name string }
				}
			}
			signedIn.decode(t, http.StatusCreated, &document)
			if want := "/DC=org/DC=example/O=People/CN=Jane+Doe"; document.Token.User.Name != want {
				t.Errorf("user %q, want %q", document.Token.User.Name, want)
			}
			unscoped := signedIn.header.Get("X-Subject-Token")
			header := http.Header{"X-Auth-Token": {unscoped}}
			var listed struct {
				Projects []struct{ ID, Name string }
			}
			s.gateway.do(t, client, http.MethodGet, "/keystone/v3/auth/projects", "", header).decode(t, http.StatusOK, &listed)
			var names []string
			for _, project := range listed.Projects {
				names = append(names, project.Name)
			}
			slices.Sort(names)
			if diff := cmp.Diff([]string{s.cloud.project(), s.cloud.operators()}, names); diff != "" {
				t.Fatalf("projects (-want +got):\n%s", diff)
			}
			scoped := s.gateway.do(t, client, http.MethodPost, "/keystone/v3/auth/tokens",
				`{"auth":{"identity":{"methods":["token"],"token":{"id":"`+unscoped+`"}},"scope":{"project":{"id":"`+listed.Projects[0].ID+`"}}}}`, nil)
			if scoped.status != http.StatusCreated {
				t.Fatalf("scoped token: %d %s", scoped.status, scoped.body)
			}
			s.wantModel(t, client, scoped.header.Get("X-Subject-Token"))
		})
	}
}

// wantModel checks that a token opens the OCCI service.
func (s *site) wantModel(t *testing.T, client *http.Client, token string) {
	t.Helper()
	r := s.gateway.do(t, client, http.MethodGet, "/-/", "", http.Header{"X-Auth-Token": {token}, "Accept": {"text/plain"}})
	if r.status != http.StatusOK || !strings.Contains(r.body, "Category: compute;") {
		t.Errorf("GET /-/ with the token: %d %.200s", r.status, r.body)
	}
}

// access is Keystone's answer to a sign-in, API v2.0.
type access struct {
	Access struct {
		Token struct {
			ID     string
			Tenant struct{ Name string }
		}
		User struct{ Name string }
	}
}

// signInV2 is the dialogue of rOCCI and IM with Keystone v2.0 and its VOMS plugin.
func (s *site) signInV2(t *testing.T) {
	client := s.gateway.client(t, &s.user)
	var unscoped access
	s.gateway.do(t, client, http.MethodPost, v2Tokens, v2Voms, nil).decode(t, http.StatusOK, &unscoped)
	header := http.Header{"X-Auth-Token": {unscoped.Access.Token.ID}}
	var listed struct {
		Tenants []struct{ ID, Name string }
	}
	s.gateway.do(t, client, http.MethodGet, "/keystone/v2.0/tenants", "", header).decode(t, http.StatusOK, &listed)
	if len(listed.Tenants) != 2 {
		t.Fatalf("tenants %v, want two", listed.Tenants)
	}
	for _, tenant := range listed.Tenants {
		for _, choice := range []string{`"tenantName":"` + tenant.Name + `"`, `"tenantId":"` + tenant.ID + `"`} {
			var scoped access
			s.gateway.do(t, client, http.MethodPost, v2Tokens, `{"auth":{"voms":true,`+choice+`}}`, header).decode(t, http.StatusOK, &scoped)
			if scoped.Access.Token.Tenant.Name != tenant.Name {
				t.Errorf("%s: tenant %q, want %q", choice, scoped.Access.Token.Tenant.Name, tenant.Name)
			}
			s.wantModel(t, client, scoped.Access.Token.ID)
		}
	}
	for _, foreign := range []string{"demo", "none"} { // one that there is, and one that there is not
		r := s.gateway.do(t, client, http.MethodPost, v2Tokens, `{"auth":{"voms":true,"tenantName":"`+foreign+`"}}`, nil)
		s.wantRefusal(t, r)
	}
	plain := attested(t, s.grid, s.grid.user, s.grid.voms, "dteam", []string{member})
	var one access
	s.gateway.do(t, s.gateway.client(t, &plain), http.MethodPost, v2Tokens,
		`{"auth":{"voms":true,"tenantName":"`+s.cloud.project()+`"}}`, nil).decode(t, http.StatusOK, &one)
	s.wantRefusal(t, s.gateway.do(t, s.gateway.client(t, &plain), http.MethodPost, v2Tokens,
		`{"auth":{"voms":true,"tenantName":"`+s.cloud.operators()+`"}}`, nil))
}

// signInByCurl signs in with a client of another TLS library, as most clients of old have, and the proxy's
// file as it is.
func (s *site) signInByCurl(t *testing.T) {
	directory := t.TempDir()
	proxyFile, authorityFile := filepath.Join(directory, "proxy.pem"), filepath.Join(directory, "ca.pem")
	// Debian's OpenSSL does not send what voms-proxy-fake signs with SHA-1.
	delegate(t, s.grid.user, nil, shape{attributes: attributesOf(t, s.user)}).write(t, proxyFile)
	writePEM(t, authorityFile, "CERTIFICATE", s.grid.ca.certificate.Raw)
	for _, version := range []string{"1.2", "1.3"} {
		curl := exec.CommandContext(t.Context(), "curl", "--silent", "--show-error", "--fail", "--tls-max", version,
			"--cert", proxyFile, "--key", proxyFile, "--cacert", authorityFile,
			"--header", "Content-Type: application/json", "--data", v2Voms, s.gateway.url+v2Tokens)
		var got access
		text, err := curl.Output()
		if err != nil || json.Unmarshal(text, &got) != nil || got.Access.Token.ID == "" {
			t.Errorf("curl with TLS %s: %v\n%s", version, err, text)
		}
	}
}

// wantRefusal checks that r is Keystone's 401, without any token.
func (s *site) wantRefusal(t *testing.T, r reply) {
	t.Helper()
	var document struct {
		Error struct {
			Code    int
			Message string
		}
	}
	r.decode(t, http.StatusUnauthorized, &document)
	if document.Error.Code != http.StatusUnauthorized || document.Error.Message == "" || r.header.Get("X-Subject-Token") != "" {
		t.Errorf("refusal %s %v", r.body, r.header)
	}
}

// wantNobody checks that a client signs in neither way.
func (s *site) wantNobody(t *testing.T, client *http.Client, header http.Header) {
	t.Helper()
	s.wantRefusal(t, s.gateway.do(t, client, http.MethodGet, s.v3Auth(), "", header))
	s.wantRefusal(t, s.gateway.do(t, client, http.MethodPost, s.v3Auth(), "", header))
	s.wantRefusal(t, s.gateway.do(t, client, http.MethodPost, v2Tokens, v2Voms, header))
	s.wantRefusal(t, s.gateway.do(t, client, http.MethodPost, v2Tokens, `{"auth":{"voms":true,"tenantName":"`+s.cloud.project()+`"}}`, header))
}

// refuseProxies is a selection of TestRefused, all the way: what gets through a front's TLS handshake.
func (s *site) refuseProxies(t *testing.T) {
	g := s.grid
	attributes := attributesOf(t, s.user)
	lookalike := newAuthority(t, authorityName...)
	forged := attributesOf(t, attested(t, g, g.user, lookalike.host(t, serverName...), "dteam", []string{member}))
	past := time.Now().Add(-time.Hour)
	proxies := map[string]proxy{
		"a user's certificate":                 {credential: g.user},
		"a proxy without attributes":           delegate(t, g.user, nil, shape{}),
		"a proxy without its issuer":           {credential: s.user.credential},
		"an expired proxy":                     delegate(t, g.user, nil, shape{attributes: attributes, notBefore: past.Add(-time.Hour), notAfter: past}),
		"a limited proxy":                      delegate(t, g.user, nil, shape{attributes: attributes, language: oidLimited}),
		"somebody's attributes":                delegate(t, g.other, nil, shape{attributes: attributes}),
		"a self-made proxy":                    delegate(t, credential{g.user.certificate, rsaKey(t)}, nil, shape{attributes: attributes}),
		"a proxy of the authority":             delegate(t, credential{g.ca.certificate, ecKey(t)}, nil, shape{attributes: attributes}),
		"a user of a look-alike":               attested(t, g, lookalike.user(t, userName...), g.voms, "dteam", []string{member}),
		"attributes by a look-alike":           delegate(t, g.user, nil, shape{attributes: forged}),
		"attributes of an unknown VO":          attested(t, g, g.user, g.voms, "atlas", []string{"/atlas/Role=NULL/Capability=NULL"}),
		"a group without a project":            attested(t, g, g.user, g.voms, "dteam", []string{"/dteam/others/Role=NULL/Capability=NULL"}),
		"a role that imitates two":             attested(t, g, g.user, g.voms, "dteam", []string{"/dteam/Role=x;/dteam/Role=NULL/Capability=NULL"}),
		"a group that ends like the VO":        attested(t, g, g.user, g.voms, "dteam", []string{"/dteam/x/dteam/Role=NULL/Capability=NULL"}),
		"an unknown signature by a look-alike": delegate(t, g.user, nil, shape{attributes: alter(t, forged, func(a *attributeCertificate) { a.signUnknown(t) })}),
	}
	for name, p := range proxies {
		t.Run(name, func(t *testing.T) { s.wantNobody(t, s.gateway.client(t, &p), nil) })
	}
}

// refuseHeaders: whatever fields a user sends, Keystone does not get them; not even with the secret.
func (s *site) refuseHeaders(t *testing.T) {
	values := map[string]string{
		"dn": "/DC=org/DC=example/O=People/CN=Jane+Doe", "ca": "/DC=org/DC=example/CN=Test+Grid+CA",
		"fqans": member, "front": s.cloud.secret,
	}
	for _, form := range []string{"Voms", "voms", "VOMS", "Voms_", "Voms-", "HTTP_VOMS", "Http-Voms"} {
		t.Run(form, func(t *testing.T) {
			header := http.Header{"Connection": {"keep-alive, Vomsfqans"}}
			for part, value := range values {
				header[form+part] = []string{value}
			}
			s.wantNobody(t, s.gateway.client(t, nil), header)
			stranger := delegate(t, s.grid.other, nil, shape{})
			s.wantNobody(t, s.gateway.client(t, &stranger), header)
		})
	}
	t.Run("beside a good proxy", func(t *testing.T) {
		header := http.Header{"Vomsdn": {"/CN=somebody"}, "Vomsfqans": {"/dteam/Role=admin"}}
		var got access
		s.gateway.do(t, s.gateway.client(t, &s.user), http.MethodPost, v2Tokens, v2Voms, header).decode(t, http.StatusOK, &got)
		if want := "/DC=org/DC=example/O=People/CN=Jane+Doe"; got.Access.User.Name != want {
			t.Errorf("signed in as %q, want %q", got.Access.User.Name, want)
		}
	})
}

// refuseAtKeystone: who reaches Keystone's port needs the secret. These are the facts that keystone/voms
// relies on.
func (s *site) refuseAtKeystone(t *testing.T) {
	fields := func(secret, fqans string) map[string]string {
		h := map[string]string{"Vomsdn": "/CN=anybody", "Vomsca": "/CN=any", "Vomsfqans": fqans}
		if secret != "" {
			h["Vomsfront"] = secret
		}
		return h
	}
	for name, test := range map[string]struct {
		provider string
		header   map[string]string
		want     int
	}{
		"with the secret":          {s.cloud.provider(), fields(s.cloud.secret, "/dteam"), http.StatusCreated},
		"one attribute of several": {s.cloud.provider(), fields(s.cloud.secret, "/x;"+operator), http.StatusCreated},
		"without a secret":         {s.cloud.provider(), fields("", "/dteam"), http.StatusUnauthorized},
		"with another":             {s.cloud.provider(), fields(strings.Repeat("x", 52), "/dteam"), http.StatusForbidden},
		"with two":                 {s.cloud.provider(), fields(s.cloud.secret+";x", "/dteam"), http.StatusForbidden},
		"no rule":                  {s.cloud.provider(), fields(s.cloud.secret, "/atlas"), http.StatusUnauthorized},
		"a semicolon encoded":      {s.cloud.provider(), fields(s.cloud.secret, "/x%3B/dteam"), http.StatusUnauthorized},
		"another provider":         {s.cloud.prefix + "none", fields(s.cloud.secret, "/dteam"), http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.cloud.assert(t, test.provider, test.header); got != test.want {
				t.Errorf("status %d, want %d", got, test.want)
			}
		})
	}
}

// refuseWithoutKey: the handshake ends before anything is asked.
func (s *site) refuseWithoutKey(t *testing.T) {
	stolen := proxy{credential{s.user.certificate, rsaKey(t)}, s.user.below}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.gateway.url+s.v3Auth(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := s.gateway.client(t, &stolen).Do(request); err == nil {
		_ = response.Body.Close()
		t.Errorf("status %s, want a failed handshake", response.Status)
	}
}

// resume: a resumed TLS session stands for the same certificates, and they are verified anew.
func (s *site) resume(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			client := s.gateway.client(t, &s.user)
			configuration := client.Transport.(*http.Transport).TLSClientConfig
			configuration.MaxVersion = version
			configuration.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			for range 3 {
				var got access
				s.gateway.do(t, client, http.MethodPost, v2Tokens, v2Voms, nil).decode(t, http.StatusOK, &got)
			}
		})
	}
}

// keepSecret: neither answers nor the log hold the secret. It comes last, when the log has most to tell.
func (s *site) keepSecret(t *testing.T) {
	if strings.Contains(s.gateway.log.String(), s.cloud.secret) {
		t.Error("the secret is in the log")
	}
}

// TestWithoutVerifier: while the verifier is away, users are told to come again, not that they are wrong.
func TestWithoutVerifier(t *testing.T) {
	t.Parallel()
	c := requireCloud(t)
	secretFile := t.TempDir() + "/secret"
	write(t, secretFile, c.secret)
	g := newGrid(t)
	s := &site{cloud: c, grid: g, gateway: startGateway(t, c, g, t.TempDir()+"/none", secretFile)}
	p := delegate(t, g.user, nil, shape{})
	for _, path := range []string{v2Tokens, s.v3Auth()} {
		r := s.gateway.do(t, s.gateway.client(t, &p), http.MethodPost, path, v2Voms, nil)
		if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %v %s, want 503 with Retry-After", path, r.status, r.header, r.body)
		}
	}
}
