package translate

import (
	"context"
	"net/netip"

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
	opts := attachinterfaces.CreateOpts{NetworkID: network.ID}
	if address.IsValid() {
		opts.FixedIPs = []attachinterfaces.FixedIP{{IPAddress: address.String()}}
	}
	port, err := n.attach(ctx, e.Source.ID, opts, before)
	if err != nil {
		return nil, err
	}
	return n.complete(ctx, port, userMixins(e.Mixins))
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
