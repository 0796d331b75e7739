package translate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
)

// subject is what a call to OpenStack is about. It gives a 404 its meaning.
// The zero subject is for calls that cannot meet one, such as listings.
type subject struct {
	term, id string
	missing  occi.Code
}

// addressed is the entity that the request went to: missing, it is NotFound.
func addressed(kind occi.ID, id string) subject {
	return subject{term: kind.Term, id: id, missing: occi.NotFound}
}

// named is something the request refers to besides: missing, it makes the request Invalid, since a 404
// would say that the addressed entity is gone.
func named(kind occi.ID, id string) subject {
	return subject{term: kind.Term, id: id, missing: occi.Invalid}
}

// fault is the package's fault for the errors of a session's calls: when a service no longer accepts
// the token, what is cached about it is dropped, so that the next request asks Keystone.
func (c *Cloud) fault(err error, about subject) error {
	err = fault(err, about)
	if err != nil && occi.CodeOf(err) == occi.Unauthenticated {
		c.session.Invalidate()
	}
	return err
}

// fault turns the failure of a call to OpenStack into what the client may learn: an *occi.Error, or an
// internal error if the call itself was nonsense. An *occi.Error stays as it is.
func fault(err error, about subject) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*occi.Error](err); ok {
		return known
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &occi.Error{Code: occi.Timeout, Message: "OpenStack did not answer in time", Cause: err}
	}
	if errors.Is(err, context.Canceled) {
		return &occi.Error{Code: occi.ClientGone, Message: "the client closed the connection", Cause: err}
	}
	if undelivered, ok := errors.AsType[*keystone.Error](err); ok {
		return keystoneFault(undelivered)
	}
	if refused, ok := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err); ok {
		return statusFault(refused, about)
	}
	if isNonsense(err) {
		return fmt.Errorf("call to OpenStack: %w", err)
	}
	return &occi.Error{Code: occi.BadUpstream, Message: "OpenStack gave an answer that cannot be used", Cause: err}
}

// keystoneFault translates the failures of package keystone, its transport's included.
func keystoneFault(err *keystone.Error) *occi.Error {
	e := &occi.Error{Message: err.Message, Cause: err.Cause, RetryAfter: err.RetryAfter}
	switch err.Kind {
	case keystone.NoCredential, keystone.BadCredential, keystone.Rejected, keystone.Unscoped:
		e.Code = occi.Unauthenticated // Unscoped, too: rOCCI tries on with the next project
	case keystone.AmbiguousCredential:
		e.Code = occi.Invalid
	case keystone.Foreign:
		e.Code = occi.Forbidden
	case keystone.Throttled:
		e.Code = occi.Throttled
	case keystone.Unavailable:
		e.Code = occi.Unavailable
	case keystone.NoService:
		e.Code = occi.Unimplemented
	case keystone.BadAnswer:
		e.Code = occi.BadUpstream
		if err.RetryAfter > 0 { // Keystone's: without it nothing works, and the client did nothing wrong
			e.Code = occi.Unavailable
		}
	default:
		e.Code = occi.Internal
	}
	return e
}

// isNonsense reports whether gophercloud refused to send the call at all.
func isNonsense(err error) bool {
	if _, ok := errors.AsType[gophercloud.ErrMissingInput](err); ok {
		return true
	}
	_, ok := errors.AsType[gophercloud.ErrInvalidInput](err)
	return ok
}

// statusFault translates an answer that says no. OpenStack's own words reach the client where they are
// about the client's request; where they are about OpenStack they do not.
func statusFault(r gophercloud.ErrUnexpectedResponseCode, about subject) *occi.Error {
	said := readRefusal(r.Body)
	e := &occi.Error{Message: said.message, Cause: refusedCall(r)}
	switch r.Actual {
	case http.StatusBadRequest:
		e.Code = occi.Invalid
	case http.StatusUnauthorized:
		e.Code, e.Message = occi.Unauthenticated, "OpenStack does not accept the token any more: get a new one"
	case http.StatusForbidden:
		e.Code = occi.Forbidden
	case http.StatusNotFound:
		return missing(e, about)
	case http.StatusNotAcceptable: // the session has forgotten the version, and asks before the next call
		e.Code, e.Message = occi.Unavailable, "OpenStack has changed the versions it speaks, try again"
		e.RetryAfter = defaultRetryAfter
	case http.StatusConflict:
		e.Code = occi.Conflict
		if said.kind == "OverQuota" { // Neutron's quota; Nova answers 403
			e.Code = occi.Forbidden
		}
	case http.StatusRequestEntityTooLarge:
		return tooLarge(e, said, r.ResponseHeader)
	case http.StatusTooManyRequests:
		return throttled(e, r.ResponseHeader)
	case http.StatusServiceUnavailable:
		e.Code, e.Message = occi.Unavailable, "OpenStack cannot serve at the moment, try again later"
		e.RetryAfter = max(retryAfter(r.ResponseHeader), defaultRetryAfter)
	case http.StatusNotImplemented:
		e.Code, e.Message = occi.Unimplemented, "OpenStack does not offer this here"
	default:
		e.Code, e.Message = occi.BadUpstream, "OpenStack gave an answer that cannot be used"
	}
	if e.Message == "" {
		e.Message = "OpenStack refused the request without a reason"
	}
	return e
}

// missing gives a 404 the meaning that its subject has. OpenStack's text is dropped: it often names
// things by words the client did not use.
func missing(e *occi.Error, about subject) *occi.Error {
	e.Code, e.Message = about.missing, fmt.Sprintf("there is no %s %q", about.term, clip(about.id, 80))
	if about.missing == 0 {
		e.Code, e.Message = occi.BadUpstream, "OpenStack gave an answer that cannot be used"
	}
	return e
}

// tooLarge tells the three meanings of a 413 apart: Cinder's quota is an overLimit with nothing to wait
// for, an old rate limit is one with a time to wait, and anything else is about the request's size.
func tooLarge(e *occi.Error, said refusal, h http.Header) *occi.Error {
	switch {
	case retryAfter(h) > 0:
		return throttled(e, h)
	case said.kind == "overLimit":
		e.Code = occi.Forbidden
	default:
		e.Code, e.Message = occi.TooLarge, "OpenStack refused the request as too large"
	}
	return e
}

func throttled(e *occi.Error, h http.Header) *occi.Error {
	e.Code, e.Message = occi.Throttled, "OpenStack limits the rate of requests, try again later"
	e.RetryAfter = max(retryAfter(h), defaultRetryAfter)
	return e
}

// defaultRetryAfter is what clients are told when OpenStack names no time, or none worth waiting for.
const defaultRetryAfter = time.Second

// retryAfter reads the time that a service asks to wait, at most five minutes; zero if it asks for none.
func retryAfter(h http.Header) time.Duration {
	const most = 5 * time.Minute
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(max(seconds, 0), int(most/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(at), 0), most)
	}
	return 0
}

// refusedCall describes the call for the log: no body and no headers, which may hold secrets.
func refusedCall(r gophercloud.ErrUnexpectedResponseCode) error {
	path := "an unreadable URL"
	if u, err := url.Parse(r.URL); err == nil {
		path = u.Path
	}
	id := r.ResponseHeader.Get("X-Openstack-Request-Id")
	return fmt.Errorf("%s %s: status %d, request %q", r.Method, path, r.Actual, id)
}

// clip shortens text from outside to at most n bytes, and marks the cut.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
