package keystone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
)

// novaSession signs in to a cloud whose compute service is nova, below /compute.
func novaSession(t *testing.T, o Options, nova http.HandlerFunc) (*Session, *httptest.Server) {
	t.Helper()
	srv := httptest.NewServer(nova)
	t.Cleanup(srv.Close)
	ks := newKeystone(t)
	ks.respond(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, tokenOf(time.Now().Add(time.Hour), public("compute", srv.URL+"/compute")))
	})
	o.URL = ks.URL
	return session(t, newClient(t, o)), srv
}

func compute(t *testing.T, s *Session) *gophercloud.ServiceClient {
	t.Helper()
	client, err := s.Compute("2.90")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestCallsAreNamedAndObserved(t *testing.T) {
	t.Parallel()
	type key struct{}
	var rec recorder
	var got http.Header
	s, _ := novaSession(t, Options{
		UserAgent: "occigate/1.2.3",
		Observe:   rec.observe,
		RequestID: func(ctx context.Context) string { id, _ := ctx.Value(key{}).(string); return id },
	}, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		w.Header().Set("X-Compute-Request-Id", "req-nova")
		http.NotFound(w, r)
	})
	ctx := context.WithValue(t.Context(), key{}, "req-global")
	_, err := servers.Get(ctx, compute(t, s), "id").Extract()
	if !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Fatalf("servers.Get: %v, want 404", err)
	}
	for name, want := range map[string]string{
		"User-Agent": "occigate/1.2.3", "X-Openstack-Request-Id": "req-global", "X-Auth-Token": goodToken,
		"X-Openstack-Nova-Api-Version": "2.90", "Openstack-Api-Version": "compute 2.90", "Accept": "application/json",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
		}
	}
	calls := rec.all()
	for i := range calls {
		if calls[i].Duration <= 0 {
			t.Errorf("call %d took %s", i, calls[i].Duration)
		}
		calls[i].Duration = 0
	}
	want := []Call{
		{Service: "identity", Method: "GET", Attempt: 1, Status: 200},
		{Service: "compute", Method: "GET", Attempt: 1, Status: 404, UpstreamRequestID: "req-nova"},
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestNoRequestIDNoHeader(t *testing.T) {
	t.Parallel()
	var got http.Header
	s, _ := novaSession(t, Options{}, func(w http.ResponseWriter, r *http.Request) { got = r.Header; http.NotFound(w, r) })
	_, _ = servers.Get(t.Context(), compute(t, s), "id").Extract()
	if values, ok := got["X-Openstack-Request-Id"]; ok {
		t.Errorf("X-OpenStack-Request-ID %q, want none", values)
	}
}

// exchange closes the answer to a call and returns the error.
func exchange(resp *http.Response, err error) error {
	if resp != nil {
		_ = resp.Body.Close()
	}
	return err
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var visits atomic.Int64
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	t.Cleanup(thief.Close)
	for _, code := range []int{301, 302, 303, 307, 308} {
		s, srv := novaSession(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, thief.URL, code)
		})
		client := compute(t, s)
		err := exchange(client.Get(t.Context(), srv.URL+"/compute/v2.1/servers", nil, nil))
		if !gophercloud.ResponseCodeIs(err, code) {
			t.Errorf("GET answered with %d: got %v", code, err)
		}
		err = exchange(client.Post(t.Context(), srv.URL+"/compute/v2.1/servers", doc{}, nil, nil))
		if !gophercloud.ResponseCodeIs(err, code) {
			t.Errorf("POST answered with %d: got %v", code, err)
		}
	}
	if got := visits.Load(); got != 0 {
		t.Errorf("%d redirects were followed", got)
	}
}

func TestTokenStaysWithTheService(t *testing.T) {
	t.Parallel()
	var visits atomic.Int64
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	t.Cleanup(thief.Close)
	s, srv := novaSession(t, Options{}, text("application/json", `{}`))
	client := compute(t, s)
	for address, allowed := range map[string]bool{
		srv.URL + "/compute/v2.1/servers?marker=1": true,
		srv.URL + "/compute/":                      true,
		srv.URL + "/horizon/":                      false,
		srv.URL + "/computers":                     false,
		thief.URL + "/compute/v2.1/servers":        false,
		strings.Replace(srv.URL, "http:", "https:", 1) + "/compute/v2.1/servers": false,
		"http://169.254.169.254/compute/":                                        false,
	} {
		err := exchange(client.Get(t.Context(), address, nil, nil))
		if allowed {
			if err != nil {
				t.Errorf("GET %s: %v", address, err)
			}
			continue
		}
		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != BadAnswer {
			t.Errorf("GET %s: got %v, want BadAnswer", address, err)
		}
	}
	if got := visits.Load(); got != 0 {
		t.Errorf("another server was visited %d times", got)
	}
}

func TestRouteIgnoresDefaultPortAndCase(t *testing.T) {
	t.Parallel()
	r, err := newRoute(computeService, "https://Nova.Example.org/compute/v2.1")
	if err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[string]bool{
		"https://nova.example.org/compute/v2.1/servers":     true,
		"https://nova.example.org:443/compute/v2.1/servers": true,
		"https://nova.example.org:8774/compute/v2.1/":       false,
		"http://nova.example.org:443/compute/v2.1/":         false,
		"https://nova.example.org.evil.org/compute/":        false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.holds(u); got != want {
			t.Errorf("holds(%q) = %v, want %v", raw, got, want)
		}
	}
}

