package openstacktest

import (
	"net/http"
	"net/netip"
	"slices"
)

// floatingIP is a public address, on a port's fixed address or free.
type floatingIP struct {
	record
	network, port, router string
	ip, fixed             netip.Addr
	active                bool
	neutron               *neutron
}

func (f *floatingIP) view() object {
	v := f.shared()
	delete(v, "name")
	v["floating_network_id"] = f.network
	v["floating_ip_address"] = f.ip.String()
	v["port_id"] = nullable(f.port)
	v["router_id"] = nullable(f.router)
	v["fixed_ip_address"] = nil
	if f.fixed.IsValid() {
		v["fixed_ip_address"] = f.fixed.String()
	}
	v["status"] = f.status()
	v["port_details"] = nil
	if p := f.neutron.ports.get(f.port); p != nil {
		v["port_details"] = object{
			"name": p.name, "network_id": p.network, "mac_address": p.mac, "admin_state_up": p.adminUp, "status": p.status(),
			"device_id": p.device, "device_owner": p.owner,
		}
	}
	return v
}

func (f *floatingIP) status() string {
	if f.active {
		return "ACTIVE"
	}
	return "DOWN"
}

func (n *neutron) floatingIPCollection() *collection {
	attributes := commonAttributes(map[string]attribute{
		"floating_network_id": {post: true, required: true, takes: anID},
		"port_id":             {post: true, put: true, takes: idOrNull},
		"fixed_ip_address":    {post: true, put: true, takes: addressOrNull},
		"floating_ip_address": {post: true, admin: true, takes: addressOrNull},
		"subnet_id":           {post: true, takes: idOrNull},
		"router_id":           {}, "status": {}, "port_details": {},
	})
	delete(attributes, "name")
	return &collection{
		plural: "floatingips", singular: "floatingip", bodyless: "Resource body required",
		missing: "FloatingIPNotFound", missingText: "Floating IP %s could not be found",
		all: resources(&n.floatingIPs), lookup: lookup(&n.floatingIPs), visible: ownOnly, attributes: attributes,
		create: n.createFloatingIP, update: n.updateFloatingIP,
		remove: func(_ *request, res resource) error {
			n.floatingIPs.remove(res.base().id)
			return nil
		},
	}
}

func (n *neutron) createFloatingIP(r *request, in object) (resource, error) {
	w := n.findNetwork(r.token, str(in, "floating_network_id"))
	if w == nil {
		return nil, neutronError(http.StatusNotFound, "NetworkNotFound", "Network %s could not be found.", str(in, "floating_network_id"))
	}
	if !w.external {
		return nil, neutronError(http.StatusBadRequest, "BadRequest", "Bad floatingip request: Network %s is not a valid external network.", w.id)
	}
	f := &floatingIP{record: n.newRecord(r.token, in), network: w.id, neutron: n}
	f.revision = 0
	addresses, err := n.assign(w, nil)
	if err != nil {
		return nil, err
	}
	if len(addresses) == 0 {
		return nil, neutronError(http.StatusBadRequest, "BadRequest", "Bad floatingip request: Network %s does not contain any IPv4 subnet.", w.id)
	}
	f.ip = addresses[0].ip
	if err := n.updateFloatingIP(r, f, in); err != nil {
		return nil, err
	}
	n.floatingIPs.add(f.id, f)
	return f, nil
}

func (n *neutron) updateFloatingIP(r *request, res resource, in object) error {
	f := res.(*floatingIP)
	id, given := in["port_id"]
	if !given {
		return nil
	}
	if id == nil {
		n.associate(f, nil, nil)
		return nil
	}
	p := n.ports.get(str(in, "port_id"))
	if p == nil || !ownOnly(r.token, p) {
		return neutronError(http.StatusNotFound, "PortNotFound", "Port %s could not be found.", id)
	}
	at, err := floatingTarget(p, str(in, "fixed_ip_address"))
	if err != nil {
		return err
	}
	o := n.routerBetween(at.subnet, f.network)
	if o == nil {
		return neutronError(http.StatusNotFound, "ExternalGatewayForFloatingIPNotFound", "External network %s is not reachable from "+
			"subnet %s.  Therefore, cannot associate Port %s with a Floating IP.", f.network, at.subnet, p.id)
	}
	for _, other := range n.floatingIPs.order {
		if other != f && other.port == p.id && other.fixed == at.ip && other.network == f.network {
			return neutronError(http.StatusConflict, "FloatingIPPortAlreadyAssociated", "Cannot associate floating IP %s (%s) with port "+
				"%s using fixed IP %s, as that fixed IP already has a floating IP on external network %s.", f.ip, f.id, p.id, at.ip, f.network)
		}
	}
	n.associate(f, p, o)
	f.fixed = at.ip
	return nil
}

// floatingTarget is the port's address that a floating IP leads to.
func floatingTarget(p *port, wanted string) (address, error) {
	fit := slices.DeleteFunc(slices.Clone(p.addresses), func(a address) bool {
		return !a.ip.Is4() || wanted != "" && wanted != a.ip.String()
	})
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case len(fit) > 1:
		return address{}, neutronError(http.StatusBadRequest, "BadRequest", "Bad floatingip request: Port %s has multiple fixed IPv4 "+
			"addresses.  Must provide a specific IPv4 address when assigning a floating IP.", p.id)
	case wanted != "":
		return address{}, neutronError(http.StatusBadRequest, "BadRequest", "Bad floatingip request: Port %s does not have fixed ip %s.", p.id, wanted)
	}
	return address{}, neutronError(http.StatusBadRequest, "BadRequest", "Bad floatingip request: Cannot add floating IP to port %s that has no fixed IPv4 addresses.", p.id)
}

// routerBetween is a router with an interface on the subnet and its gateway on the external network.
func (n *neutron) routerBetween(subnet, external string) *router {
	i := slices.IndexFunc(n.routers.order, func(o *router) bool {
		g := o.gateway()
		return g != nil && g.network == external && o.interfaceOn(subnet) != nil
	})
	if i < 0 {
		return nil
	}
	return n.routers.order[i]
}

// associate moves a floating IP to a port, or frees it. The status follows when the agent has
// done its work.
func (n *neutron) associate(f *floatingIP, p *port, o *router) {
	f.port, f.router, f.fixed = "", "", netip.Addr{}
	if p != nil {
		f.port, f.router = p.id, o.id
	}
	n.cloud.later(func() { f.active = f.port != "" })
}
