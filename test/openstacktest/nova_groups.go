package openstacktest

import (
	"net/http"
	"slices"
)

// serverGroup keeps servers together or apart.
type serverGroup struct {
	id, name, policy, project, user string
	members                         []string
}

// The soft policies are new in 2.15.
var policyNames = from(15, oneOf("anti-affinity", "affinity"), oneOf("anti-affinity", "affinity", "soft-anti-affinity", "soft-affinity"))

var groupCreate = properties{"server_group": {required: true, rule: properties{
	"name": {required: true, rule: nameRule}, "policies": {rule: list(policyNames), until: 63},
	"policy": {rule: policyNames, since: 64}, "rules": {since: 64},
}.object}}

// view is a server group. Nova API: microversions 2.13, 2.64.
func (g *serverGroup) view(r *request) object {
	view := object{"id": g.id, "name": g.name, "members": slices.Clone(g.members)}
	if r.minor >= 13 {
		view["project_id"], view["user_id"] = g.project, g.user
	}
	if r.minor >= 64 {
		view["policy"], view["rules"] = g.policy, object{}
	} else {
		view["policies"], view["metadata"] = []string{g.policy}, object{}
	}
	return view
}

func (n *nova) listServerGroups(r *request) (answer, error) {
	views := []any{}
	for _, g := range n.groups.order {
		if r.token.owns(g.project) {
			views = append(views, g.view(r))
		}
	}
	return reply(http.StatusOK, object{"server_groups": views})
}

func (n *nova) createServerGroup(r *request) (answer, error) {
	body, err := decodeChecked(r, groupCreate)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "server_group")
	g := &serverGroup{id: newUUID(), name: str(in, "name"), policy: str(in, "policy"), user: r.token.user.id, members: []string{}}
	if policies := items(in, "policies"); len(policies) > 0 {
		g.policy, _ = policies[0].(string)
	}
	if g.policy == "" {
		missing := "policies"
		if r.minor >= 64 {
			missing = "policy"
		}
		return answer{}, schemaFault(r, misshapen("server_group", in, "'%s' is a required property", missing))
	}
	if r.token.project != nil {
		g.project = r.token.project.id
	}
	n.groups.add(g.id, g)
	return reply(http.StatusOK, object{"server_group": g.view(r)})
}

func (n *nova) findServerGroup(r *request) (*serverGroup, error) {
	g := n.groups.get(r.param("id"))
	if g == nil || !r.token.owns(g.project) {
		return nil, refuse(http.StatusNotFound, "Instance group %s could not be found.", r.param("id"))
	}
	return g, nil
}

func (n *nova) getServerGroup(r *request) (answer, error) {
	g, err := n.findServerGroup(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"server_group": g.view(r)})
}

func (n *nova) deleteServerGroup(r *request) (answer, error) {
	g, err := n.findServerGroup(r)
	if err != nil {
		return answer{}, err
	}
	n.groups.remove(g.id)
	return answer{status: http.StatusNoContent, header: http.Header{}, contentType: "application/json"}, nil
}

// hintedGroup is the group that a creation's scheduler hint names, nil if it names none.
func (n *nova) hintedGroup(t *token, body object) (*serverGroup, error) {
	hints := child(body, "os:scheduler_hints")
	if hints == nil {
		hints = child(body, "OS-SCH-HNT:scheduler_hints")
	}
	id := str(hints, "group")
	if id == "" {
		return nil, nil //nolint:nilnil // no group is an answer like any other
	}
	g := n.groups.get(id)
	if g == nil || !t.owns(g.project) {
		return nil, refuse(http.StatusBadRequest, "Instance group %s could not be found.", id)
	}
	return g, nil
}
