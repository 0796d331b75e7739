package openstacktest

import (
	"net/http"
	"slices"
	"strings"
)

// The owners of a router's ports.
const (
	ownerInterface = "network:router_interface"
	ownerGateway   = "network:router_gateway"
)

// router is a Neutron router. Its interfaces and its gateway are ports.
type router struct {
	record
	adminUp bool
	neutron *neutron
}

func (o *router) view() object {
	v := o.shared()
	v["admin_state_up"] = o.adminUp
	v["status"] = "ACTIVE"
	v["external_gateway_info"] = nil
	if g := o.gateway(); g != nil {
		v["external_gateway_info"] = object{
			"network_id": g.network, "external_fixed_ips": g.fixedIPs(), "enable_snat": true,
		}
	}
	v["availability_zones"] = []string{}
	v["availability_zone_hints"] = []string{}
	v["routes"] = []any{}
	v["flavor_id"] = nil
	return v
}

// gateway is the router's port on an external network, or nil.
func (o *router) gateway() *port {
	i := slices.IndexFunc(o.neutron.ports.order, func(p *port) bool { return p.device == o.id && p.owner == ownerGateway })
	if i < 0 {
		return nil
	}
	return o.neutron.ports.order[i]
}

// interfaceOn is the router's port on a subnet, or nil.
func (o *router) interfaceOn(subnet string) *port {
	for _, p := range o.neutron.ports.order {
		if p.device == o.id && p.owner == ownerInterface &&
			slices.ContainsFunc(p.addresses, func(a address) bool { return a.subnet == subnet }) {
			return p
		}
	}
	return nil
}

func (n *neutron) routerCollection() *collection {
	return &collection{
		plural: "routers", singular: "router",
		missing: "RouterNotFound", missingText: "Router %s could not be found",
		all: resources(&n.routers), lookup: lookup(&n.routers), visible: ownOnly,
		attributes: commonAttributes(map[string]attribute{
			"admin_state_up":          {post: true, put: true, takes: flag},
			"external_gateway_info":   {post: true, put: true},
			"availability_zone_hints": {post: true},
			"routes":                  {put: true, takes: objects("destination", "nexthop")},
			"status":                  {}, "flavor_id": {post: true},
		}),
		create: n.createRouter, update: n.updateRouter, remove: n.removeRouter,
	}
}

func (n *neutron) createRouter(r *request, in object) (resource, error) {
	o := &router{record: n.newRecord(r.token, in), adminUp: true, neutron: n}
	n.routers.add(o.id, o)
	if err := n.updateRouter(r, o, in); err != nil {
		n.routers.remove(o.id)
		return nil, err
	}
	return o, nil
}

func (n *neutron) updateRouter(r *request, res resource, in object) error {
	o := res.(*router)
	if _, given := in["admin_state_up"]; given {
		o.adminUp = truth(in, "admin_state_up")
	}
	if info, given := in["external_gateway_info"]; given {
		wanted, _ := info.(object)
		return n.setGateway(r.token, o, wanted)
	}
	return nil
}

// setGateway gives a router a port on an external network, or takes it away.
func (n *neutron) setGateway(t *token, o *router, info object) error {
	id := str(info, "network_id")
	if _, given := info["enable_snat"]; given && !t.isAdmin() {
		return neutronError(http.StatusForbidden, "PolicyNotAuthorized", "(rule:update_router and "+
			"(rule:update_router:external_gateway_info and (rule:update_router:external_gateway_info:network_id and "+
			"rule:update_router:external_gateway_info:enable_snat))) is disallowed by policy")
	}
	var w *network
	if id != "" {
		if w = n.findNetwork(t, id); w == nil {
			return neutronError(http.StatusNotFound, "NetworkNotFound", "Network %s could not be found.", id)
		}
		if !w.external {
			return neutronError(http.StatusBadRequest, "BadRequest", "Bad router request: Network %s is not an external network.", id)
		}
	}
	before := o.gateway()
	if before != nil && before.network == id {
		return nil
	}
	if before != nil {
		for _, f := range n.floatingIPs.order {
			if f.router == o.id && f.network == before.network {
				return neutronError(http.StatusConflict, "RouterExternalGatewayInUseByFloatingIp", "Gateway cannot be updated for "+
					"router %s, since a gateway to external network %s is required by one or more floating IPs.", o.id, before.network)
			}
		}
		n.ports.remove(before.id)
	}
	if w == nil {
		return nil
	}
	addresses, err := n.assign(w, nil)
	if err != nil {
		return err
	}
	p := n.newPort(w, n.newRecord(t, nil))
	p.project = "" // the gateway port belongs to nobody
	p.device, p.owner, p.addresses, p.secured = o.id, ownerGateway, addresses, false
	n.ports.add(p.id, p)
	return nil
}

