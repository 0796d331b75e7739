package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

// failing is a cloud that answers GET on an entity with the error.
func failing(err error) *stubCloud {
	return &stubCloud{get: func(context.Context, occi.Ref) (*occi.Entity, error) { return nil, err }}
}

func TestStatusOfEachCode(t *testing.T) {
	t.Parallel()
	want := map[occi.Code]int{
		occi.Invalid:          400,
		occi.Unauthenticated:  401,
		occi.Forbidden:        403,
		occi.NotFound:         404,
		occi.MethodNotAllowed: 405,
		occi.NotAcceptable:    406,
		occi.Conflict:         409,
		occi.TooLarge:         413,
		occi.UnsupportedMedia: 415,
		occi.Throttled:        429,
		occi.Internal:         500,
		occi.Unimplemented:    501,
		occi.BadUpstream:      502,
		occi.Unavailable:      503,
		occi.Timeout:          504,
	}
	for code := occi.Invalid; code < occi.ClientGone; code++ {
		err := fmt.Errorf("getting the compute: %w", occi.Errorf(code, "the reason"))
		w := newBench(t, failing(err)).do(t, "GET", "/compute/x", "")
		if w.Code != want[code] {
			t.Errorf("code %d: got status %d, want %d", code, w.Code, want[code])
		}
		if got := w.Body.String(); code != occi.Internal && got != "the reason" {
			t.Errorf("code %d: got body %q, want the message alone", code, got)
		}
	}
}

func TestErrorsAreRenderedAsAccepted(t *testing.T) {
	t.Parallel()
	tests := []struct{ accept, contentType, header, body string }{
		{"", "text/plain; charset=utf-8", "", "the reason"},
		{"*/*", "text/plain; charset=utf-8", "", "the reason"},
		{"text/plain,text/occi;q=0.2", "text/plain; charset=utf-8", "", "the reason"},
		{"text/occi", "text/occi", "the reason", "the reason"},
		{"text/plain;q=0.1, text/occi;q=0.2", "text/occi", "the reason", "the reason"},
		{"text/uri-list", "text/uri-list", "", "# the reason"},
	}
	for _, tt := range tests {
		for _, code := range []occi.Code{occi.NotFound, occi.Conflict, occi.BadUpstream, occi.Unauthenticated} {
			cloud := &stubCloud{
				list: func(context.Context, *occi.Kind, occi.Query, bool) ([]occi.Entity, error) {
					return nil, occi.Errorf(code, "the reason")
				},
			}
			w := newBench(t, cloud).do(t, "GET", "/compute/", "", "Accept", tt.accept)
			got := []string{w.Header().Get("Content-Type"), strings.Join(exactly(w.Header(), "X-OCCI-Error"), "|"), w.Body.String()}
			if diff := cmp.Diff([]string{tt.contentType, tt.header, tt.body}, got); diff != "" {
				t.Errorf("Accept %q, code %d (-want +got):\n%s", tt.accept, code, diff)
			}
		}
	}
}

func TestNothingAcceptable(t *testing.T) {
	t.Parallel()
	b := newBench(t, &stubCloud{}, func(o *gateway.Options) {
		o.Connect = func(*http.Request, gateway.Origin) (gateway.Cloud, error) {
			t.Error("Connect was called for an answer that cannot be written")
			return nil, errUnexpected
		}
	})
	for _, accept := range []string{"image/png", "image/*", "text/plain;q=0"} {
		w := b.doAnonymous(t, "GET", "/compute/", "", "Accept", accept)
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusNotAcceptable || got != "text/plain; charset=utf-8" {
			t.Errorf("Accept %q: got status %d, Content-Type %q, want 406 in text/plain", accept, w.Code, got)
		}
	}
}

