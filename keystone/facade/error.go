package facade

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/occigate/occigate/keystone"
)

// fault is a failure that the client is told of.
type fault struct {
	status     int
	message    string
	retryAfter time.Duration
	cause      error // for the log; may be nil
}

// Error returns message and cause: text for the log.
func (f *fault) Error() string {
	if f.cause == nil {
		return f.message
	}
	return f.message + ": " + f.cause.Error()
}

// Unwrap returns the cause.
func (f *fault) Unwrap() error { return f.cause }

// malformed is Keystone's 400, in its words.
func malformed(format string, args ...any) *fault {
	return &fault{status: http.StatusBadRequest, message: fmt.Sprintf(format, args...) +
		" The server could not comply with the request since it is either malformed or otherwise incorrect." +
		" The client is assumed to be in error."}
}

// unauthorized is Keystone's 401 to every wrong credential, in its words.
func unauthorized() *fault {
	return &fault{status: http.StatusUnauthorized, message: "The request you have made requires authentication."}
}

// notHere is for all that is not in the table of this package.
func notHere() *fault {
	return &fault{status: http.StatusNotFound, message: "The resource could not be found."}
}

// garbage is for an answer of Keystone that cannot be used.
func garbage(cause error) *fault {
	return unavailable(defaultRetryAfter, cause)
}

// defaultRetryAfter is what clients are told when Keystone named no time.
const defaultRetryAfter = 5 * time.Second

func unavailable(after time.Duration, cause error) *fault {
	return &fault{
		status:     http.StatusServiceUnavailable,
		message:    "The identity service cannot be reached at the moment, try again later.",
		retryAfter: max(after, time.Second),
		cause:      cause,
	}
}

// faultOf says what a failure is to the client.
func faultOf(err error) *fault {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	e, ok := errors.AsType[*keystone.Error](err)
	if !ok {
		if errors.Is(err, context.DeadlineExceeded) {
			return unavailable(defaultRetryAfter, err)
		}
		return &fault{status: http.StatusInternalServerError, message: "An unexpected error prevented the server from fulfilling your request.", cause: err}
	}
	switch e.Kind {
	case keystone.NoCredential, keystone.Rejected, keystone.Unscoped:
		return &fault{status: http.StatusUnauthorized, message: e.Message, cause: e.Cause}
	case keystone.BadCredential, keystone.AmbiguousCredential:
		return &fault{status: http.StatusBadRequest, message: e.Message, cause: e.Cause}
	case keystone.Throttled:
		return &fault{
			status: http.StatusTooManyRequests, message: e.Message, retryAfter: e.RetryAfter, cause: e.Cause,
		}
	default:
		return unavailable(e.RetryAfter, e)
	}
}

// write sends the fault as Keystone writes errors. uri is what a challenge names.
func (f *fault) write(w http.ResponseWriter, uri string) {
	h := w.Header()
	if f.retryAfter > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((f.retryAfter+time.Second-1)/time.Second), 10))
	}
	if f.status == http.StatusUnauthorized {
		h["WWW-Authenticate"] = []string{"Keystone uri='" + uri + "'"}
	}
	writeJSON(w, f.status, object{"error": object{
		"code": f.status, "message": f.message, "title": http.StatusText(f.status),
	}})
}
