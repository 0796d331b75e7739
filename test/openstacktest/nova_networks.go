package openstacktest

import (
	"net/http"
)

// planNetworks reads the networks of a new server: a list, "auto", "none", or nothing, which means
// the project's networks.
func (n *nova) planNetworks(t *token, p *plan, networks any) error {
	own := n.ownNetworks(t)
	switch wanted := networks.(type) {
	case string:
		p.auto = wanted == "auto"
		if p.auto && len(own) > 0 {
			if len(own) > 1 {
				return refuse(http.StatusConflict, "Multiple possible networks found, use a Network ID to be more specific.")
			}
			p.networks = []wantedNetwork{{network: own[0]}}
		}
		return nil
	case []any:
		for _, item := range wanted {
			w, err := n.planNetwork(t, item.(object)) // checked by its rule
			if err != nil {
				return err
			}
			p.networks = append(p.networks, w)
		}
		if len(wanted) > 0 {
			return nil
		}
	}
	if len(own) > 1 {
		return refuse(http.StatusConflict, "Multiple possible networks found, use a Network ID to be more specific.")
	}
	for _, w := range own {
		p.networks = append(p.networks, wantedNetwork{network: w})
	}
	return nil
}

// ownNetworks are those that a server may be put on without naming one: the project's and shared ones.
func (n *nova) ownNetworks(t *token) []*network {
	return n.cloud.neutron.networks.all(func(w *network) bool { return t.owns(w.project) || w.common })
}

func (n *nova) planNetwork(t *token, in object) (wantedNetwork, error) {
	w := wantedNetwork{address: str(in, "fixed_ip"), tag: str(in, "tag")}
	if id := str(in, "port"); id != "" {
		p := n.cloud.neutron.ports.get(id)
		switch {
		case p == nil || !t.owns(p.project):
			return w, refuse(http.StatusBadRequest, "Port id %s could not be found.", id)
		case p.device != "":
			return w, refuse(http.StatusConflict, "Port %s is still in use.", id)
		case len(p.addresses) == 0:
			return w, refuse(http.StatusBadRequest, "Port %s requires a FixedIP in order to be used.", id)
		}
		w.port = p
		return w, nil
	}
	id, given := in["uuid"].(string)
	switch {
	case !given:
		return w, refuse(http.StatusBadRequest, "Bad network format: missing 'uuid'")
	case !isUUID(id):
		return w, refuse(http.StatusBadRequest, "Bad networks format: network uuid is not in proper format (%s)", id)
	}
	if w.network = n.cloud.neutron.findNetwork(t, id); w.network == nil {
		return w, refuse(http.StatusBadRequest, "Network %s could not be found.", id)
	}
	if len(w.network.subnetIDs()) == 0 {
		return w, refuse(http.StatusBadRequest, "Network %s requires a subnet in order to boot instances on.", id)
	}
	return w, nil
}

// findGroup finds a project's security group by name or id.
func (n *nova) findGroup(project, name string) *securityGroup {
	if name == "default" {
		return n.cloud.neutron.defaultGroup(project)
	}
	for _, g := range n.cloud.neutron.groups.order {
		if g.project == project && (g.name == name || g.id == name) {
			return g
		}
	}
	return nil
}

// makePorts gives a new server its interfaces. It may fail half way: what was made is released when
// the server ends in ERROR.
func (n *nova) makePorts(t *token, s *server, p *plan) ([]*port, error) {
	if p.auto && len(p.networks) == 0 {
		w, err := n.autoNetwork(t)
		if err != nil {
			return nil, err
		}
		p.networks = []wantedNetwork{{network: w}}
	}
	var ports []*port
	for _, w := range p.networks {
		made, err := n.plug(t, s, w, s.securityGroups)
		if err != nil {
			return ports, err
		}
		ports = append(ports, made)
	}
	return ports, nil
}

// plug puts a server on a network with a new port that has the named security groups, or takes over a given one.
func (n *nova) plug(t *token, s *server, w wantedNetwork, groups []string) (*port, error) {
	net := n.cloud.neutron
	if w.port != nil {
		w.port.device, w.port.owner, w.port.attachedTag = s.id, "compute:"+s.zone, w.tag
		net.touch(&w.port.record)
		return w.port, nil
	}
	if w.network.external && !t.isAdmin() && !t.owns(w.network.project) {
		return nil, refuse(http.StatusForbidden, "It is not allowed to create an interface on external network %s", w.network.id)
	}
	if err := n.checkPortQuota(s.project, 1); err != nil {
		return nil, err
	}
	var wanted []any
	if w.address != "" {
		wanted = []any{object{"ip_address": w.address}}
	}
	addresses, err := net.assign(w.network, wanted)
	if err != nil {
		return nil, err
	}
	made := net.newPort(w.network, net.newRecord(t, nil))
	made.addresses, made.device, made.owner, made.createdByNova = addresses, s.id, "compute:"+s.zone, true
	made.attachedTag = w.tag
	for _, name := range groups {
		if g := n.findGroup(s.project, name); g != nil && made.secured {
			made.groups = append(made.groups, g.id)
		}
	}
	net.ports.add(made.id, made)
	return made, nil
}

// autoNetwork makes the network that "auto" means for a project without one: a subnet of the
// default pool behind a router to the default external network. Neutron API: auto-allocated topology.
func (n *nova) autoNetwork(t *token) (*network, error) {
	net := n.cloud.neutron
	pool := net.defaultPool()
	prefix, ok := net.allocatePrefix(pool, 0)
	if !ok {
		return nil, refuse(http.StatusConflict, "No more subnets in the default pool")
	}
	named := func(name string) record { return net.newRecord(t, object{"name": name}) }
	w := net.addNetwork(named("auto_allocated_network"), named("auto_allocated_subnet_v4"), prefix)
	s := net.subnets.get(w.subnetIDs()[0])
	s.pool = pool.id
	o := &router{record: named("auto_allocated_router"), adminUp: true, neutron: net}
	net.routers.add(o.id, o)
	for _, external := range net.networks.order {
		if external.external && external.isDefault {
			if err := net.setGateway(t, o, object{"network_id": external.id}); err != nil {
				return nil, err
			}
		}
	}
	p := net.newPort(w, net.newRecord(t, nil))
	p.addresses = []address{{s.id, s.gateway}}
	p.device, p.owner, p.secured = o.id, ownerInterface, false
	net.ports.add(p.id, p)
	return w, nil
}
