package signin

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSimulator(t *testing.T) { run(t, simulated(t)) }

// TestCloud signs in at the cloud that the OS_ variables name. Its Keystone has to believe the headers OIDC-ISS and
// OIDC-SUB as the lab's does.
func TestCloud(t *testing.T) { run(t, fromEnvironment(t)) }

func run(t *testing.T, p place) {
	t.Helper()
	g := startGateway(t, p)
	scoped, _ := p.token(t, p.one, p.one.projects[0])
	unscoped, _ := p.token(t, p.one, "")
	several, _ := p.token(t, p.two, "")
	first, _ := p.token(t, p.two, p.two.projects[0])
	id, secret := p.appcred(t, p.one, time.Time{})
	for name, tc := range map[string]struct {
		path   string
		header []string
		status int
		say    []string
	}{
		"token":                           {"/compute/", []string{"X-Auth-Token", scoped}, 200, nil},
		"token of no project":             {"/compute/", []string{"X-Auth-Token", unscoped}, 200, nil},
		"unknown token":                   {"/compute/", []string{"X-Auth-Token", "gAAAAA-unknown"}, 401, nil},
		"two tokens":                      {"/compute/", []string{"X-Auth-Token", scoped, "X-Auth-Token", unscoped}, 400, nil},
		"several projects":                {"/compute/", []string{"X-Auth-Token", several}, 401, p.two.projects},
		"one of several, by name":         {"/compute/", []string{"X-Auth-Token", several, "X-Project-Name", p.two.projects[1]}, 200, nil},
		"one of several, with the domain": {"/compute/", []string{"X-Auth-Token", several, "X-Project-Name", p.two.projects[1], "X-Project-Domain-Id", "default"}, 200, nil},
		"one of several, by path":         {"/p/" + p.two.projects[1] + "/network/", []string{"X-Auth-Token", several, "Accept", "text/uri-list"}, 200, nil},
		"another one than the token's":    {"/p/" + p.two.projects[1] + "/compute/", []string{"X-Auth-Token", first}, 200, nil},
		"foreign project":                 {"/p/" + p.foreign + "/compute/", []string{"X-Auth-Token", scoped}, 403, p.one.projects},
		"foreign project of several":      {"/compute/", []string{"X-Auth-Token", several, "X-Project-Name", p.foreign}, 403, p.two.projects},
		"password":                        {"/compute/", []string{"Authorization", basic(p.one.name, p.one.password)}, 200, nil},
		"password with domain":            {"/compute/", []string{"Authorization", basic(`Default\`+p.one.name, p.one.password)}, 200, nil},
		"password and project":            {"/p/" + p.two.projects[1] + "/compute/", []string{"Authorization", basic(p.two.name, p.two.password)}, 200, nil},
		"wrong password":                  {"/compute/", []string{"Authorization", basic(p.one.name, "wrong")}, 401, nil},
		"application credential":          {"/compute/", []string{"Authorization", basic("appcred", id+":"+secret)}, 200, nil},
		"wrong secret":                    {"/compute/", []string{"Authorization", basic("appcred", id+":wrong")}, 401, nil},
		"access token":                    {"/compute/", []string{"Authorization", "Bearer alice-token"}, 200, nil},
		"unknown access token":            {"/compute/", []string{"Authorization", "Bearer mallory-token"}, 401, nil},
		"access token for foreign":        {"/p/" + p.foreign + "/compute/", []string{"Authorization", "Bearer alice-token"}, 403, nil},
	} {
		status, body := g.get(t, tc.path, tc.header...)
		if status != tc.status {
			t.Errorf("%s: status %d, want %d: %.300s", name, status, tc.status, body)
		}
		for _, want := range tc.say {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %.300q does not say %q", name, body, want)
			}
		}
		if tc.path == "/p/"+p.two.projects[1]+"/network/" && !strings.Contains(body, g.url+tc.path) {
			t.Errorf("%s: URLs do not keep the project: %.300q", name, body)
		}
	}
	t.Run("a revoked token is noticed", func(t *testing.T) {
		token, _ := p.token(t, p.one, p.one.projects[0])
		if status, body := g.get(t, "/-/", "X-Auth-Token", token); status != http.StatusOK {
			t.Fatalf("status %d: %.300s", status, body)
		}
		p.revoke(t, token)
		g.awaitRefusal(t, "X-Auth-Token", token)
	})
	t.Run("an application credential ends", func(t *testing.T) {
		id, secret := p.appcred(t, p.one, time.Now().Add(5*time.Second))
		credential := basic("appcred", id+":"+secret)
		if status, body := g.get(t, "/-/", "Authorization", credential); status != http.StatusOK {
			t.Fatalf("status %d: %.300s", status, body)
		}
		g.awaitRefusal(t, "Authorization", credential)
	})
}

// awaitRefusal asks until the credential is refused.
func (g gateway) awaitRefusal(t *testing.T, header, value string) {
	t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-tick.C {
		switch status, body := g.get(t, "/-/", header, value); status {
		case http.StatusOK:
		case http.StatusUnauthorized:
			return
		default:
			t.Fatalf("status %d: %.300s", status, body)
		}
	}
	t.Error("still accepted after 20 seconds")
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}
