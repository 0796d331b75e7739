package translate

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
)

// interfaceEntities are the links of a server to the networks of its ports, eth0 first, and then those to the outside.
// They lack what only subnets tell: see networkInterfaceEntity.
func interfaceEntities(m *occi.Model, s *server, with serverParts) []occi.Entity {
	own := serverPorts(with.ports)[s.ID]
	s.Addresses.sort(own)
	links := make([]occi.Entity, 0, len(own))
	for i, p := range own {
		links = append(links, networkInterfaceEntity(m, s.ID, i, p, nil, with.tags))
	}
	for i, p := range own {
		for _, f := range with.floating[p.ID] {
			links = append(links, outsideLinkEntity(m, s.ID, i, p, f, with.templates, with.tags))
		}
	}
	return links
}

// networkInterfaceEntity maps a server's port (GFD.224 §3.4.1). The index is the port's place among the
// server's, and names the interface. The subnets, by id, give the gateway and the kind of
// allocation; those that are missing, as when nobody asked for them, leave the gateway out.
func networkInterfaceEntity(
	m *occi.Model, serverID string, index int, port ports.Port, known map[string]subnets.Subnet, defined *tags,
) occi.Entity {
	e := occi.Entity{
		Kind:   m.Kind(occi.NetworkInterfaceID),
		ID:     linkID(serverID, port.ID),
		Source: occi.Ref{Kind: m.Kind(occi.ComputeID), ID: serverID},
		Target: occi.Ref{Kind: m.Kind(occi.NetworkID), ID: port.NetworkID},
	}
	state, message := networkInterfaceState(port.Status, port.AdminStateUp)
	e.Attributes.SetText("occi.networkinterface.interface", interfaceName(index))
	e.Attributes.SetText("occi.networkinterface.mac", port.MACAddress)
	e.Attributes.SetText("occi.networkinterface.state", state)
	e.Attributes.SetText("occi.networkinterface.state.message", message)

	if ip, ok := mainAddress(port); ok {
		subnet, isKnown := known[ip.SubnetID]
		e.Mixins = append(e.Mixins, m.Mixin(occi.IPNetworkInterfaceID))
		e.Attributes.SetText("occi.networkinterface.address", ip.IPAddress)
		e.Attributes.SetText("occi.networkinterface.gateway", subnet.GatewayIP)
		e.Attributes.SetText("occi.networkinterface.allocation", allocation(!isKnown || subnet.EnableDHCP))
	}
	showFixedIPs(m, &e, port)
	e.Mixins = append(e.Mixins, defined.among(slices.Values(port.Tags))...)
	return e
}

// interfaceName is the name of a server's interface by its place. IM refuses names without a digit.
func interfaceName(index int) string { return "eth" + strconv.Itoa(index) }

// allocation is the value of both allocation attributes: by DHCP or by hand (GFD.224 §3.2.1, §3.4.1.1).
func allocation(dhcp bool) string {
	if dhcp {
		return allocationDynamic
	}
	return allocationStatic
}

const (
	allocationDynamic = "dynamic"
	allocationStatic  = "static"
)

// mainAddress returns the one address that the standard has room for: the first IPv4 address, since rOCCI and IM look
// for one, else the first. It reports false for a port without addresses.
func mainAddress(port ports.Port) (ports.IP, bool) {
	for _, ip := range port.FixedIPs {
		if address, err := netip.ParseAddr(ip.IPAddress); err == nil && address.Is4() {
			return ip, true
		}
	}
	if len(port.FixedIPs) == 0 {
		return ports.IP{}, false
	}
	return port.FixedIPs[0], true
}

// serverPorts returns those of the ports that belong to servers, grouped by the server's id and oldest first: Neutron and
// Nova list ports in no order. That is the order of their interfaces as far as ages tell, see serverAddresses.
func serverPorts(all []ports.Port) map[string][]ports.Port {
	byServer := make(map[string][]ports.Port)
	for _, p := range all {
		if strings.HasPrefix(p.DeviceOwner, "compute:") {
			byServer[p.DeviceID] = append(byServer[p.DeviceID], p)
		}
	}
	for _, own := range byServer {
		slices.SortFunc(own, func(a, b ports.Port) int {
			return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
		})
	}
	return byServer
}
