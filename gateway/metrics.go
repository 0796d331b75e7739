package gateway

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics are the gateway's, its caches' and its upstream calls'. Every label has a small fixed set of values:
// no path, id, user or project is one. The upstream names are those of the OpenStack cloud provider of
// Kubernetes, so that its dashboards work.
type Metrics struct {
	registry         *prometheus.Registry
	requests         *prometheus.CounterVec
	duration         *prometheus.HistogramVec
	inFlight         prometheus.Gauge
	rejected         *prometheus.CounterVec
	upstreamRequests *prometheus.CounterVec
	upstreamDuration *prometheus.HistogramVec
	cacheRequests    *prometheus.CounterVec
	reloads          *prometheus.CounterVec
	reloaded         *prometheus.GaugeVec
	certificateEnds  prometheus.Gauge
	insecure         prometheus.Gauge
}

// Why a request was rejected before any work was done for it.
const (
	rejectedInFlight = "in_flight"
	rejectedHead     = "head"
	rejectedBody     = "body"
	rejectedVersion  = "version"
	rejectedAuth     = "auth"
)

// What is read again when its files change, as ObserveReload takes it.
const (
	ReloadCertificate = "certificate" // of the listener
	ReloadTrust       = "trust"       // in OpenStack's services
)

// NewMetrics registers everything with the registry, among it the collectors of the Go runtime and the process.
// Version is the gateway's own.
func NewMetrics(registry *prometheus.Registry, version string) (*Metrics, error) {
	// Up to the deadlines of reads and changes, and finer where clients should be.
	buckets := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 9, 15, 30, 60}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	}
	m := &Metrics{
		registry: registry,
		requests: counter("occigate_http_requests_total",
			"Requests answered.", "method", "route", "code"),
		duration: histogram("occigate_http_request_duration_seconds",
			"Time from a request's head to the end of its answer.", "method", "route"),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "occigate_http_requests_in_flight", Help: "Requests being answered now.",
		}),
		rejected: counter("occigate_http_requests_rejected_total",
			"Requests refused before any work was done for them.", "reason"),
		upstreamRequests: counter("openstack_api_requests_total",
			"Calls to OpenStack services; code 0 is no answer.", "service", "method", "code"),
		upstreamDuration: histogram("openstack_api_request_duration_seconds",
			"Time of calls to OpenStack services until the head of the answer.", "service", "method"),
		cacheRequests: counter("occigate_cache_requests_total",
			"Looks into a cache.", "cache", "result"),
		reloads: counter("occigate_reloads_total",
			"Files read because they are new or have changed.", "files", "result"),
		reloaded: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "occigate_reload_last_success", Help: "1 if the files could be used when they were last read, else 0.",
		}, []string{"files"}),
		certificateEnds: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "occigate_certificate_not_after_timestamp_seconds",
			Help: "End of the listener's certificate; 0 without one.",
		}),
		insecure: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "occigate_keystone_insecure", Help: "1 if certificates of OpenStack's services are not checked.",
		}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "occigate_build_info", Help: "Always 1; the labels tell the build.",
	}, []string{"version", "goversion"})
	build.WithLabelValues(version, runtime.Version()).Set(1)
	m.initialize()

	var faults []error
	for _, c := range []prometheus.Collector{
		m.requests, m.duration, m.inFlight, m.rejected, m.upstreamRequests, m.upstreamDuration, m.cacheRequests, build,
		m.reloads, m.reloaded, m.certificateEnds, m.insecure,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		faults = append(faults, registry.Register(c))
	}
	return m, errors.Join(faults...)
}

// initialize makes the counters that alerts look at appear before they first count.
func (m *Metrics) initialize() {
	for _, reason := range []string{rejectedInFlight, rejectedHead, rejectedBody, rejectedVersion, rejectedAuth} {
		m.rejected.WithLabelValues(reason)
	}
}

// UpstreamCall is one HTTP exchange with a service behind the gateway.
type UpstreamCall struct {
	Service   string        // one of a small fixed set, such as "compute"
	Method    string        // HTTP method
	Status    int           // HTTP status, 0 without an answer
	Duration  time.Duration // until the answer's head
	RequestID string        // the service's own id for the call, "" if it gave none
	Err       error         // why there is no answer, else nil
}

// ObserveUpstream counts a call and adds it to the log line of the request that ctx belongs to, if any.
// It may be called by several goroutines at once, and after the request has ended.
func (m *Metrics) ObserveUpstream(ctx context.Context, c UpstreamCall) {
	method := methodLabel(c.Method)
	m.upstreamRequests.WithLabelValues(c.Service, method, strconv.Itoa(c.Status)).Inc()
	m.upstreamDuration.WithLabelValues(c.Service, method).Observe(c.Duration.Seconds())
	eventOf(ctx).addUpstream(c)
}

// ObserveCache counts a look into a cache. Both words are from small fixed sets, such as "identity" and "hit".
func (m *Metrics) ObserveCache(cache, result string) {
	m.cacheRequests.WithLabelValues(cache, result).Inc()
}

// ObserveReload counts that files were read and, with an error, could not be used.
func (m *Metrics) ObserveReload(files string, err error) {
	result, success := "ok", 1.0
	if err != nil {
		result, success = "error", 0
	}
	m.reloads.WithLabelValues(files, result).Inc()
	m.reloaded.WithLabelValues(files).Set(success)
}

// Insecure says for good that certificates of OpenStack's services are not checked.
func (m *Metrics) Insecure() { m.insecure.Set(1) }

func (m *Metrics) observeRequest(method string, ev *event, d time.Duration) {
	method = methodLabel(method)
	m.requests.WithLabelValues(method, ev.route, strconv.Itoa(ev.status)).Inc()
	m.duration.WithLabelValues(method, ev.route).Observe(d.Seconds())
	if ev.rejected != "" {
		m.rejected.WithLabelValues(ev.rejected).Inc()
	}
}

// methodLabel bounds the label: a client can invent methods.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
