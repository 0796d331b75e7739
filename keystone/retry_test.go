package keystone

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// outcomes is a network that answers each attempt as listed: a status, 0 for a refused connection,
// or timedOut.
type outcomes struct {
	list       []int
	retryAfter string
	attempts   int
	unclosed   int
}

func (o *outcomes) RoundTrip(*http.Request) (*http.Response, error) {
	outcome := o.list[min(o.attempts, len(o.list)-1)]
	o.attempts++
	switch outcome {
	case 0:
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	case timedOut:
		return nil, &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
	}
	h := http.Header{}
	if o.retryAfter != "" {
		h.Set("Retry-After", o.retryAfter)
	}
	o.unclosed++
	return &http.Response{StatusCode: outcome, Header: h, Body: &closeCounter{Reader: strings.NewReader("x"), open: &o.unclosed}}, nil
}

// timedOut is the outcome of an attempt to connect that took too long.
const timedOut = -1

type closeCounter struct {
	io.Reader
	open *int
}

func (c *closeCounter) Close() error { *c.open--; return nil }

func TestRepetition(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		method     string
		body       string
		outcomes   []int
		retryAfter string
		deadline   time.Duration
		attempts   int
		status     int // 0: error
	}{
		"good at once":                   {method: "GET", outcomes: []int{200}, attempts: 1, status: 200},
		"refused once":                   {method: "GET", outcomes: []int{0, 200}, attempts: 2, status: 200},
		"HEAD refused twice":             {method: "HEAD", outcomes: []int{0, 0, 200}, attempts: 3, status: 200},
		"refused for good":               {method: "GET", outcomes: []int{0}, attempts: maxAttempts},
		"connecting timed out":           {method: "GET", outcomes: []int{timedOut, 200}, attempts: 1},
		"503 once":                       {method: "GET", outcomes: []int{503, 200}, attempts: 2, status: 200},
		"503 for good":                   {method: "GET", outcomes: []int{503}, attempts: maxAttempts, status: 503},
		"503, then refused":              {method: "GET", outcomes: []int{503, 0, 200}, attempts: 3, status: 200},
		"503, back soon":                 {method: "GET", outcomes: []int{503, 200}, retryAfter: "1", attempts: 2, status: 200},
		"503, back later":                {method: "GET", outcomes: []int{503, 200}, retryAfter: "2", attempts: 1, status: 503},
		"503, back after the deadline":   {method: "GET", outcomes: []int{503, 200}, retryAfter: "1", deadline: 900 * time.Millisecond, attempts: 1, status: 503},
		"refused close to the deadline":  {method: "GET", outcomes: []int{0, 200}, deadline: 40 * time.Millisecond, attempts: 1},
		"500 is an answer":               {method: "GET", outcomes: []int{500, 200}, attempts: 1, status: 500},
		"429 is an answer":               {method: "GET", outcomes: []int{429, 200}, attempts: 1, status: 429},
		"POST refused":                   {method: "POST", outcomes: []int{0, 200}, attempts: 1},
		"POST 503":                       {method: "POST", outcomes: []int{503, 200}, attempts: 1, status: 503},
		"PUT 503":                        {method: "PUT", outcomes: []int{503, 200}, attempts: 1, status: 503},
		"DELETE refused":                 {method: "DELETE", outcomes: []int{0, 200}, attempts: 1},
		"GET with a body is not a read":  {method: "GET", body: "x", outcomes: []int{503, 200}, attempts: 1, status: 503},
		"unreadable Retry-After ignored": {method: "GET", outcomes: []int{503, 200}, retryAfter: "soon", attempts: 2, status: 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network := &outcomes{list: tc.outcomes, retryAfter: tc.retryAfter}
				var rec recorder
				tr := &transport{base: network, observe: rec.observe, requestID: func(context.Context) string { return "" }}
				ctx, cancel := t.Context(), func() {}
				if tc.deadline > 0 {
					ctx, cancel = context.WithTimeout(ctx, tc.deadline)
				}
				defer cancel()
				req, err := http.NewRequestWithContext(ctx, tc.method, "http://nova/", bytes.NewBufferString(tc.body))
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				resp, err := tr.send(computeService, req)
				got := 0
				if err == nil {
					got = resp.StatusCode
					_ = resp.Body.Close()
				}
				if got != tc.status || network.attempts != tc.attempts {
					t.Errorf("status %d after %d attempts (%v), want %d after %d", got, network.attempts, err, tc.status, tc.attempts)
				}
				if network.unclosed != 0 {
					t.Errorf("%d bodies left open", network.unclosed)
				}
				if tc.retryAfter == "1" && tc.attempts == 2 && time.Since(start) != time.Second {
					t.Errorf("waited %s, want the second asked for", time.Since(start))
				}
				if time.Since(start) > 2*time.Second {
					t.Errorf("took %s", time.Since(start))
				}
				for i, call := range rec.all() {
					if call.Attempt != i+1 {
						t.Errorf("call %d is reported as attempt %d", i+1, call.Attempt)
					}
				}
				if got := len(rec.all()); got != tc.attempts {
					t.Errorf("%d calls reported, want %d", got, tc.attempts)
				}
			})
		})
	}
}

func TestRepetitionEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := &outcomes{list: []int{0}}
		tr := &transport{
			base: network, observe: func(context.Context, Call) {}, requestID: func(context.Context) string { return "" },
		}
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://nova/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(20*time.Millisecond, cancel) // within the first pause
		if err := exchange(tr.send(computeService, req)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		if network.attempts != 1 {
			t.Errorf("%d attempts, want 1", network.attempts)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "-1": 0, "soon": 0, "1.5": 0, "1": time.Second, "120": 2 * time.Minute, "86400": 5 * time.Minute,
		"9223372036854775807": 5 * time.Minute, "99999999999999999999": 0,
		"Thu, 02 Jan 2031 03:04:35 GMT": 30 * time.Second,
		"Thu, 02 Jan 2031 03:04:04 GMT": 0,
		"Thu, 02 Jan 2131 03:04:05 GMT": 5 * time.Minute,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("retryAfter(%q) = %s, want %s", value, got, want)
		}
	}
}

func TestPauseIsSmallAndVaries(t *testing.T) {
	t.Parallel()
	seen := map[time.Duration]bool{}
	for range 100 {
		for number := 1; number < maxAttempts; number++ {
			wait, ok := pause(nil, number)
			if least := time.Duration(number) * 50 * time.Millisecond; !ok || wait < least || wait >= 2*least {
				t.Fatalf("pause after attempt %d: %s, %v; want %s to %s", number, wait, ok, least, 2*least)
			}
			seen[wait] = true
		}
	}
	if len(seen) < 10 {
		t.Errorf("200 pauses have %d lengths", len(seen))
	}
}
