package contract

import (
	"fmt"
	"net/http"
)

var securityGroupFacts = []fact{
	{"a security group begins with everything allowed outwards, and gets its rules together", func(c *cloud, _ *fixture) {
		group, path := c.makeGroup("contract-group")
		r := c.get("network", path).status(200)
		first := c.list(r.body, "security_group", "security_group_rules")
		if len(first) != 2 {
			c.Fatalf("rules of a new group: %v", first)
		}
		for _, rule := range first {
			if wrong := ruleShape.with(shape{
				"direction": is("egress"), "protocol": null, "remote_ip_prefix": null, "tags": listOf(text), "standard_attr_id": optional(number),
			}).flaws(rule, c.target.Simulated); wrong != nil {
				c.Error(wrong)
			}
		}
		r = c.post("network", "/security-group-rules", object{"security_group_rules": []any{
			object{"security_group_id": group, "direction": "ingress", "protocol": "TCP", "port_range_min": 80, "port_range_max": 90, "remote_ip_prefix": "10.1.2.3/8"},
			object{"security_group_id": group, "direction": "ingress", "protocol": "icmp", "port_range_min": 8, "port_range_max": 0},
			object{"security_group_id": group, "direction": "ingress", "protocol": "icmp", "ethertype": "IPv6"},
			object{"security_group_id": group, "direction": "ingress", "protocol": "50", "ethertype": "IPv6", "remote_group_id": group},
		}}).status(201)
		made := c.list(r.body, "security_group_rules")
		for i, want := range []shape{
			{"protocol": is("tcp"), "port_range_min": is(80.0), "port_range_max": is(90.0), "remote_ip_prefix": is("10.1.2.3/8"), "normalized_cidr": is("10.0.0.0/8")},
			{"protocol": is("icmp"), "port_range_min": is(8.0), "port_range_max": is(0.0), "ethertype": is("IPv4")},
			{"protocol": is("ipv6-icmp"), "port_range_min": null, "ethertype": is("IPv6")},
			{"protocol": is("50"), "remote_group_id": is(group), "remote_ip_prefix": null},
		} {
			if wrong := ruleShape.with(want).flaws(made[i], c.target.Simulated); wrong != nil {
				c.Errorf("rule %d: %v", i, wrong)
			}
		}
		c.delete("network", "/security-group-rules/"+c.str(made[0], "id")).status(204)
		c.delete("network", "/security-group-rules/"+c.str(made[0], "id")).status(404).refuses("network", "Security group rule "+c.str(made[0], "id")+" does not exist")
		if left := c.list(c.get("network", path).status(200).body, "security_group", "security_group_rules"); len(left) != 5 {
			c.Errorf("%d rules are left, want 5: %v", len(left), left)
		}
	}},
	{"rules that make no sense are refused, and the others of the request with them", func(c *cloud, _ *fixture) {
		group, path := c.makeGroup("contract-group")
		good := object{"security_group_id": group, "direction": "ingress", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22}
		c.post("network", "/security-group-rules", object{"security_group_rule": good}).status(201)
		for _, wrong := range []struct {
			rule    object
			status  int
			message string
		}{
			{good, 409, "Security group rule already exists. Rule id is"},
			{object{"protocol": "tcp", "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "0.0.0.0/0"}, 409, "Security group rule already exists."},
			{object{"protocol": "foo"}, 400, "Security group rule protocol foo not supported."},
			{object{"protocol": "any"}, 400, "Security group rule protocol any not supported."},
			{object{"protocol": "tcp", "port_range_min": 90, "port_range_max": 80}, 400, "port_range_min must be <= port_range_max"},
			{object{"protocol": "esp", "port_range_min": 80, "port_range_max": 80}, 400, "Ports cannot be specified for protocol 50. Ports are only supported for"},
			{object{"port_range_min": 5, "port_range_max": 5}, 400, "Must also specify protocol if port range is given."},
			{object{"protocol": "icmp", "port_range_min": 256}, 400, "256"},
			{object{"protocol": "icmp", "port_range_max": 0}, 400, "ICMP"},
			{object{"protocol": "tcp", "port_range_min": 1, "port_range_max": 65536}, 400, ""},
			{object{"protocol": "tcp", "ethertype": "IPv6", "remote_ip_prefix": "10.0.0.0/8"}, 400, "Conflicting value ethertype IPv6 for CIDR 10.0.0.0/8"},
			{object{"remote_ip_prefix": "10.0.0.0/8", "remote_group_id": group}, 400, "Only one of remote_ip_prefix or remote_group_id"},
			{object{"remote_group_id": nothing}, 404, "Security group " + nothing + " does not exist"},
		} {
			wrong.rule["security_group_id"], wrong.rule["direction"] = group, "ingress"
			c.post("network", "/security-group-rules", object{"security_group_rules": []any{
				object{"security_group_id": group, "direction": "ingress", "protocol": "udp", "port_range_min": 53, "port_range_max": 53}, wrong.rule,
			}}).status(wrong.status).refuses("network", wrong.message)
		}
		if left := c.list(c.get("network", path).status(200).body, "security_group", "security_group_rules"); len(left) != 3 {
			c.Errorf("there are %d rules, want 3: %v", len(left), left)
		}
	}},
	{"a security group is tagged and found by its tags", func(c *cloud, _ *fixture) {
		group, path := c.makeGroup("contract-ü;\"group")
		c.put("network", path+"/tags", object{"tags": []any{"contract-b", "contract-a"}}).status(200)
		found := c.list(c.get("network", "/security-groups?tags=contract-a,contract-b&fields=id").status(200).body, "security_groups")
		if len(found) != 1 || get(found[0], "id") != group {
			c.Errorf("found %v, want %s", found, group)
		}
	}},
	{"a project has one security group called default", func(c *cloud, _ *fixture) {
		c.post("network", "/security-groups", object{"security_group": object{"name": "default"}}).
			status(409).refuses("network", "Default security group already exists.")
	}},
	{"ports are given security groups, if nobody else has changed them", func(c *cloud, f *fixture) {
		group, path := c.makeGroup("contract-group")
		port := "/ports/" + c.make("network", "/ports", object{"port": object{"name": "contract-port", "network_id": f.network}})
		revision := fmt.Sprint(get(c.get("network", port).status(200).body, "port", "revision_number"))
		both := object{"port": object{"security_groups": []any{c.defaultGroup(), group}}}
		r := c.do(http.MethodPut, "network", port, both, "If-Match", "revision_number="+revision).status(200)
		if groups := c.list(r.body, "port", "security_groups"); len(groups) != 2 {
			c.Errorf("groups of the port: %v", groups)
		}
		c.do(http.MethodPut, "network", port, object{"port": object{"security_groups": []any{group}}}, "If-Match", "revision_number="+revision).
			status(412).refuses("network", "Constrained to "+revision)
		c.put("network", port, object{"port": object{"security_groups": []any{group, group}}}).
			status(400).refuses("network", "Duplicate items in the list: '"+group+"'.")
		c.put("network", port, object{"port": object{"security_groups": []any{nothing}}}).
			status(404).refuses("network", "Security group "+nothing+" does not exist")
		if found := c.list(c.get("network", "/ports?fields=id&security_groups="+group).status(200).body, "ports"); len(found) != 1 {
			c.Errorf("ports with the group: %v", found)
		}
		c.delete("network", path).status(409).refuses("network", "Security Group "+group+" in use.")
		c.put("network", port, object{"port": object{"security_groups": []any{}, "port_security_enabled": false}}).status(200)
		c.put("network", port, object{"port": object{"security_groups": []any{group}}}).
			status(400).refuses("network", "Port security must be enabled and port must have an IP address in order to use security groups.")
		c.delete("network", path).status(204)
	}},
	{"a server begins with the security groups that are named by id", func(c *cloud, f *fixture) {
		group, path := c.makeGroup("contract-group")
		server := c.boot(f, object{"name": "contract-group", "security_groups": []any{object{"name": group}}})
		c.serverBecomes(server, "ACTIVE")
		ports := c.list(c.get("network", "/ports?device_id="+server).status(200).body, "ports")
		if len(ports) != 1 {
			c.Fatalf("ports: %v", ports)
		}
		if groups := c.list(ports[0].(object), "security_groups"); len(groups) != 1 || groups[0] != group {
			c.Errorf("security groups %v, want %s alone", groups, group)
		}
		c.delete("network", path).status(409)
		r := c.post("compute", "/servers", object{"server": object{
			"name": "contract-group", "flavorRef": f.flavor, "imageRef": f.image, "networks": []any{object{"uuid": f.network}},
			"security_groups": []any{object{"name": nothing}},
		}})
		r.status(400).refuses("compute", "Unable to find security_group with name or id '"+nothing+"'")
	}},
}

// makeGroup makes a security group for the time of the fact.
func (c *cloud) makeGroup(name string) (id, path string) {
	c.Helper()
	id = c.make("network", "/security-groups", object{"security_group": object{"name": name, "description": "of the contract"}})
	return id, "/security-groups/" + id
}

// defaultGroup is the id of the project's default security group.
func (c *cloud) defaultGroup() string {
	c.Helper()
	return c.str(c.list(c.get("network", "/security-groups?name=default&fields=id&project_id="+c.projectID).status(200).body, "security_groups")[0], "id")
}
