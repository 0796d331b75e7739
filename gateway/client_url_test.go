package gateway_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/occigate/occigate/gateway"
)

// Clients compare URLs with the endpoint they were given, so they get the host as they have written it.
func TestBaseURL(t *testing.T) {
	t.Parallel()
	const trusted, stranger = "10.0.0.1:4711", "192.0.2.7:4711"
	tests := []struct {
		name, public, peer, host string
		tls                      bool
		header                   []string
		want                     string
	}{
		{"the request's", "", stranger, "gw.example.org:8787", false, nil, "http://gw.example.org:8787"},
		{"the request's with TLS", "", stranger, "GW.example.org", true, nil, "https://GW.example.org"},
		{"IPv6", "", stranger, "[2001:db8::1]:8787", false, nil, "http://[2001:db8::1]:8787"},
		{"configured", "https://occi.example.org", trusted, "gw", false, []string{"X-Forwarded-Host", "other"}, "https://occi.example.org"},
		{
			"from a stranger", "", stranger, "gw", false,
			[]string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil", "Forwarded", "proto=https;host=evil"},
			"http://gw",
		},
		{"X-Forwarded", "", trusted, "gw", false, []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "occi:443"}, "https://occi:443"},
		{"only the scheme", "", trusted, "gw:8787", false, []string{"X-Forwarded-Proto", "HTTPS"}, "https://gw:8787"},
		{"several hops", "", trusted, "gw", false, []string{"X-Forwarded-Proto", "https, http", "X-Forwarded-Host", "occi , inner"}, "https://occi"},
		{
			"Forwarded", "", trusted, "gw", false,
			[]string{"Forwarded", `for=192.0.2.60;Proto=https;host="occi.example.org:8443", for=10.0.0.9;host=inner`},
			"https://occi.example.org:8443",
		},
		{"Forwarded first", "", trusted, "gw", false, []string{"Forwarded", "host=a", "X-Forwarded-Host", "b"}, "http://a"},
		{"strange scheme", "", trusted, "gw", false, []string{"X-Forwarded-Proto", "javascript"}, "http://gw"},
		{"path in a host", "", trusted, "gw", false, []string{"X-Forwarded-Host", "evil/x"}, "http://gw"},
		{"user in a host", "", trusted, "gw", false, []string{"X-Forwarded-Host", "a@evil"}, "http://gw"},
		{"quotes in a host", "", trusted, "gw", false, []string{"X-Forwarded-Host", `evil"; rel=x`}, "http://gw"},
		{"long port", "", trusted, "gw", false, []string{"X-Forwarded-Host", "a:123456"}, "http://gw"},
		{"no port", "", trusted, "gw", false, []string{"X-Forwarded-Host", "a:"}, "http://gw"},
		{"broken IPv6", "", trusted, "gw", false, []string{"X-Forwarded-Host", "[::1"}, "http://gw"},
		{"no Host", "", stranger, "", false, nil, "http://127.0.0.1:8787"},
		{"Host that is none", "", stranger, "a'b(c)", false, nil, "http://127.0.0.1:8787"},
	}
	for _, tt := range tests {
		b := newBench(t, workingCloud(), func(o *gateway.Options) {
			o.PublicURL = tt.public
			o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		})
		w := serveFrom(t, b, tt.peer, func(r *http.Request) {
			r.Host = tt.host
			if tt.tls {
				r.TLS = &tls.ConnectionState{}
			}
		}, tt.header...)
		got, _, _ := strings.Cut(w.Body.String(), "/compute/")
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, peer string
		header     []string
		want       string
	}{
		{"peer", "192.0.2.7:4711", nil, "192.0.2.7"},
		{"IPv6 peer", "[2001:db8::7]:4711", nil, "2001:db8::7"},
		{"mapped peer", "[::ffff:192.0.2.7]:4711", nil, "192.0.2.7"},
		{"no address", "@", nil, ""},
		{"from a stranger", "192.0.2.7:4711", []string{"X-Forwarded-For", "198.51.100.1"}, "192.0.2.7"},
		{"from a proxy", "10.0.0.1:1", []string{"X-Forwarded-For", "198.51.100.1"}, "198.51.100.1"},
		{"from two proxies", "10.0.0.1:1", []string{"X-Forwarded-For", "198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"invented by the client", "10.0.0.1:1", []string{"X-Forwarded-For", "127.0.0.1, 198.51.100.1"}, "198.51.100.1"},
		{"in two lines", "10.0.0.1:1", []string{"X-Forwarded-For", "127.0.0.1", "X-Forwarded-For", "198.51.100.1"}, "198.51.100.1"},
		{"hidden", "10.0.0.1:1", []string{"X-Forwarded-For", "198.51.100.1, unknown"}, "10.0.0.1"},
		{"Forwarded", "10.0.0.1:1", []string{"Forwarded", `for="[2001:db8::1]:5", for=10.0.0.3`}, "2001:db8::1"},
		{"all trusted", "10.0.0.1:1", []string{"X-Forwarded-For", "10.0.0.9"}, "10.0.0.9"},
	}
	for _, tt := range tests {
		b := newBench(t, workingCloud(), func(o *gateway.Options) {
			o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		})
		serveFrom(t, b, tt.peer, func(*http.Request) {}, tt.header...)
		got := b.logLine(t)["client_ip"]
		if got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// serveFrom lists computes as a request from the peer.
func serveFrom(t *testing.T, b *bench, peer string, change func(*http.Request), header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/compute/", nil)
	local := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8787}
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
	r.RemoteAddr = peer
	r.Header.Set("X-Auth-Token", testToken)
	r.Header.Set("Accept", "text/uri-list")
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	change(r)
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}
