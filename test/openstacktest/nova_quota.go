package openstacktest

import (
	"fmt"
	"net/http"
	"strings"
)

// novaQuota is what a project may use.
type novaQuota struct{ instances, cores, ramMB int }

var defaultNovaQuota = novaQuota{instances: 200, cores: 400, ramMB: 819200}

func (n *nova) quota(project string) novaQuota {
	if q, ok := n.quotas[project]; ok {
		return q
	}
	return defaultNovaQuota
}

func (n *nova) usage(project string) novaQuota {
	var u novaQuota
	for _, s := range n.servers.order {
		if s.project == project {
			u.instances++
			u.cores += s.flavor.vcpus
			u.ramMB += s.flavor.ramMB
		}
	}
	return u
}

// checkQuota refuses servers beyond the project's quota, naming everything that is over it.
func (n *nova) checkQuota(s *server, count int) error {
	return n.overQuota(s.project, novaQuota{count, count * s.flavor.vcpus, count * s.flavor.ramMB})
}

// checkResizeQuota refuses a bigger flavor beyond the quota.
func (n *nova) checkResizeQuota(s *server, f *flavor) error {
	return n.overQuota(s.project, novaQuota{0, max(0, f.vcpus-s.flavor.vcpus), max(0, f.ramMB-s.flavor.ramMB)})
}

func (n *nova) overQuota(project string, more novaQuota) error {
	limit, used := n.quota(project), n.usage(project)
	var names, wanted, have, limits []string
	for _, q := range []struct {
		name              string
		more, used, limit int
	}{
		{"cores", more.cores, used.cores, limit.cores},
		{"instances", more.instances, used.instances, limit.instances},
		{"ram", more.ramMB, used.ramMB, limit.ramMB},
	} {
		if q.more == 0 || q.used+q.more <= q.limit {
			continue
		}
		names = append(names, q.name)
		wanted = append(wanted, fmt.Sprint(q.more))
		have = append(have, fmt.Sprint(q.used))
		limits = append(limits, fmt.Sprint(q.limit))
	}
	if names == nil {
		return nil
	}
	return refuse(http.StatusForbidden, "Quota exceeded for %[1]s: Requested %[2]s, but already used %[3]s of %[4]s %[1]s",
		strings.Join(names, ", "), strings.Join(wanted, ", "), strings.Join(have, ", "), strings.Join(limits, ", "))
}

// errPorts is Nova's word for Neutron's quota of ports. Seen with a quota of one: to use up a usual one, as a contract could,
// takes hundreds of ports.
var errPorts = refuse(http.StatusForbidden, "Maximum number of ports exceeded")

// checkPortQuota refuses more ports than Neutron lets the project have.
func (n *nova) checkPortQuota(project string, more int) error {
	if n.cloud.neutron.checkQuota(project, "port", more) != nil {
		return errPorts
	}
	return nil
}

// checkServerPorts refuses servers whose new ports would be too many.
func (n *nova) checkServerPorts(p *plan, count int) error {
	more := 0
	for _, w := range p.networks {
		if w.port == nil {
			more += count
		}
	}
	return n.checkPortQuota(p.server.project, more)
}

// getLimits answers quotas and usage. Nova API: microversions 2.36, 2.39 and 2.57 take fields away.
func (n *nova) getLimits(r *request) (answer, error) {
	id := ""
	if r.token.project != nil {
		id = r.token.project.id
	}
	limit, used := n.quota(id), n.usage(id)
	absolute := object{
		"maxTotalInstances": limit.instances, "maxTotalCores": limit.cores, "maxTotalRAMSize": limit.ramMB,
		"maxServerMeta": metadataLimit, "maxTotalKeypairs": keypairLimit, "maxServerGroups": 10, "maxServerGroupMembers": 10,
		"totalRAMUsed": used.ramMB, "totalCoresUsed": used.cores, "totalInstancesUsed": used.instances, "totalServerGroupsUsed": 0,
	}
	if r.minor < 36 {
		for _, name := range []string{"maxTotalFloatingIps", "maxSecurityGroups", "maxSecurityGroupRules"} {
			absolute[name] = -1
		}
		absolute["totalFloatingIpsUsed"], absolute["totalSecurityGroupsUsed"] = 0, 0
	}
	if r.minor < 39 {
		absolute["maxImageMeta"] = metadataLimit
	}
	if r.minor < 57 {
		absolute["maxPersonality"], absolute["maxPersonalitySize"] = 5, 10240
	}
	return reply(http.StatusOK, object{"limits": object{"rate": []any{}, "absolute": absolute}})
}
