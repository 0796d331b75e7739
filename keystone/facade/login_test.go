package facade_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/keystone"
)

// passwordLogin is the body of a sign-in; tenant may be empty.
func passwordLogin(user, password, tenant string) string {
	auth := map[string]any{"passwordCredentials": map[string]any{"username": user, "password": password}}
	if tenant != "" {
		auth["tenantName"] = tenant
	}
	body, _ := json.Marshal(map[string]any{"auth": auth})
	return string(body)
}

// access is the answer to a sign-in. Identity API v2.0.
type access struct {
	Access struct {
		Token struct {
			ID, Expires string
			IssuedAt    string `json:"issued_at"`
			Tenant      *struct {
				ID, Name string
				Enabled  bool
			}
		}
		ServiceCatalog []struct {
			Type, Name string
			Endpoints  []struct{ ID, Region, PublicURL, InternalURL, AdminURL string }
		}
		User struct {
			ID, Name, Username string
			Roles              []struct{ Name string }
		}
		Metadata struct{ Roles []string }
	}
}

func signIn(t *testing.T, f http.Handler, body string) access {
	t.Helper()
	w := do(t, f, "POST", "/v2.0/tokens", body)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: got %d %s", body, w.Code, w.Body)
	}
	var a access
	decode(t, w, &a)
	return a
}

func TestSignInWithoutTenant(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	f := newFacade(t, cloud.AuthURL())
	a := signIn(t, f, passwordLogin("demo", "demo-secret", "")).Access
	if a.Token.Tenant != nil || len(a.ServiceCatalog) != 0 || len(a.User.Roles) != 0 || a.User.Username != "demo" {
		t.Errorf("got %+v, want an unscoped token, though the user has a default project", a)
	}
	if !strings.HasSuffix(a.Token.Expires, "Z") || strings.Contains(a.Token.Expires, ".") {
		t.Errorf("expires %q, want whole seconds as v2.0 had", a.Token.Expires)
	}
}

