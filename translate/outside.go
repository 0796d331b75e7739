package translate

import (
	"context"
	"net/netip"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"

	"github.com/occigate/occigate/occi"
)

// A link to an external network, or to a reservation, is a floating IP that leads to one of the server's ports.

// outsideWish is where a client wants such a link to lead from and to.
type outsideWish struct {
	target    occi.Ref
	networkID string     // the external network; "" if a reservation tells
	address   netip.Addr // of the reservation, if that is named by its address; else the zero Addr
	mac       string     // of the port; "" for the first one from which the network can be reached
	mixins    []*occi.Mixin
}

// outside returns what is wanted of a link that leads to an external network or a reservation, and nil for other links.
func (c *Cloud) outside(ctx context.Context, link *occi.Entity) (*outsideWish, error) {
	pool, err := poolNetwork(link)
	if err != nil {
		return nil, err
	}
	wish := &outsideWish{target: link.Target, networkID: pool, mixins: userMixins(link.Mixins)}
	switch link.Target.Kind.ID {
	case occi.IPReservationID:
		if !isUUID(link.Target.ID) {
			return nil, absent(named(occi.IPReservationID, link.Target.ID))
		}
	case occi.NetworkID:
		if wish.networkID, err = c.outsideNetwork(ctx, link.Target.ID, pool); err != nil || wish.networkID == "" {
			return nil, err
		}
	default:
		return nil, nil //nolint:nilnil // not a link to the outside: others say what is wrong with it
	}
	if err := wish.setAddress(link); err != nil {
		return nil, err
	}
	if len(wish.mixins) > 0 && wish.isReserved() {
		return nil, errReservationLink
	}
	return wish, nil
}

// outsideNetwork returns the id of the external network that a link to a network leads to, "" if it leads to another.
// The pool decides where the client names it beside ooi's alias, as IM does.
func (c *Cloud) outsideNetwork(ctx context.Context, id, pool string) (string, error) {
	if isPublicAlias(id) && pool != "" {
		return pool, nil
	}
	all, err := c.externalNetworks(ctx)
	if err != nil {
		return "", err
	}
	if id, err = c.networkID(ctx, named(occi.NetworkID, id)); err != nil {
		return "", err
	}
	isExternal := find(all, func(n neutronNetwork) bool { return n.ID == id }) != nil
	switch {
	case pool != "" && pool != id:
		return "", occi.Errorf(occi.Invalid, "network %q is not that of the pool %q", id, pool)
	case isExternal:
		return id, nil
	default:
		return "", nil
	}
}

// setAddress reads what a link tells of the address: that of a reservation, and the MAC address of the port that it is
// to lead to. Both are shown of the link later.
func (w *outsideWish) setAddress(link *occi.Entity) error {
	asked := *link
	asked.Attributes = nil
	for _, p := range link.Attributes {
		if p.Name == "occi.networkinterface.mac" {
			w.mac = p.Value.Text()
			continue
		}
		asked.Attributes = append(asked.Attributes, p)
	}
	var err error
	w.address, err = wantedAddress(&asked)
	return err
}

// isReserved reports whether the wish is for an address that the project has.
func (w *outsideWish) isReserved() bool {
	return w.target.Kind.ID == occi.IPReservationID || w.address.IsValid()
}

// reserved returns the free reservation that a wish is for.
func (c *Cloud) reserved(ctx context.Context, w *outsideWish) (*floatingips.FloatingIP, error) {
	about := named(occi.IPReservationID, w.target.ID)
	var f *floatingips.FloatingIP
	if w.target.Kind.ID == occi.IPReservationID {
		var err error
		if f, err = c.reservation(ctx, about); err != nil {
			return nil, err
		}
	} else {
		found, err := c.floatingIPs(ctx, floatingips.ListOpts{FloatingIP: w.address.String()})
		if err != nil {
			return nil, err
		}
		if f = find(found, func(floatingips.FloatingIP) bool { return true }); f == nil {
			return nil, occi.Errorf(occi.Invalid, "address %s is not reserved: create an ipreservation, or leave the address out", w.address)
		}
	}
	switch {
	case w.networkID != "" && f.FloatingNetworkID != w.networkID:
		return nil, occi.Errorf(occi.Invalid, "address %s is not of network %q", f.FloatingIP, w.networkID)
	case w.address.IsValid() && f.FloatingIP != w.address.String():
		return nil, occi.Errorf(occi.Invalid, "ipreservation %q has another address than %s", f.ID, w.address)
	case f.PortID != "":
		return nil, occi.Errorf(occi.Conflict, "ipreservation %q with address %s is in use: remove its link first", f.ID, f.FloatingIP)
	}
	return f, nil
}
