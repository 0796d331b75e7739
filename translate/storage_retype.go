package translate

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// retype gives the volume another type, by id or name, and waits until it has it. Its data stay where they are: Cinder
// would copy them only if told so, which takes as long as it takes. It returns the volume as it is then.
func (s storages) retype(ctx context.Context, v *volumes.Volume, to string) (*volumes.Volume, error) {
	about := addressed(occi.StorageID, v.ID)
	cinder, err := s.cinder()
	if err != nil {
		return nil, err
	}
	err = s.whenSettled(ctx, about, func(ctx context.Context) error {
		return volumes.ChangeType(ctx, cinder, v.ID, volumes.ChangeTypeOpts{
			NewType: to, MigrationPolicy: volumes.MigrationPolicyNever,
		}).ExtractErr()
	})
	if err != nil {
		return nil, unknown(s.refusedVolume(ctx, err, about, "retyped"), err, "it is not known whether the storage is being given another type")
	}
	var retyped *volumes.Volume
	err = waitUntil(ctx, volumeInterval, func(ctx context.Context) (bool, error) {
		now, err := s.volume(ctx, about)
		switch {
		case err != nil:
			return false, err
		case now.Status == "retyping":
			return false, nil
		case now.VolumeType == v.VolumeType: // Cinder tells only administrators why
			return false, occi.Errorf(occi.Conflict, "OpenStack could not change the type of the storage: it has its old one")
		}
		retyped = now
		return true, nil
	})
	return retyped, ongoing(s.fault(err, about), "the type of the storage is still being changed")
}
