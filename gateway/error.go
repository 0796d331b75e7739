package gateway

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/occigate/occigate/occi"
)

// statusClientGone is logged for requests whose client has not waited; it is nginx's number, and never sent.
const statusClientGone = 499

// statusOf gives each failure its HTTP status (GFD.223 §5.4), and no two the same.
func statusOf(code occi.Code) int {
	switch code {
	case occi.Invalid:
		return http.StatusBadRequest
	case occi.Unauthenticated:
		return http.StatusUnauthorized
	case occi.Forbidden:
		return http.StatusForbidden
	case occi.NotFound:
		return http.StatusNotFound
	case occi.MethodNotAllowed:
		return http.StatusMethodNotAllowed
	case occi.NotAcceptable:
		return http.StatusNotAcceptable
	case occi.Conflict:
		return http.StatusConflict
	case occi.TooLarge:
		return http.StatusRequestEntityTooLarge
	case occi.UnsupportedMedia:
		return http.StatusUnsupportedMediaType
	case occi.Throttled:
		return http.StatusTooManyRequests
	case occi.Internal:
		return http.StatusInternalServerError
	case occi.Unimplemented:
		return http.StatusNotImplemented
	case occi.BadUpstream:
		return http.StatusBadGateway
	case occi.Unavailable:
		return http.StatusServiceUnavailable
	case occi.Timeout:
		return http.StatusGatewayTimeout
	case occi.ClientGone:
		return statusClientGone
	}
	return http.StatusInternalServerError
}

// classify finds out what the failure means for this request, whoever noticed it first: a client that is gone
// and a deadline that has passed show themselves as errors of any call. ctx is the request's.
func classify(ctx context.Context, err error) *occi.Error {
	e, ok := errors.AsType[*occi.Error](err)
	switch {
	case errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled):
		return &occi.Error{Code: occi.ClientGone, Message: "the client is gone", Cause: err}
	case errors.Is(err, context.DeadlineExceeded) && ok && e.Code != occi.Internal:
		return &occi.Error{Code: occi.Timeout, Message: e.Message, Cause: err} // it may say what could not be undone
	case errors.Is(err, context.DeadlineExceeded):
		return &occi.Error{Code: occi.Timeout, Message: "the request took too long", Cause: err}
	case ok && e.Code != occi.Internal:
		return e
	}
	return &occi.Error{
		Code:    occi.Internal,
		Message: "internal error; please report request " + RequestID(ctx),
		Cause:   err,
	}
}

// fail answers a request with a failure, in the format that the client accepts.
func (g *Gateway) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := classify(r.Context(), err)
	ev := eventOf(r.Context())
	ev.err = e
	if e.Code == occi.ClientGone {
		ev.status = statusClientGone
		panic(http.ErrAbortHandler) // or net/http would answer 200
	}
	format, notAcceptable := occi.AnswerFormat(r.Header.Values("Accept"))
	if notAcceptable != nil {
		format = occi.TextPlain
	}
	h := w.Header()
	if e.Code == occi.Unauthenticated {
		ev.rejected = rejectedAuth
		h["WWW-Authenticate"] = []string{g.challenge(r)}
	}
	if m, ok := errors.AsType[*methodError](err); ok {
		h["Allow"] = []string{strings.Join(m.allowed, ", ")} // RFC 9110 §15.5.6
	}
	if e.RetryAfter > 0 {
		h["Retry-After"] = []string{wholeSeconds(e.RetryAfter)}
	}
	g.write(w, r, statusOf(e.Code), format, occi.Renderer{Format: format}.Error(statusOf(e.Code), e))
}

// wholeSeconds rounds up: whoever comes back too early is refused again.
func wholeSeconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}
