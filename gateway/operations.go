package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Operations returns the handler of the second listener, which is for operators and has no authentication:
//
//	/metrics         Prometheus
//	/healthz/live    200 as long as requests are answered at all
//	/healthz/ready   200 while the gateway wants requests, else 503 and the reason
//	/healthcheck     the same in the form of OpenStack's services, which load balancers know
//	/version         JSON
func (g *Gateway) Operations() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(g.options.Metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz/live", func(w http.ResponseWriter, _ *http.Request) {
		writeText(w, http.StatusOK, "live\n")
	})
	mux.HandleFunc("GET /healthz/ready", func(w http.ResponseWriter, r *http.Request) {
		if err := g.readiness.get(r.Context()); err != nil {
			writeText(w, http.StatusServiceUnavailable, "not ready: "+err.Error()+"\n")
			return
		}
		writeText(w, http.StatusOK, "ready\n")
	})
	mux.HandleFunc("GET /healthcheck", g.healthcheck)
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{
			"version": g.options.Version,
			"go":      runtime.Version(),
			"occi":    []string{"1.1", "1.2"},
		})
	})
	return mux
}

// healthcheck answers as oslo.middleware does: GET 200 "OK", HEAD 204.
func (g *Gateway) healthcheck(w http.ResponseWriter, r *http.Request) {
	err := g.readiness.get(r.Context())
	switch {
	case err != nil:
		writeText(w, http.StatusServiceUnavailable, "NOT READY")
	case r.Method == http.MethodHead:
		w.WriteHeader(http.StatusNoContent)
	default:
		writeText(w, http.StatusOK, "OK")
	}
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // whoever asked is gone: nobody to tell
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // whoever asked is gone: nobody to tell
}

// errDraining is why a gateway that is about to stop is not ready.
var errDraining = errors.New("shutting down")

// How long an answer about readiness is good, and how long one may take: probes come from several load balancers
// at once and must not become load upstream.
const (
	readinessTTL     = 2 * time.Second
	readinessTimeout = 3 * time.Second
)

// readiness asks whether the gateway can serve, and keeps the answer for a moment.
type readiness struct {
	check    func(context.Context) error
	draining func() bool

	mu   sync.Mutex
	last error
	at   time.Time // of last; zero if never asked
}

// get returns what keeps the gateway from serving, or nil. Callers that come together share one check.
func (p *readiness) get(ctx context.Context) error {
	if p.draining() {
		return errDraining
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at.IsZero() || time.Since(p.at) >= readinessTTL {
		// A probe that gives up early says nothing about readiness, and its answer is shared.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readinessTimeout)
		defer cancel()
		p.last = p.check(ctx)
		p.at = time.Now()
	}
	return p.last
}
