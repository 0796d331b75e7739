package keystone

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestKnownIdentityExpires(t *testing.T) {
	t.Parallel()
	const ttl = time.Minute
	for name, tc := range map[string]struct {
		lifetime time.Duration // of the token
		want     time.Duration // until Keystone is asked again
	}{
		"long-lived token":              {time.Hour, ttl},
		"token ends with the margin":    {ttl + expiryMargin, ttl},
		"token ends within the TTL":     {50 * time.Second, 20 * time.Second},
		"token ends soon":               {expiryMargin + time.Second, time.Second},
		"token ends within the margin":  {expiryMargin, 0},
		"token ended by this clock":     {-time.Hour, 0},
		"token whose end is not stated": {0, ttl},
	} {
		ks, clk := newKeystone(t), newClock()
		ks.respond(func(w http.ResponseWriter, _ *http.Request) {
			body := tokenOf(clk.Now().Add(tc.lifetime))
			body["token"].(doc)["expires_at"] = clk.Now().Add(tc.lifetime).UTC().Format(time.RFC3339Nano)
			if tc.lifetime == 0 {
				delete(body["token"].(doc), "expires_at")
			}
			writeJSON(w, http.StatusOK, body)
		})
		c := newClient(t, Options{URL: ks.URL, CacheTTL: ttl, Now: clk.Now})
		session(t, c)
		if tc.want > 0 {
			clk.advance(tc.want - 1)
			session(t, c)
			if got := ks.calls.Load(); got != 1 {
				t.Errorf("%s: %d calls just before %s, want 1", name, got, tc.want)
			}
			clk.advance(1)
		}
		session(t, c)
		if got := ks.calls.Load(); got != 2 {
			t.Errorf("%s: %d calls after %s, want 2", name, got, tc.want)
		}
	}
}

func TestRefusedTokenIsRememberedBriefly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   any
		kind   Kind
	}{
		"401": {http.StatusUnauthorized, doc{}, Rejected},
		"404": {http.StatusNotFound, doc{"error": doc{"code": 404}}, Rejected},
	} {
		ks, clk := newKeystone(t), newClock()
		ks.respond(func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, tc.status, tc.body) })
		c := newClient(t, Options{URL: ks.URL, NegativeTTL: 5 * time.Second, Now: clk.Now})
		for _, step := range []struct {
			advance time.Duration
			calls   int64
		}{{0, 1}, {5*time.Second - 1, 1}, {1, 2}, {0, 2}} {
			clk.advance(step.advance)
			_, err := c.Session(t.Context(), withToken(goodToken))
			if kind, calls := kindOf(t, err), ks.calls.Load(); kind != tc.kind || calls != step.calls {
				t.Errorf("%s: %v after %d calls, want %v after %d", name, kind, calls, tc.kind, step.calls)
			}
		}
	}
}

func TestOutagesAreNotRemembered(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"403": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"429": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"empty": func(http.ResponseWriter, *http.Request) {
		},
		"404 of something else": func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
	} {
		ks := newKeystone(t)
		recovered := *ks.answer.Load()
		ks.respond(answer)
		c := newClient(t, Options{URL: ks.URL})
		if _, err := c.Session(t.Context(), withToken(goodToken)); err == nil {
			t.Errorf("%s: no error", name)
		}
		ks.respond(recovered)
		if _, err := c.Session(t.Context(), withToken(goodToken)); err != nil {
			t.Errorf("%s: still refused after recovery: %v", name, err)
		}
	}
}

func TestKnownIdentityOutlivesKeystone(t *testing.T) {
	t.Parallel()
	ks, clk := newKeystone(t), newClock()
	c := newClient(t, Options{URL: ks.URL, CacheTTL: time.Minute, OutageTTL: 5 * time.Minute, Now: clk.Now})
	session(t, c)
	ks.Close()
	clk.advance(5*time.Minute - 1)
	session(t, c)
	_, err := c.Session(t.Context(), withToken("unknown"))
	if got := kindOf(t, err); got != Unavailable {
		t.Errorf("unknown token: got %v, want %v", got, Unavailable)
	}
	clk.advance(1)
	_, err = c.Session(t.Context(), withToken(goodToken))
	if got := kindOf(t, err); got != Unavailable {
		t.Errorf("known token after its time: got %v, want %v", got, Unavailable)
	}
}

func TestParallelFirstRequestsAskOnce(t *testing.T) {
	t.Parallel()
	const callers = 100
	ks := newKeystone(t)
	answer, release := *ks.answer.Load(), make(chan struct{})
	ks.respond(func(w http.ResponseWriter, r *http.Request) { <-release; answer(w, r) })
	var missed sync.WaitGroup
	missed.Add(callers)
	c := newClient(t, Options{URL: ks.URL, CacheEvent: func(result string) {
		if result != CacheMiss {
			t.Errorf("cache event %q, want %q", result, CacheMiss)
		}
		missed.Done()
	}})
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			if s, err := c.Session(t.Context(), withToken(goodToken)); err != nil || s.UserID() != "u1" {
				t.Errorf("Session: %v, %v", s, err)
			}
		})
	}
	missed.Wait()
	close(release)
	wg.Wait()
	if got := ks.calls.Load(); got != 1 {
		t.Errorf("%d calls to Keystone for %d parallel requests, want 1", got, callers)
	}
}

