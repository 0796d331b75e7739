package translate

import (
	"context"
	"fmt"
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
	opts := snapshots.CreateOpts{
		VolumeID: about.id, Name: snapshotName(v.Name, time.Now()), Metadata: map[string]string{markKey: newMark()},
		Force: true, // also of a volume at a server
	}
	var made *snapshots.Snapshot
	err = s.whenSettled(ctx, about, func(ctx context.Context) (err error) {
		made, err = snapshots.Create(ctx, cinder, opts).Extract()
		return err
	})
	if err != nil {
		made, err = s.lostSnapshot(ctx, opts, err)
	}
	if err != nil {
		return nil, err
	}
	s.translator.volumeOffers.drop(s.templateKey())
	return volumeSnapshot{ID: made.ID, Name: made.Name, VolumeID: made.VolumeID, Size: made.Size}.mixin(), nil
}

// lostSnapshot finds the snapshot whose creation got no answer.
func (s storages) lostSnapshot(ctx context.Context, opts snapshots.CreateOpts, cause error) (*snapshots.Snapshot, error) {
	failure := s.refusedVolume(ctx, cause, addressed(occi.StorageID, opts.VolumeID), "copied")
	if isRefusal(cause) {
		return nil, failure
	}
	return lost[snapshots.Snapshot]{
		what: titled("snapshot", opts.Name),
		look: func(ctx context.Context) (*snapshots.Snapshot, error) {
			cinder, err := s.cinder()
			if err != nil {
				return nil, err
			}
			all, _, err := page[snapshots.Snapshot](ctx, cinder, cinder.ServiceURL("snapshots", "detail")+"?volume_id="+opts.VolumeID, "snapshots")
			return find(all, func(made snapshots.Snapshot) bool { return made.Metadata[markKey] == opts.Metadata[markKey] }), err
		},
		name: func(made *snapshots.Snapshot) string { return fmt.Sprintf("snapshot %q", made.ID) },
		remove: func(ctx context.Context, made *snapshots.Snapshot) error {
			return s.deleteSnapshot(ctx, volumeSnapshot{ID: made.ID}.mixin())
		},
	}.find(ctx, failure)
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
