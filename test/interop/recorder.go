package interop

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
)

// recorder stands between a client and the gateway, passes every byte on as it is, and can tell what was refused. The
// client's Host header names the recorder, so the URLs in the answers lead through it, too.
type recorder struct {
	url string

	mu            sync.Mutex
	conversations []*conversation
}

// conversation is what was said on one connection.
type conversation struct{ asked, answered limited }

const (
	recordedMost = 1 << 20 // bytes of each direction of a connection that are remembered
	shownMost    = 2000    // bytes of a body that are shown
)

// newRecorder passes all connections on to the host of an endpoint, until the test ends.
func newRecorder(t *testing.T, endpoint string) *recorder {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := target.Host
	target.Host = listener.Addr().String()
	r := &recorder{url: target.String()}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { r.converse(ctx, client, host) })
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		cancel()
		running.Wait()
	})
	return r
}

// converse passes on what is said in both directions, until one side has closed or ctx ends.
func (r *recorder) converse(ctx context.Context, client net.Conn, host string) {
	var dialer net.Dialer
	gateway, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		_ = client.Close() // which is how the client learns of it
		return
	}
	c := &conversation{}
	r.mu.Lock()
	r.conversations = append(r.conversations, c)
	r.mu.Unlock()
	closeBoth := func() {
		_ = client.Close()
		_ = gateway.Close()
	}
	defer context.AfterFunc(ctx, closeBoth)()
	var directions sync.WaitGroup
	directions.Go(func() { // ends when the client has said all: the gateway may still answer
		_, _ = io.Copy(io.MultiWriter(gateway, &c.asked), client)
		_ = gateway.(*net.TCPConn).CloseWrite()
	})
	_, _ = io.Copy(io.MultiWriter(client, &c.answered), gateway)
	closeBoth()
	directions.Wait()
}

// refused returns the exchanges in which the gateway refused something, as text for people.
func (r *recorder) refused() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, c := range r.conversations {
		all = append(all, c.refused()...)
	}
	return all
}

func (c *conversation) refused() []string {
	asked, answered := bufio.NewReader(c.asked.reader()), bufio.NewReader(c.answered.reader())
	var all []string
	for {
		request, err := http.ReadRequest(asked)
		if err != nil {
			return all
		}
		question, err := io.ReadAll(request.Body)
		if err != nil {
			return all
		}
		answer, err := readAnswer(answered, request)
		if err != nil {
			return all
		}
		if answer.status >= http.StatusBadRequest {
			all = append(all, describe(request, question, answer))
		}
	}
}

// answer is what the gateway said to a request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// readAnswer reads the answer to a request, and those before it that say no more than to go on.
func readAnswer(from *bufio.Reader, to *http.Request) (answer, error) {
	for {
		response, err := http.ReadResponse(from, to)
		if err != nil {
			return answer{}, err
		}
		body, err := io.ReadAll(response.Body)
		err = errors.Join(err, response.Body.Close())
		if err != nil || response.StatusCode >= http.StatusOK {
			return answer{response.StatusCode, response.Header, body}, err
		}
	}
}

// describe writes an exchange for people; what is secret stays out.
func describe(q *http.Request, question []byte, a answer) string {
	for _, secret := range []string{"X-Auth-Token", "Authorization"} {
		if q.Header.Get(secret) != "" {
			q.Header.Set(secret, "…")
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "> %s %s\n", q.Method, q.RequestURI)
	_ = q.Header.Write(&b) // a buffer takes everything
	fmt.Fprintf(&b, "\n%s\n< %d\n", question[:min(len(question), shownMost)], a.status)
	_ = a.header.Write(&b)
	fmt.Fprintf(&b, "\n%s\n", a.body[:min(len(a.body), shownMost)])
	return b.String()
}

// limited remembers the beginning of what is written; several goroutines may use it.
type limited struct {
	mu   sync.Mutex
	kept []byte
}

func (l *limited) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, b[:min(len(b), recordedMost-len(l.kept))]...)
	return len(b), nil
}

func (l *limited) reader() io.Reader {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.NewReader(bytes.Clone(l.kept))
}
