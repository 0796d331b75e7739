package gateway

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"github.com/occigate/occigate/occi"
)

// get answers with one entity (GFD.223 §10.1).
func get(kind *occi.Kind) handler {
	return func(q *request) (*reply, error) {
		ref, err := q.entity(kind)
		if err != nil {
			return nil, err
		}
		if q.wantsListing() {
			return nil, errNoListing()
		}
		e, err := q.cloud.Get(q.Context(), ref)
		if err != nil {
			return nil, err
		}
		return &reply{status: http.StatusOK, render: func(rd occi.Renderer) (occi.Rendering, error) {
			return rd.Entity(e.As(q.version))
		}}, nil
	}
}

// actOrUpdate tells the two uses of POST on an entity apart: "?action=" makes it an action.
func actOrUpdate(kind *occi.Kind) handler {
	return func(q *request) (*reply, error) {
		ref, err := q.entity(kind)
		if err != nil {
			return nil, err
		}
		term, invoked, err := q.action()
		switch {
		case err != nil:
			return nil, err
		case invoked:
			return act(q, ref, term)
		}
		return update(q, ref, false)
	}
}

// replace is PUT: a full update.
func replace(kind *occi.Kind) handler {
	return func(q *request) (*reply, error) {
		ref, err := q.entity(kind)
		if err != nil {
			return nil, err
		}
		return update(q, ref, true)
	}
}

// remove deletes one entity (GFD.223 §10.4); doyouspeakOCCI wants 200, not 204.
func remove(kind *occi.Kind) handler {
	return func(q *request) (*reply, error) {
		ref, err := q.entity(kind)
		if err != nil {
			return nil, err
		}
		if err := q.cloud.Delete(q.Context(), ref); err != nil {
			return nil, err
		}
		return &reply{status: http.StatusOK}, nil
	}
}

// update changes an entity (GFD.223 §10.2.2 if full, else §10.3.1).
func update(q *request, ref occi.Ref, full bool) (*reply, error) {
	if q.wantsListing() {
		return nil, errNoListing() // before anything is changed
	}
	message, model, err := q.messageAndModel()
	if err != nil {
		return nil, err
	}
	if len(message.Categories)+len(message.Attributes)+len(message.Links)+len(message.Members) == 0 {
		return nil, occi.Errorf(occi.Invalid, "the request says nothing to change")
	}
	if ref.Kind, err = known(model, ref.Kind); err != nil {
		return nil, err
	}
	change, err := message.BindChange(model, q.urls, ref.Kind)
	if err != nil {
		return nil, err
	}
	if change.ID != "" && change.ID != ref.ID {
		return nil, occi.Errorf(occi.Forbidden, "occi.core.id is set by the provider")
	}
	change.ID, change.Full = ref.ID, full
	e, err := q.cloud.Update(q.Context(), change)
	if err != nil {
		return nil, refuseCreation(q, ref, full, err)
	}
	rep := &reply{
		status: http.StatusOK,
		header: []occi.Field{{Name: "Location", Value: q.urls.Entity(e.Ref())}}, // jOCCI looks for it in text/occi
	}
	rep.render = func(rd occi.Renderer) (occi.Rendering, error) {
		if rendering, err := rd.Entity(e.As(q.version)); err == nil {
			return rendering, nil
		}
		return rd.OK(), nil // too large for text/occi; the change is made, and must not look like a failure
	}
	return rep, nil
}

// known returns the kind as the caller's model has it.
func known(model *occi.Model, kind *occi.Kind) (*occi.Kind, error) {
	if k := model.Kind(kind.ID); k != nil {
		return k, nil
	}
	return nil, occi.Errorf(occi.NotFound, "there is no kind %q", kind.ID)
}

// refuseCreation turns "not found" into 400 for PUT: creating an entity at a place of the client's choice may be
// refused so (GFD.185 §3.4.4), and doyouspeakOCCI accepts no other refusal.
func refuseCreation(q *request, ref occi.Ref, full bool, err error) error {
	e, ok := errors.AsType[*occi.Error](err)
	if !full || !ok || e.Code != occi.NotFound {
		return err
	}
	return &occi.Error{
		Code:    occi.Invalid,
		Message: e.Message + "; PUT creates nothing, POST to " + q.urls.Path(ref.Kind.Location) + " does",
		Cause:   err,
	}
}

// act invokes an action (GFD.223 §10.3.2). One that makes a mixin, such as save, answers with it.
func act(q *request, ref occi.Ref, term string) (*reply, error) {
	eventOf(q.Context()).action = term
	if q.wantsListing() {
		return nil, errNoListing()
	}
	message, model, err := q.messageAndModel()
	if err != nil {
		return nil, err
	}
	invocation, err := message.BindAction(model, term)
	if err != nil {
		return nil, err
	}
	made, err := q.cloud.Act(q.Context(), ref, invocation)
	if err != nil {
		return nil, err
	}
	rep := &reply{status: http.StatusOK}
	if made != nil {
		rep.render = func(rd occi.Renderer) (occi.Rendering, error) { return rd.Mixin(made) }
	}
	return rep, nil
}

// entity returns what the path addresses. What cannot be an id is not found, so that nothing strange gets
// into the paths of upstream requests.
func (q *request) entity(kind *occi.Kind) (occi.Ref, error) {
	id, err := url.PathUnescape(chi.URLParam(q.Request, "id"))
	if err != nil || !occi.IsID(id) {
		return occi.Ref{}, occi.Errorf(occi.NotFound, "there is no %s %q", kind.Term, clip(id))
	}
	ev := eventOf(q.Context())
	ev.kind, ev.id = kind.Term, id
	return occi.Ref{Kind: kind, ID: id}, nil
}
