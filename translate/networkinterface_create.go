package translate

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/attachinterfaces"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// create attaches the server to the network, with an address of the client's choice if it names one.
func (n networkInterfaces) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	if err := checkSource(e); err != nil {
		return nil, err
	}
	wish, err := n.outside(ctx, e)
	switch {
	case err != nil:
		return nil, err
	case wish != nil:
		return n.createOutside(ctx, e.Source.ID, wish, outsidePatience)
	}
	if err := checkTarget(e, occi.NetworkID); err != nil {
		return nil, err
	}
	address, err := wantedAddress(e)
	if err != nil {
		return nil, err
	}
	// Nova answers 500 for a network that does not exist and for an address that does not fit, so
	// Neutron is asked first.
	network, ranges, before, err := n.ends(ctx, e)
	if err != nil {
		return nil, err
	}
	if network.External {
		// New since the templates were asked for.
		wish := &outsideWish{target: e.Target, networkID: network.ID, address: address, mixins: userMixins(e.Mixins)}
		return n.createOutside(ctx, e.Source.ID, wish, outsidePatience)
	}
	if err := checkAddress(address, network.ID, ranges); err != nil {
		return nil, err
	}
	nova, err := n.nova()
	if err != nil {
		return nil, err
	}
	opts := attachinterfaces.CreateOpts{NetworkID: network.ID}
	if address.IsValid() {
		opts.FixedIPs = []attachinterfaces.FixedIP{{IPAddress: address.String()}}
	}
	serverID := e.Source.ID
	var attached *attachinterfaces.Interface
	tried := false
	err = n.whenIdle(ctx, serverID, func(ctx context.Context) (err error) {
		if tried { // a new server gets its first ports while Nova is busy with it
			if before, err = n.ports(ctx, ports.ListOpts{DeviceID: serverID}); err != nil {
				return err
			}
		}
		tried = true
		attached, err = attachinterfaces.Create(ctx, nova, serverID, opts).Extract()
		return err
	})
	detach := func(ctx context.Context) error {
		return gone(attachinterfaces.Delete(ctx, nova, serverID, attached.PortID).ExtractErr())
	}
	if err != nil {
		if attached, err = n.findLost(ctx, serverID, network.ID, before, err); err != nil {
			return nil, err
		}
		detach = notSurely
	}
	wanted := userMixins(e.Mixins)
	made, groups, err := n.waitListed(ctx, serverID, attached.PortID)
	if err == nil {
		err = n.joinGroups(ctx, linkID(serverID, attached.PortID), attached.PortID, groups, commonGroups(before))
	}
	if err == nil {
		err = n.addTags(ctx, "ports", addressed(occi.NetworkInterfaceID, attached.PortID), wanted)
	}
	if err != nil {
		var undo undo
		undo.push(fmt.Sprintf("networkinterface %q", linkID(serverID, attached.PortID)), detach)
		return nil, undo.after(ctx, err)
	}
	made.Mixins = append(made.Mixins, wanted...)
	return made, nil
}

// ends asks for the network of a new link, with its subnets, and for the ports that the server has before, in one round.
func (n networkInterfaces) ends(
	ctx context.Context, e *occi.Entity,
) (network *neutronNetwork, ranges []subnets.Subnet, before []ports.Port, err error) {
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		network, ranges, err = n.networkWithSubnets(ctx, named(occi.NetworkID, e.Target.ID))
		return err
	})
	round.Go(func() (err error) {
		before, err = n.ports(ctx, ports.ListOpts{DeviceID: e.Source.ID})
		return err
	})
	err = round.Wait()
	return network, ranges, before, err
}

