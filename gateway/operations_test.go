package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
)

// ask sends a request to the operations handler.
func (b *bench) ask(t *testing.T, method, target string) (status int, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	b.Operations().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, target, nil))
	return w.Code, w.Body.String()
}

func TestHealth(t *testing.T) {
	t.Parallel()
	type answer struct {
		Status int
		Body   string
	}
	const live, ready, oslo = "/healthz/live", "/healthz/ready", "/healthcheck"
	tests := []struct {
		name  string
		ready error
		drain bool
		want  map[string]answer
	}{
		{
			"ready", nil, false,
			map[string]answer{live: {200, "live\n"}, ready: {200, "ready\n"}, oslo: {200, "OK"}},
		},
		{
			"not ready", errors.New("keystone does not answer"), false,
			map[string]answer{live: {200, "live\n"}, ready: {503, "not ready: keystone does not answer\n"}, oslo: {503, "NOT READY"}},
		},
		{
			"draining", nil, true,
			map[string]answer{live: {200, "live\n"}, ready: {503, "not ready: shutting down\n"}, oslo: {503, "NOT READY"}},
		},
	}
	for _, tt := range tests {
		b := newBench(t, workingCloud(), func(o *gateway.Options) {
			o.Ready = func(context.Context) error { return tt.ready }
		})
		if tt.drain {
			b.Drain()
		}
		got := make(map[string]answer)
		for target := range tt.want {
			status, body := b.ask(t, "GET", target)
			got[target] = answer{status, body}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestHeadOfHealthcheck(t *testing.T) {
	t.Parallel()
	if status, body := newBench(t, workingCloud()).ask(t, "HEAD", "/healthcheck"); status != 204 || body != "" {
		t.Errorf("got %d %q, want 204", status, body)
	}
}

// Many load balancers asking must not become many requests to Keystone.
func TestReadinessIsKeptForAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var checks atomic.Int32
		b := newBench(t, workingCloud(), func(o *gateway.Options) {
			o.Ready = func(context.Context) error {
				checks.Add(1)
				return nil
			}
		})
		var probes sync.WaitGroup
		for range 10 {
			probes.Go(func() { b.ask(t, "GET", "/healthz/ready") })
		}
		probes.Wait()
		if got := checks.Load(); got != 1 {
			t.Errorf("10 probes at once: got %d checks, want 1", got)
		}
		time.Sleep(time.Minute)
		b.ask(t, "GET", "/healthz/ready")
		if got := checks.Load(); got != 2 {
			t.Errorf("a minute later: got %d checks, want 2", got)
		}
	})
}

func TestReadinessThatTakesTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, workingCloud(), func(o *gateway.Options) {
			o.Ready = func(ctx context.Context) error {
				<-ctx.Done()
				return ctx.Err()
			}
		})
		start := time.Now()
		status, _ := b.ask(t, "GET", "/healthz/ready")
		if took := time.Since(start); status != 503 || took > 5*time.Second {
			t.Errorf("got %d after %s, want 503 within 5s", status, took)
		}
	})
}

func TestVersion(t *testing.T) {
	t.Parallel()
	_, body := newBench(t, workingCloud()).ask(t, "GET", "/version")
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"version": "1.2.3", "go": runtime.Version(), "occi": []any{"1.1", "1.2"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMetricsAreServed(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	b.do(t, "GET", "/compute/", "")
	_, body := b.ask(t, "GET", "/metrics")
	for _, want := range []string{
		`occigate_http_requests_total{code="200",method="GET",route="compute collection"} 1`,
		`occigate_build_info{goversion="` + runtime.Version() + `",version="1.2.3"} 1`,
		"go_goroutines ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("got no %s", want)
		}
	}
}
