package translate

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"

	"github.com/occigate/occigate/occi"
)

// delete detaches the volume and waits until the link is gone: IM and rOCCI delete the storage next.
func (s storageLinks) delete(ctx context.Context, id string) error {
	about := addressed(occi.StorageLinkID, id)
	serverID, volumeID, ok := parseLinkID(id)
	if !ok {
		return absent(about)
	}
	nova, err := s.nova()
	if err != nil {
		return err
	}
	err = s.whenDetachable(ctx, volumeID, func(ctx context.Context) error {
		return s.whenIdle(ctx, serverID, func(ctx context.Context) error {
			return volumeattach.Delete(ctx, nova, serverID, volumeID).ExtractErr()
		})
	})
	switch {
	case gophercloud.ResponseCodeIs(err, http.StatusBadRequest): // the volume's state: nothing else was said
		return s.undetachable(ctx, volumeID, s.fault(err, about))
	case err != nil:
		return s.fault(err, about)
	}
	err = waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		err := volumeattach.Get(ctx, nova, serverID, volumeID).Err
		if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			return true, nil
		}
		return false, err
	})
	if err == nil {
		s.forgetTags(ctx, occi.StorageLinkID, serverID, volumeID)
	}
	return ongoing(s.fault(err, about), "the storage is still being detached")
}

// whenDetachable makes the change that detaches a volume, which Nova refuses with 400 while the volume is still being
// attached or already being detached. It waits for the end of that as whenSettled does. A link that somebody else has
// removed meanwhile is as wanted.
func (s storageLinks) whenDetachable(ctx context.Context, volumeID string, change func(context.Context) error) error {
	err := change(ctx)
	if !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		return err
	}
	switch s.settled(ctx, named(occi.StorageID, volumeID)) {
	case "available", "in-use":
		return gone(change(ctx))
	default:
		return err
	}
}

// undetachable says why a volume cannot be detached.
func (s storageLinks) undetachable(ctx context.Context, volumeID string, refused error) error {
	v, err := s.volume(ctx, named(occi.StorageID, volumeID))
	if err != nil {
		return err
	}
	return storageConflict(v, "detached", refused)
}