func TestIdentityStoredMeanwhileIsTaken(t *testing.T) {
	t.Parallel()
	key := newDigester().digest(credential{secret: NewSecret(goodToken)})
	var cache *identityCache
	o := Options{URL: "http://ks"}.withDefaults()
	o.CacheEvent = func(string) { cache.store(key, &recognised{identity: &identity{userID: "u1"}}, nil) } // between the look and the flight
	cache, err := newIdentityCache(o)
	if err != nil {
		t.Fatal(err)
	}
	who, err := cache.get(t.Context(), key, func(context.Context, *recognised) (*recognised, error) {
		t.Error("Keystone was asked")
		return &recognised{}, nil
	})
	if err != nil || who.identity.userID != "u1" {
		t.Errorf("got %+v, %v, want the stored identity", who, err)
	}
}

func TestImpatientCallerDoesNotFailOthers(t *testing.T) {
	t.Parallel()
	ks := newKeystone(t)
	answer, asked, release := *ks.answer.Load(), make(chan struct{}), make(chan struct{})
	ks.respond(func(w http.ResponseWriter, r *http.Request) { close(asked); <-release; answer(w, r) })
	c := newClient(t, Options{URL: ks.URL})

	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := c.Session(ctx, withToken(goodToken))
		first <- err
	}()
	<-asked
	second := make(chan error, 1)
	go func() {
		_, err := c.Session(t.Context(), withToken(goodToken))
		second <- err
	}()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) || kindOf(t, err) != Unavailable {
		t.Errorf("impatient caller: got %v, want Unavailable for context.Canceled", err)
	}
	close(release)
	if err := <-second; err != nil {
		t.Errorf("patient caller: %v", err)
	}
	if got := ks.calls.Load(); got != 1 {
		t.Errorf("%d calls to Keystone, want 1", got)
	}
}

func TestInvalidateAsksAgain(t *testing.T) {
	t.Parallel()
	ks := newKeystone(t)
	c := newClient(t, Options{URL: ks.URL})
	s := session(t, c)
	session(t, c)
	if got := ks.calls.Load(); got != 1 {
		t.Fatalf("%d calls, want 1", got)
	}
	s.Invalidate()
	ks.respond(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	_, err := c.Session(t.Context(), withToken(goodToken))
	if got := kindOf(t, err); got != Rejected {
		t.Errorf("after Invalidate: got %v, want %v", got, Rejected)
	}
}

func TestCacheEvents(t *testing.T) {
	t.Parallel()
	ks := newKeystone(t)
	var events []string
	c := newClient(t, Options{URL: ks.URL, CacheEvent: func(result string) { events = append(events, result) }})
	for _, token := range []string{goodToken, goodToken, "bad", "bad", goodToken, "b a d"} {
		_, _ = c.Session(t.Context(), withToken(token))
	}
	want := []string{CacheMiss, CacheHit, CacheMiss, CacheNegative, CacheHit}
	if fmt.Sprint(events) != fmt.Sprint(want) {
		t.Errorf("events %v, want %v", events, want)
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	const size, tokens = 50, 1000
	c := newClient(t, Options{URL: "http://ks", CacheSize: size})
	digests := newDigester()
	id := &identity{userID: "u"}
	for i := range tokens {
		key := digests.digest(credential{secret: NewSecret(fmt.Sprint(i))})
		c.cache.store(key, &recognised{identity: id}, nil)
		other := digests.digest(credential{secret: NewSecret(fmt.Sprint(i)), name: "refused"})
		c.cache.store(other, nil, &Error{Kind: Rejected, lasting: true})
	}
	c.cache.known.CleanUp()
	c.cache.refused.CleanUp()
	if got := c.cache.known.EstimatedSize(); got == 0 || got > size {
		t.Errorf("%d identities kept, want 1 to %d", got, size)
	}
	if got := c.cache.refused.EstimatedSize(); got == 0 || got > size {
		t.Errorf("%d refusals kept, want 1 to %d", got, size)
	}
}

func TestGuessingDoesNotPushOutIdentities(t *testing.T) {
	t.Parallel()
	ks := newKeystone(t)
	c := newClient(t, Options{URL: ks.URL, CacheSize: 10})
	session(t, c)
	for i := range 100 {
		if _, err := c.Session(t.Context(), withToken(fmt.Sprintf("guess-%d", i))); kindOf(t, err) != Rejected {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	before := ks.calls.Load()
	session(t, c)
	if got := ks.calls.Load() - before; got != 0 {
		t.Errorf("%d calls for a known token after guessing, want 0", got)
	}
}

func TestIdentitiesOfTwoTokensDoNotMix(t *testing.T) {
	t.Parallel()
	ks := newKeystone(t)
	ks.respond(func(w http.ResponseWriter, r *http.Request) {
		name := r.Header.Get("X-Auth-Token")
		writeJSON(w, http.StatusOK, doc{"token": doc{"user": doc{"id": "user-" + name}, "project": doc{"id": "project-" + name}}})
	})
	c := newClient(t, Options{URL: ks.URL})
	var wg sync.WaitGroup
	var mixed atomic.Int64
	for i := range 200 {
		wg.Go(func() {
			name := fmt.Sprint(i % 7)
			s, err := c.Session(t.Context(), withToken(name))
			if err != nil || s.UserID() != "user-"+name || s.ProjectID() != "project-"+name {
				mixed.Add(1)
			}
		})
	}
	wg.Wait()
	if got := mixed.Load(); got != 0 {
		t.Errorf("%d of 200 sessions have another token's identity", got)
	}
}
