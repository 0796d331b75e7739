package keystone

import (
	"fmt"
	"time"
)

// Kind says what stands between a caller and OpenStack.
type Kind int

const (
	// NoCredential means that the request carries no token.
	NoCredential Kind = iota + 1
	// BadCredential means that the credential cannot be one (too long, or bytes that it cannot have).
	BadCredential
	// AmbiguousCredential means that the request contradicts itself: two different tokens or projects.
	AmbiguousCredential
	// Rejected means that Keystone does not accept the credential.
	Rejected
	// Unscoped means that the credential is good, but for no project, and the user has several or none.
	Unscoped
	// Foreign means that the credential is good, but not for the project that the request asks for.
	Foreign
	// Throttled means that the client's address has guessed too often.
	Throttled
	// Unavailable means that a service could not be asked, or said that it cannot answer now.
	Unavailable
	// BadAnswer means that a service answered something that cannot be used.
	BadAnswer
	// NoService means that the catalogue offers no usable endpoint for a service.
	NoService
)

// String returns the kind as a short lower-case phrase, for logs and metrics.
func (k Kind) String() string {
	switch k {
	case NoCredential:
		return "no credential"
	case BadCredential:
		return "bad credential"
	case AmbiguousCredential:
		return "ambiguous credential"
	case Rejected:
		return "rejected"
	case Unscoped:
		return "unscoped"
	case Foreign:
		return "foreign"
	case Throttled:
		return "throttled"
	case Unavailable:
		return "unavailable"
	case BadAnswer:
		return "bad answer"
	case NoService:
		return "no service"
	}
	return fmt.Sprintf("kind %d", int(k))
}

// Error is every failure this package reports, its transport's included.
// It is immutable: one value may be given to several callers.
type Error struct {
	Kind    Kind
	Message string // safe to show to the client; says what to do where something can be done
	Cause   error  // for the log only: may name internal addresses, never a token; may be nil
	// RetryAfter is how long to wait before asking again. Set for Unavailable, Throttled, and BadAnswer
	// of Keystone.
	RetryAfter time.Duration
	// lasting: the credential itself is the reason, so asking again soon gives the same.
	lasting bool
	status  int // of the answer that said no, 0 if none did
}

// because returns e as the error of an answer with the status.
func (e *Error) because(status int, lasting bool) *Error {
	return &Error{
		Kind: e.Kind, Message: e.Message, Cause: fmt.Errorf("HTTP status %d", status), lasting: lasting, status: status,
	}
}

// Error returns message and cause: text for the log. Clients are shown Message alone.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap returns the cause, so that errors.Is finds context.Canceled and the like. Go's own network
// timeouts also answer to context.DeadlineExceeded: whose patience ended is known from the context.
func (e *Error) Unwrap() error { return e.Cause }

// defaultRetryAfter is what clients are told when the service itself named no time.
const defaultRetryAfter = 5 * time.Second

// unavailable is the error for a service that cannot be asked. after may be zero.
func unavailable(svc service, after time.Duration, cause error) *Error {
	if after <= 0 {
		after = defaultRetryAfter
	}
	return &Error{
		Kind:       Unavailable,
		Message:    fmt.Sprintf("the %s service cannot be reached at the moment, try again later", svc),
		Cause:      cause,
		RetryAfter: after,
	}
}

// badAnswer is the error for a service whose answer cannot be used. Of Keystone's nobody can tell
// whether the next one will be better: it is the same for all requests.
func badAnswer(svc service, cause error) *Error {
	e := &Error{
		Kind:    BadAnswer,
		Message: fmt.Sprintf("the %s service gave an answer that cannot be used", svc),
		Cause:   cause,
	}
	if svc == identityService {
		e.RetryAfter = defaultRetryAfter
	}
	return e
}
