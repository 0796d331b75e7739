package translate

import (
	"errors"
	"net/http"
	"slices"
	"syscall"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/occigate/occigate/occi"
)

// onlyTexts refuses a change of anything but title, summary and tags. What the client sends back as it read it is no
// change (pOCCI puts the whole rendering). What it leaves out stays as it is.
func onlyTexts(now *occi.Entity, change *occi.Change) error {
	for _, p := range change.Attributes {
		if occi.Echoes(p.Value.Text(), now.Attributes.Text(p.Name)) {
			continue
		}
		if isImmutable(now, p.Name) {
			return occi.Errorf(occi.Forbidden, "attribute %s is set by the provider", p.Name)
		}
		return occi.Errorf(occi.Unimplemented, "attribute %s of a %s cannot be changed", p.Name, now.Kind.Term)
	}
	for _, x := range change.Mixins {
		if now.Mixin(x.ID) == nil && !x.User {
			return occi.Errorf(occi.Unimplemented, "mixin %s cannot be added to a %s that exists", x.ID, now.Kind.Term)
		}
	}
	for _, l := range change.Links {
		if !slices.ContainsFunc(now.Links, func(have occi.Entity) bool {
			return have.Kind == l.Kind && have.Target == l.Target
		}) {
			return occi.Errorf(occi.Invalid, "a %s has no links of kind %s", now.Kind.Term, l.Kind.Term)
		}
	}
	return nil
}

// noChange refuses every change: links are made and removed, never changed.
func noChange(now *occi.Entity, change *occi.Change) error {
	switch {
	case !change.Source.IsZero() && change.Source != now.Source:
		return occi.Errorf(occi.Forbidden, "the source of a link cannot be changed: make a new link")
	case !change.Target.IsZero() && change.Target != now.Target:
		return occi.Errorf(occi.Forbidden, "the target of a link cannot be changed: make a new link")
	case changed(now.Title, change.Title) != nil, changed(now.Summary, change.Summary) != nil:
		return occi.Errorf(occi.Unimplemented, "OpenStack keeps no title for a %s", now.Kind.Term)
	}
	return onlyTexts(now, change)
}

// isImmutable reports whether an attribute of an entity is set by the provider alone.
func isImmutable(e *occi.Entity, name string) bool {
	is := func(a occi.Attribute) bool { return a.Name == name && a.Immutable }
	return slices.ContainsFunc(e.Kind.Attributes, is) ||
		slices.ContainsFunc(e.Mixins, func(x *occi.Mixin) bool { return slices.ContainsFunc(x.Attributes, is) })
}

// noAction is the answer to an action that is not performed: of another kind, or not offered here.
func noAction(kind *occi.Kind, invocation *occi.Invocation) error {
	if !slices.Contains(kind.Actions, invocation.Action.ID) {
		return occi.Errorf(occi.Invalid, "action %s does not apply to %s", invocation.Action.ID, kind.Term)
	}
	return occi.Errorf(occi.Unimplemented, "this provider does not offer the action %s of %s", invocation.Action.Term, kind.Term)
}

// unknown adds to the failure of a change what is not known, unless it has certainly not been made. refused is what the
// call gave.
func unknown(err, refused error, unsure string) error {
	if e, ok := errors.AsType[*occi.Error](err); ok && !isRefusal(refused) {
		return &occi.Error{Code: e.Code, Message: e.Message + "; " + unsure, Cause: e, RetryAfter: e.RetryAfter}
	}
	return err
}

// isRefusal reports whether a failed change has certainly not been made.
func isRefusal(err error) bool {
	if answer, ok := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err); ok {
		return answer.Actual < http.StatusInternalServerError || answer.Actual == http.StatusServiceUnavailable ||
			answer.Actual == http.StatusNotImplemented
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// adding appends to what a client is told about a failure.
func adding(err error, format string, args ...any) error {
	e, ok := errors.AsType[*occi.Error](err)
	if !ok {
		return err
	}
	more := occi.Errorf(e.Code, format, args...)
	return &occi.Error{Code: e.Code, Message: e.Message + "; " + more.Message, Cause: e, RetryAfter: e.RetryAfter}
}
