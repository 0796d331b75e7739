package translate

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// securityGroupLinks translates links to security groups to the groups of the server's ports: Neutron knows ports, not
// servers.
type securityGroupLinks struct{ *Cloud }

// list reads the links off the ports. Servers are asked for as for storage links.
func (s securityGroupLinks) list(ctx context.Context, q occi.Query, full bool) ([]occi.Entity, error) {
	var all []ports.Port
	var at linkServers
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		all, err = s.ports(roundCtx, ports.ListOpts{ProjectID: s.ProjectID()})
		return err
	})
	if q.Own || full || selects(q) {
		round.Go(func() (err error) {
			at, err = s.linkServers(roundCtx, occi.SecurityGroupLinkID, q)
			return err
		})
	}
	if err := round.Wait(); err != nil {
		return nil, err
	}
	byServer := serverPorts(all)
	oldestFirst := slices.SortedFunc(maps.Keys(byServer), func(a, b string) int {
		return cmp.Or(byServer[a][0].CreatedAt.Compare(byServer[b][0].CreatedAt), strings.Compare(a, b))
	})
	var links []occi.Entity
	for _, serverID := range oldestFirst {
		if q.Own && !at.own[serverID] {
			continue
		}
		for _, l := range groupLinks(serverID, byServer[serverID]) {
			l.mixins = at.tags.amongLinks(maps.Keys(at.metadata[serverID]), l.groupID)
			links = append(links, securityGroupLinkEntity(s.translator.base, l))
		}
	}
	return pick(links, q, full), nil
}

func (s securityGroupLinks) get(ctx context.Context, id string) (*occi.Entity, error) {
	l, _, err := s.linked(ctx, id)
	if err != nil {
		return nil, err
	}
	side, cancel := aside(ctx)
	defer cancel()
	l.mixins = s.linkTags(side, occi.SecurityGroupLinkID, l.serverID, l.groupID)
	e := securityGroupLinkEntity(s.translator.base, l)
	return &e, nil
}

// linked returns the link with an id, and the ports of its server.
func (s securityGroupLinks) linked(ctx context.Context, id string) (groupLink, []ports.Port, error) {
	about := addressed(occi.SecurityGroupLinkID, id)
	serverID, groupID, ok := parseLinkID(id)
	if !ok {
		return groupLink{}, nil, absent(about)
	}
	all, err := s.ports(ctx, ports.ListOpts{DeviceID: serverID})
	if err != nil {
		return groupLink{}, nil, err
	}
	own := serverPorts(all)[serverID]
	links := groupLinks(serverID, own)
	i := slices.IndexFunc(links, func(l groupLink) bool { return l.groupID == groupID })
	if i < 0 {
		return groupLink{}, nil, absent(about)
	}
	return links[i], own, nil
}

// update changes the tags: a link has nothing else.
func (s securityGroupLinks) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	return updateLink(ctx, s, change)
}

func (s securityGroupLinks) act(_ context.Context, _ string, invocation *occi.Invocation) (*occi.Mixin, error) {
	return nil, noAction(s.kind(occi.SecurityGroupLinkID), invocation)
}

func (s securityGroupLinks) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	l, _, err := s.linked(ctx, id)
	if err != nil {
		return err
	}
	return computes(s).putMetadata(ctx, named(occi.ComputeID, l.serverID), s.linkMetadata(mixins, l.groupID))
}

func (s securityGroupLinks) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	l, _, err := s.linked(ctx, id)
	if err != nil {
		return err
	}
	return computes(s).dropMetadata(ctx, named(occi.ComputeID, l.serverID), s.linkTagKeys(mixins, l.groupID))
}