func TestNestedRoutes(t *testing.T) {
	t.Parallel()
	var services []string
	tr := &transport{
		base:      &outcomes{list: []int{200}},
		observe:   func(_ context.Context, c Call) { services = append(services, c.Service) },
		requestID: func(context.Context) string { return "" },
	}
	outer, err1 := newRoute(computeService, "http://cloud/")
	inner, err2 := newRoute(imageService, "http://cloud/image/")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for _, routes := range [][]route{{outer, inner}, {inner, outer}} {
		client := tr.httpClient(1000, routes...)
		for _, path := range []string{"/v2.1/servers", "/image/v2/images"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://cloud"+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if err := exchange(client.Do(req)); err != nil {
				t.Error(err)
			}
			if len(req.Header) != 0 {
				t.Errorf("the caller's request was given headers %v", req.Header)
			}
		}
	}
	if diff := cmp.Diff([]string{"compute", "image", "compute", "image"}, services); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
}

func TestAnswerIsCapped(t *testing.T) {
	t.Parallel()
	const limit = 1000
	for size, tooLarge := range map[int]bool{limit - 1: false, limit: false, limit + 1: true, 100 * limit: true} {
		s, srv := novaSession(t, Options{MaxResponseBytes: limit}, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"server":"%s"}`, strings.Repeat("x", size-len(`{"server":""}`)))
		})
		var body doc
		err := exchange(compute(t, s).Get(t.Context(), srv.URL+"/compute/v2.1/x", &body, nil))
		e, ok := errors.AsType[*Error](err)
		if tooLarge != (ok && e.Kind == BadAnswer) || tooLarge != (err != nil) {
			t.Errorf("%d bytes with a limit of %d: got %v", size, limit, err)
		}
	}
}

func TestCappedBodyBoundsMemory(t *testing.T) {
	t.Parallel()
	endless := io.NopCloser(strings.NewReader(strings.Repeat("x", 1<<20)))
	read, err := io.ReadAll(&cappedBody{body: endless, left: 101, service: imageService, limit: 100})
	if len(read) != 100 || kindOf(t, err) != BadAnswer {
		t.Errorf("read %d bytes, %v; want 100 and BadAnswer", len(read), err)
	}
}

func TestNameOfForbiddenAddressIsNotConnectedTo(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"169.254.169.254:80": true, "[fe80::1%lo]:80": true, "[::ffff:169.254.169.254]:80": true, "0.0.0.0:80": true,
		"127.0.0.1:80": false, "[2001:db8::1]:80": false,
	} {
		err := refuseForbidden("tcp", address, nil)
		if got := errors.Is(err, errForbiddenAddr); got != want || (err != nil) != want {
			t.Errorf("connect to %s: %v, want refused %v", address, err, want)
		}
	}
	// The check is part of every connection, whatever led to the address.
	base := newBase(Options{}.withDefaults(), nil)
	t.Cleanup(base.CloseIdleConnections)
	conn, err := base.DialContext(t.Context(), "tcp", "[::]:9")
	if err == nil {
		_ = conn.Close()
	}
	if !errors.Is(err, errForbiddenAddr) {
		t.Errorf("dial: got %v, want %v", err, errForbiddenAddr)
	}
	if passing(nil, err) {
		t.Errorf("%v is taken for a passing fault", err)
	}
	e, ok := errors.AsType[*Error](deliveryError(t.Context(), computeService, err))
	if !ok || e.Kind != NoService {
		t.Errorf("delivery error: got %v, want NoService", e)
	}
}

func TestServiceFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   func(error) bool
	}{
		"reset":        {reset, isKind(Unavailable)},
		"not HTTP":     {raw("220 smtp ready\r\n"), isKind(Unavailable)},
		"hanging":      {hang(""), isDeadline},
		"hanging body": {hang(`{"a":`), isDeadline},
		"503":          {status(503), isStatus(503)},
		"cut":          {raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, srv := novaSession(t, Options{}, tc.answer)
			patience := 5 * time.Second
			if strings.Contains(name, "hanging") {
				patience = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			var body doc
			err := exchange(compute(t, s).Get(ctx, srv.URL+"/compute/v2.1/x", &body, nil))
			if !tc.want(err) {
				t.Errorf("got %v (%T)", err, err)
			}
		})
	}
}

func isKind(k Kind) func(error) bool {
	return func(err error) bool {
		e, ok := errors.AsType[*Error](err)
		return ok && e.Kind == k
	}
}

func isStatus(code int) func(error) bool {
	return func(err error) bool { return gophercloud.ResponseCodeIs(err, code) }
}

func isDeadline(err error) bool {
	_, ours := errors.AsType[*Error](err)
	return errors.Is(err, context.DeadlineExceeded) && !ours
}

func TestFirstByteTimeout(t *testing.T) {
	t.Parallel()
	var rec recorder
	s, srv := novaSession(t, Options{FirstByteTimeout: 100 * time.Millisecond, Observe: rec.observe}, hang(""))
	err := exchange(compute(t, s).Get(t.Context(), srv.URL+"/compute/v2.1/x", nil, nil))
	if !isKind(Unavailable)(err) {
		t.Errorf("got %v, want Unavailable", err)
	}
	calls := slices.DeleteFunc(rec.all(), func(c Call) bool { return c.Service == "identity" })
	if len(calls) != 1 || calls[0].Err == nil || calls[0].Status != 0 {
		t.Errorf("calls %+v, want one that failed: a timeout is not repeated", calls)
	}
}
