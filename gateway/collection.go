package gateway

import (
	"net/http"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// collection is a set of entities that has a path: those of a kind, of the kinds below an abstract one,
// of all kinds, or those that carry a mixin.
type collection struct {
	kinds []*occi.Kind // that its members can have
	mixin *occi.Mixin  // that its members carry; nil if the kind decides alone
}

// has reports whether entities of the kind can be members.
func (c collection) has(kind *occi.Kind) bool {
	return slices.ContainsFunc(c.kinds, func(k *occi.Kind) bool { return k.ID == kind.ID })
}

// members returns the members that the filter selects, kind by kind. Unless full is set, they have kind and id alone.
// Where there are several kinds, one that the provider does not offer has none.
func (q *request) members(filter occi.Filter, full bool) ([]occi.Entity, error) {
	if len(filter.Kinds) == 1 {
		eventOf(q.Context()).kind = filter.Kinds[0].Term
		return q.cloud.List(q.Context(), filter.Kinds[0], filter.Query, full)
	}
	found := make([][]occi.Entity, len(filter.Kinds))
	group, ctx := errgroup.WithContext(q.Context())
	for i, kind := range filter.Kinds {
		group.Go(func() error {
			return guarded(func() error {
				entities, err := q.cloud.List(ctx, kind, filter.Query, full)
				if occi.CodeOf(err) != occi.Unimplemented {
					found[i] = entities
					return err
				}
				return nil
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(found...), nil
}

// list answers with the members that the request selects (GFD.223 §11.1). No entities are 200 too: jOCCI crashes
// on 204.
func list(c collection) handler {
	return func(q *request) (*reply, error) {
		part, err := q.page()
		if err != nil {
			return nil, err
		}
		filter, err := q.filter(c)
		if err != nil {
			return nil, err
		}
		return q.listing(filter, part)
	}
}

// listing answers with a part of the members that the filter selects.
func (q *request) listing(filter occi.Filter, part page) (*reply, error) {
	full := listsEntities(q.format)
	entities, err := q.members(filter, full)
	if err != nil {
		return nil, err
	}
	entities = part.of(entities)
	return &reply{status: http.StatusOK, render: func(rd occi.Renderer) (occi.Rendering, error) {
		if !full {
			return rd.Entities(entities)
		}
		seen := make([]occi.Entity, len(entities))
		for i := range entities {
			seen[i] = *entities[i].As(q.version)
		}
		return rd.Entities(seen)
	}}, nil
}

// listsEntities reports whether listings in the format have whole entities (GFD.226 §3.3); the text renderings have
// URLs alone (GFD.229 §5.3).
func listsEntities(f occi.Format) bool {
	return f == occi.JSON || f == occi.GenericJSON
}

// changed answers that a collection was changed: with its members where they are more than URLs (GFD.223 §11.2, §11.3).
func (q *request) changed(c collection) (*reply, error) {
	if !listsEntities(q.format) {
		return &reply{status: http.StatusOK}, nil
	}
	return q.listing(occi.Filter{Kinds: c.kinds, Query: occi.Query{Mixins: []*occi.Mixin{c.mixin}}}, page{})
}

// actOrCreate tells the two uses of POST on a kind's collection apart: "?action=" makes it an action.
func actOrCreate(c collection) handler {
	return func(q *request) (*reply, error) {
		term, invoked, err := q.action()
		switch {
		case err != nil:
			return nil, err
		case invoked:
			return actOnMembers(q, c, term)
		}
		return create(q, c)
	}
}
