package translate

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// outsideLinkEntity maps a floating IP that leads to a server's port: a link to the external network, or to the
// reservation if the address is one. The interface and its MAC address are the port's, which has the given place among
// the server's: IM refuses interfaces without a number.
func outsideLinkEntity(
	m *occi.Model, serverID string, index int, port ports.Port, f floatingips.FloatingIP, t *templates, defined *tags,
) occi.Entity {
	e := occi.Entity{
		Kind:   m.Kind(occi.NetworkInterfaceID),
		Mixins: []*occi.Mixin{m.Mixin(occi.IPNetworkInterfaceID)},
		ID:     linkID(serverID, f.ID),
		Source: occi.Ref{Kind: m.Kind(occi.ComputeID), ID: serverID},
	}
	if pool := t.poolOf(f.FloatingNetworkID); pool != nil {
		e.Mixins = append(e.Mixins, pool)
	}
	allocated := allocationStatic
	if isOfLink(f) {
		allocated = allocationDynamic
		e.Target = occi.Ref{Kind: m.Kind(occi.NetworkID), ID: f.FloatingNetworkID}
		e.Mixins = append(e.Mixins, defined.among(slices.Values(f.Tags))...)
	} else {
		e.Target = occi.Ref{Kind: m.Kind(occi.IPReservationID), ID: f.ID}
	}
	state, message := floatingIPState(f.Status)
	e.Attributes.SetText("occi.networkinterface.interface", interfaceName(index))
	e.Attributes.SetText("occi.networkinterface.mac", port.MACAddress)
	e.Attributes.SetText("occi.networkinterface.state", state)
	e.Attributes.SetText("occi.networkinterface.state.message", message)
	e.Attributes.SetText("occi.networkinterface.address", f.FloatingIP)
	e.Attributes.SetText("occi.networkinterface.allocation", allocated)
	return e
}

// outlet is an address of a server that a floating IP can lead to.
type outlet struct {
	index int // the port's place among the server's
	port  ports.Port
	fixed string
}

// outlets are the IPv4 addresses of a server's ports in their order, since floating IPs lead to no others; those of one
// MAC address alone if one is given.
func outlets(own []ports.Port, mac string) []outlet {
	var all []outlet
	for i, p := range own {
		if mac != "" && !strings.EqualFold(mac, p.MACAddress) {
			continue
		}
		for _, ip := range p.FixedIPs {
			if address, err := netip.ParseAddr(ip.IPAddress); err == nil && address.Is4() {
				all = append(all, outlet{i, p, ip.IPAddress})
			}
		}
	}
	return all
}
