package occi

import (
	"errors"
	"fmt"
	"time"
)

// Code says what kind of failure an Error is. The gateway turns it into an HTTP status in one place.
type Code int

// The failures a client of the gateway can meet.
const (
	Invalid          Code = iota + 1 // the request is malformed or contradicts itself
	Unauthenticated                  // no credential, or one that is not accepted
	Forbidden                        // refused by policy, quota or immutability
	NotFound                         // the addressed thing, or a well-formed category, is unknown
	MethodNotAllowed                 // the path does not support the method
	NotAcceptable                    // no media type the client accepts can carry the answer
	Conflict                         // the state of the entity does not allow it now
	TooLarge                         // the request is larger than the server is willing to read
	UnsupportedMedia                 // the request's media type is not understood
	Throttled                        // too many requests
	Internal                         // a fault of the gateway itself; its text is hidden
	Unimplemented                    // not offered by this provider
	BadUpstream                      // OpenStack answered with something unusable
	Unavailable                      // OpenStack, or the gateway, cannot serve now
	Timeout                          // the request's deadline passed
	ClientGone                       // the client closed the connection; nothing is answered
)

// Error is a failure a client may learn about. Message is safe to show and says what to change;
// Cause is for the operator's log alone.
type Error struct {
	Code       Code
	Message    string
	Cause      error
	RetryAfter time.Duration // hint for Throttled, Unavailable and Conflict; zero means none
}

// Errorf makes an Error with a formatted message and no cause.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Error returns the message followed by the cause, for logs.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// CodeOf returns the code of the Error in err's chain, or Internal if there is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}
