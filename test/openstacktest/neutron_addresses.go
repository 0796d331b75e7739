package openstacktest

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
)

// address is one fixed IP of a port.
type address struct {
	subnet string
	ip     netip.Addr
}

// lastOf is the highest address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

// freeRanges are the addresses that a subnet hands out by itself: all but the gateway's, the
// network's and, for IPv4, the broadcast's.
func freeRanges(p netip.Prefix, gateway netip.Addr) []addressRange {
	first, last := p.Masked().Addr().Next(), lastOf(p)
	if p.Addr().Is4() {
		last = last.Prev()
	}
	if !gateway.IsValid() || !p.Contains(gateway) {
		return []addressRange{{first, last}}
	}
	var ranges []addressRange
	if first.Less(gateway) {
		ranges = append(ranges, addressRange{first, gateway.Prev()})
	}
	if gateway.Less(last) {
		ranges = append(ranges, addressRange{gateway.Next(), last})
	}
	return ranges
}

// takenOn are the addresses in use on a subnet.
func (n *neutron) takenOn(s *subnet) map[netip.Addr]bool {
	taken := make(map[netip.Addr]bool)
	for _, p := range n.ports.order {
		for _, a := range p.addresses {
			if a.subnet == s.id {
				taken[a.ip] = true
			}
		}
	}
	for _, f := range n.floatingIPs.order {
		if f.network == s.network {
			taken[f.ip] = true
		}
	}
	return taken
}

// allocate takes a subnet's first free address, one that is not among the others that the port gets.
func (n *neutron) allocate(s *subnet, others ...address) (address, error) {
	taken := n.takenOn(s)
	for _, a := range others {
		taken[a.ip] = true
	}
	for _, r := range s.ranges {
		for ip := r.first; !r.last.Less(ip); ip = ip.Next() {
			if !taken[ip] {
				return address{s.id, ip}, nil
			}
		}
	}
	return address{}, neutronError(http.StatusConflict, "IpAddressGenerationFailure", "No more IP addresses available on network %s.", s.network)
}

// assign gives a new port its addresses: the wanted ones or, when none are wanted, one of each IP
// version that the network has subnets for.
func (n *neutron) assign(w *network, wanted []any) ([]address, error) {
	subnets := n.subnets.all(func(s *subnet) bool { return s.network == w.id })
	var addresses []address
	if wanted == nil {
		for _, v4 := range []bool{true, false} {
			i := slices.IndexFunc(subnets, func(s *subnet) bool { return s.prefix.Addr().Is4() == v4 })
			if i < 0 {
				continue
			}
			a, err := n.allocate(subnets[i])
			if err != nil {
				return nil, err
			}
			addresses = append(addresses, a)
		}
		return addresses, nil
	}
	for _, item := range wanted {
		o, _ := item.(object)
		a, err := n.assignOne(w, subnets, o, addresses)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, a)
	}
	return addresses, nil
}

// assignOne finds the address for one entry of a port's fixed_ips.
func (n *neutron) assignOne(w *network, subnets []*subnet, wanted object, others []address) (address, error) {
	var s *subnet
	if id := str(wanted, "subnet_id"); id != "" {
		if s = n.subnets.get(id); s == nil {
			return address{}, neutronError(http.StatusNotFound, "SubnetNotFound", "Subnet %s could not be found.", id)
		}
		if s.network != w.id {
			return address{}, neutronError(http.StatusBadRequest, "InvalidInput", "Invalid input for operation: Failed to create port "+
				"on network %s, because fixed_ips included invalid subnet %s.", w.id, id)
		}
	}
	text := str(wanted, "ip_address")
	if text == "" {
		if s == nil {
			return address{}, neutronError(http.StatusBadRequest, "InvalidInput", "Invalid input for operation: IP allocation requires subnet_id or ip_address.")
		}
		return n.allocate(s, others...)
	}
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return address{}, invalid("fixed_ips", "'%s' is not a valid IP address.", text)
	}
	if s != nil && !s.prefix.Contains(ip) {
		return address{}, neutronError(http.StatusBadRequest, "InvalidIpForSubnet", "IP address %s is not a valid IP for the specified subnet.", ip)
	}
	if s == nil {
		i := slices.IndexFunc(subnets, func(s *subnet) bool { return s.prefix.Contains(ip) })
		if i < 0 {
			return address{}, neutronError(http.StatusBadRequest, "InvalidIpForNetwork",
				"IP address %s is not a valid IP for any of the subnets on the specified network.", ip)
		}
		s = subnets[i]
	}
	if n.takenOn(s)[ip] {
		return address{}, neutronError(http.StatusConflict, "IpAddressAlreadyAllocated", "IP address %s already allocated in subnet %s", ip, s.id)
	}
	return address{s.id, ip}, nil
}

// newMAC makes a MAC address under Neutron's prefix, out of an id.
func newMAC(id string) string {
	return fmt.Sprintf("fa:16:3e:%s:%s:%s", id[0:2], id[2:4], id[4:6])
}
