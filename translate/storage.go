package translate

import (
	"context"
	"maps"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// storages translates storage to Cinder's volumes.
type storages struct{ *Cloud }

func (s storages) get(ctx context.Context, id string) (*occi.Entity, error) {
	v, with, err := s.read(ctx, addressed(occi.StorageID, id))
	if err != nil {
		return nil, err
	}
	e := storageEntity(s.translator.base, v, with)
	return &e, nil
}

// read asks for a volume and, beside it, for what it can have been made of.
func (s storages) read(ctx context.Context, about subject) (*volumes.Volume, volumeParts, error) {
	var v *volumes.Volume
	var with volumeParts
	if !isUUID(about.id) {
		return nil, with, absent(about)
	}
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		v, err = s.volume(roundCtx, about)
		return err
	})
	round.Go(func() error {
		with.offers = s.volumeOffersAside(roundCtx)
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, with, err
	}
	with.tags = s.shown(ctx, isTagged(maps.Keys(v.Metadata)))
	return v, with, nil
}

// volume asks for one volume. One that is being deleted is gone.
func (c *Cloud) volume(ctx context.Context, about subject) (*volumes.Volume, error) {
	if !isUUID(about.id) {
		return nil, absent(about)
	}
	cinder, err := c.cinder()
	if err != nil {
		return nil, err
	}
	v, err := volumes.Get(ctx, cinder, about.id).Extract()
	if err != nil {
		return nil, c.fault(err, about)
	}
	if isGone(v.Status) {
		return nil, absent(about)
	}
	return v, nil
}
