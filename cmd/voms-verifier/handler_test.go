package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// certificate is any.
func certificate(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func somebody() verdict {
	expires := time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)
	return verdict{DN: "/CN=Jane Doe", CA: "/CN=CA", VO: "dteam", FQANs: []string{"/dteam"}, Expires: &expires}
}

// post sends a body to a handler.
func post(ctx context.Context, h http.Handler, path string, body []byte) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequestWithContext(ctx, http.MethodPost, path, bytes.NewReader(body)))
	return recorder
}

func TestHandler(t *testing.T) {
	t.Parallel()
	der := certificate(t)
	tests := map[string]struct {
		path   string
		body   []byte
		v      verdict
		err    error
		status int
		want   verdict
		log    string
	}{
		"verified": {body: der, v: somebody(), status: http.StatusOK, want: somebody(), log: `"dn":"/CN=Jane Doe"`},
		"refused": {
			body: der, v: verdict{Refused: "expired", detail: "since yesterday"},
			status: http.StatusForbidden, want: verdict{Refused: "expired"}, log: `"detail":"since yesterday"`,
		},
		"no verdict": {
			body: der, err: errors.New("crash"),
			status: http.StatusServiceUnavailable, want: verdict{Refused: "no verdict"}, log: `"level":"ERROR"`,
		},
		"nothing": {
			v: somebody(), status: http.StatusBadRequest, want: verdict{Refused: "certificate chain: unreadable"}, log: `"status":400`,
		},
		"16 certificates": {body: bytes.Repeat(der, 16), v: somebody(), status: http.StatusOK, want: somebody()},
		"17 certificates": {
			body: bytes.Repeat(der, 17), v: somebody(),
			status: http.StatusBadRequest, want: verdict{Refused: "certificate chain: too long"},
		},
		"too large": {
			body: make([]byte, maxBody+1), v: somebody(),
			status: http.StatusRequestEntityTooLarge, want: verdict{Refused: "certificate chain: too large"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			h := newHandler(func(_ context.Context, got []byte) (verdict, error) {
				if !bytes.Equal(got, test.body) {
					t.Errorf("verified %x, want %x", got, test.body)
				}
				return test.v, test.err
			}, time.Minute, 1, slog.New(slog.NewJSONHandler(&log, nil)))
			answer := post(t.Context(), h, "/verify", test.body)
			var got verdict
			if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || answer.Code != test.status {
				t.Fatalf("status %d, %s, want %d", answer.Code, answer.Body, test.status)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreUnexported(verdict{})); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if !strings.Contains(log.String(), test.log) {
				t.Errorf("logged %s, want %s in it", log.String(), test.log)
			}
		})
	}
}

// TestOtherRequests: there is one request alone.
func TestOtherRequests(t *testing.T) {
	t.Parallel()
	h := newHandler(nil, time.Minute, 1, slog.New(slog.DiscardHandler))
	if got := post(t.Context(), h, "/", nil).Code; got != http.StatusNotFound {
		t.Errorf("POST /: %d, want 404", got)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/verify", nil))
	if recorder.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET /verify: %d, want 405", recorder.Code)
	}
}

// TestTurns: no more than allowed are verified at a time, and nobody waits longer than the time-out.
func TestTurns(t *testing.T) {
	t.Parallel()
	der := certificate(t)
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		h := newHandler(func(ctx context.Context, _ []byte) (verdict, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			<-ctx.Done()
			return verdict{}, ctx.Err()
		}, time.Second, 2, slog.New(slog.NewJSONHandler(io.Discard, nil)))
		start := time.Now()
		answers := make(chan int)
		for range 5 {
			go func() { answers <- post(t.Context(), h, "/verify", der).Code }()
		}
		for range 5 {
			if got := <-answers; got != http.StatusServiceUnavailable {
				t.Errorf("status %d, want 503", got)
			}
		}
		if most.Load() != 2 || time.Since(start) != time.Second {
			t.Errorf("%d at a time, all answered after %s; want 2 and 1 s", most.Load(), time.Since(start))
		}
	})
}
