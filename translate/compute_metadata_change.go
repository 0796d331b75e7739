package translate

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/occigate/occigate/occi"
)

// metadataChange is what an update makes of the metadata that are a compute's users'.
type metadataChange struct {
	drop []string          // keys
	set  map[string]string // after that
}

// planMetadata compares the metadata that a client wants with those there are: afterwards they are exactly what was said.
// Items that stay are not judged: Nova has taken them.
func planMetadata(now *occi.Entity, change *occi.Change) (metadataChange, error) {
	said := change.Attributes.Get(computeMetadata)
	if said.IsZero() || occi.Echoes(said.Text(), now.Attributes.Text(computeMetadata)) {
		return metadataChange{}, nil
	}
	have, err := parseItems(now.Attributes.Get(computeMetadata))
	if err != nil {
		return metadataChange{}, err
	}
	wanted, err := parseItems(said)
	if err != nil {
		return metadataChange{}, err
	}
	plan := diffItems(have, wanted)
	for _, key := range slices.Sorted(maps.Keys(plan.set)) {
		if err := checkItem(key, wanted[key]); err != nil {
			return metadataChange{}, err
		}
	}
	return plan, nil
}

// diffItems returns what makes some items of others. Removing an item, Nova removes those as well whose keys are the same
// for its database; these are set again.
func diffItems(have, wanted map[string]string) metadataChange {
	var plan metadataChange
	dropped := make(map[string]bool)
	for _, key := range slices.Sorted(maps.Keys(have)) {
		if _, stays := wanted[key]; !stays {
			plan.drop = append(plan.drop, key)
			dropped[databaseKey(key)] = true
		}
	}
	for key, value := range wanted {
		if old, had := have[key]; had && old == value && !dropped[databaseKey(key)] {
			continue
		}
		if plan.set == nil {
			plan.set = make(map[string]string)
		}
		plan.set[key] = value
	}
	return plan
}

// databaseKey returns what keys have in common that are the same for MySQL, which compares without regard to capitals and
// to blanks at the end.
func databaseKey(key string) string { return strings.ToLower(strings.TrimRight(key, " ")) }

// apply makes the change to a server, which it returns with the new metadata, and to the mixins of its compute. It
// remembers how to take that back.
func (m metadataChange) apply(ctx context.Context, c computes, s *server, now *occi.Entity, undo *undo) (*server, error) {
	if len(m.drop)+len(m.set) == 0 {
		return s, nil
	}
	about := addressed(occi.ComputeID, s.ID)
	// Before anything is sent, since it may be done even if the answer gets lost.
	undo.push("the new metadata", func(ctx context.Context) error { return unlessGone(c.restore(ctx, s, m)) })
	if err := c.changeMetadata(ctx, about, m); err != nil {
		return nil, err
	}
	changed := *s
	changed.Metadata = maps.Clone(s.Metadata)
	for _, key := range m.drop {
		delete(changed.Metadata, key)
	}
	maps.Copy(changed.Metadata, m.set)
	now.Mixins = slices.DeleteFunc(slices.Clone(now.Mixins), func(x *occi.Mixin) bool { return x.ID == metadataID })
	if len(userItems(changed.Metadata)) > 0 {
		now.Mixins = append(now.Mixins, c.translator.base.Mixin(metadataID))
	}
	return &changed, nil
}

func (c computes) changeMetadata(ctx context.Context, about subject, m metadataChange) error {
	if err := c.dropMetadata(ctx, about, m.drop); err != nil || len(m.set) == 0 {
		return err
	}
	return c.putMetadata(ctx, about, m.set)
}

// restore gives a server back the items that a change was to make others of. It looks first which of them differ: nothing
// may have been changed, say because the server is locked, and then nothing can be changed back either.
func (c computes) restore(ctx context.Context, before *server, m metadataChange) error {
	about := addressed(occi.ComputeID, before.ID)
	now, err := c.server(ctx, about)
	if err != nil {
		return err
	}
	return c.changeMetadata(ctx, about, diffItems(m.concerned(now.Metadata), m.concerned(before.Metadata)))
}

// concerned returns those of a server's metadata that the change can make others of.
func (m metadataChange) concerned(metadata map[string]string) map[string]string {
	keys := make(map[string]bool)
	for _, key := range m.drop {
		keys[databaseKey(key)] = true
	}
	for key := range m.set {
		keys[databaseKey(key)] = true
	}
	items := userItems(metadata)
	maps.DeleteFunc(items, func(key, _ string) bool { return !keys[databaseKey(key)] })
	return items
}
