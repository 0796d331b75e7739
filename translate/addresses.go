package translate

import (
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
)

// The standard has room for one subnet of a network and one address of a network interface. These mixins show all of
// them, on the networks and interfaces that have several.
var (
	subnetsID  = occi.ID{Scheme: "http://schemas.openstack.org/network#", Term: "subnets"}
	fixedIPsID = occi.ID{Scheme: "http://schemas.openstack.org/network#", Term: "fixed_ips"}
)

// Attributes of the mixins: text with blanks between the addresses, since text/occi has no room for commas and quotes.
const (
	networkSubnets    = "org.openstack.network.subnets"
	interfaceFixedIPs = "org.openstack.network.fixed_ips"
)

// addressMixins are the mixins with subnetsID and fixedIPsID.
func addressMixins() []*occi.Mixin {
	return []*occi.Mixin{
		{
			ID: subnetsID, Title: "Subnets", Applies: []occi.ID{occi.NetworkID}, Location: "/subnets/",
			Attributes: []occi.Attribute{
				{Name: networkSubnets, Type: occi.StringType, Immutable: true, Description: "address ranges of all subnets"},
			},
		},
		{
			ID: fixedIPsID, Title: "Fixed addresses", Applies: []occi.ID{occi.NetworkInterfaceID}, Location: "/fixed_ips/",
			Attributes: []occi.Attribute{
				{Name: interfaceFixedIPs, Type: occi.StringType, Immutable: true, Description: "all addresses of the interface"},
			},
		},
	}
}

// showSubnets adds the ranges of a network's subnets, the main one first, if there are several.
func showSubnets(m *occi.Model, e *occi.Entity, of []subnets.Subnet) {
	if len(of) < 2 {
		return
	}
	ranges := make([]string, 0, len(of))
	for _, s := range slices.SortedFunc(slices.Values(of), compareSubnets) {
		ranges = append(ranges, s.CIDR)
	}
	e.Mixins = append(e.Mixins, m.Mixin(subnetsID))
	e.Attributes.SetText(networkSubnets, strings.Join(ranges, " "))
}

// showFixedIPs adds the addresses of a port in Neutron's order, if there are several.
func showFixedIPs(m *occi.Model, e *occi.Entity, port ports.Port) {
	if len(port.FixedIPs) < 2 {
		return
	}
	all := make([]string, 0, len(port.FixedIPs))
	for _, ip := range port.FixedIPs {
		all = append(all, ip.IPAddress)
	}
	e.Mixins = append(e.Mixins, m.Mixin(fixedIPsID))
	e.Attributes.SetText(interfaceFixedIPs, strings.Join(all, " "))
}
