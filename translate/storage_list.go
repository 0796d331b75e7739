package translate

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// list asks for the details in any case: they tell which volumes are gone.
func (s storages) list(ctx context.Context, q occi.Query, full bool) ([]occi.Entity, error) {
	wanted, err := s.soleKeys(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []volumes.Volume
	var with volumeParts
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		all, err = s.volumes(roundCtx, volumeQuery{name: titleOf(q), metadata: wanted})
		return err
	})
	round.Go(func() (err error) {
		switch {
		case selectsBy(q, volumeTypeID, volumeSnapshotID, availabilityZoneID):
			with.offers, err = s.volumeOffers(roundCtx)
		case full:
			with.offers = s.volumeOffersAside(roundCtx)
		}
		return err
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	if q.Own {
		all = slices.DeleteFunc(all, func(v volumes.Volume) bool { return v.UserID != s.UserID() })
	}
	tagged := slices.ContainsFunc(all, func(v volumes.Volume) bool { return isTagged(maps.Keys(v.Metadata)) })
	if with.tags, err = s.listed(ctx, q, tagged); err != nil {
		return nil, err
	}
	entities := make([]occi.Entity, 0, len(all))
	for i := range all {
		entities = append(entities, storageEntity(s.translator.base, &all[i], with))
	}
	return pick(entities, q, full), nil
}

// selectsBy reports whether a query is about any of these mixins, or those that depend on them.
func selectsBy(q occi.Query, roots ...occi.ID) bool {
	return slices.ContainsFunc(q.Mixins, func(x *occi.Mixin) bool {
		return slices.ContainsFunc(roots, func(root occi.ID) bool { return x.ID == root || x.DependsOn(root) })
	})
}

// volumeQuery asks for volumes, always oldest first and then by id. Block Storage API v3: "List accessible volumes with
// details".
type volumeQuery struct {
	name     string
	metadata map[string]string // that a volume has to have
	marker   string
}

// ToVolumeListQuery returns the query for gophercloud, whose own does not quote metadata.
func (q volumeQuery) ToVolumeListQuery() (string, error) {
	query := url.Values{"sort": {"created_at:asc,id:asc"}}
	if q.name != "" {
		query.Set("name", q.name)
	}
	if q.marker != "" {
		query.Set("marker", q.marker)
	}
	if len(q.metadata) > 0 {
		text, err := json.Marshal(q.metadata)
		if err != nil {
			return "", err
		}
		query.Set("metadata", string(text))
	}
	return "?" + query.Encode(), nil
}

// volumes lists the project's volumes without those that are being deleted.
func (c *Cloud) volumes(ctx context.Context, asked volumeQuery) ([]volumes.Volume, error) {
	cinder, err := c.cinder()
	if err != nil {
		return nil, err
	}
	all, err := pages(func(marker string) ([]volumes.Volume, bool, error) {
		asked.marker = marker
		query, err := asked.ToVolumeListQuery()
		if err != nil {
			return nil, false, err
		}
		return page[volumes.Volume](ctx, cinder, cinder.ServiceURL("volumes", "detail")+query, "volumes")
	}, func(v volumes.Volume) string { return v.ID })
	if err != nil {
		return nil, c.fault(err, subject{})
	}
	return slices.DeleteFunc(all, func(v volumes.Volume) bool { return isGone(v.Status) }), nil
}
