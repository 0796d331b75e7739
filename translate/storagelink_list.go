package translate

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// list reads the links off the volumes. Servers are asked for only if somebody has to be told who made them, or if links
// can have tags. A boot disk stays as long as its server.
func (s storageLinks) list(ctx context.Context, q occi.Query, full bool) ([]occi.Entity, error) {
	var all []volumes.Volume
	var at linkServers
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		all, err = s.volumes(roundCtx, volumeQuery{})
		return err
	})
	if q.Own || full || selects(q) {
		round.Go(func() (err error) {
			at, err = s.linkServers(roundCtx, occi.StorageLinkID, q)
			return err
		})
	}
	if err := round.Wait(); err != nil {
		return nil, err
	}
	var found []attachment
	for i := range all {
		v := &all[i]
		for _, a := range volumeAttachments(v) {
			if (!q.Own || at.own[a.serverID]) && (!q.Deletable || !isFirstDisk(a.device)) {
				a.mixins = at.tags.amongLinks(maps.Keys(at.metadata[a.serverID]), a.volumeID)
				found = append(found, a)
			}
		}
	}
	slices.SortFunc(found, func(a, b attachment) int {
		return cmp.Or(a.since.Compare(b.since), strings.Compare(linkID(a.serverID, a.volumeID), linkID(b.serverID, b.volumeID)))
	})
	links := make([]occi.Entity, len(found))
	for i, a := range found {
		links[i] = storageLinkEntity(s.translator.base, a)
	}
	return pick(links, q, full), nil
}

// linkServers is what links need to know of their servers, by the servers' ids.
type linkServers struct {
	own      map[string]bool // made by the caller's user
	metadata map[string]map[string]string
	tags     *tags
}

// linkServers asks for what the links of a kind that a query selects need to know of their servers. What the query does not
// select by only adds to them, and is left out if it cannot be had.
func (c *Cloud) linkServers(ctx context.Context, kind occi.ID, q occi.Query) (linkServers, error) {
	essential := q.Own || len(q.Mixins) > 0
	if !essential {
		side, cancel := aside(ctx)
		defer cancel()
		ctx = side
	}
	defined, err := c.tags(ctx)
	if err != nil && len(q.Mixins) > 0 {
		return linkServers{}, err
	}
	if !q.Own && !defined.applyTo(kind) {
		return linkServers{}, nil
	}
	all, err := c.servers(ctx, serverQueryOf(occi.Query{Own: q.Own}, c.UserID()))
	if err != nil && essential {
		return linkServers{}, err
	}
	at := linkServers{own: map[string]bool{}, metadata: map[string]map[string]string{}, tags: defined}
	for _, found := range all {
		at.own[found.ID] = found.UserID == c.UserID()
		at.metadata[found.ID] = found.Metadata
	}
	return at, nil
}
