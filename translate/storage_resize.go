package translate

import (
	"context"
	"math"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// wantedSize reads the size of a volume in GiB. OCCI's gigabytes are Cinder's GiB; a fraction is rounded up, since Cinder
// makes whole ones (pOCCI asks for 0.1).
func wantedSize(name string, asked occi.Value) (int, error) {
	size, _ := asked.Float()
	size = math.Ceil(size)
	if size < 1 || size > math.MaxInt32 {
		return 0, occi.Errorf(occi.Invalid, "attribute %s: %q is no size in GiB between 1 and %d", name, clip(asked.Text(), 80), math.MaxInt32)
	}
	return int(size), nil
}

// smaller is why a volume is not given a size.
func smaller(v *volumes.Volume) error {
	return occi.Errorf(occi.Invalid, "storage %q has %d GiB and cannot be made smaller", v.ID, v.Size)
}

// grow gives the volume another size and waits until it has it. It returns the volume as it is then.
func (s storages) grow(ctx context.Context, v *volumes.Volume, size int) (*volumes.Volume, error) {
	about := addressed(occi.StorageID, v.ID)
	switch {
	case size == v.Size:
		return v, nil
	case size < v.Size:
		return nil, smaller(v)
	}
	cinder, err := s.cinder()
	if v.Status == "in-use" {
		if !s.cinderHas(ctx, growsInUse) {
			return nil, inUse(v)
		}
		cinder, err = s.cinderWith(ctx, growsInUse)
	}
	if err != nil {
		return nil, err
	}
	err = s.whenSettled(ctx, about, func(ctx context.Context) error {
		return volumes.ExtendSize(ctx, cinder, v.ID, volumes.ExtendSizeOpts{NewSize: size}).ExtractErr()
	})
	if err != nil {
		return nil, unknown(s.refusedVolume(ctx, err, about, "resized"), err, "it is not known whether the storage is being resized")
	}
	var grown *volumes.Volume
	err = waitUntil(ctx, volumeInterval, func(ctx context.Context) (bool, error) {
		now, err := s.volume(ctx, about)
		switch {
		case err != nil:
			return false, err
		case now.Status == "extending":
			return false, nil
		case now.Size < size:
			return false, occi.Errorf(occi.BadUpstream, "OpenStack could not resize the storage: it has %d GiB, as before", now.Size)
		}
		grown = now
		return true, nil
	})
	return grown, ongoing(s.fault(err, about), "the storage is still being resized")
}
