package keystone

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	maxAttempts = 3
	// maxWait is the longest pause worth making while a caller waits. A service that asks for
	// more is not asked again.
	maxWait = time.Second
	// maxDiscard is how much of an answer is read to keep its connection usable.
	maxDiscard = 64 << 10
)

// send sends req, and again if it is a read that met a connection error or a 503 and the context
// leaves the time. Anything that changes something is sent once: whether it took effect is not
// known when there is no answer. Asking Keystone for a token changes nothing.
func (t *transport) send(svc service, req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	req = req.WithContext(ctx) // a copy: the headers set here are not the caller's
	req.Header = req.Header.Clone()
	req.Header.Set("User-Agent", t.userAgent)
	if id := t.requestID(ctx); id != "" {
		req.Header.Set("X-Openstack-Request-Id", id)
	}
	for number := 1; ; number++ {
		if err := rewind(req, number); err != nil {
			return nil, err
		}
		resp, err := t.attempt(svc, req, number)
		if number == maxAttempts || !repeatable(req) || !passing(resp, err) {
			return resp, err
		}
		wait, ok := pause(resp, number)
		if !ok || !fits(ctx, wait) {
			return resp, err
		}
		if resp != nil {
			_, _ = io.CopyN(io.Discard, resp.Body, maxDiscard)
			_ = resp.Body.Close()
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// idempotent is the field by which net/http knows that a POST may be sent again, too.
const idempotent = "Idempotency-Key"

// repeatable reports whether sending req twice does no harm.
func repeatable(req *http.Request) bool {
	if _, marked := req.Header[idempotent]; marked {
		return true
	}
	return (req.Method == http.MethodGet || req.Method == http.MethodHead) &&
		(req.Body == nil || req.Body == http.NoBody)
}

// rewind gives req its body again, of which an earlier attempt may have sent a part.
func rewind(req *http.Request, number int) (err error) {
	if number > 1 && req.GetBody != nil {
		req.Body, err = req.GetBody()
	}
	return err
}

// passing reports whether an outcome may be better the next time. A timeout has used up the
// patience that a repetition would need.
func passing(resp *http.Response, err error) bool {
	if err == nil {
		return resp.StatusCode == http.StatusServiceUnavailable
	}
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		return false
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return !errors.Is(err, errForbiddenAddr)
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// pause returns how long to wait after the numbered attempt, and false if the service wants to be
// left alone for longer than a caller should wait.
func pause(resp *http.Response, number int) (time.Duration, bool) {
	if resp != nil {
		if after := retryAfter(resp.Header, time.Now()); after > 0 {
			return after, after <= maxWait
		}
	}
	step := time.Duration(number) * 50 * time.Millisecond
	return step + rand.N(step), true //nolint:gosec // spreads load, guards nothing
}

// fits reports whether wait ends before the context does.
func fits(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() == nil && (!ok || time.Until(deadline) > wait)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter returns what the Retry-After field asks for, in its two forms (RFC 9110 §10.2.3):
// zero if it is absent, past or unreadable, and never more than five minutes.
func retryAfter(h http.Header, now time.Time) time.Duration {
	const most = 5 * time.Minute
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(max(seconds, 0), int(most/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(now), 0), most)
	}
	return 0
}
