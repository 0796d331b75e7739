package keystone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// transport carries every call to OpenStack. It is shared by all sessions and holds connections,
// but nothing of any caller.
type transport struct {
	base      http.RoundTripper
	versions  *versionCache
	userAgent string
	requestID func(context.Context) string
	observe   func(context.Context, Call)
}

// newBase makes the connection pool. It uses no proxy: tokens go where the operator's settings and
// the catalogue say, not where the environment of the process says.
func newBase(o Options, trust *trust) *http.Transport {
	dialer := &net.Dialer{Timeout: o.ConnectTimeout, KeepAlive: 30 * time.Second, Control: refuseForbidden}
	secure := &tlsDialer{dialer: dialer, trust: trust, timeout: o.TLSTimeout, insecure: o.Insecure}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		DialTLSContext:         secure.dial,
		ForceAttemptHTTP2:      true,
		ResponseHeaderTimeout:  o.FirstByteTimeout,
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        90 * time.Second,
	}
}

// refuseForbidden looks at the address about to be connected to, after name resolution: a name may
// mean a link-local address too.
func refuseForbidden(_, address string, _ syscall.RawConn) error {
	addr, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if forbiddenAddr(addr.Addr()) {
		return fmt.Errorf("%s: %w", addr.Addr(), errForbiddenAddr)
	}
	return nil
}

// httpClient returns a client that reaches what the routes allow and follows no redirect, which
// would carry the token elsewhere.
func (t *transport) httpClient(maxBytes int64, routes ...route) http.Client {
	return http.Client{
		Transport:     &routedTransport{transport: t, routes: routes, maxBytes: maxBytes},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// route is a part of the network that belongs to one service.
type route struct {
	service service
	origin  *url.URL // scheme and host count
	path    string   // escaped, with a slash at both ends
}

// address returns the URL of the route without a slash at its end.
func (r route) address() string {
	return origin(r.origin) + strings.TrimSuffix(r.path, "/")
}

// holds reports whether u is below the route.
func (r route) holds(u *url.URL) bool {
	return u.Scheme == r.origin.Scheme &&
		strings.EqualFold(u.Hostname(), r.origin.Hostname()) &&
		port(u) == port(r.origin) &&
		strings.HasPrefix(u.EscapedPath(), r.path)
}

// port returns u's port, or its scheme's.
func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// routedTransport sends what its routes allow.
type routedTransport struct {
	transport *transport
	routes    []route
	maxBytes  int64
}

// RoundTrip sends req if it is below a route. A URL elsewhere can only come from an answer, such as
// the link to a next page, and the caller's token must not go there.
func (rt *routedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	var best *route
	for i := range rt.routes {
		if r := &rt.routes[i]; r.holds(req.URL) && (best == nil || len(r.path) > len(best.path)) {
			best = r
		}
	}
	if best == nil {
		return nil, &Error{
			Kind:    BadAnswer,
			Message: "a service referred to an address that is not its own",
			Cause:   fmt.Errorf("%s://%s is outside the endpoints in use", req.URL.Scheme, req.URL.Host),
		}
	}
	resp, err := rt.transport.send(best.service, req)
	if err != nil {
		return nil, deliveryError(req.Context(), best.service, err)
	}
	if resp.StatusCode == http.StatusNotAcceptable { // the service no longer has the microversion asked for
		rt.transport.versions.drop(best.address())
	}
	resp.Body = &cappedBody{body: resp.Body, left: rt.maxBytes + 1, service: best.service, limit: rt.maxBytes}
	return resp, nil
}

// deliveryError says why there is no answer. The end of the caller's own context is passed on as
// it is, since that is no fault of the service.
func deliveryError(ctx context.Context, svc service, err error) error {
	switch {
	case ctx.Err() != nil:
		return err
	case errors.Is(err, errForbiddenAddr):
		return &Error{
			Kind:    NoService,
			Message: fmt.Sprintf("the address of the %s service cannot be used", svc),
			Cause:   err,
		}
	}
	return unavailable(svc, 0, err)
}

// attempt sends req once and reports it.
func (t *transport) attempt(svc service, req *http.Request, number int) (*http.Response, error) {
	start := time.Now()
	resp, err := t.base.RoundTrip(req)
	call := Call{
		Service:  string(svc),
		Method:   req.Method,
		Attempt:  number,
		Duration: time.Since(start),
		Err:      err,
	}
	if err == nil {
		call.Status = resp.StatusCode
		call.UpstreamRequestID = upstreamRequestID(resp.Header)
	}
	t.observe(req.Context(), call)
	return resp, err
}

// upstreamRequestID returns a service's own name for a call. Older Nova gives only the second.
func upstreamRequestID(h http.Header) string {
	if id := h.Get("X-Openstack-Request-Id"); id != "" {
		return id
	}
	return h.Get("X-Compute-Request-Id")
}

// cappedBody fails once an answer has more than limit bytes.
type cappedBody struct {
	body    io.ReadCloser
	left    int64 // may still be read: one byte more than allowed tells a full answer from a long one
	service service
	limit   int64
}

// Read reads the answer's body.
func (b *cappedBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, b.tooLong()
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	if b.left == 0 {
		return n - 1, b.tooLong()
	}
	return n, err
}

func (b *cappedBody) tooLong() error {
	return badAnswer(b.service, fmt.Errorf("body has more than %d bytes", b.limit))
}

// Close closes the answer's body.
func (b *cappedBody) Close() error { return b.body.Close() }
