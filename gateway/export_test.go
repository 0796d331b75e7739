package gateway

import (
	"net/http"
	"net/netip"
	"time"
)

// SetAfter replaces the clock of the drain delay.
func (s *Server) SetAfter(after func(time.Duration) <-chan time.Time) { s.after = after }

// ForwardedURL returns scheme and authority of a request that a trusted proxy sent, and its client's address.
func ForwardedURL(r *http.Request) (string, netip.Addr) {
	all := proxies{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	return all.baseURL(r), all.clientAddr(r)
}
