package translate

import (
	"context"
	"maps"
	"testing"

	"github.com/occigate/occigate/occi"
)

// preparation makes what a change needs and returns the change.
type preparation = func(*testing.T, *bench) func(context.Context) error

// trials are the changes that have several steps.
func trials() map[string]trial {
	all := lifeTrials()
	maps.Copy(all, choiceTrials())
	maps.Copy(all, tagTrials())
	return all
}

// blueTag is a mixin of a user's.
func blueTag() *occi.Mixin {
	return &occi.Mixin{ID: occi.ID{Scheme: "http://example.org/tags#", Term: "blue"}, User: true}
}

// creating makes an entity, with a user's mixin.
func creating(wanted func(*testing.T, *bench) *occi.Entity) preparation {
	return func(t *testing.T, b *bench) func(context.Context) error {
		t.Helper()
		e := wanted(t, b)
		e.Mixins = append(e.Mixins, blueTag())
		return func(ctx context.Context) error {
			_, err := b.cloud.Create(ctx, e)
			return err
		}
	}
}

// deleting removes an entity.
func deleting(there func(*testing.T, *bench) occi.Ref) preparation {
	return func(t *testing.T, b *bench) func(context.Context) error {
		t.Helper()
		ref := there(t, b)
		return func(ctx context.Context) error { return b.cloud.Delete(ctx, ref) }
	}
}

// updating changes an entity.
func updating(wanted func(*testing.T, *bench) *occi.Change) preparation {
	return func(t *testing.T, b *bench) func(context.Context) error {
		t.Helper()
		change := wanted(t, b)
		return func(ctx context.Context) error {
			_, err := b.cloud.Update(ctx, change)
			return err
		}
	}
}

// acting invokes an action.
func acting(there func(*testing.T, *bench) occi.Ref, action occi.ID, pairs ...string) preparation {
	return func(t *testing.T, b *bench) func(context.Context) error {
		t.Helper()
		ref := there(t, b)
		return func(ctx context.Context) error {
			_, err := b.cloud.Act(ctx, ref, b.order(action, pairs...))
			return err
		}
	}
}

// tagging puts a user's mixin on an entity, by the mixin's collection.
func tagging(there func(*testing.T, *bench) occi.Ref) preparation {
	return func(t *testing.T, b *bench) func(context.Context) error {
		t.Helper()
		ref := there(t, b)
		return func(ctx context.Context) error { return b.cloud.Associate(ctx, ref, blueTag()) }
	}
}

// losingTag takes it off again.
func losingTag(there func(*testing.T, *bench) occi.Ref) preparation {
	return func(t *testing.T, b *bench) func(context.Context) error {
		t.Helper()
		ref := there(t, b)
		if err := b.cloud.Associate(t.Context(), ref, blueTag()); err != nil {
			t.Fatal(err)
		}
		return func(ctx context.Context) error { return b.cloud.Dissociate(ctx, ref, blueTag()) }
	}
}
