package openstacktest

import (
	"maps"
	"net/http"
)

// neutronQuotas are the limits of a project without its own; -1 is none.
var neutronQuotas = map[string]int{
	"network": 100, "subnet": 100, "subnetpool": -1, "port": 2000, "router": 10, "floatingip": 200,
	"rbac_policy": 10, "security_group": 10, "security_group_rule": 100,
}

// limits are a project's quotas.
func (n *neutron) limits(project string) map[string]int {
	limits := maps.Clone(neutronQuotas)
	maps.Copy(limits, n.quotas[project])
	return limits
}

// used counts a project's resources of a kind. The gateway port of a router belongs to nobody.
func (n *neutron) used(project, singular string) int {
	count := 0
	for _, c := range n.collections {
		if c.singular != singular {
			continue
		}
		for _, res := range c.all() {
			if res.base().project == project {
				count++
			}
		}
	}
	return count
}

// checkQuota refuses more resources of a kind than a project may have.
func (n *neutron) checkQuota(project, singular string, more int) error {
	limit, bounded := n.limits(project)[singular]
	if bounded && limit >= 0 && n.used(project, singular)+more > limit {
		return neutronError(http.StatusConflict, "OverQuota", "Quota exceeded for resources: ['%s'].", singular)
	}
	return nil
}

func (n *neutron) getQuota(r *request) (answer, error) {
	if err := n.mayReadQuota(r); err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"quota": n.limits(r.param("project"))})
}

func (n *neutron) getQuotaDetails(r *request) (answer, error) {
	if err := n.mayReadQuota(r); err != nil {
		return answer{}, err
	}
	details := object{}
	for name, limit := range n.limits(r.param("project")) {
		details[name] = object{"limit": limit, "used": n.used(r.param("project"), name), "reserved": 0}
	}
	return reply(http.StatusOK, object{"quota": details})
}

func (n *neutron) mayReadQuota(r *request) error {
	if !r.token.owns(r.param("project")) && !r.token.isAdmin() {
		return neutronError(http.StatusForbidden, "PolicyNotAuthorized", "rule:get_quota is disallowed by policy")
	}
	return nil
}