func TestSignInForATenant(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	f := newFacade(t, cloud.AuthURL())
	byName := signIn(t, f, passwordLogin("demo", "demo-secret", "demo")).Access
	if byName.Token.Tenant == nil || byName.Token.Tenant.Name != "demo" || !byName.Token.Tenant.Enabled ||
		len(byName.User.Roles) != 2 || len(byName.Metadata.Roles) != 2 {
		t.Fatalf("got %+v", byName)
	}
	for _, service := range byName.ServiceCatalog {
		if len(service.Endpoints) != 2 {
			t.Errorf("%s: %d endpoints, want one for each region", service.Type, len(service.Endpoints))
		}
		for _, e := range service.Endpoints {
			if e.PublicURL == "" || e.InternalURL == "" || e.AdminURL == "" || e.ID == "" || e.Region == "" {
				t.Errorf("%s: got endpoint %+v", service.Type, e)
			}
		}
	}
	tenant := byName.Token.Tenant.ID
	for name, body := range map[string]string{
		"tenantId":           fmt.Sprintf(`{"auth":{"passwordCredentials":{"username":"demo","password":"demo-secret"},"tenantId":%q}}`, tenant),
		"userId":             fmt.Sprintf(`{"auth":{"passwordCredentials":{"userId":%q,"password":"demo-secret"},"tenantName":"demo"}}`, byName.User.ID),
		"token and name":     fmt.Sprintf(`{"auth":{"token":{"id":%q},"tenantName":"demo"}}`, byName.Token.ID),
		"token and tenantId": fmt.Sprintf(`{"auth":{"token":{"id":%q},"tenantId":%q}}`, byName.Token.ID, tenant),
	} {
		if got := signIn(t, f, body).Access; got.Token.Tenant == nil || got.Token.Tenant.ID != tenant {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestTenants(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	if err := cloud.Grant("demo", "other", "member"); err != nil {
		t.Fatal(err)
	}
	f := newFacade(t, cloud.AuthURL())
	token := signIn(t, f, passwordLogin("demo", "demo-secret", "")).Access.Token.ID
	var doc struct {
		Tenants []struct {
			ID, Name string
			Enabled  bool
		}
	}
	w := do(t, f, "GET", "/v2.0/tenants", "", "X-Auth-Token", token)
	decode(t, w, &doc)
	if len(doc.Tenants) != 2 || doc.Tenants[0].Name != "demo" || doc.Tenants[1].Name != "other" || !doc.Tenants[0].Enabled {
		t.Errorf("got %s", w.Body)
	}
	for _, bad := range []string{"", "gAAAAA-unknown", "with blanks in it", strings.Repeat("x", 9<<10)} {
		wantRefusal(t, do(t, f, "GET", "/v2.0/tenants", "", "X-Auth-Token", bad), http.StatusUnauthorized)
	}
}

// A project of another domain has the same name as one of the default domain only by chance; v2.0 shows one of them.
func TestTenantsOfOtherDomains(t *testing.T) {
	t.Parallel()
	const list = `{"projects":[
		{"id":"1","name":"vo","domain_id":"egi","enabled":true},
		{"id":"2","name":"demo","domain_id":"egi","enabled":true},
		{"id":"3","name":"demo","domain_id":"default","enabled":true}]}`
	f := newFacade(t, stubKeystone(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = w.Write([]byte(list))
			return
		}
		var login struct {
			Auth struct {
				Scope struct{ Project struct{ ID, Name string } }
			}
		}
		_ = json.NewDecoder(r.Body).Decode(&login)
		project := login.Auth.Scope.Project
		switch {
		case project.ID == "1" || project.Name == "demo":
			w.Header().Set("X-Subject-Token", "gAAAAA-scoped-"+project.ID)
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"token":{"user":{"id":"u"},"expires_at":"2030-01-02T03:04:05Z"}}`))
		default:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error":{"code":401,"message":"no","title":"Unauthorized"}}`))
		}
	}))
	var doc struct{ Tenants []struct{ ID string } }
	decode(t, do(t, f, "GET", "/v2.0/tenants", "", "X-Auth-Token", "gAAAAA-any"), &doc)
	if got := fmt.Sprint(doc.Tenants); got != "[{3} {1}]" {
		t.Errorf("got tenants %s, want 3 of the default domain, then 1", got)
	}
	for tenant, want := range map[string]string{"vo": "gAAAAA-scoped-1", "demo": "gAAAAA-scoped-"} {
		a := signIn(t, f, `{"auth":{"token":{"id":"gAAAAA-any"},"tenantName":"`+tenant+`"}}`)
		if got := a.Access.Token.ID; got != want {
			t.Errorf("%s: got token %q, want %q", tenant, got, want)
		}
	}
	wantRefusal(t, do(t, f, "POST", "/v2.0/tokens", `{"auth":{"token":{"id":"gAAAAA-any"},"tenantName":"no"}}`), 401)
}

func TestWrongCredentialsAre401(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	f := newFacade(t, cloud.AuthURL())
	for name, body := range map[string]string{
		"wrong password":  passwordLogin("demo", "wrong", ""),
		"unknown user":    passwordLogin("nobody\u2028 \"é\"", "demo-secret", ""),
		"unknown tenant":  passwordLogin("demo", "demo-secret", "nothing\r\nX: y"),
		"foreign tenant":  passwordLogin("demo", "demo-secret", "other"),
		"unknown token":   `{"auth":{"token":{"id":"gAAAAA-unknown"}}}`,
		"no token's form": `{"auth":{"token":{"id":"a\r\nb"}}}`,
		"empty token":     `{"auth":{"token":{"id":""}}}`,
	} {
		t.Log(name)
		wantRefusal(t, do(t, f, "POST", "/v2.0/tokens", body), http.StatusUnauthorized)
	}
}

