package translate

import (
	"context"
	"net/netip"
	"slices"

	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
)

// update changes tags, the gateway and the allocation of the subnet that is shown, title and summary.
func (n networks) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	network, ranges, err := n.networkWithSubnets(ctx, addressed(occi.NetworkID, change.ID))
	if err != nil {
		return nil, err
	}
	now := networkEntity(n.translator.base, *network, ranges, n.ProjectID(), n.shown(ctx, isTaggedNetwork(*network)))
	rest := *change
	var opts subnets.UpdateOpts
	subnet, ok := mainSubnet(ranges)
	if ok {
		if opts, rest.Attributes, err = planRange(subnet, change.Attributes); err != nil {
			return nil, err
		}
	}
	if err := onlyTexts(&now, &rest); err != nil {
		return nil, err
	}
	retag, err := planTags(&now, change)
	if err != nil {
		return nil, err
	}
	var undo undo
	if err := retag.apply(ctx, n, &now, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	if err := n.changeRange(ctx, &now, subnet, opts, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	texts := neutronnet.UpdateOpts{Name: changed(now.Title, change.Title), Description: changed(now.Summary, change.Summary)}
	if texts.Name == nil && texts.Description == nil {
		return &now, nil
	}
	renamed, err := n.put(ctx, now.ID, texts)
	if err != nil {
		if !isRefusal(err) {
			undo.push("the texts of network "+now.ID, func(ctx context.Context) error {
				_, err := n.put(ctx, now.ID, neutronnet.UpdateOpts{Name: &now.Title, Description: &now.Summary})
				return gone(err)
			})
		}
		return nil, undo.after(ctx, n.fault(err, addressed(occi.NetworkID, now.ID)))
	}
	now.Title, now.Summary = renamed.Name, renamed.Description
	return &now, nil
}

// planRange reads which gateway and allocation a client wants for a subnet, where they differ from what it has, and
// returns the other attributes.
func planRange(subnet subnets.Subnet, said occi.Attributes) (subnets.UpdateOpts, occi.Attributes, error) {
	var opts subnets.UpdateOpts
	wanted := &occi.Entity{Attributes: said}
	dhcp, err := parseAllocation(networkAllocation, wanted)
	if err != nil {
		return opts, nil, err
	}
	if dhcp != nil && *dhcp != subnet.EnableDHCP {
		opts.EnableDHCP = dhcp
	}
	if gateway := said.Text(networkGateway); gateway != "" {
		cidr, err := netip.ParsePrefix(subnet.CIDR)
		if err != nil {
			return opts, nil, occi.Errorf(occi.BadUpstream, "OpenStack gave a subnet without a range")
		}
		ip, err := gatewayIn(cidr, gateway)
		if err != nil {
			return opts, nil, err
		}
		if ip != subnet.GatewayIP {
			opts.GatewayIP = &ip
		}
	}
	return opts, withoutChangeable(said), nil
}

// withoutChangeable leaves out the attributes of a subnet that can change.
func withoutChangeable(all occi.Attributes) occi.Attributes {
	return slices.DeleteFunc(slices.Clone(all), func(p occi.Pair) bool {
		return p.Name == networkAllocation || p.Name == networkGateway
	})
}

// changeRange changes a subnet, and remembers to change it back. Neutron refuses a gateway that a router or an
// allocation pool has.
func (n networks) changeRange(
	ctx context.Context, now *occi.Entity, subnet subnets.Subnet, opts subnets.UpdateOpts, undo *undo,
) error {
	if opts.EnableDHCP == nil && opts.GatewayIP == nil {
		return nil
	}
	neutron, err := n.neutron()
	if err != nil {
		return err
	}
	var before subnets.UpdateOpts
	if opts.EnableDHCP != nil {
		before.EnableDHCP = &subnet.EnableDHCP
	}
	if opts.GatewayIP != nil {
		before.GatewayIP = &subnet.GatewayIP // none is ""
	}
	undo.push("the new gateway or allocation of network "+now.ID, func(ctx context.Context) error {
		return gone(subnets.Update(ctx, neutron, subnet.ID, before).Err)
	})
	changed, err := subnets.Update(ctx, neutron, subnet.ID, opts).Extract()
	if err != nil {
		return n.fault(err, addressed(occi.NetworkID, now.ID))
	}
	now.Attributes = withoutChangeable(now.Attributes)
	now.Attributes.SetText(networkGateway, changed.GatewayIP)
	now.Attributes.SetText(networkAllocation, allocation(changed.EnableDHCP))
	return nil
}
