package translate

import (
	"context"
	"maps"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// list asks in one round for everything that all computes together need: the calls do not grow with the
// number of servers, only the pages.
func (c computes) list(ctx context.Context, q occi.Query, full bool) ([]occi.Entity, error) {
	if q.IsZero() && !full {
		return c.listIDs(ctx)
	}
	var found []server
	with := listParts{hidden: c.hidden()}
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		found, err = c.servers(roundCtx, serverQueryOf(q, c.UserID()))
		return err
	})
	side, cancel := aside(roundCtx)
	defer cancel()
	switch {
	case selects(q):
		round.Go(func() (err error) {
			with.templates, err = c.templates(roundCtx)
			return err
		})
	case full:
		round.Go(func() error {
			with.templates, _ = c.templates(side)
			return nil
		})
	}
	if full {
		round.Go(func() error {
			all, _ := c.ports(side, ports.ListOpts{ProjectID: c.ProjectID()})
			with.ports = serverPorts(all)
			return nil
		})
		round.Go(func() error {
			all, _ := c.floatingIPs(side, floatingips.ListOpts{})
			with.floating = byPort(all)
			return nil
		})
		round.Go(func() error {
			all, _ := c.volumes(side, volumeQuery{})
			with.attachments = attachmentsByServer(all)
			return nil
		})
	}
	if err := round.Wait(); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(s server) bool {
		return statusOf(&s).gone || q.Own && s.UserID != c.UserID()
	})
	var err error
	if with.tags, err = c.listed(ctx, q, with.isTagged(found)); err != nil {
		return nil, err
	}
	c.noteHidden(with.templates, found...)
	entities := make([]occi.Entity, 0, len(found))
	for i := range found {
		entities = append(entities, computeEntity(c.translator.base, &found[i], with.of(found[i].ID)))
	}
	return pick(entities, q, full), nil
}

// listParts are the serverParts of all servers, by their ids.
type listParts struct {
	templates   *templates
	hidden      *hiddenImages
	tags        *tags
	ports       map[string][]ports.Port
	floating    map[string][]floatingips.FloatingIP
	attachments map[string][]attachment
}

func (p listParts) of(serverID string) serverParts {
	return serverParts{
		templates: p.templates, hidden: p.hidden, tags: p.tags, ports: p.ports[serverID], floating: p.floating, attachments: p.attachments[serverID],
	}
}

// isTagged reports whether any of the servers or its ports can have a tag.
func (p listParts) isTagged(all []server) bool {
	return slices.ContainsFunc(all, func(s server) bool { return isTaggedServer(&s, p.of(s.ID)) })
}

// isTaggedServer reports whether a server, one of its ports or of their floating IPs can have a tag.
func isTaggedServer(s *server, with serverParts) bool {
	return isTagged(maps.Keys(s.Metadata)) || slices.ContainsFunc(with.ports, func(p ports.Port) bool {
		return isTaggedPort(p) || slices.ContainsFunc(with.floating[p.ID], isTaggedFloatingIP)
	})
}

// listIDs asks for nothing but the ids, which Nova has at hand, and leaves out what is being deleted: rOCCI reads
// every entity that was listed and gives up at the first 404.
func (c computes) listIDs(ctx context.Context) ([]occi.Entity, error) {
	var ids []string
	var leaving map[string]bool
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		ids, err = c.serverIDs(ctx)
		return err
	})
	side, cancel := aside(ctx)
	defer cancel()
	round.Go(func() error {
		leaving = c.leavingServers(side)
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	kind := c.kind(occi.ComputeID)
	entities := make([]occi.Entity, 0, len(ids))
	for _, id := range ids {
		if !leaving[id] {
			entities = append(entities, occi.Entity{Kind: kind, ID: id})
		}
	}
	return entities, nil
}
