package translate

import (
	"context"
	"fmt"
	"maps"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

func (s storages) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	opts, err := volumeCreateOpts(e)
	if err != nil {
		return nil, err
	}
	wanted := userMixins(e.Mixins)
	opts.Metadata = map[string]string{markKey: newMark()}
	maps.Copy(opts.Metadata, s.metadata(wanted))
	v, err := s.createVolume(ctx, opts)
	if err != nil {
		return nil, err
	}
	if opts.ImageID != "" { // until Cinder says so itself
		v.VolumeImageMetadata = map[string]string{"image_id": opts.ImageID}
	}
	created := storageEntity(s.translator.base, v, volumeParts{offers: s.volumeOffersAside(ctx), tags: newTags(s.ProjectID(), wanted)})
	return &created, nil
}

// createVolume makes the volume, or finds it if the answer was lost.
func (s storages) createVolume(ctx context.Context, opts volumes.CreateOpts) (*volumes.Volume, error) {
	cinder, err := s.cinder()
	if err != nil {
		return nil, err
	}
	v, err := volumes.Create(ctx, cinder, opts, nil).Extract()
	if err == nil {
		return v, nil
	}
	failure := s.fault(err, source(opts))
	if isRefusal(err) {
		return nil, failure
	}
	return lost[volumes.Volume]{
		what: titled("storage", opts.Name),
		look: func(ctx context.Context) (*volumes.Volume, error) {
			marked := map[string]string{markKey: opts.Metadata[markKey]}
			all, err := s.volumes(ctx, volumeQuery{metadata: marked})
			return find(all, func(v volumes.Volume) bool { return v.Metadata[markKey] == marked[markKey] }), err
		},
		name:   func(v *volumes.Volume) string { return fmt.Sprintf("storage %q", v.ID) },
		remove: func(ctx context.Context, v *volumes.Volume) error { return s.delete(ctx, v.ID) },
	}.find(ctx, failure)
}

// volumeCreateOpts maps a storage that a client wants.
func volumeCreateOpts(e *occi.Entity) (volumes.CreateOpts, error) {
	opts := volumes.CreateOpts{Name: e.Title, Description: e.Summary}
	if len(e.Links) > 0 {
		return opts, occi.Errorf(occi.Invalid, "a storage has no links of its own: link the compute to it")
	}
	var err error
	if opts.Size, err = wantedSize("occi.storage.size", e.Attributes.Get("occi.storage.size")); err != nil {
		return opts, err
	}
	for _, choice := range []struct {
		root occi.ID
		into *string
	}{
		{volumeTypeID, &opts.VolumeType},
		{availabilityZoneID, &opts.AvailabilityZone},
		{volumeSnapshotID, &opts.SnapshotID},
	} {
		if *choice.into, err = templateOf(e, choice.root); err != nil {
			return opts, err
		}
	}
	if opts.ImageID, err = wantedImage(e); err != nil {
		return opts, err
	}
	if opts.SnapshotID != "" && opts.ImageID != "" {
		return opts, occi.Errorf(occi.Invalid, "a storage is made from a snapshot or from an image, not from both")
	}
	return opts, nil
}

// source is what a 404 of Cinder's is about when it makes a volume.
func source(opts volumes.CreateOpts) subject {
	if opts.SnapshotID != "" {
		return subject{term: "snapshot", id: opts.SnapshotID, missing: occi.NotFound} // an unknown category
	}
	return subject{term: "volume_type", id: opts.VolumeType, missing: occi.NotFound}
}
