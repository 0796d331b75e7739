package keystone_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/keystone"
)

// Every way to sign in, and what Keystone is asked for it: the first time this, and then nothing.
func TestSignIn(t *testing.T) {
	t.Parallel()
	const (
		validate = "GET /v3/auth/tokens"
		issue    = "POST /v3/auth/tokens"
		list     = "GET /v3/auth/projects"
		openid   = "POST /v3/OS-FEDERATION/identity_providers/lab/protocols/openid/auth"
	)
	others := []string{ // protocols that do not take the token
		"POST /v3/OS-FEDERATION/identity_providers/none/protocols/openid/auth",
		"POST /v3/OS-FEDERATION/identity_providers/lab/protocols/oidc/auth",
	}
	s := newSite(t)
	s.grant(t, "reader", "other")
	project := s.projectID(t, "reader", "other")
	scoped, unscoped := s.token(t, "demo", "demo"), s.token(t, "demo", "")
	two := s.token(t, "reader", "")
	for name, tc := range map[string]struct {
		request keystone.Request
		want    string
		asked   []string
	}{
		"token of a project":            {request("X-Auth-Token", scoped), "demo in demo", []string{validate}},
		"asked for its own project":     {request("X-Auth-Token", scoped, "X-Project-Name", "demo"), "demo in demo", []string{validate}},
		"token of no project, one":      {request("X-Auth-Token", unscoped), "demo in demo", []string{validate, list, issue}},
		"token of no project, by id":    {request("X-Auth-Token", two, "X-Project-Id", project), "reader in other", []string{validate, issue}},
		"token of no project, by name":  {request("X-Auth-Token", two, "X-Project-Name", "other"), "reader in other", []string{validate, list, issue}},
		"name with domain":              {request("X-Auth-Token", two, "X-Project-Name", "other", "X-Project-Domain-Name", "Default"), "reader in other", []string{validate, issue}},
		"name with domain id":           {request("X-Auth-Token", two, "X-Project-Name", "demo", "X-Project-Domain-Id", "default"), "reader in demo", []string{validate, issue}},
		"by path, name":                 {in("other", request("X-Auth-Token", two)), "reader in other", []string{validate, list, issue}},
		"by path, id":                   {in(project, request("X-Auth-Token", two)), "reader in other", []string{validate, list, issue}},
		"by path and header alike":      {in("demo", request("X-Auth-Token", two, "X-Project-Name", "demo")), "reader in demo", []string{validate, list, issue}},
		"token of another project":      {in("other", request("X-Auth-Token", s.token(t, "reader", "demo"))), "reader in other", []string{validate, list, issue}},
		"access token":                  {request("Authorization", "Bearer "+alice), "alice in demo", append(slices.Clone(others), openid, list, issue)},
		"opaque access token":           {request("Authorization", "bearer opaque"), "bob in demo", append(slices.Clone(others), openid, list, issue)},
		"access token without end":      {request("Authorization", "Bearer "+jwt(`{"exp":"never"}`)), "dave in demo", append(slices.Clone(others), openid, list, issue)},
		"token wins over access token":  {request("X-Auth-Token", scoped, "Authorization", "Bearer nobody"), "demo in demo", []string{}},
		"token wins over junk":          {request("X-Auth-Token", scoped, "Authorization", "Basic %%%"), "demo in demo", []string{}},
		"password":                      {request("Authorization", basic("demo:demo-secret")), "demo in demo", []string{issue}},
		"password with domain":          {request("Authorization", basic(`Default\admin:admin-secret`)), "admin in admin", []string{issue}},
		"password, another project":     {request("Authorization", basic("reader:demo-secret"), "X-Project-Name", "other"), "reader in other", []string{issue, list, issue}},
		"application credential":        {request("Authorization", basic(s.appcred(t, "demo", "demo", ""))), "demo in demo", []string{issue}},
		"its own project":               {in("demo", request("Authorization", basic(s.appcred(t, "demo", "demo", "")))), "demo in demo", []string{issue}},
		"application credential, ends":  {request("Authorization", basic(s.appcred(t, "demo", "demo", "2099-01-01T00:00:00"))), "demo in demo", []string{issue}},
		"wrong password":                {request("Authorization", basic("demo:guess")), "rejected", []string{issue}},
		"nobody":                        {request("Authorization", basic("nobody:guess")), "rejected", []string{issue}},
		"wrong secret":                  {request("Authorization", basic("appcred:nobody:guess")), "rejected", []string{issue}},
		"unknown token":                 {request("X-Auth-Token", "unknown"), "rejected", []string{validate}},
		"unknown access token":          {request("Authorization", "Bearer unknown"), "rejected", []string{}},
		"several projects":              {request("X-Auth-Token", two), "unscoped", []string{validate, list}},
		"foreign project":               {request("X-Auth-Token", scoped, "X-Project-Name", "other"), "foreign", []string{validate, list}},
		"foreign project by id":         {request("X-Auth-Token", scoped, "X-Project-Id", project), "foreign", []string{validate, issue}},
		"foreign project of credential": {request("Authorization", basic(s.appcred(t, "demo", "demo", "")), "X-Project-Id", project), "foreign", []string{issue, issue}},
	} {
		_ = s.asked()
		got := outcome(s.Session(t.Context(), tc.request))
		asked := s.asked()
		if again := outcome(s.Session(t.Context(), tc.request)); got != tc.want || again != tc.want {
			t.Errorf("%s: %s, then %s, want %s", name, got, again, tc.want)
		}
		if name != "token of a project" && name != "token wins over junk" && name != "token wins over access token" {
			if diff := cmp.Diff(tc.asked, append([]string{}, asked...)); diff != "" {
				t.Errorf("%s: asked Keystone (-want +got):\n%s", name, diff)
			}
		}
		if asked := s.asked(); len(asked) > 0 {
			t.Errorf("%s: asked %q the second time, want nothing", name, asked)
		}
	}
	if violations := s.Violations(); len(violations) > 0 {
		t.Errorf("violations: %q", violations)
	}
}

