package keystone_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/test/openstacktest"
)

// While Keystone is away, whoever it knew a while ago is known, until the hard limit or the end of the
// token; everybody else is told to come back.
func TestOutage(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]openstacktest.Fault{
		"away":     {Mode: openstacktest.Refuse},
		"503":      {Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"30"}}},
		"500":      {Status: http.StatusInternalServerError},
		"a page":   {Mode: openstacktest.HTML},
		"nonsense": {Status: http.StatusOK, Body: `{"token":[]}`},
	} {
		s := newSite(t)
		requests := map[string]keystone.Request{
			"token":        request("X-Auth-Token", s.token(t, "demo", "demo")),
			"rescoped":     request("X-Auth-Token", s.token(t, "demo", "")),
			"access token": request("Authorization", "Bearer "+alice),
			"password":     request("Authorization", basic("demo:demo-secret")),
		}
		for _, r := range requests {
			s.session(t, r)
		}
		soon, err := s.TokenFor("demo", "demo", 3*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		s.session(t, request("X-Auth-Token", soon))
		fault.Service = "keystone"
		s.AddFault(fault)

		s.advance(3 * time.Minute)
		for what, r := range requests {
			if got := outcome(s.Session(t.Context(), r)); got != "demo in demo" && got != "alice in demo" {
				t.Errorf("%s: %s after 3 minutes: %s, want that it goes on", name, what, got)
			}
		}
		for what, r := range map[string]keystone.Request{
			"unknown token": request("X-Auth-Token", "unknown"), "unknown password": request("Authorization", basic("demo:guess")),
			"unknown access token": request("Authorization", "Bearer opaque"), "token that has ended": request("X-Auth-Token", soon),
		} {
			checkComesBack(t, s, name+": "+what, r)
		}
		s.advance(2*time.Minute + time.Second)
		for what, r := range requests {
			checkComesBack(t, s, name+": after 5 minutes: "+what, r)
		}
		s.ClearFaults()
		s.advance(time.Second)
		for what, r := range requests {
			if got := outcome(s.Session(t.Context(), r)); got != "demo in demo" && got != "alice in demo" {
				t.Errorf("%s: %s after recovery: %s", name, what, got)
			}
		}
	}
}

func checkComesBack(t *testing.T, s *site, what string, r keystone.Request) {
	t.Helper()
	_, err := s.Session(t.Context(), r)
	e, ok := errors.AsType[*keystone.Error](err)
	if !ok || e.RetryAfter <= 0 || e.Kind != keystone.Unavailable && e.Kind != keystone.BadAnswer {
		t.Errorf("%s: got %v, want that it is told to come back", what, err)
	}
}

// A Keystone that is away is asked once a second, however many callers there are.
func TestOutageIsQuiet(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.AddFault(openstacktest.Fault{Service: "keystone", Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"30"}}})
	for i := range 50 {
		checkComesBack(t, s, "unknown", request("X-Auth-Token", fmt.Sprint("unknown-", i)))
	}
	if asked := s.asked(); len(asked) != 3 {
		t.Errorf("asked %d times, want 3 until the outage is noticed", len(asked))
	}
	s.advance(time.Second)
	for i := range 50 {
		checkComesBack(t, s, "unknown", request("X-Auth-Token", fmt.Sprint("unknown-", i)))
	}
	if asked := s.asked(); len(asked) != 1 {
		t.Errorf("asked %d times a second later, want once", len(asked))
	}
}

// A revoked token is noticed after a minute, in whatever way it came.
func TestRevocationIsNoticed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	scoped, unscoped := s.token(t, "demo", "demo"), s.token(t, "demo", "")
	for name, token := range map[string]string{"of a project": scoped, "exchanged": unscoped} {
		r := request("X-Auth-Token", token)
		s.session(t, r)
		s.Revoke(token)
		if got := outcome(s.Session(t.Context(), r)); got != "demo in demo" {
			t.Errorf("%s: at once: %s, want that it is still known", name, got)
		}
		s.advance(time.Minute)
		for range 2 {
			if got := outcome(s.Session(t.Context(), r)); got != "rejected" {
				t.Errorf("%s: after a minute: %s, want rejected", name, got)
			}
		}
	}
}

