package keystone

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	goodToken = "gAAAAA-good-token"
	projectID = "75cd976ae0c944049bde75d8f9025f03"
)

// keystoneServer is a Keystone that knows goodToken. A test may replace its answer.
type keystoneServer struct {
	*httptest.Server
	calls  atomic.Int64
	answer atomic.Pointer[http.HandlerFunc]
}

func newKeystone(tb testing.TB) *keystoneServer {
	tb.Helper()
	ks := &keystoneServer{}
	ks.respond(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v3/auth/tokens" || r.Header.Get("X-Auth-Token") != goodToken ||
			r.Header.Get("X-Subject-Token") != goodToken {
			writeJSON(w, http.StatusUnauthorized, map[string]any{"error": map[string]any{"code": 401}})
			return
		}
		writeJSON(w, http.StatusOK, tokenOf(time.Now().Add(time.Hour)))
	})
	ks.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ks.calls.Add(1)
		(*ks.answer.Load())(w, r)
	}))
	tb.Cleanup(ks.Close)
	return ks
}

func (ks *keystoneServer) respond(h http.HandlerFunc) { ks.answer.Store(&h) }

// doc is a piece of JSON.
type doc = map[string]any

// tokenOf is Keystone's description of a token of user demo for project demo.
func tokenOf(expires time.Time, catalog ...doc) doc {
	return doc{"token": doc{
		"user":       doc{"id": "u1", "name": "demo", "domain": doc{"id": "default", "name": "Default"}},
		"project":    doc{"id": projectID, "name": "demo", "domain": doc{"id": "default", "name": "Default"}},
		"roles":      []doc{{"id": "r1", "name": "member"}, {"id": "r2", "name": "reader"}},
		"expires_at": expires.UTC().Format("2006-01-02T15:04:05.000000Z"),
		"catalog":    catalog,
	}}
}

// entry is a catalogue entry with endpoints given as interface, region, URL.
func entry(serviceType string, endpoints ...[3]string) doc {
	var list []doc
	for _, e := range endpoints {
		list = append(list, doc{"interface": e[0], "region_id": e[1], "region": e[1], "url": e[2]})
	}
	return doc{"type": serviceType, "name": "any", "endpoints": list}
}

// public is a catalogue entry with one public endpoint in RegionOne.
func public(serviceType, url string) doc {
	return entry(serviceType, [3]string{"public", "RegionOne", url})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func mustJSON(tb testing.TB, v any) []byte {
	tb.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

// newClient makes a Client that is closed with the test.
func newClient(tb testing.TB, o Options) *Client {
	tb.Helper()
	c, err := New(o)
	if err != nil {
		tb.Fatalf("New(%+v): %v", o, err)
	}
	tb.Cleanup(c.Close)
	return c
}

// session signs in with goodToken.
func session(tb testing.TB, c *Client) *Session {
	tb.Helper()
	s, err := c.Session(tb.Context(), withToken(goodToken))
	if err != nil {
		tb.Fatalf("Session: %v", err)
	}
	return s
}

func withToken(token string) Request { return with("X-Auth-Token", token) }

// with is a request with one header.
func with(name, value string) Request {
	return Request{Header: http.Header{name: {value}}, Secure: true}
}

// kindOf returns the kind of err, 0 for nil, and fails for any other error.
func kindOf(tb testing.TB, err error) Kind {
	tb.Helper()
	if err == nil {
		return 0
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		tb.Fatalf("error %v (%T) is no *Error", err, err)
	}
	return e.Kind
}

// clock is a clock that stands until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Now()} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// recorder collects calls.
type recorder struct {
	mu    sync.Mutex
	calls []Call
}

func (r *recorder) observe(_ context.Context, c Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, c)
}

func (r *recorder) all() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Call(nil), r.calls...)
}
