package openstacktest

import (
	"slices"
)

// view is a server as GET shows it. Nova API: microversions 2.3 to 2.90 add fields; 2.47 embeds
// the flavor.
func (n *nova) view(r *request, s *server, ports []*port) object {
	view := n.basicView(r, s, ports)
	view["OS-EXT-AZ:availability_zone"] = s.shownZone()
	view["config_drive"] = ""
	if s.configDrive {
		view["config_drive"] = "True"
	}
	view["key_name"] = nullable(s.keyName)
	view["OS-SRV-USG:launched_at"] = orNull(s.launched, roundMicros)
	view["OS-SRV-USG:terminated_at"] = nil
	view["OS-EXT-STS:task_state"] = nullable(s.taskState)
	view["OS-EXT-STS:vm_state"] = s.vmState
	view["OS-EXT-STS:power_state"] = s.power
	view["os-extended-volumes:volumes_attached"] = s.attachedView(r.minor)
	if groups := n.groupNames(s, ports); len(groups) > 0 {
		view["security_groups"] = groups
	}
	if r.minor >= 9 {
		view["locked"] = s.locked
	}
	if r.minor >= 19 {
		view["description"] = nullable(s.description)
	}
	if r.minor >= 26 {
		view["tags"] = slices.Clone(s.tags)
	}
	if r.minor >= 63 {
		view["trusted_image_certificates"] = nil
	}
	if r.minor >= 71 {
		view["server_groups"] = []string{}
		if s.group != "" {
			view["server_groups"] = []string{s.group}
		}
	}
	if r.minor >= 73 {
		view["locked_reason"] = nullable(s.lockedReason)
	}
	if r.minor >= 90 {
		view["OS-EXT-SRV-ATTR:hostname"] = s.hostname
	}
	return view
}

// basicView is what an update before 2.75 answers with.
func (n *nova) basicView(r *request, s *server, ports []*port) object {
	view := object{
		"id": s.id, "name": s.name, "status": s.status(), "tenant_id": s.project, "user_id": s.user, "metadata": s.metadata,
		"hostId": "", "image": "", "flavor": n.flavorOf(r, s), "created": seconds(s.created), "updated": seconds(s.updated),
		"addresses": n.addressesOf(s, ports, true), "accessIPv4": s.accessIPv4, "accessIPv6": s.accessIPv6,
		"links": links(r, "servers", s.id), "OS-DCF:diskConfig": "MANUAL",
	}
	if s.placed {
		view["hostId"] = seedHexID("host of " + s.project)
	}
	if s.image != "" {
		view["image"] = object{"id": s.image, "links": []any{object{"rel": "bookmark", "href": r.root + "/images/" + s.image}}}
	}
	if slices.Contains([]string{"ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING"}, s.status()) {
		view["progress"] = 0
	}
	if s.fault != nil && (s.vmState == "error" || s.vmState == "deleted") {
		view["fault"] = object{"code": s.fault.code, "message": s.fault.message, "created": seconds(s.fault.at)}
	}
	return view
}

func (s *server) shownZone() string {
	if !s.placed {
		return s.wantedZone
	}
	return s.zone
}

func (n *nova) flavorOf(r *request, s *server) object {
	if r.minor < 47 {
		return object{"id": s.flavor.id, "links": []any{object{"rel": "bookmark", "href": r.root + "/flavors/" + s.flavor.id}}}
	}
	return object{
		"vcpus": s.flavor.vcpus, "ram": s.flavor.ramMB, "disk": s.flavor.diskGB, "ephemeral": s.flavor.ephemeralGB,
		"swap": s.flavor.swapMB, "original_name": s.flavor.name, "extra_specs": s.flavor.specs,
	}
}

func (s *server) attachedView(minor int) []any {
	list := []any{}
	for _, v := range s.volumes {
		view := object{"id": v.volume}
		if minor >= 3 {
			view["delete_on_termination"] = v.deleteWithServer
		}
		list = append(list, view)
	}
	return list
}

// portsOf are a server's ports in the order in which they were attached.
func (n *nova) portsOf(s *server) []*port {
	return n.cloud.neutron.ports.all(func(p *port) bool { return p.device == s.id })
}

// portsByServer are all servers' ports, for lists.
func (n *nova) portsByServer() map[string][]*port {
	ports := make(map[string][]*port)
	for _, p := range n.cloud.neutron.ports.order {
		ports[p.device] = append(ports[p.device], p)
	}
	return ports
}

// addressesOf lists a server's addresses by network name, with types and MACs when extended. The networks come in the
// order of the ports.
func (n *nova) addressesOf(s *server, ports []*port, extended bool) *members {
	addresses := &members{}
	add := func(p *port, ip, kind string, version int) {
		name := n.cloud.neutron.networks.get(p.network).name
		list, _ := addresses.get(name).([]any)
		entry := object{"addr": ip, "version": version}
		if extended {
			entry["OS-EXT-IPS:type"], entry["OS-EXT-IPS-MAC:mac_addr"] = kind, p.mac
		}
		addresses.set(name, append(list, entry))
	}
	if s.vmState == "building" { // known once the network information has been stored
		return addresses
	}
	for _, p := range ports {
		for _, a := range p.addresses {
			version := 4
			if a.ip.Is6() {
				version = 6
			}
			add(p, a.ip.String(), "fixed", version)
			for _, f := range n.cloud.neutron.floatingIPs.order {
				if f.port == p.id && f.fixed == a.ip {
					add(p, f.ip.String(), "floating", 4)
				}
			}
		}
	}
	return addresses
}

// groupNames are the security groups of a server's ports, one entry for each port that has one.
func (n *nova) groupNames(s *server, ports []*port) []any {
	var names []any
	if s.vmState == "building" {
		return nil
	}
	for _, p := range ports {
		for _, id := range p.groups {
			if g := n.cloud.neutron.groups.get(id); g != nil {
				names = append(names, object{"name": g.name})
			}
		}
	}
	return names
}