// A token given in exchange is kept while it is good, and asked for again when it no longer is.
func TestExchangedTokenIsRenewed(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]keystone.Request{
		"password": request("Authorization", basic("demo:demo-secret")), "access token": request("Authorization", "Bearer "+alice),
	} {
		s := newSite(t)
		token := s.session(t, r).Token()
		_ = s.asked()
		s.advance(time.Hour)
		if again := s.session(t, r).Token(); again != token {
			t.Errorf("%s: another token after an hour", name)
		}
		if asked := s.asked(); len(asked) != 1 || asked[0] != "GET /v3/auth/tokens" {
			t.Errorf("%s: asked %q after an hour, want about the token", name, asked)
		}
		s.Revoke(token)
		s.advance(time.Minute)
		if again := s.session(t, r).Token(); again == token {
			t.Errorf("%s: the token that was revoked", name)
		}
		s.Revoke(s.session(t, r).Token())
		s.session(t, r).Invalidate() // as when a service says 401
		if got := outcome(s.Session(t.Context(), r)); got == "rejected" {
			t.Errorf("%s: %s after a service refused the token", name, got)
		}
	}
}

// An access token is not used beyond the end that it states.
func TestAccessTokenEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := request("Authorization", "Bearer "+jwt(`{"exp":1}`))
	_ = s.asked()
	for range 2 {
		if got := outcome(s.Session(t.Context(), r)); got != "carol in demo" { // this provider does not mind
			t.Fatal(got)
		}
		if asked := s.asked(); len(asked) != 5 {
			t.Errorf("asked %q, want all of it each time", asked)
		}
	}
}

// 100 first requests of one user at a time make one exchange.
func TestParallelFirstRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, tc := range map[string]struct {
		request keystone.Request
		calls   int
	}{
		"token":        {request("X-Auth-Token", s.token(t, "demo", "demo")), 1},
		"rescoped":     {request("X-Auth-Token", s.token(t, "demo", "")), 3},
		"password":     {request("Authorization", basic("demo:demo-secret")), 1},
		"access token": {request("Authorization", "Bearer "+alice), 5},
	} {
		_ = s.asked()
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				if _, err := s.Session(t.Context(), tc.request); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if asked := s.asked(); len(asked) != tc.calls {
			t.Errorf("%s: asked %q, want %d calls", name, asked, tc.calls)
		}
	}
}

// Guessing costs Keystone a bounded number of calls, and nobody who is known anything.
func TestGuessing(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *keystone.Options) { o.GuessLimit = 10 })
	known := request("X-Auth-Token", s.token(t, "demo", "demo"))
	s.session(t, known)
	guess := func(i int, from string) string {
		r := request("Authorization", basic(fmt.Sprintf("demo:guess-%d", i)))
		r.Addr = netip.MustParseAddr(from)
		return outcome(s.Session(t.Context(), r))
	}
	_ = s.asked()
	for i := range 1000 {
		want := "rejected"
		if i >= 10 {
			want = "throttled"
		}
		if got := guess(i, "192.0.2.1"); got != want {
			t.Fatalf("guess %d: %s, want %s", i, got, want)
		}
	}
	if asked := s.asked(); len(asked) != 10 {
		t.Errorf("Keystone was asked %d times, want 10", len(asked))
	}
	s.advance(time.Minute - time.Second)
	if got := outcome(s.Session(t.Context(), known)); got != "demo in demo" {
		t.Errorf("known caller at the same address: %s", got)
	}
	if got := guess(1, "192.0.2.2"); got != "rejected" {
		t.Errorf("another address: %s", got)
	}
	for i := range 11 {
		want := "rejected"
		if i == 10 {
			want = "throttled"
		}
		if got := guess(2000+i, fmt.Sprintf("2001:db8::%x", i)); got != want {
			t.Errorf("guess %d from one IPv6 network: %s, want %s", i, got, want)
		}
	}
	s.advance(time.Second)
	if got := guess(0, "192.0.2.1"); got != "rejected" {
		t.Errorf("a minute later: %s", got)
	}
}
