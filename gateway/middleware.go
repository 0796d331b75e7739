package gateway

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/occigate/occigate/occi"
)

// observe surrounds everything else: it gives the request its id and its event, and after the answer counts
// and logs it.
func (g *Gateway) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ev := &event{
			start:     time.Now(),
			requestID: chooseRequestID(r.Header),
			route:     routeOther,
		}
		if client := g.proxies.clientAddr(r); client.IsValid() {
			ev.clientIP = client.String()
		}
		g.options.Metrics.inFlight.Inc()
		defer func() {
			took := time.Since(ev.start)
			g.options.Metrics.inFlight.Dec()
			g.options.Metrics.observeRequest(r.Method, ev, took)
			ev.log(g.options.Logger, r, took)
		}()
		next.ServeHTTP(w, r.WithContext(withEvent(r.Context(), ev)))
	})
}

// recoverPanic answers 500 where a handler panics; the stack goes into the request's log line.
func (g *Gateway) recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer g.answerPanic(w, r)
		next.ServeHTTP(w, r)
	})
}

// answerPanic has to be deferred.
func (g *Gateway) answerPanic(w http.ResponseWriter, r *http.Request) {
	switch v := recover(); v {
	case nil:
	case http.ErrAbortHandler:
		panic(v) // net/http closes the connection
	default:
		eventOf(r.Context()).stack = debug.Stack()
		g.fail(w, r, fmt.Errorf("panic: %v", v))
	}
}

// limitInFlight refuses requests while as many as allowed are being answered.
func (g *Gateway) limitInFlight(next http.Handler) http.Handler {
	slots := make(chan struct{}, g.options.Limits.InFlight)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			next.ServeHTTP(w, r)
		default:
			eventOf(r.Context()).rejected = rejectedInFlight
			e := occi.Errorf(occi.Unavailable, "the gateway is busy, try again")
			e.RetryAfter = time.Second
			g.fail(w, r, e)
		}
	})
}

// limitRequest refuses requests whose head shows that they are too large or too new.
func (g *Gateway) limitRequest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ev, limits := eventOf(r.Context()), g.options.Limits
		lines, bytes := headSize(r)
		switch {
		case lines > limits.HeaderLines:
			ev.rejected = rejectedHead
			g.fail(w, r, occi.Errorf(occi.TooLarge, "the request has %d header lines, more than %d", lines, limits.HeaderLines))
		case bytes > limits.Head:
			ev.rejected = rejectedHead
			g.fail(w, r, occi.Errorf(occi.TooLarge, "the request's head has %d bytes, more than %d", bytes, limits.Head))
		case r.ContentLength > limits.Body:
			ev.rejected = rejectedBody
			g.fail(w, r, errBodyTooLarge(limits.Body))
		default:
			if err := checkVersion(r.UserAgent()); err != nil {
				ev.rejected = rejectedVersion
				g.fail(w, r, err)
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, limits.Body)
			next.ServeHTTP(w, r)
		}
	})
}

func errBodyTooLarge(limit int64) *occi.Error {
	return occi.Errorf(occi.TooLarge, "the request's body has more than %d bytes", limit)
}

// headSize counts the header lines of a request and the bytes of its head, within a few.
func headSize(r *http.Request) (lines, bytes int) {
	bytes = len(r.Method) + len(r.RequestURI) + len(r.Host)
	for name, values := range r.Header {
		lines += len(values)
		for _, value := range values {
			bytes += len(name) + len(": ") + len(value) + len("\r\n")
		}
	}
	return lines, bytes
}

// deadline bounds everything that is done for a request. It leaves the answer to whoever notices.
// A change goes on when its client is gone: half of it would be worse than all of it.
func (g *Gateway) deadline(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, timeout := context.WithoutCancel(r.Context()), g.options.ChangeTimeout
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
			ctx, timeout = r.Context(), g.options.ReadTimeout
		}
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
