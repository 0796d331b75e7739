package keystone_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/test/oidcproxy"
	"github.com/occigate/occigate/test/openstacktest"
)

// alice's access token; its provider says that it ends at a time far away.
var alice = jwt(`{"sub":"alice","exp":4102444800}`)

func jwt(claims string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2lnbmVk"
}

// site is a simulated OpenStack with a clock, a proxy before its Keystone that knows access tokens,
// and a client that accepts every kind of credential.
type site struct {
	*openstacktest.Cloud
	*keystone.Client
	mu    sync.Mutex
	moved time.Duration
}

func newSite(tb testing.TB, change ...func(*keystone.Options)) *site {
	tb.Helper()
	s := &site{}
	cloud, err := openstacktest.Start(openstacktest.Options{Now: s.now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(cloud.Close)
	s.Cloud = cloud
	s.connect(tb, change...)
	return s
}

// connect makes the client, which knows nobody.
func (s *site) connect(tb testing.TB, change ...func(*keystone.Options)) {
	tb.Helper()
	proxy, err := oidcproxy.New(s.AuthURL(), map[string]string{
		alice: "alice", "opaque": "bob", jwt(`{"exp":1}`): "carol", jwt(`{"exp":"never"}`): "dave",
	})
	if err != nil {
		tb.Fatal(err)
	}
	front := httptest.NewServer(proxy)
	tb.Cleanup(front.Close)
	o := keystone.Options{
		URL: front.URL, Protocols: []string{"none/openid", "lab/oidc", "lab/openid"}, Basic: true, Now: s.now,
	}
	for _, f := range change {
		f(&o)
	}
	s.Client, err = keystone.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Client.Close)
}

// Close is the client's: the cloud is closed with the test.
func (s *site) Close() { s.Client.Close() }

func (s *site) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.moved)
}

func (s *site) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moved += d
}

// token logs a user in.
func (s *site) token(tb testing.TB, user, project string) string {
	tb.Helper()
	token, err := s.Token(user, project)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// grant gives a user a role in one more project.
func (s *site) grant(tb testing.TB, user, project string) {
	tb.Helper()
	if err := s.Grant(user, project, "member"); err != nil {
		tb.Fatal(err)
	}
}

// asked returns what Keystone was asked since it was last called.
func (s *site) asked() []string {
	var lines []string
	for _, call := range s.Calls() {
		lines = append(lines, call.Method+" "+strings.TrimPrefix(call.Path, "/identity"))
	}
	s.ResetCalls()
	return lines
}

// request is a request over TLS with headers, names and values in turn.
func request(headers ...string) keystone.Request {
	r := keystone.Request{Header: http.Header{}, Secure: true, Addr: netip.MustParseAddr("192.0.2.1")}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

// basic is the value of Authorization for user:password.
func basic(userPassword string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(userPassword))
}

// outcome is the project of a session, or the kind of its error.
func outcome(s *keystone.Session, err error) string {
	if e, ok := errors.AsType[*keystone.Error](err); ok {
		return e.Kind.String()
	}
	if err != nil {
		return fmt.Sprintf("%T", err)
	}
	return s.UserName() + " in " + s.ProjectName()
}

// session signs in.
func (s *site) session(tb testing.TB, r keystone.Request) *keystone.Session {
	tb.Helper()
	session, err := s.Session(tb.Context(), r)
	if err != nil {
		tb.Fatal(err)
	}
	return session
}

func (s *site) projectID(tb testing.TB, user, project string) string {
	tb.Helper()
	return s.session(tb, request("X-Auth-Token", s.token(tb, user, project))).ProjectID()
}

// appcred makes an application credential and returns what Basic takes. End is "" for none.
func (s *site) appcred(tb testing.TB, user, project, end string) string {
	tb.Helper()
	token := s.token(tb, user, project)
	body := map[string]any{"name": token[len(token)-20:]}
	if end != "" {
		body["expires_at"] = end
	}
	text, err := json.Marshal(map[string]any{"application_credential": body})
	if err != nil {
		tb.Fatal(err)
	}
	id := s.session(tb, request("X-Auth-Token", token)).UserID()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost,
		s.AuthURL()+"/v3/users/"+id+"/application_credentials", bytes.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", token)
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer answer.Body.Close()
	var made struct {
		Credential struct{ ID, Secret string } `json:"application_credential"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&made); err != nil || made.Credential.Secret == "" {
		tb.Fatalf("application credential: status %d, %v", answer.StatusCode, err)
	}
	return "appcred:" + made.Credential.ID + ":" + made.Credential.Secret
}