// in is a request to the path of a project.
func in(project string, r keystone.Request) keystone.Request {
	r.Project = project
	return r
}

func TestChoiceIsOffered(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.grant(t, "reader", "other")
	for name, tc := range map[string]struct {
		request keystone.Request
		say     []string
	}{
		"several":       {request("X-Auth-Token", s.token(t, "reader", "")), []string{"demo (", "other (", s.projectID(t, "reader", "other")}},
		"not one of":    {request("X-Auth-Token", s.token(t, "reader", ""), "X-Project-Name", "admin"), []string{`"admin"`, "demo (", "other ("}},
		"foreign by id": {request("X-Auth-Token", s.token(t, "demo", ""), "X-Project-Id", "b593"), []string{`"b593"`}},
	} {
		_, err := s.Session(t.Context(), tc.request)
		e, ok := errors.AsType[*keystone.Error](err)
		if !ok {
			t.Fatalf("%s: %v", name, err)
		}
		for _, want := range tc.say {
			if !strings.Contains(e.Message, want) {
				t.Errorf("%s: message %q does not say %q", name, e.Message, want)
			}
		}
	}
}

// What cannot be a credential, or is none, costs Keystone nothing.
func TestCredentialsThatKeystoneDoesNotSee(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 9000)
	s := newSite(t)
	plain := request("Authorization", basic("demo:demo-secret"))
	plain.Secure = false
	for name, tc := range map[string]struct {
		request keystone.Request
		want    string
	}{
		"nothing":                       {request(), "no credential"},
		"another scheme":                {request("Authorization", "Digest username=demo"), "no credential"},
		"scheme alone":                  {request("Authorization", "Bearer"), "bad credential"},
		"long token":                    {request("X-Auth-Token", long), "bad credential"},
		"long access token":             {request("Authorization", "Bearer "+long), "bad credential"},
		"access token with a blank":     {request("Authorization", "Bearer a b"), "bad credential"},
		"header injection":              {request("Authorization", "Bearer a\r\nX-Evil: 1"), "bad credential"},
		"two tokens":                    {request("X-Auth-Token", "one", "X-Auth-Token", "two"), "ambiguous credential"},
		"two of Authorization":          {request("Authorization", "Bearer one", "Authorization", "Bearer two"), "ambiguous credential"},
		"password without TLS":          {plain, "bad credential"},
		"not Base64":                    {request("Authorization", "Basic demo:demo-secret"), "bad credential"},
		"no colon":                      {request("Authorization", basic("demo")), "bad credential"},
		"no user":                       {request("Authorization", basic(":secret")), "bad credential"},
		"no password":                   {request("Authorization", basic("demo:")), "bad credential"},
		"no domain":                     {request("Authorization", basic(`\demo:secret`)), "bad credential"},
		"long password":                 {request("Authorization", basic("demo:"+long)), "bad credential"},
		"password just too long":        {request("Authorization", basic("demo:"+long[:4097])), "bad credential"},
		"long user":                     {request("Authorization", basic(long[:300]+":secret")), "bad credential"},
		"not UTF-8":                     {request("Authorization", basic("demo:\xff")), "bad credential"},
		"control character":             {request("Authorization", basic("de\nmo:secret")), "bad credential"},
		"application id without secret": {request("Authorization", basic("appcred:id")), "bad credential"},
		"two projects":                  {request("X-Auth-Token", "t", "X-Project-Id", "a", "X-Project-Id", "b"), "ambiguous credential"},
		"project twice":                 {request("X-Auth-Token", "t", "X-Project-Id", "a", "X-Project-Name", "a"), "ambiguous credential"},
		"path and header differ":        {in("a", request("X-Auth-Token", "t", "X-Project-Id", "b")), "ambiguous credential"},
		"long project":                  {request("X-Auth-Token", "t", "X-Project-Id", long), "ambiguous credential"},
		"project with a line break":     {in("a\r\nX-Evil: 1", request("X-Auth-Token", "t")), "ambiguous credential"},
	} {
		session, err := s.Session(t.Context(), tc.request)
		if got := outcome(session, err); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
		for _, secret := range []string{"secret", "Evil", long} {
			if err != nil && strings.Contains(strings.ToLower(err.Error()), strings.ToLower(secret)) && name != "application id without secret" {
				t.Errorf("%s: %.200q shows %.20q", name, err, secret)
			}
		}
	}
	if asked := s.asked(); len(asked) > 0 {
		t.Errorf("Keystone was asked: %q", asked)
	}
}

