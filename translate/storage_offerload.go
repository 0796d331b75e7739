package translate

import (
	"context"
	"net/url"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/availabilityzones"
	"golang.org/x/sync/errgroup"
)

// newOfferCache makes a cache by the options' Template fields, with a clock of its own. The templates have another one,
// so that computes do not depend on Cinder.
func newOfferCache(o Options, now func() time.Time) (*cache[templateKey, *volumeOffers], error) {
	return newCache[templateKey, *volumeOffers](cacheOptions{
		size: o.TemplateProjects, ttl: o.TemplateTTL, stale: staleLimit * o.TemplateTTL, now: now, event: func(string) {},
	})
}

// volumeOffers returns what the caller can choose for volumes, usually from the cache.
func (c *Cloud) volumeOffers(ctx context.Context) (*volumeOffers, error) {
	o, err := c.translator.volumeOffers.get(ctx, c.templateKey(), c.loadVolumeOffers)
	return o, c.fault(err, subject{})
}

// offerPatience is how long a request waits for Cinder's offers if it can do without them.
const offerPatience = 2 * time.Second

// volumeOffersAside is volumeOffers for who can do without: nil if they cannot be had soon.
func (c *Cloud) volumeOffersAside(ctx context.Context) *volumeOffers {
	side, cancel := aside(ctx)
	defer cancel()
	side, cancel = context.WithTimeout(side, offerPatience)
	defer cancel()
	o, _ := c.volumeOffers(side)
	return o
}

// loadVolumeOffers asks Cinder for everything the caller can choose, in one round of calls.
func (c *Cloud) loadVolumeOffers(ctx context.Context) (*volumeOffers, error) {
	if !c.session.HasService("volume") {
		return &volumeOffers{}, nil
	}
	var types []volumeType
	var zones []string
	var snapshots []volumeSnapshot
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		types, err = c.listVolumeTypes(ctx)
		return permitted(err)
	})
	round.Go(func() (err error) {
		zones, err = c.listVolumeZones(ctx)
		return permitted(err)
	})
	round.Go(func() (err error) {
		snapshots, err = c.listSnapshots(ctx)
		return permitted(err)
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	return newVolumeOffers(types, zones, snapshots), nil
}

// listVolumeTypes lists the types that the project may use.
func (c *Cloud) listVolumeTypes(ctx context.Context) ([]volumeType, error) {
	return listCinder(ctx, c, "types", "volume_types", func(t volumeType) string { return t.ID })
}

// listVolumeZones lists the zones that Cinder has disks in. Block Storage API v3: "List availability zone information".
func (c *Cloud) listVolumeZones(ctx context.Context) ([]string, error) {
	cinder, err := c.session.Volume("")
	if err != nil {
		return nil, err
	}
	zones, _, err := page[availabilityzones.AvailabilityZone](
		ctx, cinder, cinder.ServiceURL("os-availability-zone"), "availabilityZoneInfo")
	var names []string
	for _, z := range zones {
		if z.ZoneState.Available {
			names = append(names, z.ZoneName)
		}
	}
	return names, err
}

// listSnapshots lists the project's snapshots, the newest first.
func (c *Cloud) listSnapshots(ctx context.Context) ([]volumeSnapshot, error) {
	return listCinder(ctx, c, "snapshots", "snapshots", func(s volumeSnapshot) string { return s.ID })
}

// listCinder lists everything at a path, page by page; key is the member of the answers that has the items.
func listCinder[T any](ctx context.Context, c *Cloud, path, key string, id func(T) string) ([]T, error) {
	cinder, err := c.session.Volume("")
	if err != nil {
		return nil, err
	}
	return pages(func(marker string) ([]T, bool, error) {
		query := ""
		if marker != "" {
			query = "?marker=" + url.QueryEscape(marker)
		}
		return page[T](ctx, cinder, cinder.ServiceURL(path)+query, key)
	}, id)
}
