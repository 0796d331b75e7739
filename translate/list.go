package translate

import (
	"context"
	"slices"

	"github.com/occigate/occigate/occi"
)

// A query is answered in one round, whatever it selects by. What the service can select it is asked for, so that less
// is sent; the rest, and all of it once more, is decided by Query.Match on entities as they are shown. What a query
// selects by is no decoration: if it cannot be had, neither can the list.

// attributes that a query is passed on by.
const (
	coreID    = "occi.core.id"
	coreTitle = "occi.core.title"
)

// soleID returns the id that everything selected has, and whether reading that one entity tells all the query wants to
// know.
func soleID(q occi.Query) (string, bool) {
	id := q.Attributes.Get(coreID)
	return id.Text(), !id.IsZero() && len(q.Mixins) == 0 && !q.Own && !q.Deletable
}

// listOne lists the entity with an id if the query selects it.
func listOne(ctx context.Context, of collection, id string, q occi.Query, full bool) ([]occi.Entity, error) {
	e, err := of.get(ctx, id)
	if occi.CodeOf(err) == occi.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return pick([]occi.Entity{*e}, q, full), nil
}

// selects reports whether a query is about what entities have, apart from who created them.
func selects(q occi.Query) bool { return len(q.Mixins)+len(q.Attributes) > 0 }

// pick returns those of the entities that the query selects, stripped to kind and id unless full is set.
func pick(all []occi.Entity, q occi.Query, full bool) []occi.Entity {
	picked := make([]occi.Entity, 0, len(all))
	for i := range all {
		e := &all[i]
		switch {
		case !q.Match(e):
		case full:
			picked = append(picked, *e)
		default:
			picked = append(picked, occi.Entity{Kind: e.Kind, ID: e.ID})
		}
	}
	return picked
}

// titleOf returns the title that everything selected has, or "".
func titleOf(q occi.Query) string { return q.Attributes.Text(coreTitle) }

// listed returns the tags for a listing of things, some of which are tagged or none. If the query selects by mixins
// they are essential, since tags may depend on any but templates.
func (c *Cloud) listed(ctx context.Context, q occi.Query, tagged bool) (*tags, error) {
	if slices.ContainsFunc(q.Mixins, func(x *occi.Mixin) bool { return !x.IsTemplate() }) {
		return c.tags(ctx)
	}
	return c.shown(ctx, tagged), nil
}

// soleKeys returns the keys of tags that everything selected has, with the values next to them.
func (c *Cloud) soleKeys(ctx context.Context, q occi.Query) (map[string]string, error) {
	wanted := userMixins(q.Mixins)
	if len(wanted) == 0 {
		return nil, nil //nolint:nilnil // no keys are an answer like any other
	}
	own, err := c.tags(ctx)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]string)
	for _, x := range wanted {
		if key := own.sole(x); key != "" {
			keys[key] = tagValue(x.ID)
		}
	}
	return keys, nil
}
