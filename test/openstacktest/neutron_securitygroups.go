package openstacktest

import (
	"net/http"
	"net/netip"
	"slices"
)

// securityGroup is a Neutron security group; its rules are resources of their own.
type securityGroup struct {
	record
	neutron *neutron
}

func (g *securityGroup) view() object {
	v := g.shared()
	v["stateful"] = true
	v["shared"] = false
	rules := []any{}
	for _, rule := range g.neutron.rules.order {
		if rule.group == g.id {
			view := rule.view()
			view["tags"] = slices.Clone(rule.tags)
			rules = append(rules, view)
		}
	}
	v["security_group_rules"] = rules
	return v
}

// securityRule lets traffic through. Ports are nil for all of them.
type securityRule struct {
	record
	group, direction, ethertype string
	protocol, first, last       any
	prefix, remoteGroup         string
	implied                     bool // made with its group
}

func (s *securityRule) view() object {
	v := s.shared()
	delete(v, "name")
	delete(v, "tags") // shown in the group only
	if s.implied {
		v["description"] = nil
	}
	v["security_group_id"] = s.group
	v["direction"] = s.direction
	v["ethertype"] = s.ethertype
	v["protocol"] = s.protocol
	v["port_range_min"] = s.first
	v["port_range_max"] = s.last
	v["remote_ip_prefix"] = nullable(s.prefix)
	v["remote_group_id"] = nullable(s.remoteGroup)
	v["remote_address_group_id"] = nil
	v["normalized_cidr"] = nullable(s.prefix)
	return v
}

func noGroup(id string) *apiError {
	return neutronError(http.StatusNotFound, "SecurityGroupNotFound", "Security group %s does not exist", id)
}

func (n *neutron) groupCollection() *collection {
	return &collection{
		plural: "security_groups", singular: "security_group", path: "security-groups", bodyless: "Resource body required",
		missing: "SecurityGroupNotFound", missingText: "Security group %s does not exist",
		all: resources(&n.groups), lookup: lookup(&n.groups), visible: ownOnly,
		attributes: commonAttributes(map[string]attribute{
			"stateful": {post: true, put: true, takes: flag}, "shared": {takes: flag}, "security_group_rules": {},
		}),
		create: func(r *request, in object) (resource, error) {
			if str(in, "name") == "default" {
				return nil, neutronError(http.StatusConflict, "SecurityGroupDefaultAlreadyExists", "Default security group already exists.")
			}
			return n.newGroup(n.newRecord(r.token, in)), nil
		},
		update: func(_ *request, res resource, in object) error {
			if res.base().name == "default" && str(in, "name") != "" {
				return neutronError(http.StatusConflict, "SecurityGroupCannotUpdateDefault", "Updating default security group not allowed.")
			}
			return nil
		},
		remove: n.removeGroup,
	}
}

// newGroup adds a group, which starts with everything allowed outwards.
func (n *neutron) newGroup(b record) *securityGroup {
	g := &securityGroup{record: b, neutron: n}
	n.groups.add(g.id, g)
	for _, ethertype := range []string{"IPv4", "IPv6"} {
		n.newRule(g, &securityRule{direction: "egress", ethertype: ethertype, implied: true})
	}
	return g
}

func (n *neutron) newRule(g *securityGroup, s *securityRule) *securityRule {
	now := n.cloud.now()
	s.record = record{id: newUUID(), description: s.description, project: g.project, tags: []string{}, created: now, updated: now}
	s.group = g.id
	n.rules.add(s.id, s)
	return s
}

// defaultGroup is a project's group for ports that name none; it is made when first needed.
func (n *neutron) defaultGroup(project string) *securityGroup {
	for _, g := range n.groups.order {
		if g.project == project && g.name == "default" {
			return g
		}
	}
	now := n.cloud.now()
	g := n.newGroup(record{
		id: seedUUID("default group of " + project), name: "default", description: "Default security group", project: project,
		tags: []string{}, created: now, updated: now, revision: 1,
	})
	for _, ethertype := range []string{"IPv4", "IPv6"} {
		n.newRule(g, &securityRule{direction: "ingress", ethertype: ethertype, remoteGroup: g.id, implied: true})
	}
	return g
}

