package gateway

import (
	"context"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/occigate/occigate/occi"
)

// event collects what the one log line of a request says. Bodies, credentials and attribute values never
// get here.
type event struct {
	start     time.Time
	requestID string
	clientIP  string
	route     string // from the fixed set in routes.go
	caller    Caller
	kind      string // term
	id        string
	action    string // term
	formatIn  occi.Format
	formatOut occi.Format
	status    int
	bytesOut  int
	rejected  string // reason for the metric, "" if not rejected
	err       error
	stack     []byte // of a panic

	upstream upstreamTally
}

// upstreamTally sums up the calls of one request, which run side by side.
type upstreamTally struct {
	mu       sync.Mutex
	calls    int
	duration time.Duration // of all calls together, more than the time passed if they ran side by side
	failed   UpstreamCall  // the last one that failed
}

// The route of requests that are refused before they are routed, or that no route is for.
const routeOther = "other"

type eventKey struct{}

func withEvent(ctx context.Context, ev *event) context.Context {
	return context.WithValue(ctx, eventKey{}, ev)
}

// eventOf returns the event of the request that ctx belongs to, outside of requests one that nobody reads.
func eventOf(ctx context.Context) *event {
	if ev, ok := ctx.Value(eventKey{}).(*event); ok {
		return ev
	}
	return &event{}
}

func (ev *event) addUpstream(c UpstreamCall) {
	t := &ev.upstream
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls++
	t.duration += c.Duration
	if c.Status == 0 || c.Status >= http.StatusInternalServerError {
		t.failed = c
	}
}

// log writes the line: at level Error if the answer is 5xx, but for 501, which is about the request.
func (ev *event) log(logger *zap.Logger, r *http.Request, d time.Duration) {
	level := zapcore.InfoLevel
	if ev.status >= http.StatusInternalServerError && ev.status != http.StatusNotImplemented {
		level = zapcore.ErrorLevel
	}
	entry := logger.Check(level, "request")
	if entry == nil {
		return
	}
	fields := []zap.Field{
		zap.String("request_id", ev.requestID),
		zap.String("method", methodLabel(r.Method)),
		zap.String("route", ev.route),
		zap.Int("status", ev.status),
		zap.Duration("duration", d),
		zap.String("client_ip", ev.clientIP),
		zap.Int("bytes_out", ev.bytesOut),
	}
	entry.Write(append(append(fields, ev.details(r)...), ev.failure()...)...)
}

// details are the fields that not every request has.
func (ev *event) details(r *http.Request) []zap.Field {
	var fields []zap.Field
	add := func(key, value string) {
		if value != "" {
			fields = append(fields, zap.String(key, clip(value)))
		}
	}
	add("user_agent", r.UserAgent())
	add("project", ev.caller.ProjectID)
	add("user", ev.caller.UserID)
	add("kind", ev.kind)
	add("id", ev.id)
	add("action", ev.action)
	add("format_in", ev.formatIn.String())
	add("format_out", ev.formatOut.String())
	if r.ContentLength > 0 {
		fields = append(fields, zap.Int64("bytes_in", r.ContentLength))
	}

	t := &ev.upstream
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.calls > 0 {
		fields = append(fields,
			zap.Int("upstream_calls", t.calls),
			zap.Float64("upstream_ms", float64(t.duration.Microseconds())/1000))
	}
	if c := t.failed; c.Service != "" {
		add("upstream_failed", c.Method+" "+c.Service)
		add("upstream_request_id", c.RequestID)
		fields = append(fields, zap.Int("upstream_status", c.Status), zap.NamedError("upstream_error", c.Err))
	}
	return fields
}

// failure are the fields of a request that failed. What was wrong with a request is told to the client alone:
// the text quotes the request, and OpenStack's text may quote user_data.
func (ev *event) failure() []zap.Field {
	if ev.err == nil {
		return nil
	}
	var fields []zap.Field
	if occi.CodeOf(ev.err) != occi.Invalid {
		fields = append(fields, zap.Error(ev.err))
	}
	if ev.stack != nil {
		fields = append(fields, zap.ByteString("stack", ev.stack))
	}
	return fields
}

// clip bounds what a client can put into one field.
func clip(s string) string {
	const most = 256
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