func TestMalformedLoginsDoNotReachKeystone(t *testing.T) {
	t.Parallel()
	f := newFacade(t, stubKeystone(t, func(http.ResponseWriter, *http.Request) { t.Error("Keystone was asked") }))
	for name, tt := range map[string]struct {
		body, contentType string
		status            int
	}{
		"empty":              {"", "application/json", 400},
		"no JSON":            {"{", "application/json", 400},
		"other JSON":         {"[]", "application/json", 400},
		"no auth":            {"{}", "application/json", 400},
		"null":               {`{"auth":null}`, "application/json", 400},
		"no credentials":     {`{"auth":{"tenantName":"demo"}}`, "application/json", 400},
		"no user":            {`{"auth":{"passwordCredentials":{"password":"x"}}}`, "application/json", 400},
		"wrong type":         {`{"auth":{"passwordCredentials":"x"}}`, "application/json", 400},
		"too deep":           {strings.Repeat("[", 20<<10), "application/json", 400},
		"too large":          {strings.Repeat(" ", 33<<10), "application/json", 413},
		"a form":             {passwordLogin("demo", "x", ""), "application/x-www-form-urlencoded", 400},
		"no type's form":     {passwordLogin("demo", "x", ""), "application/json; charset", 400},
		"v3 sent to v2.0":    {`{"auth":{"identity":{"methods":["password"]}}}`, "application/json", 400},
		"voms is not a flag": {`{"auth":{"voms":"true"}}`, "application/json", 400},
	} {
		t.Log(name)
		w := do(t, f, "POST", "/v2.0/tokens", tt.body, "Content-Type", tt.contentType)
		wantRefusal(t, w, tt.status)
	}
}

// jOCCI writes ISO-8859-1 and says nothing about it.
func TestPasswordInLatin1(t *testing.T) {
	t.Parallel()
	var got string
	f := newFacade(t, stubKeystone(t, func(w http.ResponseWriter, r *http.Request) {
		var login struct {
			Auth struct {
				Identity struct {
					Password struct{ User struct{ Password string } }
				}
			}
		}
		_ = json.NewDecoder(r.Body).Decode(&login)
		got = login.Auth.Identity.Password.User.Password
		w.WriteHeader(http.StatusUnauthorized)
	}))
	for _, body := range []string{passwordLogin("demo", "größer", ""), strings.NewReplacer("ö", "\xf6", "ß", "\xdf").Replace(passwordLogin("demo", "größer", ""))} {
		got = ""
		wantRefusal(t, do(t, f, "POST", "/v2.0/tokens", body), http.StatusUnauthorized)
		if got != "größer" {
			t.Errorf("%q: Keystone got the password %q", body, got)
		}
	}
}

// What a sign-in adds to Keystone's own time is the difference.
func BenchmarkSignIn(b *testing.B) {
	cloud := newCloud(b)
	client, err := keystone.New(keystone.Options{URL: cloud.AuthURL()})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	b.Run("at Keystone", func(b *testing.B) {
		body := []byte(`{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"demo",` +
			`"domain":{"id":"default"},"password":"demo-secret"}}},` +
			`"scope":{"project":{"name":"demo","domain":{"id":"default"}}}}}`)
		for b.Loop() {
			header := http.Header{"Content-Type": {"application/json"}}
			a, err := client.Send(b.Context(), http.MethodPost, "/v3/auth/tokens", header, body)
			if err != nil || a.Status != http.StatusCreated {
				b.Fatal(err, a.Status)
			}
		}
	})
	b.Run("at the facade", func(b *testing.B) {
		f := newFacade(b, cloud.AuthURL())
		body := passwordLogin("demo", "demo-secret", "demo")
		for b.Loop() {
			if w := do(b, f, "POST", "/v2.0/tokens", body); w.Code != http.StatusOK {
				b.Fatal(w.Code)
			}
		}
	})
}
