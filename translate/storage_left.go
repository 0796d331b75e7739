package translate

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// isLeft reports whether all servers that have a volume are being deleted: it is about to be free.
func (s storages) isLeft(ctx context.Context, v *volumes.Volume) bool {
	places := volumeAttachments(v)
	for _, a := range places {
		if _, err := s.server(ctx, named(occi.ComputeID, a.serverID)); occi.CodeOf(err) != occi.Invalid {
			return false
		}
	}
	return len(places) > 0
}

// deleteLeft deletes a volume once its servers have let it go: clients delete a compute and its storage in a row. One that
// Nova deletes with the server is gone then.
func (s storages) deleteLeft(ctx context.Context, about subject, remove func(context.Context) error) error {
	side, cancel := aside(ctx)
	defer cancel()
	err := waitUntil(side, volumeInterval, func(ctx context.Context) (bool, error) {
		v, err := s.volume(ctx, about)
		if err != nil {
			return false, err
		}
		return len(volumeAttachments(v)) == 0 && !volumeStatusOf(v).busy, nil
	})
	if err == nil {
		err = remove(ctx)
	}
	err = s.fault(err, about)
	if code := occi.CodeOf(err); code == occi.Timeout || code == occi.Invalid {
		return &occi.Error{
			Code: occi.Conflict, Message: fmt.Sprintf("storage %q is still attached to a compute that is deleted or being deleted", about.id),
			Cause: err, RetryAfter: busyRetryAfter,
		}
	}
	return err
}