// Authorization counts only if the operator wants it to.
func TestAuthorizationIsOffByDefault(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *keystone.Options) { o.Basic, o.Protocols = false, nil })
	for _, value := range []string{basic("demo:demo-secret"), "Bearer " + alice} {
		if got := outcome(s.Session(t.Context(), request("Authorization", value))); got != "no credential" {
			t.Errorf("%.10s…: %s, want no credential", value, got)
		}
	}
	if asked := s.asked(); len(asked) > 0 {
		t.Errorf("Keystone was asked: %q", asked)
	}
}

func TestUsualProjectOfFederatedUsers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := request("Authorization", "Bearer "+alice)
	s.session(t, r)
	s.grant(t, "alice", "other")
	for name, tc := range map[string]struct {
		usual   map[string]string
		request keystone.Request
		want    string
	}{
		"none":                        {nil, r, "unscoped"},
		"of their provider":           {map[string]string{"lab": "other"}, r, "alice in other"},
		"of another provider":         {map[string]string{"egi.eu": "other"}, r, "unscoped"},
		"one that they are not in":    {map[string]string{"lab": "admin"}, r, "foreign"},
		"but they ask for another":    {map[string]string{"lab": "other"}, in("demo", r), "alice in demo"},
		"not for users of Keystone's": {map[string]string{"lab": "other"}, request("X-Auth-Token", s.token(t, "demo", "")), "demo in demo"},
	} {
		s.connect(t, func(o *keystone.Options) { o.UsualProjects = tc.usual })
		if got := outcome(s.Session(t.Context(), tc.request)); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestServicesGetTheTokenOfTheProject(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, r := range []keystone.Request{
		request("X-Auth-Token", s.token(t, "demo", "")),
		request("Authorization", "Bearer "+alice),
		request("Authorization", basic("demo:demo-secret")),
	} {
		session, err := s.Session(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		nova, err := session.Compute("2.90")
		if err != nil {
			t.Fatal(err)
		}
		response, err := nova.Get(t.Context(), nova.ServiceURL("servers"), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d, %v", session.UserName(), response.StatusCode, err)
		}
		if printed := fmt.Sprintf("%v %+v %#v", session, session, session); strings.Contains(printed, "gAAAAA") {
			t.Errorf("printing a session shows its token: %s", printed)
		}
	}
}
