package gateway

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
)

// RequestID returns the global id of the request that ctx belongs to, "req-" and a UUID,
// or "" outside of requests. OpenStack's services log it when they are sent it.
func RequestID(ctx context.Context) string { return eventOf(ctx).requestID }

// chooseRequestID keeps the id a client or a proxy has given the request, if it is a UUID: it is echoed and
// logged, so nothing else is let through. OpenStack's spelling counts more than the general one.
func chooseRequestID(h http.Header) string {
	if id, ok := strings.CutPrefix(h.Get("X-Openstack-Request-Id"), "req-"); ok && isUUID(id) {
		return "req-" + strings.ToLower(id)
	}
	if id := h.Get("X-Request-Id"); isUUID(id) {
		return "req-" + strings.ToLower(id)
	}
	return "req-" + newUUID()
}

// newUUID returns a random UUID (RFC 9562 §5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
