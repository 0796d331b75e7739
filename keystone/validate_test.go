package keystone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// status answers with a status and a page that is not Keystone's.
func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>canary-page</html>", code) }
}

// keystoneStatus answers with Keystone's error document.
func keystoneStatus(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, code, doc{"error": doc{"code": code, "message": "canary-page", "title": http.StatusText(code)}})
	}
}

// text answers 200 with a body.
func text(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	}
}

// hang answers nothing until the caller gives up, after an optional beginning.
func hang(beginning string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if beginning != "" {
			_, _ = w.Write([]byte(beginning))
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}
}

// raw answers with bytes that need not be HTTP, and closes the connection.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = conn.Write([]byte(answer))
		_ = conn.Close()
	}
}

// reset breaks the connection.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// flood answers 200 with 64 MiB of JSON.
func flood(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte(`{"token":{"catalog":[`))
	chunk := []byte(strings.Repeat(`{},`, 1<<18))
	for range 64 << 20 / len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func retryIn(seconds string, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", seconds)
		h(w, r)
	}
}

func TestKeystoneFaults(t *testing.T) {
	t.Parallel()
	good := string(mustJSON(t, tokenOf(time.Now().Add(time.Hour))))
	elsewhere := newKeystone(t)
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		kind   Kind
		after  time.Duration
		calls  int64 // to Keystone
	}{
		"200":                     {text("application/json", good), 0, 0, 1},
		"200 as HTML":             {text("text/html", "<html>canary-page</html>"), BadAnswer, defaultRetryAfter, 1},
		"200 empty":               {text("application/json", ""), BadAnswer, defaultRetryAfter, 1},
		"200 truncated JSON":      {text("application/json", good[:len(good)/2]), BadAnswer, defaultRetryAfter, 1},
		"200 wrong type":          {text("application/json", `{"token":[]}`), BadAnswer, defaultRetryAfter, 1},
		"200 deep JSON":           {text("application/json", strings.Repeat("[", 100_000)), BadAnswer, defaultRetryAfter, 1},
		"200 without user":        {text("application/json", `{"token":{}}`), BadAnswer, defaultRetryAfter, 1},
		"200 with 64 MiB":         {flood, BadAnswer, defaultRetryAfter, 1},
		"200 cut in the body":     {raw("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"), BadAnswer, defaultRetryAfter, 1},
		"200 hanging in the body": {hang(`{"token":`), Unavailable, defaultRetryAfter, 1},
		"204":                     {status(http.StatusNoContent), BadAnswer, defaultRetryAfter, 1},
		"300":                     {status(http.StatusMultipleChoices), BadAnswer, defaultRetryAfter, 1},
		"302": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/v3/auth/tokens", http.StatusFound)
		}, BadAnswer, defaultRetryAfter, 1},
		"400":                    {keystoneStatus(400), BadAnswer, defaultRetryAfter, 1},
		"401":                    {keystoneStatus(401), Rejected, 0, 1},
		"401 as HTML":            {status(401), Rejected, 0, 1},
		"401 cut in the body":    {raw("HTTP/1.1 401 No\r\nContent-Length: 5000\r\n\r\n{"), Rejected, 0, 1},
		"403":                    {keystoneStatus(403), Rejected, 0, 1},
		"404":                    {keystoneStatus(404), Rejected, 0, 1},
		"404 as HTML":            {status(404), BadAnswer, defaultRetryAfter, 1},
		"429":                    {retryIn("7", keystoneStatus(429)), Unavailable, 7 * time.Second, 1},
		"500":                    {keystoneStatus(500), BadAnswer, defaultRetryAfter, 1},
		"502":                    {status(502), Unavailable, defaultRetryAfter, 1},
		"503":                    {status(503), Unavailable, defaultRetryAfter, maxAttempts},
		"503 for long":           {retryIn("30", status(503)), Unavailable, 30 * time.Second, 1},
		"503 for ever":           {retryIn("99999999", status(503)), Unavailable, 5 * time.Minute, 1},
		"504":                    {status(504), Unavailable, defaultRetryAfter, 1},
		"reset":                  {reset, Unavailable, defaultRetryAfter, maxAttempts},
		"closed without answer":  {raw(""), Unavailable, defaultRetryAfter, maxAttempts},
		"not HTTP":               {raw("SSH-2.0-OpenSSH_9.2\r\n"), Unavailable, defaultRetryAfter, 1},
		"endless header":         {raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20)), Unavailable, defaultRetryAfter, 1},
		"hanging before headers": {hang(""), Unavailable, defaultRetryAfter, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ks := newKeystone(t)
			ks.respond(tc.answer)
			patience := 5 * time.Second
			if strings.Contains(name, "hanging") {
				patience = 100 * time.Millisecond
			}
			c := newClient(t, Options{URL: ks.URL, IdentityTimeout: patience})
			s, err := c.Session(t.Context(), withToken(goodToken))
			checkFault(t, s, err, tc.kind, tc.after)
			if got := ks.calls.Load(); got != tc.calls {
				t.Errorf("%d calls, want %d", got, tc.calls)
			}
		})
	}
	t.Cleanup(func() {
		if got := elsewhere.calls.Load(); got != 0 {
			t.Errorf("a redirect was followed %d times", got)
		}
	})
}

func TestUnreachableKeystone(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	untrusted := httptest.NewUnstartedServer(status(200))
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	for name, url := range map[string]string{
		"refused":               gone.URL,
		"unknown name":          "http://keystone.invalid:5000",
		"certificate not known": untrusted.URL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{URL: url})
			s, err := c.Session(t.Context(), withToken(goodToken))
			checkFault(t, s, err, Unavailable, defaultRetryAfter)
		})
	}
}

// checkFault checks the outcome of a sign-in, and that neither the token nor a page of the service
// is in what is said about it.
func checkFault(t *testing.T, s *Session, err error, kind Kind, after time.Duration) {
	t.Helper()
	if got := kindOf(t, err); got != kind {
		t.Fatalf("got %v (%v), want %v", got, err, kind)
	}
	if kind == 0 {
		if s == nil {
			t.Error("neither session nor error")
		}
		return
	}
	e, _ := errors.AsType[*Error](err)
	if e.RetryAfter != after {
		t.Errorf("RetryAfter %s, want %s", e.RetryAfter, after)
	}
	if s != nil {
		t.Error("both session and error")
	}
	for _, secret := range []string{goodToken, "canary"} {
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, e, e), secret) {
			t.Errorf("error %#v shows %q", e, secret)
		}
	}
	if strings.Contains(e.Message, "127.0.0.1") && kind != Rejected {
		t.Errorf("message %q names an internal address", e.Message)
	}
}

func TestDeadlineOfTheCaller(t *testing.T) {
	t.Parallel()
	ks := newKeystone(t)
	ks.respond(hang(""))
	c := newClient(t, Options{URL: ks.URL, IdentityTimeout: 300 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Session(ctx, withToken(goodToken))
	if !errors.Is(err, context.DeadlineExceeded) || kindOf(t, err) != Unavailable {
		t.Errorf("got %v, want Unavailable for context.DeadlineExceeded", err)
	}
}
