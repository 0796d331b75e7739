package gateway_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

// Limits hold before anybody is asked who is calling.
func TestLimitsOfTheRequest(t *testing.T) {
	t.Parallel()
	many := make([]string, 0, 40)
	for range 20 {
		many = append(many, "Category", "x")
	}
	tests := []struct {
		name, body, reason string
		header             []string
		status             int
	}{
		{"body", strings.Repeat("x", 1001), "body", nil, 413},
		{"header lines", "", "head", many, 413},
		{"header bytes", "", "head", []string{"Category", strings.Repeat("x", 2000)}, 413},
		{"version", "", "version", []string{"User-Agent", "rOCCI OCCI/1.3"}, 501},
	}
	for _, tt := range tests {
		b := newBench(t, &stubCloud{}, func(o *gateway.Options) {
			o.Limits = gateway.Limits{Body: 1000, Head: 2000, HeaderLines: 19}
			o.Connect = func(*http.Request, gateway.Origin) (gateway.Cloud, error) {
				t.Errorf("%s: Connect was called", tt.name)
				return nil, errUnexpected
			}
		})
		w := b.doAnonymous(t, "POST", "/compute/", tt.body, append(tt.header, "Accept", "text/occi")...)
		if w.Code != tt.status || w.Header().Get("Content-Type") != "text/occi" || w.Header().Get("Server") == "" {
			t.Errorf("%s: got %d %v, want %d in text/occi", tt.name, w.Code, w.Header(), tt.status)
		}
		want := `
			# HELP occigate_http_requests_rejected_total Requests refused before any work was done for them.
			# TYPE occigate_http_requests_rejected_total counter
		`
		for _, reason := range []string{"auth", "body", "head", "in_flight", "version"} {
			count := "0"
			if reason == tt.reason {
				count = "1"
			}
			want += `occigate_http_requests_rejected_total{reason="` + reason + `"} ` + count + "\n"
		}
		if err := testutil.GatherAndCompare(b.registry, strings.NewReader(want), "occigate_http_requests_rejected_total"); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestBodyOfUnknownLengthIsBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud(), func(o *gateway.Options) { o.Limits.Body = 1000 })
	for _, tt := range []struct{ size, status int }{{1000, 400}, {1001, 413}} {
		body := io.MultiReader(bytes.NewReader(bytes.Repeat([]byte("x"), tt.size))) // hides the length
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/compute/", body)
		r.Header.Set("X-Auth-Token", testToken)
		w := httptest.NewRecorder()
		b.Handler().ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%d bytes: got %d %q, want %d", tt.size, w.Code, w.Body, tt.status)
		}
	}
}

func TestLimitsOfTheMessage(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud(), func(o *gateway.Options) { o.Limits.Attributes = 1 })
	body := "Category: " + testCompute + "\nX-OCCI-Attribute: occi.core.title=\"a\"\nX-OCCI-Attribute: occi.core.id=\"b\""
	if w := b.do(t, "POST", "/compute/", body); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "attributes") {
		t.Errorf("got %d %q, want 400 about attributes", w.Code, w.Body)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		agent  string
		status int
	}{
		{"", 200},
		{"curl/8.5.0", 200},
		{"rOCCI-core/4.3.6 rOCCI-api/4.3.15 OCCI/1.1 ruby-x86_64-linux-gnu/3.1.7p261", 200},
		{"OCCI/1.0", 200},
		{"OCCI/1.2", 200},
		{"OCCI/1", 200},
		{"x OCCI/1.3", 501},
		{"OCCI/1.10", 501},
		{"OCCI/2.0 x", 501},
		{"OCCI/2", 501},
		{"OCCI/1.1 OCCI/2.0", 200},
		{"OCCI/2.0 OCCI/1.2", 200},
		{"OCCI/next", 200},
		{"OCCI/1.x", 200},
		{"OCCI/-2.0", 200},
		{"FOCCI/9.9", 200},
	}
	b := newBench(t, workingCloud())
	for _, tt := range tests {
		if w := b.do(t, "HEAD", "/-/", "", "User-Agent", tt.agent); w.Code != tt.status {
			t.Errorf("User-Agent %q: got status %d, want %d", tt.agent, w.Code, tt.status)
		}
	}
}

func TestInFlight(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	cloud := &stubCloud{get: func(_ context.Context, ref occi.Ref) (*occi.Entity, error) {
		entered <- struct{}{}
		<-leave
		return &occi.Entity{Kind: ref.Kind, ID: ref.ID}, nil
	}}
	b := newBench(t, cloud, func(o *gateway.Options) { o.Limits.InFlight = 2 })
	answers := make(chan int)
	for range 2 {
		go func() { answers <- b.do(t, "GET", "/compute/x", "").Code }()
		<-entered
	}
	w := b.do(t, "GET", "/compute/x", "")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "1" {
		t.Errorf("one too many: got %d %v, want 503 and Retry-After: 1", w.Code, w.Header())
	}
	close(leave)
	for range 2 {
		if got := <-answers; got != http.StatusOK {
			t.Errorf("one of as many as allowed: got status %d, want 200", got)
		}
	}
	if w := b.do(t, "HEAD", "/-/", ""); w.Code != http.StatusOK {
		t.Errorf("afterwards: got status %d, want 200", w.Code)
	}
}
