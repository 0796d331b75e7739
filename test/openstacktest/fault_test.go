package openstacktest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const keypairsPath = "/compute/v2.1/os-keypairs"

var newKeypair = `{"keypair": {"name": "new", "public_key": "` + DemoPublicKey + `"}}`

func TestFaultsBreakCalls(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		fault     Fault
		status    int   // of the answer; 0 when there is none
		err       error // instead of an answer
		text      string
		processed bool
		logged    int // status in the call log
	}{
		{"refuse", Fault{Mode: Refuse}, 0, syscall.ECONNRESET, "", false, 0},
		{"reset after", Fault{Mode: ResetAfter}, 0, syscall.ECONNRESET, "", true, 0},
		{"truncate", Fault{Mode: Truncate}, 0, io.ErrUnexpectedEOF, "", true, 200},
		{"html", Fault{Mode: HTML}, 502, nil, "<html>", false, 502},
		{"html with a status", Fault{Mode: HTML, Status: 503}, 503, nil, "<html>", false, 503},
		{"status", Fault{Status: 500, Body: `{"computeFault": {}}`}, 500, nil, `{"computeFault": {}}`, false, 500},
		{"garbage", Fault{Status: 200, Body: `{"keypair": `, Header: http.Header{"Content-Type": {"text/plain"}}}, 200, nil, `{"keypair": `, false, 200},
		{"only a delay", Fault{Delay: time.Millisecond}, 200, nil, `"keypair"`, true, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := start(t, Options{})
			demo := as(t, c, "demo")
			demo.transport.DisableKeepAlives = true // a pooled connection would be tried anew
			test.fault.Method = http.MethodPost
			c.AddFault(test.fault)
			r, err := demo.try(http.MethodPost, keypairsPath, newKeypair)
			if !errors.Is(err, test.err) {
				t.Errorf("error %v, want %v", err, test.err)
			}
			if r.code != test.status || !strings.Contains(r.text, test.text) {
				t.Errorf("%d %q, want %d and %q", r.code, r.text, test.status, test.text)
			}
			if got := len(c.Keypairs("demo")) == 2; got != test.processed {
				t.Errorf("processed: %v, want %v", got, test.processed)
			}
			calls := c.Calls()
			if len(calls) != 1 || calls[0].Status != test.logged {
				t.Errorf("calls %+v, want one with status %d", calls, test.logged)
			}
		})
	}
}

func TestHangEndsWithTheCallerOrTheCloud(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	c.AddFault(Fault{Mode: Hang})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+keypairsPath, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, err = demo.transport.RoundTrip(q) //nolint:bodyclose // there is no answer
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the deadline's", err)
	}
	// The cloud cannot close before the call has arrived, so it is let in first.
	arrived := make(chan struct{})
	ended := make(chan error, 1)
	trace := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { close(arrived) },
	})
	go func() {
		q, err := http.NewRequestWithContext(trace, http.MethodGet, c.base+keypairsPath, http.NoBody)
		if err == nil {
			_, err = demo.transport.RoundTrip(q) //nolint:bodyclose // there is no answer
		}
		ended <- err
	}()
	<-arrived
	c.Close()
	if err := <-ended; err == nil {
		t.Error("a call that hangs was answered when the cloud closed")
	}
}

func TestFaultsMatchAndCount(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	statuses := func(path string, n int) []int {
		t.Helper()
		var codes []int
		for range n {
			r, err := demo.try(http.MethodGet, path, "")
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, r.code)
		}
		return codes
	}
	equal := func(got []int, want ...int) {
		t.Helper()
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("statuses %v, want %v", got, want)
				return
			}
		}
	}
	c.AddFault(Fault{Service: "nova", Path: regexp.MustCompile(`/os-keypairs$`), Status: 503, Skip: 1, Times: 2})
	equal(statuses("/volume/v3/volumes", 1), 200)
	equal(statuses("/compute/v2.1/flavors", 1), 200)
	equal(statuses(keypairsPath, 4), 200, 503, 503, 200)
	c.AddFault(Fault{Status: 500, Times: 1})
	c.AddFault(Fault{Status: 501})
	equal(statuses(keypairsPath, 3), 500, 501, 501)
	c.ClearFaults()
	equal(statuses(keypairsPath, 1), 200)
}
