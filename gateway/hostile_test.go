package gateway_test

import (
	"strings"
	"testing"

	"github.com/occigate/occigate/gateway"
)

// Requests whose end or meaning a proxy in front could see elsewhere are refused, and nothing that follows on their
// connection is taken for a request.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	const next = "GET /-/ HTTP/1.1\r\nHost: gw\r\nX-Smuggled: yes\r\n\r\n"
	server := run(t, newBench(t, workingCloud()), gateway.ServerOptions{})
	for name, head := range map[string]string{
		"two lengths":           "Content-Length: 0\r\nContent-Length: 70\r\n",
		"lengths in a list":     "Content-Length: 0, 70\r\n",
		"length with a sign":    "Content-Length: +0\r\n",
		"blank before colon":    "Content-Length : 0\r\n",
		"unknown coding":        "Transfer-Encoding: xchunked\r\n",
		"coding twice":          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
		"coding not last":       "Transfer-Encoding: chunked, identity\r\n",
		"NUL in a value":        "X-Auth-Token: a\x00b\r\n",
		"bare CR in a value":    "X-Auth-Token: a\rX-Evil: 1\r\n",
		"no name":               ": value\r\n",
		"control in a name":     "X-\x01: value\r\n",
		"two hosts":             "Host: other\r\n",
		"no HTTP after a blank": "X-A: 1\r\nnonsense\r\n",
	} {
		got := string(exchange(t, server.Addrs()[0], "POST /compute/ HTTP/1.1\r\nHost: gw\r\n"+head+"\r\n"+next))
		if answers := strings.Count(got, "HTTP/1.1 "); answers != 1 || !strings.HasPrefix(got, "HTTP/1.1 4") && !strings.HasPrefix(got, "HTTP/1.1 501") {
			t.Errorf("%s: got %d answers, want one that refuses:\n%.300s", name, answers, got)
		}
	}
}

// Pages of other sites cannot use the gateway with a browser's credentials: there is no CORS.
func TestNoCORS(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS"} {
		w := b.do(t, method, "/compute/", "", "Origin", "https://evil.example.org", "Access-Control-Request-Method", "POST",
			"Access-Control-Request-Headers", "x-auth-token")
		for name := range w.Header() {
			if strings.HasPrefix(strings.ToLower(name), "access-control-") {
				t.Errorf("%s: answer has %s", method, name)
			}
		}
	}
}

// Whoever tries tokens learns nothing from the answer: they are refused as none is, header by header.
func TestRefusalsAreAlike(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	none := b.doAnonymous(t, "GET", "/compute/", "", "X-Request-Id", testID)
	for _, token := range []string{"bad", testToken + "x", strings.Repeat("x", 8000)} {
		w := b.doAnonymous(t, "GET", "/compute/", "", "X-Request-Id", testID, "X-Auth-Token", token)
		if w.Code != none.Code {
			t.Errorf("status %d, want %d as without a token", w.Code, none.Code)
		}
		for name, values := range none.Header() {
			if got := w.Header()[name]; strings.Join(got, "|") != strings.Join(values, "|") && name != "Content-Length" {
				t.Errorf("%s: %q, want %q as without a token", name, got, values)
			}
		}
	}
}