func (n *neutron) removeRouter(_ *request, res resource) error {
	var attached []string
	for _, p := range n.ports.order {
		if p.device == res.base().id && p.owner == ownerInterface {
			attached = append(attached, p.id)
		}
	}
	if len(attached) > 0 {
		return neutronError(http.StatusConflict, "RouterInUse", "Router %s has ports still attached: %s", res.base().id, strings.Join(attached, ", "))
	}
	if g := res.(*router).gateway(); g != nil {
		n.ports.remove(g.id)
	}
	n.routers.remove(res.base().id)
	return nil
}

// interfaceBody reads which subnet or port a router action is about.
func (n *neutron) interfaceBody(r *request) (o *router, s *subnet, p *port, err error) {
	body, decodeErr := r.decode()
	if decodeErr != nil {
		return nil, nil, nil, neutronError(http.StatusBadRequest, "HTTPBadRequest", "Body contains invalid data")
	}
	if o = n.routers.get(r.param("id")); o == nil || !ownOnly(r.token, o) {
		return nil, nil, nil, neutronError(http.StatusNotFound, "RouterNotFound", "Router %s could not be found", r.param("id"))
	}
	subnetID, portID := str(body, "subnet_id"), str(body, "port_id")
	switch {
	case subnetID != "" && portID != "":
		return nil, nil, nil, neutronError(http.StatusBadRequest, "BadRequest", "Bad router request: Cannot specify both subnet-id and port-id.")
	case subnetID != "":
		if s = n.subnets.get(subnetID); s == nil || !ownOnly(r.token, s) {
			return nil, nil, nil, neutronError(http.StatusNotFound, "SubnetNotFound", "Subnet %s could not be found.", subnetID)
		}
	case portID != "":
		if p = n.ports.get(portID); p == nil || !ownOnly(r.token, p) {
			return nil, nil, nil, neutronError(http.StatusNotFound, "PortNotFound", "Port %s could not be found.", portID)
		}
	default:
		return nil, nil, nil, neutronError(http.StatusBadRequest, "BadRequest", "Bad router request: Either subnet_id or port_id must be specified.")
	}
	return o, s, p, nil
}

// addInterface puts a router on a subnet, at the subnet's gateway address or as a given port.
func (n *neutron) addInterface(r *request) (answer, error) {
	o, s, p, err := n.interfaceBody(r)
	if err != nil {
		return answer{}, err
	}
	if p == nil {
		if o.interfaceOn(s.id) != nil {
			return answer{}, neutronError(http.StatusBadRequest, "BadRequest", "Bad router request: Router already has a port on subnet %s.", s.id)
		}
		if !s.gateway.IsValid() {
			return answer{}, neutronError(http.StatusBadRequest, "BadRequest", "Bad router request: Subnet for router interface must have a gateway IP.")
		}
		if n.takenOn(s)[s.gateway] {
			return answer{}, neutronError(http.StatusConflict, "IpAddressAlreadyAllocated", "IP address %s already allocated in subnet %s", s.gateway, s.id)
		}
		p = n.newPort(n.networks.get(s.network), n.newRecord(r.token, nil))
		p.addresses = []address{{s.id, s.gateway}}
		n.ports.add(p.id, p)
	} else if p.device != "" {
		return answer{}, neutronError(http.StatusConflict, "PortInUse",
			"Unable to complete operation on port %s for network %s. Port already has an attached device %s.", p.id, p.network, p.device)
	}
	p.device, p.owner, p.secured, p.groups = o.id, ownerInterface, false, []string{}
	n.touch(&o.record)
	return reply(http.StatusOK, interfaceView(o, p))
}

func (n *neutron) removeInterface(r *request) (answer, error) {
	o, s, p, err := n.interfaceBody(r)
	if err != nil {
		return answer{}, err
	}
	if s != nil {
		if p = o.interfaceOn(s.id); p == nil {
			return answer{}, neutronError(http.StatusNotFound, "RouterInterfaceNotFoundForSubnet", "Router %s has no interface on subnet %s", o.id, s.id)
		}
	} else if p.device != o.id || p.owner != ownerInterface {
		return answer{}, neutronError(http.StatusNotFound, "RouterInterfaceNotFound", "Router %s does not have an interface with id %s", o.id, p.id)
	}
	for _, a := range p.addresses {
		for _, f := range n.floatingIPs.order {
			target := n.ports.get(f.port)
			if f.router == o.id && target != nil &&
				slices.ContainsFunc(target.addresses, func(b address) bool { return b.subnet == a.subnet }) {
				return answer{}, neutronError(http.StatusConflict, "RouterInterfaceInUseByFloatingIP", "Router interface for subnet %s "+
					"on router %s cannot be deleted, as it is required by one or more floating IPs.", a.subnet, o.id)
			}
		}
	}
	n.ports.remove(p.id)
	n.touch(&o.record)
	return reply(http.StatusOK, interfaceView(o, p))
}

func interfaceView(o *router, p *port) object {
	v := object{
		"id": o.id, "tenant_id": o.project, "port_id": p.id, "network_id": p.network,
		"subnet_id": nil, "subnet_ids": []string{},
	}
	if len(p.addresses) > 0 {
		v["subnet_id"] = p.addresses[0].subnet
		v["subnet_ids"] = []string{p.addresses[0].subnet}
	}
	return v
}
