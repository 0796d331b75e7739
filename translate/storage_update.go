package translate

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// storageChange is what an update makes of a storage.
type storageChange struct {
	tags   tagChange
	texts  volumes.UpdateOpts
	typeID string // "" keeps the volume type
	size   int    // 0 keeps the size
}

// planStorageChange compares what a client wants with what there is.
func planStorageChange(now *occi.Entity, change *occi.Change) (storageChange, error) {
	var plan storageChange
	rest := *change
	rest.Attributes, rest.Mixins = nil, nil
	for _, p := range change.Attributes {
		if p.Name != "occi.storage.size" || sameValue(now.Attributes.Get(p.Name), p.Value) {
			rest.Attributes = append(rest.Attributes, p)
			continue
		}
		size, err := wantedSize(p.Name, p.Value)
		if err != nil {
			return plan, err
		}
		plan.size = size
	}
	for _, x := range change.Mixins {
		switch {
		case x.ID == volumeTypeID, x.ID == volumeSnapshotID, x.ID == availabilityZoneID: // say nothing
		case x.DependsOn(volumeTypeID) && !x.User && now.Mixin(x.ID) == nil:
			if plan.typeID != "" {
				return plan, occi.Errorf(occi.Invalid, "the request names two volume types")
			}
			plan.typeID, _ = templateID(x.Term)
		default:
			rest.Mixins = append(rest.Mixins, x)
		}
	}
	if err := onlyTexts(now, &rest); err != nil {
		return plan, err
	}
	var err error
	if plan.tags, err = planTags(now, &rest); err != nil {
		return plan, err
	}
	plan.texts = volumes.UpdateOpts{Name: changed(now.Title, change.Title), Description: changed(now.Summary, change.Summary)}
	return plan, nil
}

// update changes tags and texts, the volume type, and the size, in this order: what can be taken back comes first.
func (s storages) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	about := addressed(occi.StorageID, change.ID)
	v, with, err := s.read(ctx, about)
	if err != nil {
		return nil, err
	}
	now := storageEntity(s.translator.base, v, with)
	plan, err := planStorageChange(&now, change)
	if err != nil {
		return nil, err
	}
	if plan.size != 0 && plan.size < v.Size {
		return nil, smaller(v) // before anything is done
	}
	var undo undo
	if err := plan.tags.apply(ctx, s, &now, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	if err := s.putTexts(ctx, plan.texts, v, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	v, err = s.apply(ctx, plan, v, &undo)
	switch {
	case err != nil && occi.CodeOf(err) == occi.Timeout:
		return nil, err // Cinder goes on with it, so the rest of the change stands
	case err != nil:
		return nil, undo.after(ctx, err)
	}
	changed := storageEntity(s.translator.base, v, with)
	changed.Mixins = withUserMixins(changed.Mixins, now.Mixins)
	return &changed, nil
}

// withUserMixins returns the provider's mixins of one list and the users' of another.
func withUserMixins(provided, defined []*occi.Mixin) []*occi.Mixin {
	var all []*occi.Mixin
	for _, x := range provided {
		if !x.User {
			all = append(all, x)
		}
	}
	return append(all, userMixins(defined)...)
}

// apply makes all of a change but tags and texts, and remembers how to take it back. It returns the volume as it is then.
func (s storages) apply(ctx context.Context, plan storageChange, v *volumes.Volume, undo *undo) (*volumes.Volume, error) {
	if plan.typeID != "" {
		before := v.VolumeType
		retyped, err := s.retype(ctx, v, plan.typeID)
		if err != nil {
			return nil, err
		}
		v = retyped
		undo.push("the new type of storage "+v.ID, func(ctx context.Context) error {
			_, err := s.retype(ctx, v, before)
			return unlessGone(err)
		})
	}
	if plan.size != 0 {
		return s.grow(ctx, v, plan.size)
	}
	return v, nil
}

// putTexts changes texts of the volume, and remembers to change them back.
func (s storages) putTexts(ctx context.Context, texts volumes.UpdateOpts, v *volumes.Volume, undo *undo) error {
	if texts.Name == nil && texts.Description == nil {
		return nil
	}
	cinder, err := s.cinder()
	if err != nil {
		return err
	}
	name, description := v.Name, v.Description
	updated, err := volumes.Update(ctx, cinder, v.ID, texts).Extract()
	if !isRefusal(err) {
		undo.push("the new texts of storage "+v.ID, func(ctx context.Context) error {
			return gone(volumes.Update(ctx, cinder, v.ID, volumes.UpdateOpts{Name: &name, Description: &description}).Err)
		})
	}
	if err != nil {
		return s.fault(err, addressed(occi.StorageID, v.ID))
	}
	v.Name, v.Description = updated.Name, updated.Description
	return nil
}

// changed returns what to send for a text that a client wants, nil for one it does not mention or that
// is so already.
func changed(now, wanted string) *string {
	if wanted == "" || occi.Echoes(wanted, now) {
		return nil
	}
	return &wanted
}