// findLost finds the port that got no answer: the one that the server had not before. It may also be another request's.
func (n networkInterfaces) findLost(
	ctx context.Context, serverID, networkID string, before []ports.Port, cause error,
) (*attachinterfaces.Interface, error) {
	failure := n.fault(cause, named(occi.ComputeID, serverID))
	if _, early := errors.AsType[*occi.Error](cause); early || isRefusal(cause) { // early: Nova had only refused by then
		return nil, failure
	}
	made, err := lost[ports.Port]{
		what: fmt.Sprintf("link from compute %q to network %q", serverID, networkID),
		look: func(ctx context.Context) (*ports.Port, error) {
			all, err := n.ports(ctx, ports.ListOpts{DeviceID: serverID, NetworkID: networkID})
			added := slices.DeleteFunc(all, func(p ports.Port) bool {
				return slices.ContainsFunc(before, func(had ports.Port) bool { return had.ID == p.ID })
			})
			if len(added) > 1 {
				return nil, occi.Errorf(occi.Conflict, "there are %d", len(added))
			}
			return find(added, func(ports.Port) bool { return true }), err
		},
		name: func(p *ports.Port) string { return fmt.Sprintf("networkinterface %q", linkID(serverID, p.ID)) },
	}.find(ctx, failure)
	if err != nil {
		return nil, err
	}
	return &attachinterfaces.Interface{PortID: made.ID}, nil
}

// waitListed waits until Neutron has the new port among those of the server, so that the link can be read. It returns the
// link, and the security groups that the port has.
func (n networkInterfaces) waitListed(ctx context.Context, serverID, portID string) (made *occi.Entity, groups []string, err error) {
	err = waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		with, err := n.connections(ctx, ports.ListOpts{DeviceID: serverID}, true)
		if err != nil {
			return false, err
		}
		own, _ := n.interfaces(ctx, serverID, with.ports)
		i := slices.IndexFunc(own, func(p ports.Port) bool { return p.ID == portID })
		if i < 0 {
			return false, nil
		}
		e := networkInterfaceEntity(n.translator.base, serverID, i, own[i], with.subnets, nil)
		made, groups = &e, own[i].SecurityGroups
		return true, nil
	})
	return made, groups, unfinished(n.fault(err, subject{}), "the network interface is still being attached")
}

// wantedAddress reads which address a client wants for a new network interface; none is the zero Addr.
func wantedAddress(e *occi.Entity) (netip.Addr, error) {
	var none netip.Addr
	for _, name := range []string{"occi.networkinterface.mac", "occi.networkinterface.gateway"} {
		if !e.Attributes.Get(name).IsZero() {
			return none, occi.Errorf(occi.Unimplemented, "attribute %s is chosen by OpenStack: leave it out", name)
		}
	}
	dynamic, err := parseAllocation("occi.networkinterface.allocation", e)
	if err != nil {
		return none, err
	}
	text := e.Attributes.Text("occi.networkinterface.address")
	switch {
	case text == "" && dynamic != nil && !*dynamic:
		return none, occi.Errorf(occi.Invalid, "a static allocation needs the attribute occi.networkinterface.address")
	case text == "":
		return none, nil
	case dynamic != nil && *dynamic:
		return none, occi.Errorf(occi.Invalid, "an address that is asked for is allocated statically, not dynamically")
	}
	return parseAddress("occi.networkinterface.address", text)
}

// parseAddress reads the value of an attribute that is an IP address.
func parseAddress(name, text string) (netip.Addr, error) {
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return netip.Addr{}, occi.Errorf(occi.Invalid, "attribute %s: %q is no IP address", name, clip(text, 80))
	}
	return address, nil
}

// checkAddress insists that a wanted address is in one of the network's subnets, as far as those can be
// seen: the subnets of another project's network may be hidden.
func checkAddress(address netip.Addr, networkID string, ranges []subnets.Subnet) error {
	if !address.IsValid() || len(ranges) == 0 {
		return nil
	}
	for _, s := range ranges {
		if cidr, err := netip.ParsePrefix(s.CIDR); err == nil && cidr.Contains(address) {
			return nil
		}
	}
	return occi.Errorf(occi.Invalid, "address %s is in no subnet of network %q", address, networkID)
}
