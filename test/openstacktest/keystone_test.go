package openstacktest

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// everywhere are calls to all services that need a token.
var everywhere = []string{
	"/identity/v3/auth/projects", "/compute/v2.1/servers", "/networking/v2.0/networks", "/volume/v3/volumes", "/image/v2/images",
}

func TestTokensExpireEverywhere(t *testing.T) {
	t.Parallel()
	at := newClock()
	c := start(t, Options{Now: at.Now})
	demo := as(t, c, "demo")
	token, err := c.TokenFor("demo", "demo", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	demo.token = token
	for _, step := range []struct {
		after  time.Duration
		status int
	}{{time.Minute - time.Nanosecond, http.StatusOK}, {time.Nanosecond, http.StatusUnauthorized}} {
		at.advance(step.after)
		for _, path := range everywhere {
			demo.do(http.MethodGet, path, "", step.status)
		}
	}
}

func TestRevokedTokensAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo, second := as(t, c, "demo"), as(t, c, "demo")
	c.Revoke(demo.token)
	for _, path := range everywhere {
		demo.do(http.MethodGet, path, "", http.StatusUnauthorized)
		second.do(http.MethodGet, path, "", http.StatusOK)
	}
}

func TestTokenNeedsARole(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	for _, login := range [][2]string{{"nobody", "demo"}, {"demo", "nowhere"}, {"demo", "other"}} {
		if token, err := c.Token(login[0], login[1]); err == nil {
			t.Errorf("Token(%q, %q) = %q", login[0], login[1], token)
		}
	}
	if err := c.Grant("demo", "other", "member"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Token("demo", "other"); err != nil {
		t.Errorf("with a role: %v", err)
	}
	if err := c.Grant("demo", "nowhere", "member"); err == nil {
		t.Error("a role in a project that does not exist was granted")
	}
}

func TestTheCatalogueNamesEveryRegionAndInterface(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	seen := 0
	for _, entry := range items(demo.get("/identity/v3/auth/catalog"), "catalog") {
		kind := str(entry.(object), "type")
		for _, item := range items(entry.(object), "endpoints") {
			e := item.(object)
			seen++
			wanted := ""
			if str(e, "region") == "RegionTwo" {
				wanted = "/RegionTwo"
			}
			if str(e, "interface") != "public" {
				wanted += "/" + str(e, "interface")
			}
			if rest, ok := strings.CutPrefix(str(e, "url"), c.base+wanted+"/"); !ok || strings.HasPrefix(rest, "Region") {
				t.Errorf("%s: %v", kind, e)
			}
		}
	}
	if want := 7 * 2 * 3; seen != want {
		t.Errorf("%d endpoints, want %d", seen, want)
	}
}

func TestAnApplicationCredentialEndsWithItsTokens(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	path := "/identity/v3/users/" + seedHexID("user demo") + "/application_credentials"
	body := child(demo.do(http.MethodPost, path, `{"application_credential": {"name": "a"}}`, http.StatusCreated), "application_credential")
	login := `{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": "` + str(body, "id") +
		`", "secret": "` + str(body, "secret") + `"}}}}`
	r, err := demo.try(http.MethodPost, "/identity/v3/auth/tokens", login)
	if err != nil || r.code != http.StatusCreated {
		t.Fatalf("%d, %v: %s", r.code, err, r.text)
	}
	delegate := *demo
	delegate.token = r.header.Get("X-Subject-Token")
	delegate.get("/compute/v2.1/servers")
	demo.do(http.MethodDelete, path+"/"+str(body, "id"), "", http.StatusNoContent)
	delegate.do(http.MethodGet, "/compute/v2.1/servers", "", http.StatusUnauthorized)
	demo.do(http.MethodPost, "/identity/v3/auth/tokens", login, http.StatusNotFound)
}
