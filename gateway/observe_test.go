package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

func TestRequestID(t *testing.T) {
	t.Parallel()
	const id, other = "0af76519-16cd-43dd-8448-eb211c80319c", "b9c7c989-0000-4000-8000-000000000000"
	tests := []struct {
		name, openstack, general string
		want                     string // "" means a new one
	}{
		{"none", "", "", ""},
		{"OpenStack's", "req-" + id, "", "req-" + id},
		{"general", "", id, "req-" + id},
		{"upper case", "", strings.ToUpper(id), "req-" + id},
		{"OpenStack's first", "req-" + id, other, "req-" + id},
		{"OpenStack's without req", id, "", ""},
		{"general with req", "", "req-" + id, ""},
		{"unusable, then general", "req-x", other, "req-" + other},
		{"too long", "", id + "0", ""},
		{"no hexadecimal digit", "", "g" + id[1:], ""},
		{"dash at another place", "", "0af7651-916cd-43dd-8448-eb211c80319c", ""},
		{"injection", "", "x\"; drop", ""},
	}
	pattern := regexp.MustCompile(`^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for _, tt := range tests {
		var upstream string
		cloud := &stubCloud{list: func(ctx context.Context, _ *occi.Kind, _ occi.Query, _ bool) ([]occi.Entity, error) {
			upstream = gateway.RequestID(ctx)
			return nil, nil
		}}
		b := newBench(t, cloud)
		w := b.do(t, "GET", "/compute/", "", "X-Openstack-Request-Id", tt.openstack, "X-Request-Id", tt.general)
		got := w.Header().Get("X-Request-Id")
		if tt.want == "" && (!pattern.MatchString(got) || strings.Contains(got, id)) || tt.want != "" && got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		same := []string{w.Header().Get("X-Openstack-Request-Id"), upstream, fmt.Sprint(b.logLine(t)["request_id"])}
		if diff := cmp.Diff([]string{got, got, got}, same); diff != "" {
			t.Errorf("%s: other header, upstream, log (-want +got):\n%s", tt.name, diff)
		}
	}
	if got := gateway.RequestID(t.Context()); got != "" {
		t.Errorf("outside of requests: got %q, want none", got)
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	for _, tt := range []struct{ method, target string }{
		{"GET", "/-/"},
		{"HEAD", "/-/"},
		{"GET", "/compute/"},
		{"GET", "/compute/unknown"},
		{"PUT", "/-/"},
		{"GET", "/nothing"},
		{"OPTIONS", "/"},
		{"DELETE", "/compute/" + testID},
		{"POST", "/compute/"},
	} {
		w := b.do(t, tt.method, tt.target, "")
		for name, want := range map[string]string{
			"Server":        "occigate/1.2.3 OCCI/1.1 OCCI/1.2",
			"Accept":        "text/plain, text/occi+plain, text/occi, text/uri-list, application/occi+json",
			"Content-Type":  "text/plain; charset=utf-8",
			"Cache-Control": "no-store",
		} {
			if diff := cmp.Diff([]string{want}, w.Header()[name]); diff != "" {
				t.Errorf("%s %s: %s (-want +got):\n%s", tt.method, tt.target, name, diff)
			}
		}
	}
}

func TestLogLine(t *testing.T) {
	t.Parallel()
	var metrics *gateway.Metrics
	cloud := workingCloud()
	cloud.create = func(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
		var calls sync.WaitGroup
		for range 3 {
			calls.Go(func() {
				metrics.ObserveUpstream(ctx, gateway.UpstreamCall{
					Service: "compute", Method: "POST", Status: 202, Duration: 20 * time.Millisecond,
				})
			})
		}
		calls.Wait()
		return &occi.Entity{Kind: e.Kind, ID: testID}, nil
	}
	b := newBench(t, cloud)
	metrics = b.metrics
	body := "Category: " + testCompute
	b.do(t, "POST", "/occi1.2/compute/", body, "User-Agent", "curl/8", "Accept", "text/uri-list")

	got := b.logLine(t)
	if _, ok := got["duration"].(time.Duration); !ok {
		t.Errorf("got duration %v", got["duration"])
	}
	delete(got, "duration")
	delete(got, "request_id")
	want := map[string]any{
		"level":          "info",
		"method":         "POST",
		"route":          "compute collection",
		"status":         int64(201),
		"client_ip":      "192.0.2.1",
		"user_agent":     "curl/8",
		"user":           "user-1",
		"project":        "project-1",
		"kind":           "compute",
		"id":             testID,
		"format_in":      "text/plain",
		"format_out":     "text/uri-list",
		"bytes_in":       int64(len(body)),
		"bytes_out":      int64(len("https://occi.example.org/occi1.2/compute/" + testID)),
		"upstream_calls": int64(3),
		"upstream_ms":    float64(60),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log line (-want +got):\n%s", diff)
	}
}

func TestLogLineOfAFailure(t *testing.T) {
	t.Parallel()
	var metrics *gateway.Metrics
	cloud := &stubCloud{get: func(ctx context.Context, _ occi.Ref) (*occi.Entity, error) {
		metrics.ObserveUpstream(ctx, gateway.UpstreamCall{Service: "network", Method: "GET", Status: 200, RequestID: "req-good"})
		metrics.ObserveUpstream(ctx, gateway.UpstreamCall{Service: "compute", Method: "GET", Status: 500, RequestID: "req-bad", Err: errors.New("reset")})
		return nil, &occi.Error{Code: occi.BadUpstream, Message: "the compute service failed", Cause: errors.New("500: oops")}
	}}
	b := newBench(t, cloud)
	metrics = b.metrics
	b.do(t, "GET", "/compute/x", "")
	got := b.logLine(t)
	for key, want := range map[string]any{
		"level":               "error",
		"status":              int64(502),
		"error":               "the compute service failed: 500: oops",
		"upstream_failed":     "GET compute",
		"upstream_status":     int64(500),
		"upstream_request_id": "req-bad",
		"upstream_error":      "reset",
	} {
		if diff := cmp.Diff(want, got[key]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
}

// The token, passwords, user data and keys pass through in every way that fails or succeeds, and never show in the log.
func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	const userData, password = "Y2FuYXJ5LXVzZXItZGF0YQ==", "canary password"
	cloud := workingCloud()
	cloud.create = func(context.Context, *occi.Entity) (*occi.Entity, error) {
		// Nova's answer to malformed user data quotes it.
		return nil, &occi.Error{Code: occi.Invalid, Message: "Invalid input for user_data. Value: " + userData}
	}
	b := newBench(t, cloud)
	good := "Category: " + testCompute
	bodies := []string{
		good,
		userData,
		good + "\nX-OCCI-Attribute: org.openstack.compute.user_data=" + userData,
		good + "\nX-OCCI-Attribute: org.openstack.credentials.admin_pwd=\"" + password + "\"",
		good + "\nX-OCCI-Attribute: org.openstack.credentials.admin_pwd=" + password,
		good + "\nX-OCCI-Attribute: org.openstack.compute.user_data=\"" + userData + "\"\nX-OCCI-Attribute: " + userData,
	}
	for _, body := range bodies {
		for _, target := range []string{"/compute/", "/compute/" + testID, "/nothing", "/compute/" + testID + "?action=start"} {
			for _, format := range []string{"text/plain", "text/occi", "image/png"} {
				b.do(t, "POST", target, body, "Content-Type", format, "Authorization", "Bearer "+testToken, "X-OCCI-Attribute", userData)
				b.doAnonymous(t, "POST", target, body, "Content-Type", format, "X-Auth-Token", testToken+"x")
			}
		}
	}
	entries := b.logs.TakeAll()
	if len(entries) == 0 {
		t.Fatal("nothing was logged")
	}
	for _, entry := range entries {
		line := fmt.Sprint(entry.Message, entry.ContextMap())
		if strings.Contains(line, testToken) || strings.Contains(line, userData) || strings.Contains(line, password) {
			t.Errorf("got log line %s", line)
		}
	}
}

func TestClientFieldsAreClipped(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	b.do(t, "GET", "/compute/", "", "User-Agent", strings.Repeat("x", 10_000))
	if got := fmt.Sprint(b.logLine(t)["user_agent"]); len(got) > 300 {
		t.Errorf("got %d bytes of user agent, want fewer", len(got))
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	b.do(t, "GET", "/compute/", "")
	b.do(t, "GET", "/occi1.1/compute", "")
	b.do(t, "GET", "/compute/"+testID, "")
	b.do(t, "GET", "/compute/unknown", "")
	b.do(t, "HEAD", "/-/", "")
	b.do(t, "POST", "/", "Category: "+testCompute)
	b.do(t, "BREW", "/compute/", "")
	b.do(t, "GET", "/nothing/"+testID, "")
	b.doAnonymous(t, "DELETE", "/storage/"+testID, "")
	b.metrics.ObserveUpstream(t.Context(), gateway.UpstreamCall{Service: "compute", Method: "GET", Err: errors.New("refused")})
	b.metrics.ObserveCache("identity", "hit")

	const want = `
		# HELP occigate_http_requests_total Requests answered.
		# TYPE occigate_http_requests_total counter
		occigate_http_requests_total{code="200",method="GET",route="compute collection"} 2
		occigate_http_requests_total{code="200",method="GET",route="compute entity"} 1
		occigate_http_requests_total{code="200",method="HEAD",route="query"} 1
		occigate_http_requests_total{code="201",method="POST",route="root"} 1
		occigate_http_requests_total{code="401",method="DELETE",route="storage entity"} 1
		occigate_http_requests_total{code="404",method="GET",route="compute entity"} 1
		occigate_http_requests_total{code="404",method="GET",route="other"} 1
		occigate_http_requests_total{code="405",method="other",route="other"} 1
		# HELP occigate_http_requests_in_flight Requests being answered now.
		# TYPE occigate_http_requests_in_flight gauge
		occigate_http_requests_in_flight 0
		# HELP occigate_cache_requests_total Looks into a cache.
		# TYPE occigate_cache_requests_total counter
		occigate_cache_requests_total{cache="identity",result="hit"} 1
		# HELP openstack_api_requests_total Calls to OpenStack services; code 0 is no answer.
		# TYPE openstack_api_requests_total counter
		openstack_api_requests_total{code="0",method="GET",service="compute"} 1
	`
	err := testutil.GatherAndCompare(b.registry, strings.NewReader(want), "occigate_http_requests_total",
		"occigate_http_requests_in_flight", "occigate_cache_requests_total", "openstack_api_requests_total")
	if err != nil {
		t.Error(err)
	}
	for _, name := range []string{
		"occigate_http_request_duration_seconds", "openstack_api_request_duration_seconds", "occigate_build_info",
	} {
		if n, err := testutil.GatherAndCount(b.registry, name); n == 0 || err != nil {
			t.Errorf("%s: got %d series, error %v", name, n, err)
		}
	}
	problems, err := testutil.GatherAndLint(b.registry)
	if len(problems) > 0 || err != nil {
		t.Errorf("promlint: got %v, error %v", problems, err)
	}
}

func TestInsecureIsSeen(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	metrics, err := gateway.NewMetrics(registry, "1")
	if err != nil {
		t.Fatal(err)
	}
	for value := range 2 {
		want := fmt.Sprintf("# HELP occigate_keystone_insecure 1 if certificates of OpenStack's services are not checked.\n"+
			"# TYPE occigate_keystone_insecure gauge\noccigate_keystone_insecure %d\n", value)
		if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "occigate_keystone_insecure"); err != nil {
			t.Error(err)
		}
		metrics.Insecure()
	}
}

func TestMetricsCannotBeRegisteredTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	if _, err := gateway.NewMetrics(b.registry, "1"); err == nil {
		t.Error("got no error")
	}
}

// A client can neither read the number of series up by inventing paths nor by inventing methods.
func TestMetricsAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	count := func() int {
		n, err := testutil.GatherAndCount(b.registry, "occigate_http_requests_total")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	walk := func(i int) {
		for _, target := range []string{"/nothing%d", "/compute/%d", "/occi1.%d/-/"} {
			b.do(t, "GET", fmt.Sprintf(target, i), "")
			b.do(t, fmt.Sprintf("M%d", i), fmt.Sprintf(target, i), "")
		}
	}
	walk(1000)
	first := count()
	for i := range 100 {
		walk(2000 + i)
	}
	if got := count(); got != first {
		t.Errorf("got %d series after a walk, want %d as before", got, first)
	}
}

// A client that is gone gets nothing, rather than an empty 200.
func TestClientGone(t *testing.T) {
	t.Parallel()
	entered := make(chan struct{})
	cloud := &stubCloud{get: func(ctx context.Context, _ occi.Ref) (*occi.Entity, error) {
		close(entered)
		<-ctx.Done()
		return nil, fmt.Errorf("GET /servers/x: %w", ctx.Err())
	}}
	b := newBench(t, cloud)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/compute/x", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", testToken)
	go func() {
		<-entered
		cancel()
	}()
	w := &untouched{t: t}
	func() {
		defer func() {
			if err, ok := recover().(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				t.Errorf("got panic %v, want ErrAbortHandler", err)
			}
		}()
		b.Handler().ServeHTTP(w, r)
	}()
	line := b.logLine(t)
	if line["status"] != int64(499) || line["level"] != "info" {
		t.Errorf("got log line %v, want status 499 at level info", line)
	}
}

// A change that has begun is not cut when its client goes: half of it would stay.
func TestChangeOutlivesItsClient(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var cut error
	b := newBench(t, &stubCloud{delete: func(during context.Context, _ occi.Ref) error {
		cancel()
		cut = during.Err()
		return nil
	}})
	r, err := http.NewRequestWithContext(ctx, http.MethodDelete, "/compute/x", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", testToken)
	b.Handler().ServeHTTP(httptest.NewRecorder(), r)
	if cut != nil {
		t.Errorf("the change was cut: %v", cut)
	}
	if line := b.logLine(t); line["status"] != int64(http.StatusOK) {
		t.Errorf("got log line %v, want status 200", line)
	}
}

// untouched is a ResponseWriter that nobody may write to.
type untouched struct{ t *testing.T }

func (u *untouched) Header() http.Header { return http.Header{} }

func (u *untouched) WriteHeader(status int) {
	u.t.Errorf("got status %d, want nothing written", status)
}

func (u *untouched) Write(b []byte) (int, error) {
	u.t.Errorf("got body %q, want nothing written", b)
	return len(b), nil
}