func (n *neutron) removeGroup(_ *request, res resource) error {
	id := res.base().id
	if slices.ContainsFunc(n.ports.order, func(p *port) bool { return slices.Contains(p.groups, id) }) {
		return neutronError(http.StatusConflict, "SecurityGroupInUse", "Security Group %s in use.", id)
	}
	if res.base().name == "default" {
		return neutronError(http.StatusConflict, "SecurityGroupCannotRemoveDefault", "Insufficient rights for removing default security group.")
	}
	for _, rule := range n.rules.all(func(s *securityRule) bool { return s.group == id }) {
		n.rules.remove(rule.id)
	}
	n.groups.remove(id)
	return nil
}

func (n *neutron) ruleCollection() *collection {
	attributes := commonAttributes(map[string]attribute{
		"security_group_id":       {post: true, required: true, takes: anID},
		"direction":               {post: true, required: true, takes: anyOf("ingress", "egress")},
		"ethertype":               {post: true},
		"protocol":                {post: true},
		"port_range_min":          {post: true, takes: wholeOrNull},
		"port_range_max":          {post: true, takes: wholeOrNull},
		"remote_ip_prefix":        {post: true, takes: cidr},
		"remote_group_id":         {post: true, takes: idOrNull},
		"remote_address_group_id": {post: true, takes: idOrNull},
	})
	delete(attributes, "name")
	return &collection{
		plural: "security_group_rules", singular: "security_group_rule", path: "security-group-rules", bodyless: "Resource body required",
		missing: "SecurityGroupRuleNotFound", missingText: "Security group rule %s does not exist",
		all: resources(&n.rules), lookup: lookup(&n.rules), visible: ownOnly, attributes: attributes, create: n.createRule,
		remove: func(_ *request, res resource) error {
			n.rules.remove(res.base().id)
			return nil
		},
	}
}

func (n *neutron) createRule(r *request, in object) (resource, error) {
	g := n.groups.get(str(in, "security_group_id"))
	if g == nil || !ownOnly(r.token, g) {
		return nil, noGroup(str(in, "security_group_id"))
	}
	s := &securityRule{
		direction: str(in, "direction"), ethertype: str(in, "ethertype"), remoteGroup: str(in, "remote_group_id"),
		protocol: in["protocol"], first: in["port_range_min"], last: in["port_range_max"],
	}
	s.description = str(in, "description")
	if s.ethertype == "" {
		s.ethertype = "IPv4"
	}
	if !slices.Contains([]string{"IPv4", "IPv6"}, s.ethertype) {
		return nil, neutronError(http.StatusBadRequest, "SecurityGroupRuleInvalidEtherType",
			"Security group rule for ethertype '%s' not supported. Allowed values are ['IPv4', 'IPv6'].", s.ethertype)
	}
	if prefix := str(in, "remote_ip_prefix"); prefix != "" {
		s.prefix = netip.MustParsePrefix(prefix).Masked().String() // checked by its attribute
	}
	if s.protocol == nil && (s.first != nil || s.last != nil) {
		return nil, neutronError(http.StatusBadRequest, "SecurityGroupProtocolRequiredWithPorts", "Must also specify protocol if port range is given.")
	}
	if integer(in, "port_range_min") > integer(in, "port_range_max") && s.last != nil {
		return nil, neutronError(http.StatusBadRequest, "SecurityGroupInvalidPortRange", "For TCP/UDP protocols, port_range_min must be <= port_range_max")
	}
	for _, other := range n.rules.order {
		same := other.group == g.id && other.direction == s.direction && other.ethertype == s.ethertype &&
			other.protocol == s.protocol && other.first == s.first && other.last == s.last &&
			other.prefix == s.prefix && other.remoteGroup == s.remoteGroup
		if same {
			return nil, neutronError(http.StatusConflict, "SecurityGroupRuleExists", "Security group rule already exists. Rule id is %s.", other.id)
		}
	}
	return n.newRule(g, s), nil
}
