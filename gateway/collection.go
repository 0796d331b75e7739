package gateway

import (
	"net/http"

	"github.com/occigate/occigate/occi"
)

// list answers with the entities of a kind (GFD.223 §11.1). No entities are 200 too: jOCCI crashes on 204.
func list(kind *occi.Kind) handler {
	return func(q *request) (*reply, error) {
		eventOf(q.Context()).kind = kind.Term
		entities, err := q.cloud.List(q.Context(), kind, false)
		if err != nil {
			return nil, err
		}
		return &reply{status: http.StatusOK, render: func(rd occi.Renderer) (occi.Rendering, error) {
			return rd.Entities(entities)
		}}, nil
	}
}

// create makes an entity of the kind (GFD.223 §11.3.1), of any kind if it is nil: doyouspeakOCCI posts to the root.
func create(kind *occi.Kind) handler {
	return func(q *request) (*reply, error) {
		if _, invoked, err := q.action(); err != nil {
			return nil, err
		} else if invoked {
			return nil, occi.Errorf(occi.Unimplemented, "actions on whole collections are not offered; address one entity")
		}
		message, model, err := q.messageAndModel()
		if err != nil {
			return nil, err
		}
		wanted, err := message.BindEntity(model, q.urls)
		if err != nil {
			return nil, err
		}
		if kind != nil && wanted.Kind.ID != kind.ID {
			return nil, occi.Errorf(occi.Invalid, "a %s is not created here, but at %s", wanted.Kind.Term, q.urls.Path(wanted.Kind.Location))
		}
		ev := eventOf(q.Context())
		ev.kind = wanted.Kind.Term
		made, err := q.cloud.Create(q.Context(), wanted)
		if err != nil {
			return nil, err
		}
		ev.id = made.ID
		return &reply{
			status: http.StatusCreated,
			header: []occi.Field{{Name: "Location", Value: q.urls.Entity(made.Ref())}}, // GFD.185 §3.4.4
			render: func(rd occi.Renderer) (occi.Rendering, error) { return rd.Created(made) },
		}, nil
	}
}
