package translate

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// delete deletes the volume, if it is not attached. One that was taken offline is let go for that.
func (s storages) delete(ctx context.Context, id string) error {
	about := addressed(occi.StorageID, id)
	if !isUUID(id) {
		return absent(about)
	}
	cinder, err := s.cinder()
	if err != nil {
		return err
	}
	remove := func(ctx context.Context) error { return volumes.Delete(ctx, cinder, id, nil).ExtractErr() }
	err = s.whenSettled(ctx, about, remove)
	if !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		return s.fault(err, about)
	}
	v, missing := s.volume(ctx, about)
	switch {
	case missing != nil:
		return missing
	case isTakenOffline(v):
		return s.deleteOffline(ctx, about, remove)
	case s.isLeft(ctx, v):
		return s.deleteLeft(ctx, about, remove)
	default:
		return kept(v, s.fault(err, about))
	}
}

// deleteOffline lets the volume go before it deletes it, or takes it offline again.
func (s storages) deleteOffline(ctx context.Context, about subject, remove func(context.Context) error) error {
	if err := s.release(ctx, about); err != nil {
		return err
	}
	err := remove(ctx)
	if err == nil {
		return nil
	}
	var undo undo
	undo.push(fmt.Sprintf("storage %q online", about.id), func(ctx context.Context) error {
		return unlessGone(s.offline(ctx, about))
	})
	if !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		return undo.after(ctx, s.fault(err, about))
	}
	v, missing := s.volume(ctx, about)
	if missing != nil {
		return undo.after(ctx, missing)
	}
	return undo.after(ctx, kept(v, s.fault(err, about)))
}

// kept tells why Cinder refused to delete a volume: its 400 is about the volume's state, which is a conflict, and its
// words are those of an API that the client does not know.
func kept(v *volumes.Volume, refused error) error {
	if len(volumeAttachments(v)) > 0 {
		return inUse(v)
	}
	return storageConflict(v, "deleted", refused)
}

// inUse is why something cannot be done to a volume that a server has.
func inUse(v *volumes.Volume) error {
	at := "to something else"
	if places := volumeAttachments(v); len(places) > 0 {
		at = fmt.Sprintf("to compute %q", places[0].serverID)
	}
	return occi.Errorf(occi.Conflict, "storage %q is attached %s: detach it first", v.ID, at)
}
