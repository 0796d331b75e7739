package gateway

import (
	"context"
	"net"
	"net/http"
	"strings"
)

// FacadePath is where Options.Facade is. It is the host's, whatever the mounts are.
const FacadePath = "/keystone"

// The route of everything that the facade serves.
const routeFacade = "keystone"

// challenge is the value of WWW-Authenticate: the facade where there is one, else Keystone.
func (g *Gateway) challenge(r *http.Request) string {
	if g.options.Facade == nil {
		return g.options.Challenge
	}
	return "Keystone uri='" + g.baseURL(r) + FacadePath + "'"
}

// facade hands a request to the facade, together with what only the gateway knows of it.
func (g *Gateway) facade(w http.ResponseWriter, r *http.Request) {
	ev := eventOf(r.Context())
	ev.route = routeFacade
	inner := r.Clone(r.Context())
	inner.URL.Scheme, inner.URL.Host, _ = strings.Cut(g.baseURL(r), "://")
	inner.RemoteAddr = net.JoinHostPort(ev.clientIP, "0")

	h := w.Header()
	h["Server"] = []string{g.server}
	h["X-Openstack-Request-Id"] = []string{ev.requestID}
	h["X-Request-Id"] = []string{ev.requestID}
	if g.draining.Load() {
		h["Connection"] = []string{"close"}
	}
	g.options.Facade.ServeHTTP(&tallyWriter{ResponseWriter: w, event: ev}, inner)
	if ev.status == http.StatusUnauthorized {
		ev.rejected = rejectedAuth
	}
}

// ReportFailure adds the cause of a failure to the log line of the request that ctx belongs to.
func ReportFailure(ctx context.Context, err error) { eventOf(ctx).err = err }

// tallyWriter notes what is answered.
type tallyWriter struct {
	http.ResponseWriter
	event *event
}

// WriteHeader notes the status.
func (w *tallyWriter) WriteHeader(status int) {
	w.event.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *tallyWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.event.bytesOut += n
	return n, err
}
