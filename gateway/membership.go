package gateway

import (
	"slices"

	"github.com/occigate/occigate/occi"
)

// actOrAssociate tells the two uses of POST on a mixin's collection apart: "?action=" makes it an action.
func actOrAssociate(c collection) handler {
	return func(q *request) (*reply, error) {
		term, invoked, err := q.action()
		switch {
		case err != nil:
			return nil, err
		case invoked:
			return actOnMembers(q, c, term)
		}
		return associate(q, c)
	}
}

// associate puts the collection's mixin on the entities that the request names (GFD.223 §11.3.2). A template replaces
// the one they have.
func associate(q *request, c collection) (*reply, error) {
	if !c.mixin.User && !c.mixin.IsTemplate() {
		return nil, errProviders(c.mixin)
	}
	named, err := q.namedMembers(c)
	if err != nil {
		return nil, err
	}
	if err := q.put(c.mixin, named); err != nil {
		return nil, err
	}
	return q.changed(c)
}

// replaceMembers makes the entities that the request names the only ones with the collection's mixin (GFD.223 §11.2).
func replaceMembers(c collection) handler {
	return func(q *request) (*reply, error) {
		if !c.mixin.User {
			return nil, errProviders(c.mixin)
		}
		named, err := q.namedMembers(c)
		if err != nil {
			return nil, err
		}
		members, err := q.members(occi.Filter{Kinds: c.kinds, Query: occi.Query{Mixins: []*occi.Mixin{c.mixin}}}, false)
		if err != nil {
			return nil, err
		}
		leaving := slices.DeleteFunc(members, func(member occi.Entity) bool {
			return slices.ContainsFunc(named, func(e occi.Entity) bool { return same(e.Ref(), member.Ref()) })
		})
		if err := q.put(c.mixin, named); err != nil {
			return nil, err
		}
		if err := q.takeOff(c.mixin, leaving); err != nil {
			return nil, err
		}
		return q.changed(c)
	}
}

// dissociate takes the collection's mixin off the entities that the request names, or selects by filter, or off all
// (GFD.223 §11.4.2). The entities live on.
func dissociate(c collection) handler {
	return func(q *request) (*reply, error) {
		if !c.mixin.User {
			return nil, errProviders(c.mixin)
		}
		filter, refs, err := q.selection(c)
		if err != nil {
			return nil, err
		}
		var leaving []occi.Entity
		if len(refs) > 0 {
			leaving, err = q.existing(c, refs)
			leaving = slices.DeleteFunc(leaving, func(e occi.Entity) bool { return e.Mixin(c.mixin.ID) == nil })
		} else {
			leaving, err = q.members(filter, false)
		}
		if err != nil {
			return nil, err
		}
		if err := q.takeOff(c.mixin, leaving); err != nil {
			return nil, err
		}
		return q.changed(c)
	}
}

// errProviders refuses to change who has a mixin of the provider, which stands for a fact or is chosen otherwise.
func errProviders(mixin *occi.Mixin) error {
	if mixin.IsTemplate() {
		return occi.Errorf(occi.Forbidden, "%s is a template: it can be replaced by another, but not taken away", mixin.ID)
	}
	return occi.Errorf(occi.Forbidden, "%s is the provider's: it is not given or taken away through its collection", mixin.ID)
}

// namedMembers reads the entities that the request names, all of which have to exist.
func (q *request) namedMembers(c collection) ([]occi.Entity, error) {
	message, model, err := q.messageAndModel()
	if err != nil {
		return nil, err
	}
	refs, err := message.BindLocations(model, q.urls)
	if err != nil {
		return nil, err
	}
	if len(refs) == 0 {
		return nil, occi.Errorf(occi.Invalid, "the request names no entity: X-OCCI-Location is needed, or in JSON kind and id")
	}
	return q.existing(c, refs)
}

// existing reads the entities, each of which has to exist and be of a kind that the collection's mixin applies to.
func (q *request) existing(c collection, refs []occi.Ref) ([]occi.Entity, error) {
	for _, ref := range refs {
		if !c.has(ref.Kind) {
			return nil, occi.Errorf(occi.Invalid, "mixin %s does not apply to %s", c.mixin.ID, q.urls.EntityPath(ref))
		}
	}
	found := make([]occi.Entity, len(refs))
	all := forEach(len(refs), false, func(i int) error {
		e, err := q.cloud.Get(q.Context(), refs[i])
		if err == nil {
			found[i] = *e
		}
		return err
	})
	return found, all.failure
}

// put associates the mixin with the entities that do not have it.
func (q *request) put(mixin *occi.Mixin, entities []occi.Entity) error {
	lacking := slices.DeleteFunc(slices.Clone(entities), func(e occi.Entity) bool { return e.Mixin(mixin.ID) != nil })
	return forEach(len(lacking), false, func(i int) error {
		return q.cloud.Associate(q.Context(), lacking[i].Ref(), mixin)
	}).err("associated")
}

// takeOff dissociates the mixin from the entities, unless they have vanished.
func (q *request) takeOff(mixin *occi.Mixin, entities []occi.Entity) error {
	return forEach(len(entities), false, func(i int) error {
		err := q.cloud.Dissociate(q.Context(), entities[i].Ref(), mixin)
		if occi.CodeOf(err) == occi.NotFound {
			return nil
		}
		return err
	}).err("dissociated")
}
