package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/occigate/occigate/occi"
)

// create makes an entity of one of the collection's kinds (GFD.223 §11.3.1), or all of several, which JSON can name in
// one request; doyouspeakOCCI posts to the root.
func create(q *request, c collection) (*reply, error) {
	message, model, err := q.messageAndModel()
	if err != nil {
		return nil, err
	}
	wanted, err := message.BindEntities(model, q.urls)
	if err != nil {
		return nil, err
	}
	ev := eventOf(q.Context())
	for _, e := range wanted {
		if !c.has(e.Kind) {
			return nil, occi.Errorf(occi.Invalid, "a %s is not created here, but at %s", e.Kind.Term, q.urls.Path(e.Kind.Location))
		}
		ev.kind = e.Kind.Term
	}
	made, err := q.createAll(wanted)
	if err != nil {
		return nil, err
	}
	ev.id = made[0].ID
	return &reply{
		status: http.StatusCreated,
		header: []occi.Field{{Name: "Location", Value: q.urls.Entity(made[0].Ref())}}, // GFD.185 §3.4.4
		render: q.created(made),
	}, nil
}

// createAll makes all of the entities or none: when one fails, those before it are deleted again. One after the other,
// so that no more than one is in doubt at any time.
func (q *request) createAll(wanted []*occi.Entity) ([]occi.Entity, error) {
	made := make([]occi.Entity, 0, len(wanted))
	for _, e := range wanted {
		one, err := q.cloud.Create(q.Context(), e)
		if err != nil {
			return nil, q.uncreate(made, err)
		}
		made = append(made, *one)
	}
	return made, nil
}

// uncreateTimeout bounds deleting again what was created.
const uncreateTimeout = 30 * time.Second

// uncreate deletes the entities, the newest first, and names in the error those that could not be deleted. It works on
// when the request's time is over: that may be the reason for it.
func (q *request) uncreate(made []occi.Entity, failure error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(q.Context()), uncreateTimeout)
	defer cancel()
	var left []string
	for _, e := range slices.Backward(made) {
		if err := q.deleteOne(ctx, e.Ref()); err != nil {
			left = append(left, q.urls.Entity(e.Ref()))
		}
	}
	e, ok := errors.AsType[*occi.Error](failure)
	if !ok || len(left) == 0 {
		return failure
	}
	return &occi.Error{
		Code: e.Code, Cause: failure, RetryAfter: e.RetryAfter,
		Message: fmt.Sprintf("%s; left behind: %s", e.Message, strings.Join(left, ", ")),
	}
}

// created renders new entities: as they are now where the format has room for that, else where they are.
func (q *request) created(made []occi.Entity) func(occi.Renderer) (occi.Rendering, error) {
	if listsEntities(q.format) {
		for i := range made {
			if e, err := q.cloud.Get(q.Context(), made[i].Ref()); err == nil {
				made[i] = *e // the answer to a creation may lack what only reading tells
			}
			made[i] = *made[i].As(q.version)
		}
	}
	return func(rd occi.Renderer) (occi.Rendering, error) {
		if len(made) == 1 {
			return rd.Created(&made[0])
		}
		return rd.Entities(made)
	}
}
