package translate

import (
	"context"
	"slices"

	"github.com/occigate/occigate/occi"
)

// tagChange is what an update makes of an entity's user-defined mixins.
type tagChange struct{ add, remove []*occi.Mixin }

// planTags compares the user-defined mixins that a client names with those there are. Only a full update takes mixins
// off.
func planTags(now *occi.Entity, change *occi.Change) (tagChange, error) {
	var plan tagChange
	for _, x := range userMixins(change.Mixins) {
		if now.Mixin(x.ID) == nil {
			plan.add = append(plan.add, x)
		}
	}
	if change.Full {
		for _, x := range userMixins(now.Mixins) {
			if change.Mixin(x.ID) == nil {
				plan.remove = append(plan.remove, x)
			}
		}
	}
	return plan, checkApplies(now.Kind, plan.add)
}

// checkApplies refuses mixins that entities of the kind cannot have.
func checkApplies(kind *occi.Kind, mixins []*occi.Mixin) error {
	for _, x := range mixins {
		if !x.AppliesTo(kind.ID) {
			return occi.Errorf(occi.Invalid, "mixin %s does not apply to %s", x.ID, kind.Term)
		}
	}
	return nil
}

// apply makes the change to the entity, and remembers how to take it back.
func (t tagChange) apply(ctx context.Context, of collection, now *occi.Entity, undo *undo) error {
	if len(t.add) > 0 {
		// Before they are added, since some may be even if the answer gets lost.
		undo.push("the new mixins of "+now.Kind.Term+" "+now.ID, func(ctx context.Context) error {
			return unlessGone(of.untag(ctx, now.ID, t.add))
		})
		if err := of.tag(ctx, now.ID, t.add); err != nil {
			return err
		}
	}
	if len(t.remove) > 0 {
		undo.push("the removal of mixins of "+now.Kind.Term+" "+now.ID, func(ctx context.Context) error {
			return unlessGone(of.tag(ctx, now.ID, t.remove))
		})
		if err := of.untag(ctx, now.ID, t.remove); err != nil {
			return err
		}
	}
	now.Mixins = slices.DeleteFunc(slices.Concat(now.Mixins, t.add), func(x *occi.Mixin) bool {
		return slices.Contains(t.remove, x)
	})
	return nil
}

// unlessGone takes a missing entity for success: it has no mixins to take back.
func unlessGone(err error) error {
	if occi.CodeOf(err) == occi.NotFound {
		return nil
	}
	return err
}

// updateLink changes the user-defined mixins of a link: OpenStack can change nothing else.
func updateLink(ctx context.Context, of collection, change *occi.Change) (*occi.Entity, error) {
	now, err := of.get(ctx, change.ID)
	if err != nil {
		return nil, err
	}
	if err := noChange(now, change); err != nil {
		return nil, err
	}
	retag, err := planTags(now, change)
	if err != nil {
		return nil, err
	}
	var undo undo
	if err := retag.apply(ctx, of, now, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	return now, nil
}
