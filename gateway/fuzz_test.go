package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/occigate/occigate/gateway"
)

// Whatever is forwarded, the base is scheme and authority and nothing that would end a header, a quoted string
// or an angle bracket.
func FuzzForwarded(f *testing.F) {
	f.Add(`for=192.0.2.60;proto=https;host="occi.example.org:8443", for="[2001:db8::1]:5"`, "a, b", "https", "192.0.2.1, unknown")
	f.Add("", "occi.example.org", "HTTP", "10.0.0.1:5")
	f.Add("host=[::1]", "[::1]:80", "", "::ffff:10.0.0.1")
	f.Add(";,=\"", "a\"b", "java", ",,")
	f.Fuzz(func(t *testing.T, forwarded, host, proto, addresses string) {
		r := &http.Request{Host: "gw", RemoteAddr: "127.0.0.1:1", Header: http.Header{}}
		for name, value := range map[string]string{
			"Forwarded": forwarded, "X-Forwarded-Host": host, "X-Forwarded-Proto": proto, "X-Forwarded-For": addresses,
		} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		base, client := gateway.ForwardedURL(r)
		u, err := url.Parse(base)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || base != u.Scheme+"://"+u.Host || u.Hostname() == "" {
			t.Errorf("got base %q (%v)", base, err)
		}
		if strings.ContainsAny(base, " \t\r\n\"'<>;,\\") {
			t.Errorf("got base %q", base)
		}
		if !client.IsValid() {
			t.Error("got no client, want at least the peer")
		}
	})
}

// No path, query or User-Agent makes the gateway fail.
func FuzzRequestLine(f *testing.F) {
	f.Add("GET", "/compute/", "", "OCCI/1.1")
	f.Add("POST", "//occi1.2//compute/%2F%00", "action=start", "OCCI/9.9")
	f.Add("HEAD", "/%2D/", "action=%zz;", "OCCI/1")
	f.Add("OPTIONS", "*", "?", "")
	f.Add("GET", "/occi1.2/os_tpl/", "page=1;number=2&category=a%23b&occi.core.title=", "OCCI/1.2")
	f.Add("DELETE", "/", "occi.compute.cores=4.0", "OCCI/1.0")
	f.Add("PUT", "/ipnetwork/%2e%2e", "", "")
	b := newBench(f, workingCloud())
	f.Fuzz(func(t *testing.T, method, path, query, agent string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Method = method
		r.URL = &url.URL{Path: path, RawPath: path, RawQuery: query}
		r.Header.Set("User-Agent", agent)
		r.Header.Set("X-Auth-Token", testToken)
		w := httptest.NewRecorder()
		b.Handler().ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusNotImplemented {
			t.Errorf("%q %q ? %q: got %d %q", method, path, query, w.Code, w.Body)
		}
		if w.Header().Get("Content-Type") == "" {
			t.Errorf("%q %q: got no Content-Type", method, path)
		}
	})
}
