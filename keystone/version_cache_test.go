package keystone

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// versioned is a Nova that tells its versions, and a Client of which it is part.
type versioned struct {
	client *Client
	asked  atomic.Int64
	answer atomic.Pointer[http.HandlerFunc] // to the question for versions
	status atomic.Int64                     // of every other answer
}

func newVersioned(t *testing.T, now func() time.Time) *versioned {
	t.Helper()
	v := &versioned{}
	v.tells("2.60")
	v.status.Store(http.StatusOK)
	var url string
	nova := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/identity/v3/auth/tokens":
			writeJSON(w, http.StatusOK, tokenOf(now().Add(time.Hour), public("compute", url+"/compute/v2.1/"+projectID)))
		case "/compute/v2.1/":
			v.asked.Add(1)
			(*v.answer.Load())(w, r)
		default:
			writeJSON(w, int(v.status.Load()), doc{})
		}
	}))
	t.Cleanup(nova.Close)
	url = nova.URL
	v.client = newClient(t, Options{URL: url + "/identity", Now: now})
	return v
}

func (v *versioned) respond(h http.HandlerFunc) { v.answer.Store(&h) }

// tells makes Nova answer with a newest version.
func (v *versioned) tells(newest string) {
	v.respond(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Auth-Token") != goodToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		writeJSON(w, http.StatusOK, doc{"version": doc{"id": "v2.1", "version": newest}})
	})
}

// check compares the newest version and how often Nova has been asked for it.
func (v *versioned) check(t *testing.T, want string, asked int64) {
	t.Helper()
	if got := session(t, v.client).ComputeVersion(t.Context()).String(); got != want {
		t.Errorf("newest version %s, want %s", got, want)
	}
	if n := v.asked.Load(); n != asked {
		t.Errorf("Nova was asked %d times, want %d", n, asked)
	}
}

func TestVersionsAreAskedForOnce(t *testing.T) {
	t.Parallel()
	v := newVersioned(t, time.Now)
	v.check(t, "2.60", 1)
	v.check(t, "2.60", 1)
	if got := session(t, v.client).VolumeVersion(t.Context()).String(); got != "3.0" {
		t.Errorf("a cloud without Cinder has its version %s, want 3.0", got)
	}
}

func TestNotAcceptableAsksAnew(t *testing.T) {
	t.Parallel()
	v := newVersioned(t, time.Now)
	v.check(t, "2.60", 1)
	v.tells("2.42")
	v.status.Store(http.StatusNotAcceptable)
	nova, err := session(t, v.client).Compute("2.60")
	if err != nil {
		t.Fatal(err)
	}
	//nolint:bodyclose // gophercloud closes it
	if _, err := nova.Get(t.Context(), nova.ServiceURL("servers"), nil, nil); err == nil {
		t.Error("406 is no error")
	}
	v.check(t, "2.42", 2)
}

func TestUselessAnswersMeanTheOldestVersion(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"404":      http.NotFound,
		"redirect": http.RedirectHandler("/elsewhere", http.StatusFound).ServeHTTP,
		"a page":   func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "900")
			w.WriteHeader(http.StatusOK)
		},
		"no end":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2*maxVersionBytes)) },
		"no versions": func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, doc{"versions": []doc{}}) },
	} {
		clk := newClock()
		v := newVersioned(t, clk.Now)
		v.respond(answer)
		v.check(t, "2.1", 1)
		v.check(t, "2.1", 1)
		v.tells("2.60")
		clk.advance(versionRetry)
		session(t, v.client).ComputeVersion(t.Context()) // does not wait for the question that it asks
		if got := eventually(t, v); got != "2.60" {
			t.Errorf("%s: newest version %s afterwards, want 2.60", name, got)
		}
	}
}

// eventually returns the newest version once Nova has been asked a second time.
func eventually(t *testing.T, v *versioned) string {
	t.Helper()
	s := session(t, v.client)
	address := s.identity.endpoints[computeService].route.address()
	<-s.versions.flights.DoChan(address, func() (any, error) { return Microversion{}, nil })
	return s.ComputeVersion(t.Context()).String()
}

func TestARefusedTokenTellsNothingAboutVersions(t *testing.T) {
	t.Parallel()
	v := newVersioned(t, time.Now)
	v.respond(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	v.check(t, "2.1", 1)
	v.tells("2.60")
	v.check(t, "2.60", 2)
}

// versions is a versionCache with an asker that takes a time.
func newVersions(t *testing.T) *versionCache {
	t.Helper()
	c, err := newVersionCache(Options{}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOneQuestionForVersionsServesAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newVersions(t)
		var asked atomic.Int64
		ask := func(context.Context) (Microversion, error) {
			asked.Add(1)
			time.Sleep(time.Second)
			return Microversion{2, 60}, nil
		}
		got := make(chan Microversion)
		for range 4 {
			go func() { got <- c.get(t.Context(), "a", Microversion{2, 1}, ask) }()
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		all := []Microversion{c.get(impatient, "a", Microversion{2, 1}, ask)}
		for range 4 {
			all = append(all, <-got)
		}
		if diff := cmp.Diff([]Microversion{{2, 1}, {2, 60}, {2, 60}, {2, 60}, {2, 60}}, all); diff != "" {
			t.Errorf("versions, the impatient one's first (-want +got):\n%s", diff)
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("%d questions, want 1", n)
		}
	})
}

func TestOldVersionsServeUntilThereAreNewOnes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newVersions(t)
		get := func(ask func(context.Context) (Microversion, error)) Microversion {
			before := time.Now()
			newest := c.get(t.Context(), "a", Microversion{2, 1}, ask)
			if waited := time.Since(before); waited > 0 && newest != (Microversion{2, 60}) {
				t.Errorf("waited %s", waited)
			}
			return newest
		}
		tell := func(minor int) func(context.Context) (Microversion, error) {
			return func(context.Context) (Microversion, error) { return Microversion{2, minor}, nil }
		}
		hang := func(ctx context.Context) (Microversion, error) {
			<-ctx.Done()
			return Microversion{}, ctx.Err()
		}
		all := []Microversion{get(tell(60))}
		time.Sleep(versionTTL)
		all = append(all, get(hang))
		time.Sleep(versionTimeout)
		all = append(all, get(tell(90))) // not yet: the service is left alone for a while
		time.Sleep(versionRetry)
		all = append(all, get(tell(90)))
		synctest.Wait()
		all = append(all, get(tell(93)))
		if diff := cmp.Diff([]Microversion{{2, 60}, {2, 60}, {2, 60}, {2, 60}, {2, 90}}, all); diff != "" {
			t.Errorf("versions (-want +got):\n%s", diff)
		}
	})
}