func TestInternalErrorsAreHidden(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		errors.New("dial tcp 10.0.0.1: secret"),
		&occi.Error{Code: occi.Internal, Message: "secret"},
		&occi.Error{Code: occi.BadUpstream, Message: "the compute service answered nonsense", Cause: errors.New("secret")},
	} {
		b := newBench(t, failing(err))
		w := b.do(t, "GET", "/compute/x", "")
		id := w.Header().Get("X-Request-Id")
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("error %v: got body %q", err, w.Body)
		}
		if w.Code == http.StatusInternalServerError && !strings.Contains(w.Body.String(), id) {
			t.Errorf("error %v: got body %q, want it to name request %s", err, w.Body, id)
		}
		line := b.logLine(t)
		if got := line["error"]; !strings.Contains(fmt.Sprint(got), "secret") || line["level"] != "error" {
			t.Errorf("error %v: got log line %v, want the cause at level error", err, line)
		}
	}
}

func TestRetryAfterIsRoundedUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		after time.Duration
		want  []string
	}{
		{0, nil},
		{time.Millisecond, []string{"1"}},
		{time.Second, []string{"1"}},
		{1001 * time.Millisecond, []string{"2"}},
		{time.Minute, []string{"60"}},
	}
	for _, tt := range tests {
		err := &occi.Error{Code: occi.Throttled, Message: "slower", RetryAfter: tt.after}
		w := newBench(t, failing(err)).do(t, "GET", "/compute/x", "")
		if diff := cmp.Diff(tt.want, w.Header()["Retry-After"]); diff != "" {
			t.Errorf("RetryAfter %s (-want +got):\n%s", tt.after, diff)
		}
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  func(context.Context) error
		want string
	}{
		{"plain", context.Context.Err, "the request took too long"},
		{"wrapped", func(ctx context.Context) error { return fmt.Errorf("GET /servers: %w", ctx.Err()) }, "the request took too long"},
		{
			"explained",
			func(ctx context.Context) error {
				return &occi.Error{Code: occi.BadUpstream, Message: "port p could not be removed", Cause: ctx.Err()}
			},
			"port p could not be removed",
		},
	}
	for _, tt := range tests {
		cloud := &stubCloud{get: func(ctx context.Context, _ occi.Ref) (*occi.Entity, error) {
			<-ctx.Done()
			return nil, tt.err(ctx)
		}}
		b := newBench(t, cloud, func(o *gateway.Options) { o.ReadTimeout = time.Millisecond })
		w := b.do(t, "GET", "/compute/x", "")
		if w.Code != http.StatusGatewayTimeout || w.Body.String() != tt.want {
			t.Errorf("%s: got %d %q, want 504 %q", tt.name, w.Code, w.Body, tt.want)
		}
	}
}

func TestReadsHaveLessTimeThanChanges(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
		var left time.Duration
		b := newBench(t, &stubCloud{}, func(o *gateway.Options) {
			o.Connect = func(r *http.Request, _ gateway.Origin) (gateway.Cloud, error) {
				deadline, _ := r.Context().Deadline()
				left = time.Until(deadline)
				return nil, errUnexpected
			}
		})
		b.do(t, method, "/compute/x", "")
		least, most := 50*time.Second, time.Minute
		if method == "GET" || method == "HEAD" {
			least, most = 5*time.Second, 9*time.Second
		}
		if left < least || left > most {
			t.Errorf("%s: got %s until the deadline, want %s to %s", method, left, least, most)
		}
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	cloud := &stubCloud{get: func(context.Context, occi.Ref) (*occi.Entity, error) { panic("index out of range") }}
	b := newBench(t, cloud)
	w := b.do(t, "GET", "/compute/x", "", "Accept", "text/occi")
	if w.Code != http.StatusInternalServerError || w.Header().Get("Content-Type") != "text/occi" {
		t.Errorf("got %d %v, want 500 in text/occi", w.Code, w.Header())
	}
	if strings.Contains(w.Body.String(), "index") {
		t.Errorf("got body %q, want no cause", w.Body)
	}
	line := b.logLine(t)
	if !strings.Contains(fmt.Sprint(line["error"]), "index out of range") || !strings.Contains(fmt.Sprint(line["stack"]), "error_test.go") {
		t.Errorf("got log line %v, want panic value and stack", line)
	}
}
