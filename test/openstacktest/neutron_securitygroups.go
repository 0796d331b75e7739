package openstacktest

import (
	"net/http"
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
