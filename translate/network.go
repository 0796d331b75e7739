package translate

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/external"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
	"github.com/gophercloud/gophercloud/v2/pagination"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// networks translates networks to Neutron's networks with their subnets. An external network is one like
// any other, owned by somebody else.
type networks struct{ *Cloud }

func (n networks) list(ctx context.Context, q occi.Query, full bool) ([]occi.Entity, error) {
	wanted, err := n.soleKeys(ctx, q)
	if err != nil {
		return nil, err
	}
	keys := slices.Sorted(maps.Keys(wanted))
	if q.Own {
		keys = append(keys, creatorTag(n.UserID()))
	}
	var all []neutronNetwork
	var ranges map[string][]subnets.Subnet
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		all, err = n.allNetworks(roundCtx, neutronnet.ListOpts{Name: titleOf(q), Tags: strings.Join(keys, ",")})
		return err
	})
	if full || selects(q) {
		round.Go(func() error {
			found, err := n.subnets(roundCtx, subnets.ListOpts{})
			ranges = byNetwork(found)
			return err
		})
	}
	if err := round.Wait(); err != nil {
		return nil, err
	}
	visible := visibleNetworks(all, n.ProjectID())
	if q.Own {
		visible = slices.DeleteFunc(visible, func(network neutronNetwork) bool { return !n.isOwn(network) })
	}
	if q.Deletable {
		visible = slices.DeleteFunc(visible, func(network neutronNetwork) bool { return network.ProjectID != n.ProjectID() })
	}
	defined, err := n.listed(ctx, q, slices.ContainsFunc(visible, isTaggedNetwork))
	if err != nil {
		return nil, err
	}
	entities := make([]occi.Entity, 0, len(visible))
	for _, network := range visible {
		entities = append(entities, networkEntity(n.translator.base, network, ranges[network.ID], n.ProjectID(), defined))
	}
	return pick(entities, q, full), nil
}

// isOwn reports whether the caller's user has made the network here.
func (n networks) isOwn(network neutronNetwork) bool {
	return network.ProjectID == n.ProjectID() && slices.Contains(network.Tags, creatorTag(n.UserID()))
}

func (n networks) get(ctx context.Context, id string) (*occi.Entity, error) {
	network, ranges, err := n.networkWithSubnets(ctx, addressed(occi.NetworkID, id))
	if err != nil {
		return nil, err
	}
	e := networkEntity(n.translator.base, *network, ranges, n.ProjectID(), n.shown(ctx, isTaggedNetwork(*network)))
	return &e, nil
}

// act switches the network on and off: OCCI's up and down are Neutron's administrative state (GFD.224 §3.2).
func (n networks) act(ctx context.Context, id string, invocation *occi.Invocation) (*occi.Mixin, error) {
	var up bool
	switch invocation.Action.ID {
	case occi.UpID:
		up = true
	case occi.DownID:
	default:
		return nil, noAction(n.kind(occi.NetworkID), invocation)
	}
	id, err := n.networkID(ctx, addressed(occi.NetworkID, id))
	if err != nil {
		return nil, err
	}
	_, err = n.put(ctx, id, neutronnet.UpdateOpts{AdminStateUp: &up})
	return nil, n.fault(err, addressed(occi.NetworkID, id))
}

// put changes a network. Its error is OpenStack's own.
func (n networks) put(ctx context.Context, id string, opts neutronnet.UpdateOpts) (*neutronnet.Network, error) {
	neutron, err := n.neutron()
	if err != nil {
		return nil, err
	}
	return neutronnet.Update(ctx, neutron, id, opts).Extract()
}

// allNetworks lists the networks that the token sees and that match.
func (c *Cloud) allNetworks(ctx context.Context, opts neutronnet.ListOpts) ([]neutronNetwork, error) {
	all, err := c.listNetworks(ctx, opts, nil)
	return all, c.fault(err, subject{})
}

// listNetworks lists networks, external or others if outside says so.
func (c *Cloud) listNetworks(ctx context.Context, opts neutronnet.ListOpts, outside *bool) ([]neutronNetwork, error) {
	neutron, err := c.session.Network()
	if err != nil {
		return nil, err
	}
	return pages(func(marker string) ([]neutronNetwork, bool, error) {
		opts.Marker = marker
		list := neutronnet.List(neutron, external.ListOptsExt{ListOptsBuilder: opts, External: outside})
		return firstPage(ctx, list, extractNetworks)
	}, func(n neutronNetwork) string { return n.ID })
}

func extractNetworks(page pagination.Page) ([]neutronNetwork, error) {
	var all []neutronNetwork
	err := neutronnet.ExtractNetworksInto(page, &all)
	return all, err
}

// networkWithSubnets asks for a network and those of its subnets that the caller may see, in one round.
func (c *Cloud) networkWithSubnets(ctx context.Context, about subject) (*neutronNetwork, []subnets.Subnet, error) {
	id, err := c.networkID(ctx, about)
	if err != nil {
		return nil, nil, err
	}
	neutron, err := c.neutron()
	if err != nil {
		return nil, nil, err
	}
	var network neutronNetwork
	var ranges []subnets.Subnet
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() error {
		return c.fault(neutronnet.Get(ctx, neutron, id).ExtractInto(&network), about)
	})
	round.Go(func() (err error) {
		ranges, err = c.subnets(ctx, subnets.ListOpts{NetworkID: id})
		return err
	})
	if err := round.Wait(); err != nil {
		return nil, nil, err
	}
	return &network, ranges, nil
}

// subnets lists the subnets that match.
func (c *Cloud) subnets(ctx context.Context, opts subnets.ListOpts) ([]subnets.Subnet, error) {
	neutron, err := c.neutron()
	if err != nil {
		return nil, err
	}
	all, err := pages(func(marker string) ([]subnets.Subnet, bool, error) {
		opts.Marker = marker
		query, err := opts.ToSubnetListQuery()
		if err != nil {
			return nil, false, err
		}
		return page[subnets.Subnet](ctx, neutron, neutron.ServiceURL("subnets")+query, "subnets")
	}, func(s subnets.Subnet) string { return s.ID })
	return all, c.fault(err, subject{})
}

func byNetwork(all []subnets.Subnet) map[string][]subnets.Subnet {
	grouped := make(map[string][]subnets.Subnet)
	for _, s := range all {
		grouped[s.NetworkID] = append(grouped[s.NetworkID], s)
	}
	return grouped
}
