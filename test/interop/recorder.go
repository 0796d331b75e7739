package interop

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// recorder stands between a client and the gateway, changes nothing, and remembers what was refused.
type recorder struct {
	*httptest.Server

	mu      sync.Mutex
	refused []string
}

// recordedMost bounds how much of a body is remembered, and how many exchanges are.
const (
	recordedMost  = 2000
	recordedCount = 20
)

// newRecorder passes all requests on to an endpoint. The client's Host header goes with them, so that the URLs in the
// answers lead through the recorder, too.
func newRecorder(t *testing.T, endpoint string) *recorder {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	forward := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = target.Scheme, target.Host, p.In.Host
	}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		var asked, answered bytes.Buffer
		q.Body = io.NopCloser(io.TeeReader(q.Body, &limited{to: &asked}))
		kept := &answer{ResponseWriter: w, body: limited{to: &answered}, status: http.StatusOK}
		forward.ServeHTTP(kept, q)
		if kept.status >= http.StatusBadRequest {
			r.remember(describe(q, asked.Bytes(), kept, answered.Bytes()))
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) remember(exchange string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused = append(r.refused, exchange)
	r.refused = r.refused[max(0, len(r.refused)-recordedCount):]
}

// exchanges returns what was refused, and forgets it.
func (r *recorder) exchanges() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	refused := r.refused
	r.refused = nil
	return refused
}

// describe writes an exchange for people; what is secret stays out.
func describe(q *http.Request, asked []byte, a *answer, answered []byte) string {
	header := q.Header.Clone()
	for _, secret := range []string{"X-Auth-Token", "Authorization"} {
		if header.Get(secret) != "" {
			header.Set(secret, "…")
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "> %s %s\n", q.Method, q.URL.RequestURI())
	_ = header.Write(&b) // a buffer takes everything
	fmt.Fprintf(&b, "\n%s\n< %d\n", asked, a.status)
	_ = a.Header().Write(&b)
	fmt.Fprintf(&b, "\n%s\n", answered)
	return b.String()
}

// answer keeps what the gateway answered.
type answer struct {
	http.ResponseWriter
	status int
	body   limited
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if _, err := a.body.Write(b); err != nil {
		return 0, err
	}
	return a.ResponseWriter.Write(b)
}

// limited keeps the beginning of what is written.
type limited struct{ to *bytes.Buffer }

func (l *limited) Write(b []byte) (int, error) {
	l.to.Write(b[:min(len(b), recordedMost-min(l.to.Len(), recordedMost))])
	return len(b), nil
}
