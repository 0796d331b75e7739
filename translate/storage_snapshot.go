package translate

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"

	"github.com/occigate/occigate/occi"
)

// snapshot makes a snapshot of the volume and returns it as the mixin that makes storages from it, as save does with
// computes: otherwise nobody would find it. It is in the model at once, though it can be used only when Cinder has
// finished.
func (s storages) snapshot(ctx context.Context, about subject) (*occi.Mixin, error) {
	v, err := s.volume(ctx, about)
	if err != nil {
		return nil, err
	}
	cinder, err := s.cinder()
	if err != nil {
		return nil, err
	}
	var made *snapshots.Snapshot
	err = s.whenSettled(ctx, about, func(ctx context.Context) (err error) {
		made, err = snapshots.Create(ctx, cinder, snapshots.CreateOpts{
			VolumeID: about.id, Name: snapshotName(v.Name, time.Now()),
			Force: true, // also of a volume at a server
		}).Extract()
		return err
	})
	if err != nil {
		err = perhapsMade(s.refusedVolume(ctx, err, about, "copied"), "snapshot of storage", about.id)
		return nil, err
	}
	s.translator.volumeOffers.drop(s.templateKey())
	return volumeSnapshot{ID: made.ID, Name: made.Name, VolumeID: made.VolumeID, Size: made.Size}.mixin(), nil
}

// snapshotName names a snapshot after its volume and the time, since one volume has many.
func snapshotName(volume string, at time.Time) string {
	const most = 200 // bytes of the 255 characters that Cinder takes
	return strings.TrimSpace(clip(volume, most) + " " + at.UTC().Format(time.DateTime))
}

// deleteSnapshot deletes the snapshot of a mixin and waits until it is gone, since only then its storage can be deleted.
func (c *Cloud) deleteSnapshot(ctx context.Context, x *occi.Mixin) error {
	about := subject{term: "snapshot", id: x.Term, missing: occi.NotFound}
	if !isUUID(x.Term) {
		return absent(about)
	}
	cinder, err := c.cinder()
	if err != nil {
		return err
	}
	defer c.translator.volumeOffers.drop(c.templateKey())
	err = snapshots.Delete(ctx, cinder, x.Term).ExtractErr()
	if gophercloud.ResponseCodeIs(err, http.StatusBadRequest) { // because of its status: nothing else was said
		return &occi.Error{
			Code: occi.Conflict, Message: "the snapshot cannot be removed now, perhaps it is still being made",
			Cause: c.fault(err, about), RetryAfter: busyRetryAfter,
		}
	}
	if err != nil {
		return c.fault(err, about)
	}
	err = waitUntil(ctx, volumeInterval, func(ctx context.Context) (bool, error) {
		now, err := snapshots.Get(ctx, cinder, x.Term).Extract()
		switch {
		case gophercloud.ResponseCodeIs(err, http.StatusNotFound):
			return true, nil
		case err != nil:
			return false, err
		case now.Status == "error_deleting":
			return false, occi.Errorf(occi.BadUpstream, "OpenStack could not remove the snapshot")
		}
		return false, nil
	})
	return ongoing(c.fault(err, about), "the snapshot is still being removed")
}
