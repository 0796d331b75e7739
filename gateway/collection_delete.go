package gateway

import (
	"context"
	"net/http"
	"slices"

	"github.com/occigate/occigate/occi"
)

// CollectionDelete is the reach of DELETE on the collection of a kind or of several.
type CollectionDelete string

// What DELETE on such a collection removes.
const (
	DeleteOwn     CollectionDelete = "own"     // what the caller's user has created
	DeleteProject CollectionDelete = "project" // everything in the caller's project
	DeleteDeny    CollectionDelete = "deny"    // nothing: the request is refused
)

// removeMembers deletes the members of a collection (GFD.223 §11.4.1), or those that the request selects by filter or
// names (GFD.185 §3.2). Links go first, and then kind by kind: what others are attached to comes last. What cannot be
// deleted does not keep the rest.
func removeMembers(c collection) handler {
	return func(q *request) (*reply, error) {
		if q.options.CollectionDelete == DeleteDeny {
			return nil, occi.Errorf(occi.Forbidden, "whole collections are not deleted here; delete one entity at a time")
		}
		filter, named, err := q.selection(c)
		if err != nil {
			return nil, err
		}
		filter.Query.Own, filter.Query.Deletable = q.options.CollectionDelete == DeleteOwn, true
		members, err := q.members(filter, false)
		if err != nil {
			return nil, err
		}
		refs, err := q.among(members, named)
		if err != nil {
			return nil, err
		}
		var all outcome
		for _, step := range inOrderOfDeletion(refs) {
			all = all.and(forEach(len(step), true, func(i int) error { return q.deleteOne(q.Context(), step[i]) }))
		}
		if err := all.err("deleted"); err != nil {
			return nil, err
		}
		return &reply{status: http.StatusOK}, nil
	}
}

// deleteOne deletes an entity, unless it has vanished: links go with their resources.
func (q *request) deleteOne(ctx context.Context, ref occi.Ref) error {
	err := q.cloud.Delete(ctx, ref)
	if occi.CodeOf(err) == occi.NotFound {
		return nil
	}
	return err
}

// selection reads which members a DELETE is about: it names them, or gives a filter, or neither. Unlike a GET it may
// say so in a body. A body that is not understood is refused: without it everything would be deleted.
func (q *request) selection(c collection) (occi.Filter, []occi.Ref, error) {
	if err := q.selectsOnly(); err != nil {
		return occi.Filter{}, nil, err
	}
	said, err := q.headerFields()
	if err != nil {
		return occi.Filter{}, nil, err
	}
	body, err := q.bodyMessage()
	if err != nil {
		return occi.Filter{}, nil, err
	}
	said.Categories = append(said.Categories, body.Categories...)
	said.Attributes = append(said.Attributes, body.Attributes...)
	said.Locations = append(said.Locations, body.Locations...)
	said.Members = body.Members
	filter, err := q.filterWith(c, said)
	if err != nil || len(said.Locations)+len(said.Members) == 0 {
		return filter, nil, err
	}
	model, err := q.model()
	if err != nil {
		return occi.Filter{}, nil, err
	}
	named, err := said.BindLocations(model, q.urls)
	return filter, named, err
}

// bodyMessage reads what the body of the request says, which is nothing if there is none, whatever its Content-Type.
func (q *request) bodyMessage() (*occi.Message, error) {
	body, err := q.body()
	if err != nil || len(body) == 0 {
		return &occi.Message{}, err
	}
	format, err := occi.RequestFormat(q.Header.Get("Content-Type"), nil)
	if err != nil {
		return nil, err
	}
	eventOf(q.Context()).formatIn = format
	return occi.Parse(format, nil, body, q.options.Limits.message())
}

// among returns the named entities, each of which has to be a member; all members if none is named.
func (q *request) among(members []occi.Entity, named []occi.Ref) ([]occi.Ref, error) {
	refs := make([]occi.Ref, len(members))
	for i := range members {
		refs[i] = members[i].Ref()
	}
	if len(named) == 0 {
		return refs, nil
	}
	for _, ref := range named {
		if !slices.ContainsFunc(refs, func(r occi.Ref) bool { return same(r, ref) }) {
			return nil, occi.Errorf(occi.NotFound, "nothing was deleted: %s is not among what would be", q.urls.EntityPath(ref))
		}
	}
	return named, nil
}

// same reports whether both refer to the same entity: their kinds may come from different models.
func same(a, b occi.Ref) bool { return a.ID == b.ID && a.Kind.ID == b.Kind.ID }

// inOrderOfDeletion returns the entities in steps, each of which can be done only after the ones before.
func inOrderOfDeletion(refs []occi.Ref) [][]occi.Ref {
	var links []occi.Ref
	var resources [][]occi.Ref // of one kind each
	for _, ref := range refs {
		if ref.Kind.IsLink() {
			links = append(links, ref)
			continue
		}
		i := slices.IndexFunc(resources, func(step []occi.Ref) bool { return step[0].Kind.ID == ref.Kind.ID })
		if i < 0 {
			i = len(resources)
			resources = append(resources, nil)
		}
		resources[i] = append(resources[i], ref)
	}
	return append([][]occi.Ref{links}, resources...)
}
