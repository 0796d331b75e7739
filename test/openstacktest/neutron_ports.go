package openstacktest

import (
	"net/http"
	"slices"
	"strings"
)

// port is a Neutron port.
type port struct {
	record
	network, mac     string
	device, owner    string // device_id and device_owner
	addresses        []address
	groups           []string
	adminUp, secured bool
	active           bool // status ACTIVE instead of DOWN
	pairs, options   []any
	attachedTag      string // Nova's tag of the interface
	createdByNova    bool   // deleted with its server
	neutron          *neutron
}

func (p *port) view() object {
	v := p.shared()
	v["network_id"] = p.network
	v["mac_address"] = p.mac
	v["admin_state_up"] = p.adminUp
	v["status"] = p.status()
	v["device_id"] = p.device
	v["device_owner"] = p.owner
	v["fixed_ips"] = p.fixedIPs()
	v["security_groups"] = slices.Clone(p.groups)
	v["allowed_address_pairs"] = p.pairs
	v["extra_dhcp_opts"] = p.options
	v["binding:vnic_type"] = "normal"
	v["port_security_enabled"] = p.secured
	return v
}

func (p *port) status() string {
	if p.active {
		return "ACTIVE"
	}
	return "DOWN"
}

func (p *port) fixedIPs() []any {
	ips := []any{}
	for _, a := range p.addresses {
		ips = append(ips, object{"subnet_id": a.subnet, "ip_address": a.ip.String()})
	}
	return ips
}

func (n *neutron) portCollection() *collection {
	return &collection{
		plural: "ports", singular: "port",
		missing: "PortNotFound", missingText: "Port %s could not be found.",
		all: resources(&n.ports), lookup: lookup(&n.ports), visible: ownOnly,
		attributes: commonAttributes(map[string]attribute{
			"network_id":            {post: true, required: true, takes: anID},
			"admin_state_up":        {post: true, put: true, takes: flag},
			"mac_address":           {post: true, put: true, takes: mac},
			"fixed_ips":             {post: true, put: true, takes: objects("subnet_id", "ip_address")},
			"device_id":             {post: true, put: true, takes: upTo(255)},
			"device_owner":          {post: true, put: true, takes: upTo(255)},
			"security_groups":       {post: true, put: true, takes: idList},
			"allowed_address_pairs": {post: true, put: true, takes: objects("ip_address", "mac_address")},
			"extra_dhcp_opts":       {post: true, put: true, takes: objects("opt_name", "opt_value", "ip_version")},
			"port_security_enabled": {post: true, put: true, takes: flag},
			"binding:vnic_type":     {post: true, put: true},
			"binding:host_id":       {post: true, put: true, admin: true},
			"binding:profile":       {post: true, put: true, admin: true},
			"status":                {},
		}),
		create: n.createPort, update: n.updatePort, remove: n.removePort,
	}
}

func (n *neutron) createPort(r *request, in object) (resource, error) {
	w := n.findNetwork(r.token, str(in, "network_id"))
	if w == nil {
		return nil, neutronError(http.StatusNotFound, "NetworkNotFound", "Network %s could not be found.", str(in, "network_id"))
	}
	if w.external && !w.common && !ownOnly(r.token, w) {
		return nil, neutronError(http.StatusForbidden, "HTTPForbidden", "Tenant %s not allowed to create port on this network", r.token.project.id)
	}
	if _, given := in["mac_address"]; given && !ownOnly(r.token, w) {
		return nil, neutronError(http.StatusForbidden, "PolicyNotAuthorized", "(rule:create_port and rule:create_port:mac_address) is disallowed by policy")
	}
	p := n.newPort(w, n.newRecord(r.token, in))
	addresses, err := n.assign(w, items(in, "fixed_ips"))
	if err != nil {
		return nil, err
	}
	p.addresses = addresses
	if given := str(in, "mac_address"); given != "" {
		p.mac = given
	}
	if err := n.setPort(r.token, p, in); err != nil {
		return nil, err
	}
	if _, given := in["security_groups"]; !given && p.secured {
		p.groups = []string{n.defaultGroup(p.project).id}
	}
	n.ports.add(p.id, p)
	return p, nil
}

// newPort starts a port that is on a network but has no address yet.
func (n *neutron) newPort(w *network, b record) *port {
	return &port{
		record: b, network: w.id, mac: newMAC(b.id), adminUp: true, secured: w.portSecurity,
		groups: []string{}, pairs: []any{}, options: []any{}, neutron: n,
	}
}

func (n *neutron) updatePort(r *request, res resource, in object) error {
	p := res.(*port)
	if _, given := in["mac_address"]; given && !r.token.isAdmin() {
		return neutronError(http.StatusForbidden, "PolicyNotAuthorized", "(rule:update_port and rule:update_port:mac_address) is disallowed by policy")
	}
	if wanted, given := in["fixed_ips"]; given {
		before := p.addresses
		p.addresses = nil
		addresses, err := n.assign(n.networks.get(p.network), wanted.([]any))
		if err != nil {
			p.addresses = before
			return err
		}
		p.addresses = addresses
	}
	return n.setPort(r.token, p, in)
}

// setPort takes over the fields that creating and updating share.
func (n *neutron) setPort(t *token, p *port, in object) error {
	if err := n.setGroups(t, p, in); err != nil {
		return err
	}
	for name, target := range map[string]*bool{"admin_state_up": &p.adminUp, "port_security_enabled": &p.secured} {
		if _, given := in[name]; given {
			*target = truth(in, name)
		}
	}
	for name, target := range map[string]*string{"device_id": &p.device, "device_owner": &p.owner} {
		if _, given := in[name]; given {
			*target = str(in, name)
		}
	}
	for name, target := range map[string]*[]any{"allowed_address_pairs": &p.pairs, "extra_dhcp_opts": &p.options} {
		if _, given := in[name]; given {
			*target = items(in, name)
		}
	}
	if strings.HasPrefix(p.owner, "network:") {
		p.secured, p.groups = false, []string{}
	}
	return nil
}

// setGroups gives a port the security groups that a request wants for it.
func (n *neutron) setGroups(t *token, p *port, in object) error {
	wanted, given := in["security_groups"]
	if !given {
		return nil
	}
	groups := []string{}
	for _, id := range wanted.([]any) {
		g := n.groups.get(id.(string))
		if g == nil || !ownOnly(t, g) {
			return noGroup(id.(string))
		}
		groups = append(groups, g.id)
	}
	secured := p.secured
	if _, given := in["port_security_enabled"]; given {
		secured = truth(in, "port_security_enabled")
	}
	if len(groups) > 0 && (!secured || len(p.addresses) == 0) {
		return neutronError(http.StatusBadRequest, "PortSecurityAndIPRequiredForSecurityGroups",
			"Port security must be enabled and port must have an IP address in order to use security groups.")
	}
	p.groups = groups
	return nil
}

func (n *neutron) removePort(_ *request, res resource) error {
	p := res.(*port)
	if p.owner == ownerInterface || p.owner == ownerGateway {
		return neutronError(http.StatusConflict, "ServicePortInUse",
			"Port %s cannot be deleted directly via the port API: has device owner %s.", p.id, p.owner)
	}
	n.dropPort(p)
	return nil
}

// dropPort removes a port; a floating IP on it stays, free.
func (n *neutron) dropPort(p *port) {
	for _, f := range n.floatingIPs.order {
		if f.port == p.id {
			n.associate(f, nil, nil)
		}
	}
	n.ports.remove(p.id)
}
