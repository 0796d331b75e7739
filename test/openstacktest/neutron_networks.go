package openstacktest

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// network is a Neutron network.
type network struct {
	record
	adminUp, common, external, isDefault, portSecurity bool
	mtu                                                int
	neutron                                            *neutron
}

func (w *network) view() object {
	v := w.shared()
	v["admin_state_up"] = w.adminUp
	v["status"] = "ACTIVE"
	v["shared"] = w.common
	v["router:external"] = w.external
	v["port_security_enabled"] = w.portSecurity
	v["mtu"] = w.mtu
	v["subnets"] = w.subnetIDs()
	v["availability_zone_hints"] = []string{}
	v["availability_zones"] = []string{}
	v["ipv4_address_scope"] = nil
	v["ipv6_address_scope"] = nil
	if w.external {
		v["is_default"] = w.isDefault
	}
	return v
}

func (w *network) subnetIDs() []string {
	ids := []string{}
	for _, s := range w.neutron.subnets.order {
		if s.network == w.id {
			ids = append(ids, s.id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (n *neutron) networkCollection() *collection {
	return &collection{
		plural: "networks", singular: "network",
		missing: "NetworkNotFound", missingText: "Network %s could not be found.",
		all: resources(&n.networks), lookup: lookup(&n.networks),
		visible: func(t *token, res resource) bool { return n.sees(t, res.(*network)) },
		attributes: commonAttributes(map[string]attribute{
			"admin_state_up":          {post: true, put: true, takes: flag},
			"shared":                  {post: true, put: true, admin: true, takes: flag},
			"router:external":         {post: true, put: true, admin: true, takes: flag},
			"port_security_enabled":   {post: true, put: true, takes: flag},
			"is_default":              {post: true, put: true, admin: true, takes: flag},
			"mtu":                     {post: true, put: true, takes: wholeOrNull},
			"availability_zone_hints": {post: true},
			"status":                  {}, "subnets": {},
		}),
		create: n.createNetwork, update: n.updateNetwork, remove: n.removeNetwork,
	}
}

// sees tells whether a token may see a network: its project's, a shared one, an external one.
func (n *neutron) sees(t *token, w *network) bool {
	return w.common || w.external || ownOnly(t, w)
}

// findNetwork gives a network that a token may see, or nil.
func (n *neutron) findNetwork(t *token, id string) *network {
	w := n.networks.get(id)
	if w == nil || !n.sees(t, w) {
		return nil
	}
	return w
}

func (n *neutron) createNetwork(r *request, in object) (resource, error) {
	w := &network{record: n.newRecord(r.token, in), adminUp: true, portSecurity: true, mtu: 1450, neutron: n}
	if err := n.setNetwork(w, in); err != nil {
		return nil, err
	}
	n.networks.add(w.id, w)
	return w, nil
}

// addNetwork adds a network with one subnet, past all checks.
func (n *neutron) addNetwork(first, second record, prefix netip.Prefix) *network {
	w := &network{record: first, adminUp: true, portSecurity: true, mtu: 1450, neutron: n}
	n.networks.add(w.id, w)
	s := &subnet{
		record: second, network: w.id, prefix: prefix, gateway: prefix.Addr().Next(), dhcp: true, dns: []any{}, hostRoutes: []any{}, neutron: n,
	}
	s.ranges = freeRanges(prefix, s.gateway)
	n.subnets.add(s.id, s)
	return w
}

func (n *neutron) updateNetwork(_ *request, res resource, in object) error {
	return n.setNetwork(res.(*network), in)
}

func (n *neutron) setNetwork(w *network, in object) error {
	if mtu := integer(in, "mtu"); mtu > 1450 {
		return neutronError(http.StatusBadRequest, "InvalidInput", "Invalid input for operation: Requested MTU is too big, maximum is 1450.")
	} else if mtu > 0 {
		w.mtu = mtu
	}
	for name, target := range map[string]*bool{
		"admin_state_up": &w.adminUp, "shared": &w.common, "router:external": &w.external,
		"port_security_enabled": &w.portSecurity, "is_default": &w.isDefault,
	} {
		if _, given := in[name]; given {
			*target = truth(in, name)
		}
	}
	return nil
}

func (n *neutron) removeNetwork(_ *request, res resource) error {
	var inUse []string
	for _, p := range n.ports.order {
		if p.network == res.base().id {
			inUse = append(inUse, p.id)
		}
	}
	if len(inUse) > 0 {
		slices.Sort(inUse)
		return neutronError(http.StatusConflict, "NetworkInUse", "Unable to complete operation on network %s. There are one or "+
			"more ports still in use on the network, id for these ports is: %s.", res.base().id, strings.Join(inUse, ","))
	}
	for _, s := range n.subnets.all(func(s *subnet) bool { return s.network == res.base().id }) {
		n.subnets.remove(s.id)
	}
	n.networks.remove(res.base().id)
	return nil
}

// subnet is a Neutron subnet with its address pools.
type subnet struct {
	record
	network, pool string
	prefix        netip.Prefix
	gateway       netip.Addr // invalid: none
	ranges        []addressRange
	dhcp          bool
	dns           []any
	hostRoutes    []any
	neutron       *neutron
}

type addressRange struct{ first, last netip.Addr }

func (s *subnet) view() object {
	v := s.shared()
	v["network_id"] = s.network
	v["cidr"] = s.prefix.String()
	v["ip_version"] = 4
	if s.prefix.Addr().Is6() {
		v["ip_version"] = 6
	}
	v["gateway_ip"] = nil
	if s.gateway.IsValid() {
		v["gateway_ip"] = s.gateway.String()
	}
	pools := []any{}
	for _, p := range s.ranges {
		pools = append(pools, object{"start": p.first.String(), "end": p.last.String()})
	}
	v["allocation_pools"] = pools
	v["enable_dhcp"] = s.dhcp
	v["dns_nameservers"] = s.dns
	v["host_routes"] = s.hostRoutes
	v["subnetpool_id"] = nullable(s.pool)
	v["ipv6_ra_mode"] = nil
	v["ipv6_address_mode"] = nil
	v["service_types"] = []string{}
	return v
}

func (n *neutron) subnetCollection() *collection {
	return &collection{
		plural: "subnets", singular: "subnet",
		missing: "SubnetNotFound", missingText: "Subnet %s could not be found.",
		all: resources(&n.subnets), lookup: lookup(&n.subnets),
		visible: func(t *token, res resource) bool {
			w := n.networks.get(res.(*subnet).network)
			return ownOnly(t, res) || w != nil && w.common
		},
		attributes: commonAttributes(map[string]attribute{
			"network_id":             {post: true, required: true, takes: anID},
			"ip_version":             {post: true, required: true, takes: anyOf(4, 6)},
			"cidr":                   {post: true, takes: cidr},
			"gateway_ip":             {post: true, put: true, takes: addressOrNull},
			"allocation_pools":       {post: true, put: true, takes: objects("start", "end")},
			"enable_dhcp":            {post: true, put: true, takes: flag},
			"dns_nameservers":        {post: true, put: true, takes: addressList},
			"host_routes":            {post: true, put: true, takes: objects("destination", "nexthop")},
			"subnetpool_id":          {post: true, takes: idOrNull},
			"use_default_subnetpool": {post: true, takes: flag},
			"prefixlen":              {post: true, takes: wholeOrNull},
			"ipv6_ra_mode":           {post: true}, "ipv6_address_mode": {post: true}, "service_types": {post: true, put: true},
		}),
		create: n.createSubnet, update: n.updateSubnet, remove: n.removeSubnet,
	}
}

func (n *neutron) createSubnet(r *request, in object) (resource, error) {
	w := n.findNetwork(r.token, str(in, "network_id"))
	if w == nil {
		return nil, neutronError(http.StatusNotFound, "NetworkNotFound", "Network %s could not be found.", str(in, "network_id"))
	}
	if !ownOnly(r.token, w) {
		return nil, neutronError(http.StatusForbidden, "HTTPForbidden", "Tenant %s not allowed to create subnet on this network", r.token.project.id)
	}
	s := &subnet{record: n.newRecord(r.token, in), network: w.id, dhcp: true, dns: []any{}, hostRoutes: []any{}, neutron: n}
	s.revision = 0
	if err := n.addressSubnet(s, in); err != nil {
		return nil, err
	}
	if version := integer(in, "ip_version"); version == 4 != s.prefix.Addr().Is4() {
		return nil, neutronError(http.StatusBadRequest, "InvalidInput",
			"Invalid input for operation: cidr '%s' does not match the ip_version '%d'.", s.prefix, version)
	}
	for _, other := range n.subnets.order {
		if other.network != w.id {
			continue
		}
		if other.pool != s.pool && other.prefix.Addr().Is4() == s.prefix.Addr().Is4() && (other.pool != "" || s.pool != "") {
			return nil, neutronError(http.StatusBadRequest, "NetworkSubnetPoolAffinityError",
				"Subnets hosted on the same network must be allocated from the same subnet pool.")
		}
		if other.prefix.Overlaps(s.prefix) {
			return nil, neutronError(http.StatusBadRequest, "InvalidInput", "Invalid input for operation: Requested subnet with "+
				"cidr: %s for network: %s overlaps with another subnet.", s.prefix, w.id)
		}
	}
	if _, given := in["gateway_ip"]; !given {
		s.gateway = s.prefix.Addr().Next()
	} else if gateway := str(in, "gateway_ip"); gateway != "" {
		s.gateway = netip.MustParseAddr(gateway) // checked by its attribute
	}
	s.ranges = freeRanges(s.prefix, s.gateway)
	if err := n.setSubnet(s, in); err != nil {
		return nil, err
	}
	n.subnets.add(s.id, s)
	n.touch(&w.record)
	return s, nil
}

// addressSubnet finds the subnet's prefix: given, or allocated from a pool.
func (n *neutron) addressSubnet(s *subnet, in object) error {
	if given := str(in, "cidr"); given != "" {
		s.prefix = netip.MustParsePrefix(given).Masked() // checked by its attribute
		return nil
	}
	pool := n.pools.get(str(in, "subnetpool_id"))
	if truth(in, "use_default_subnetpool") {
		pool = n.defaultPool()
	}
	if pool == nil {
		return neutronError(http.StatusBadRequest, "BadRequest", "Bad subnets request: a subnetpool must be specified in the absence of a cidr.")
	}
	s.pool = pool.id
	prefix, ok := n.allocatePrefix(pool, integer(in, "prefixlen"))
	if !ok {
		return neutronError(http.StatusServiceUnavailable, "SubnetAllocationError", "Failed to allocate subnet: Insufficient prefix space to allocate subnet size.")
	}
	s.prefix = prefix
	return nil
}

func (n *neutron) updateSubnet(_ *request, res resource, in object) error {
	s := res.(*subnet)
	if gateway, given := in["gateway_ip"]; given {
		var wanted netip.Addr
		if gateway != nil {
			wanted = netip.MustParseAddr(str(in, "gateway_ip")) // checked by its attribute
		}
		if err := n.setGatewayOf(s, wanted); err != nil {
			return err
		}
	}
	return n.setSubnet(s, in)
}

// setGatewayOf gives a subnet another gateway, or none.
func (n *neutron) setGatewayOf(s *subnet, wanted netip.Addr) error {
	if wanted.IsValid() && wanted != s.gateway {
		for _, p := range n.ports.order {
			onRouter := p.owner == ownerInterface && slices.Contains(p.addresses, address{s.id, s.gateway})
			if onRouter {
				return neutronError(http.StatusConflict, "GatewayIpInUse",
					"Current gateway ip %s already in use by port %s. Unable to update.", s.gateway, p.id)
			}
		}
		for _, r := range s.ranges {
			if !wanted.Less(r.first) && !r.last.Less(wanted) {
				return neutronError(http.StatusConflict, "GatewayConflictWithAllocationPools",
					"Gateway ip %s conflicts with allocation pool %s-%s.", wanted, r.first, r.last)
			}
		}
	}
	s.gateway = wanted
	return nil
}

func (n *neutron) setSubnet(s *subnet, in object) error {
	if _, given := in["enable_dhcp"]; given {
		s.dhcp = truth(in, "enable_dhcp")
	}
	if dns, given := in["dns_nameservers"]; given {
		s.dns, _ = dns.([]any)
	}
	if routes, given := in["host_routes"]; given {
		s.hostRoutes, _ = routes.([]any)
	}
	if pools, given := in["allocation_pools"]; given {
		s.ranges = nil
		for _, item := range pools.([]any) {
			o, _ := item.(object)
			first, err1 := netip.ParseAddr(str(o, "start"))
			last, err2 := netip.ParseAddr(str(o, "end"))
			if err1 != nil || err2 != nil || last.Less(first) || !s.prefix.Contains(first) || !s.prefix.Contains(last) {
				return neutronError(http.StatusBadRequest, "InvalidAllocationPool", "The allocation pool %s is not valid.", python(o))
			}
			s.ranges = append(s.ranges, addressRange{first, last})
		}
	}
	return nil
}

func (n *neutron) removeSubnet(_ *request, res resource) error {
	for _, p := range n.ports.order {
		for _, ip := range p.addresses {
			if ip.subnet == res.base().id && p.owner != "network:dhcp" {
				return neutronError(http.StatusConflict, "SubnetInUse",
					"Unable to complete operation on subnet %s: One or more ports have an IP allocation from this subnet.", res.base().id)
			}
		}
	}
	n.subnets.remove(res.base().id)
	return nil
}

// subnetPool hands out prefixes to subnets made without one.
type subnetPool struct {
	record
	prefix    netip.Prefix
	length    int // of a prefix asked for without a length
	isDefault bool
}

func (p *subnetPool) view() object {
	v := p.shared()
	v["prefixes"] = []string{p.prefix.String()}
	v["default_prefixlen"] = strconv.Itoa(p.length)
	v["min_prefixlen"], v["max_prefixlen"] = "8", "32"
	v["is_default"], v["shared"] = p.isDefault, true
	v["ip_version"] = 4
	v["default_quota"], v["address_scope_id"] = nil, nil
	return v
}

func (n *neutron) poolCollection() *collection {
	return &collection{
		plural: "subnetpools", singular: "subnetpool",
		missing: "SubnetPoolNotFound", missingText: "Subnet pool %s could not be found.",
		all: resources(&n.pools), lookup: lookup(&n.pools),
		visible:    func(*token, resource) bool { return true },
		attributes: commonAttributes(map[string]attribute{"is_default": {takes: flag}, "shared": {takes: flag}, "ip_version": {}, "address_scope_id": {}}),
	}
}

func (n *neutron) defaultPool() *subnetPool {
	for _, p := range n.pools.order {
		if p.isDefault {
			return p
		}
	}
	return nil
}

// allocatePrefix takes the first free prefix out of a pool.
func (n *neutron) allocatePrefix(pool *subnetPool, length int) (netip.Prefix, bool) {
	if length == 0 {
		length = pool.length
	}
	if length < pool.prefix.Bits() || length > pool.prefix.Addr().BitLen() {
		return netip.Prefix{}, false
	}
	for at := pool.prefix.Addr(); pool.prefix.Contains(at); {
		candidate := netip.PrefixFrom(at, length).Masked()
		taken := slices.ContainsFunc(n.subnets.order, func(s *subnet) bool { return s.pool == pool.id && s.prefix.Overlaps(candidate) })
		if !taken {
			return candidate, true
		}
		at = lastOf(candidate).Next()
	}
	return netip.PrefixFrom(pool.prefix.Addr(), length), false
}
