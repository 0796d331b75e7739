package contract

import (
	"net/http"
	"strings"
)

var (
	common = shape{
		"id": uuid, "tenant_id": hexID, "project_id": hexID, "description": text, "created_at": zuluTime, "updated_at": zuluTime,
		"revision_number": number, "tags": listOf(text),
	}
	networkShape = common.with(shape{
		"name": text, "admin_state_up": boolean, "status": is("ACTIVE"), "shared": boolean, "router:external": boolean,
		"port_security_enabled": boolean, "mtu": number, "subnets": listOf(uuid), "availability_zones": listOf(text),
		"availability_zone_hints": listOf(text), "ipv4_address_scope": null, "ipv6_address_scope": null, "is_default": optional(boolean),
	})
	subnetShape = common.with(shape{
		"name": text, "network_id": uuid, "cidr": text, "ip_version": number, "gateway_ip": orNull(text), "enable_dhcp": boolean,
		"allocation_pools": listOf(shape{"start": text, "end": text}.like), "dns_nameservers": listOf(text), "host_routes": listOf(anything),
		"subnetpool_id": orNull(uuid), "ipv6_ra_mode": null, "ipv6_address_mode": null, "service_types": listOf(text),
	})
	fixedIP   = shape{"subnet_id": uuid, "ip_address": text}
	portShape = common.with(shape{
		"name": text, "network_id": uuid, "mac_address": macAddr, "admin_state_up": boolean, "status": matching("port status", `^(ACTIVE|DOWN|BUILD)$`),
		"device_id": text, "device_owner": text, "fixed_ips": listOf(fixedIP.like), "security_groups": listOf(uuid),
		"allowed_address_pairs": listOf(anything), "extra_dhcp_opts": listOf(anything), "binding:vnic_type": is("normal"),
		"port_security_enabled": boolean,
	})
	routerShape = common.with(shape{
		"name": text, "admin_state_up": boolean, "status": is("ACTIVE"), "external_gateway_info": orNull(shape{
			"network_id": uuid, "enable_snat": boolean, "external_fixed_ips": listOf(fixedIP.like),
		}.like), "availability_zones": listOf(text), "availability_zone_hints": listOf(text), "routes": listOf(anything), "flavor_id": null,
	})
	floatingShape = common.with(shape{
		"floating_network_id": uuid, "floating_ip_address": address, "port_id": orNull(uuid), "router_id": orNull(uuid),
		"fixed_ip_address": orNull(address), "status": matching("status", `^(ACTIVE|DOWN)$`), "port_details": orNull(shape{
			"name": text, "network_id": uuid, "mac_address": macAddr, "admin_state_up": boolean, "status": text, "device_id": text, "device_owner": text,
		}.like),
	})
	ruleShape = common.without("tags").with(shape{
		"security_group_id": uuid, "direction": text, "ethertype": text, "protocol": orNull(text), "port_range_min": orNull(number),
		"port_range_max": orNull(number), "remote_ip_prefix": orNull(text), "remote_group_id": orNull(uuid),
		"remote_address_group_id": null, "normalized_cidr": orNull(text), "description": orNull(text),
	})
	groupShape = common.with(shape{
		"name": text, "stateful": boolean, "shared": boolean, "security_group_rules": listOf(ruleShape.like),
	})
)

var networkFacts = []fact{
	{"networks, subnets, ports, routers, groups and pools have their shapes", func(c *cloud, _ *fixture) {
		for path, s := range map[string]shape{
			"/networks": networkShape, "/subnets": subnetShape, "/ports": portShape, "/routers": routerShape, "/security-groups": groupShape,
			"/subnetpools": common.with(shape{
				"name": text, "prefixes": listOf(text), "default_prefixlen": text, "min_prefixlen": text, "max_prefixlen": text,
				"is_default": boolean, "shared": boolean, "ip_version": number, "default_quota": null, "address_scope_id": null,
			}),
			"/security-group-rules": ruleShape,
		} {
			c.all(c.get("network", path).status(200), s, strings.ReplaceAll(path[1:], "-", "_"))
		}
	}},
	{"an external network is seen by everybody, its subnets are not", func(c *cloud, f *fixture) {
		r := c.get("network", "/networks?router:external=true&id="+f.external).status(200)
		if len(c.list(r.body, "networks")) != 1 {
			c.Fatalf("networks: %s", r.text)
		}
		c.all(r, networkShape.with(shape{"router:external": is(true), "is_default": boolean}), "networks")
		r = c.get("network", "/subnets?network_id="+f.external).status(200)
		if len(c.list(r.body, "subnets")) != 0 {
			c.Errorf("subnets: %s", r.text)
		}
	}},
	{"values of one filter are alternatives, filters add up, fields cut", func(c *cloud, f *fixture) {
		for query, want := range map[string]int{
			"name=" + c.target.Network + "&name=" + c.target.ExternalNetwork + "&id=" + f.network + "&id=" + f.external: 2,
			"id=" + f.network + "&name=nothing": 0, "id=" + nothing: 0, "shared=True&id=" + f.network: 0,
			"project_id=" + c.projectID + "&id=" + f.network: 1, "tenant_id=" + c.projectID + "&id=" + f.external: 0,
		} {
			r := c.get("network", "/networks?fields=id&fields=name&"+query).status(200)
			got := c.list(r.body, "networks")
			if len(got) != want {
				c.Errorf("%s: %d networks, want %d", query, len(got), want)
			}
			for _, item := range got {
				if len(item.(object)) != 2 {
					c.Errorf("%s: fields of %v", query, item)
				}
			}
		}
	}},
	{"pages have links only when a limit was given, and a previous one even at the start", func(c *cloud, _ *fixture) {
		r := c.get("network", "/networks").status(200)
		if _, has := r.body["networks_links"]; has {
			c.Errorf("links without a limit: %s", r.text)
		}
		r = c.get("network", "/networks?limit=1").status(200)
		links := c.list(r.body, "networks_links")
		if len(links) != 2 || get(links[0], "rel") != "next" || get(links[1], "rel") != "previous" {
			c.Fatalf("links %v", links)
		}
		first := c.str(c.list(r.body, "networks")[0], "id")
		r = c.do(http.MethodGet, "", c.str(links[0], "href"), nil).status(200)
		if second := c.str(c.list(r.body, "networks")[0], "id"); second <= first {
			c.Errorf("%q after %q: not sorted by id", second, first)
		}
		r = c.get("network", "/networks?limit=1000").status(200)
		if links := c.list(r.body, "networks_links"); len(links) != 1 || get(links[0], "rel") != "previous" {
			c.Errorf("links of a page that is not full: %v", links)
		}
	}},
	{"a network with a subnet, tags, a port, a router and a floating IP: made, linked, in each other's way, deleted", networkLife},
	{"a subnet gets another gateway unless a router or an allocation pool has the address", func(c *cloud, _ *fixture) {
		network := c.make("network", "/networks", object{"network": object{"name": "contract-gateway"}})
		subnet := c.make("network", "/subnets", object{"subnet": object{
			"network_id": network, "ip_version": 4, "cidr": "198.51.100.0/24", "allocation_pools": []any{object{"start": "198.51.100.10", "end": "198.51.100.20"}},
		}})
		gateway := func(address any) reply {
			return c.put("network", "/subnets/"+subnet, object{"subnet": object{"gateway_ip": address}})
		}
		gateway("198.51.100.15").status(409).refuses("network", "Gateway ip 198.51.100.15 conflicts with allocation pool 198.51.100.10-198.51.100.20.")
		c.has(gateway("198.51.100.2").status(200), subnetShape.with(shape{"gateway_ip": is("198.51.100.2")}), "subnet")
		router := "/routers/" + c.make("network", "/routers", object{"router": object{"name": "contract-gateway"}})
		c.put("network", router+"/add_router_interface", object{"subnet_id": subnet}).status(200)
		gateway("198.51.100.3").status(409).refuses("network", "Current gateway ip 198.51.100.2 already in use by port")
		c.put("network", router+"/remove_router_interface", object{"subnet_id": subnet}).status(200)
		c.has(gateway(nil).status(200), subnetShape.with(shape{"gateway_ip": null}), "subnet")
	}},
	{"ports and subnets are changed field by field", func(c *cloud, f *fixture) {
		network := c.make("network", "/networks", object{"network": object{"name": "contract-changing"}})
		subnet := "/subnets/" + c.make("network", "/subnets", object{"subnet": object{"network_id": network, "ip_version": 4, "cidr": "198.51.100.0/24"}})
		r := c.put("network", subnet, object{"subnet": object{
			"name": "n", "dns_nameservers": []string{"198.51.100.9"}, "enable_dhcp": false, "gateway_ip": nil,
		}}).status(200)
		c.has(r, subnetShape.with(shape{
			"name": is("n"), "dns_nameservers": listOf(is("198.51.100.9")), "enable_dhcp": is(false), "gateway_ip": null,
		}), "subnet")
		c.put("network", subnet, object{"subnet": object{"cidr": "198.51.100.0/25"}}).status(400).refuses("network", "Cannot update read-only attribute cidr")

		port := "/ports/" + c.make("network", "/ports", object{"port": object{"network_id": network}})
		r = c.put("network", port, object{"port": object{"name": "n", "security_groups": []any{}, "fixed_ips": []any{object{"ip_address": "198.51.100.77"}}}}).status(200)
		c.has(r, portShape.with(shape{
			"name": is("n"), "security_groups": listOf(is("none")), "fixed_ips": listOf(shape{"ip_address": is("198.51.100.77")}.like),
		}), "port")
		r = c.put("network", port, object{"port": object{"port_security_enabled": false}}).status(200)
		c.has(r, portShape.with(shape{"port_security_enabled": is(false)}), "port")
		c.put("network", port, object{"port": object{"mac_address": "fa:16:3e:00:00:01"}}).status(403).refuses("network", "is disallowed by policy")
		c.put("network", port, object{"port": object{"network_id": f.network}}).status(400).refuses("network", "Cannot update read-only attribute network_id")
		r = c.post("network", "/ports", object{"port": object{"network_id": network, "mac_address": "none"}}).status(400)
		r.refuses("network", "Invalid input for mac_address. Reason: 'none' is not a valid MAC address.")
	}},
	{"a port gets an address of each IP version that its network has subnets for", func(c *cloud, _ *fixture) {
		network := c.make("network", "/networks", object{"network": object{"name": "contract-dual"}})
		var subnets []any
		for cidr, version := range map[string]int{"198.51.100.0/24": 4, "203.0.113.0/24": 4, "fd00:6:6::/64": 6} {
			id := c.make("network", "/subnets", object{"subnet": object{"network_id": network, "ip_version": version, "cidr": cidr}})
			subnets = append(subnets, id)
		}
		c.make("network", "/ports", object{"port": object{"network_id": network}})
		r := c.get("network", "/ports?network_id="+network+"&device_owner=").status(200)
		versions := make(map[bool]int)
		for _, ip := range c.list(c.list(r.body, "ports")[0], "fixed_ips") {
			versions[strings.Contains(c.str(ip, "ip_address"), ":")]++
		}
		if versions[false] != 1 || versions[true] != 1 {
			c.Errorf("addresses of a port on a network with subnets %v: %s", subnets, r.text)
		}
	}},
	{"the default security group stays", func(c *cloud, _ *fixture) {
		r := c.get("network", "/security-groups?name=default&project_id="+c.projectID).status(200)
		path := "/security-groups/" + c.str(c.list(r.body, "security_groups")[0], "id")
		c.delete("network", path).status(409)
		c.put("network", path, object{"security_group": object{"name": "x"}}).status(409).refuses("network", "Updating default security group not allowed.")
	}},
	{"a subnet without a prefix takes one from the default pool", func(c *cloud, _ *fixture) {
		id := c.make("network", "/networks", object{"network": object{"name": "contract-pool"}})
		r := c.post("network", "/subnets", object{"subnet": object{"network_id": id, "ip_version": 4, "use_default_subnetpool": true}}).status(201)
		o := c.has(r, subnetShape, "subnet")
		if o["subnetpool_id"] == nil || o["gateway_ip"] == nil || !strings.HasSuffix(c.str(o, "cidr"), "/24") {
			c.Errorf("subnet %v", o)
		}
	}},
	{"a security group starts with everything allowed outwards", func(c *cloud, _ *fixture) {
		r := c.post("network", "/security-groups", object{"security_group": object{"name": "contract-group"}})
		id := c.remember("network", "/security-groups", r.status(201))
		if rules := c.list(c.has(r, groupShape, "security_group"), "security_group_rules"); len(rules) != 2 || get(rules[0], "direction") != "egress" {
			c.Errorf("rules %v", rules)
		}
		body := object{"security_group_rule": object{
			"security_group_id": id, "direction": "ingress", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "0.0.0.0/0",
		}}
		c.has(c.post("network", "/security-group-rules", body).status(201), ruleShape.with(shape{
			"ethertype": is("IPv4"), "protocol": is("tcp"), "port_range_min": is(22.0), "remote_ip_prefix": is("0.0.0.0/0"),
		}), "security_group_rule")
		r = c.post("network", "/security-group-rules", body).status(409)
		r.refuses("network", "Security group rule already exists. Rule id is ")
	}},
	{"quotas and their use can be read", func(c *cloud, _ *fixture) {
		r := c.get("network", "/quotas/"+c.projectID).status(200)
		for _, name := range []string{"network", "subnet", "port", "router", "floatingip", "security_group", "security_group_rule"} {
			if wrong := number(get(r.body, "quota", name)); wrong != "" {
				c.Errorf("%s: %s", name, wrong)
			}
		}
		r = c.get("network", "/quotas/"+c.projectID+"/details").status(200)
		if wrong := (shape{"limit": number, "used": number, "reserved": number}).like(get(r.body, "quota", "network")); wrong != "" {
			c.Error(wrong)
		}
	}},
}

// networkLife goes once through the things that depend on a network.
func networkLife(c *cloud, f *fixture) {
	network := c.make("network", "/networks", object{"network": object{"name": "contract-network", "description": "d"}})
	path := "/networks/" + network
	r := c.put("network", path, object{"network": object{"name": "contract-renamed"}}).status(200)
	c.has(r, networkShape.with(shape{"name": is("contract-renamed"), "description": is("d"), "tenant_id": is(c.projectID)}), "network")
	c.put("network", path, object{"network": object{"id": "x"}}).status(400).refuses("network", "Cannot update read-only attribute id")

	c.put("network", path+"/tags", object{"tags": []string{"a", "b"}}).status(200)
	c.do(http.MethodPut, "network", path+"/tags/c", nil).status(201)
	c.get("network", path+"/tags/c").status(204)
	if tags := c.list(c.get("network", path+"/tags").status(200).body, "tags"); len(tags) != 3 {
		c.Errorf("tags %v, want 3", tags)
	}
	c.delete("network", path+"/tags/b").status(204)
	c.get("network", path+"/tags/b").status(404).refuses("network", "Tag b could not be found.")
	r = c.get("network", "/networks?tags=a,c&fields=tags").status(200)
	if tagged := c.list(r.body, "networks"); len(tagged) != 1 {
		c.Errorf("networks with both tags: %v", tagged)
	}

	r = c.post("network", "/subnets", object{"subnet": object{"network_id": network, "ip_version": 4, "cidr": "192.0.2.1/24", "name": "contract-subnet"}})
	subnet := c.remember("network", "/subnets", r.status(201))
	c.has(r, subnetShape.with(shape{"cidr": is("192.0.2.0/24"), "gateway_ip": is("192.0.2.1"), "enable_dhcp": is(true), "subnetpool_id": null}), "subnet")
	if pool := c.list(r.body, "subnet", "allocation_pools")[0]; get(pool, "start") != "192.0.2.2" || get(pool, "end") != "192.0.2.254" {
		c.Errorf("pool %v", pool)
	}
	c.post("network", "/subnets", object{"subnet": object{"network_id": network, "ip_version": 4, "cidr": "192.0.2.0/25"}}).
		status(400).refuses("network", "overlaps with another subnet.")

	r = c.post("network", "/ports", object{"port": object{"network_id": network, "name": "contract-port", "fixed_ips": []any{object{"ip_address": "192.0.2.77"}}}})
	port := c.remember("network", "/ports", r.status(201))
	c.has(r, portShape.with(shape{"status": is("DOWN"), "device_id": is(""), "device_owner": is("")}), "port")
	if groups := c.list(r.body, "port", "security_groups"); len(groups) != 1 {
		c.Errorf("security groups of a new port: %v", groups)
	}
	c.post("network", "/ports", object{"port": object{"network_id": network, "fixed_ips": []any{object{"ip_address": "192.0.2.77"}}}}).
		status(409).refuses("network", "IP address 192.0.2.77 already allocated in subnet "+subnet)
	r = c.get("network", "/ports?fields=id&fixed_ips=ip_address%3D192.0.2.77&network_id="+network).status(200)
	if found := c.list(r.body, "ports"); len(found) != 1 {
		c.Errorf("ports by address: %v", found)
	}

	r = c.post("network", "/floatingips", object{"floatingip": object{"floating_network_id": f.external}})
	floating := "/floatingips/" + c.remember("network", "/floatingips", r.status(201))
	c.has(r, floatingShape.with(shape{"status": is("DOWN"), "port_id": null, "router_id": null}), "floatingip")
	associate := object{"floatingip": object{"port_id": port}}
	c.put("network", floating, associate).status(404).refuses("network", "External network "+f.external+" is not reachable from subnet "+subnet)

	router := "/routers/" + c.make("network", "/routers", object{"router": object{"name": "contract-router"}})
	r = c.put("network", router+"/add_router_interface", object{"subnet_id": subnet}).status(200)
	c.Cleanup(func() {
		_, _ = c.try(http.MethodPut, "network", floating, object{"floatingip": object{"port_id": nil}})
		_, _ = c.try(http.MethodPut, "network", router, object{"router": object{"external_gateway_info": nil}})
		_, _ = c.try(http.MethodPut, "network", router+"/remove_router_interface", object{"subnet_id": subnet})
	})
	onRouter := c.str(r.body, "port_id")
	if wrong := (shape{"id": uuid, "tenant_id": hexID, "port_id": uuid, "network_id": is(network), "subnet_id": is(subnet), "subnet_ids": listOf(is(subnet))}).flaws(any(r.body), c.target.Simulated); wrong != nil {
		c.Error(wrong)
	}
	c.put("network", router+"/add_router_interface", object{"subnet_id": subnet}).status(400).refuses("network", "Router already has a port on subnet "+subnet)
	c.put("network", router+"/add_router_interface", object{}).status(400).refuses("network", "Either subnet_id or port_id must be specified.")
	r = c.put("network", router, object{"router": object{"external_gateway_info": object{"network_id": f.external}}}).status(200)
	c.has(r, routerShape, "router")
	r = c.get("network", "/ports/"+onRouter).status(200)
	c.has(r, portShape.with(shape{"device_owner": is("network:router_interface"), "fixed_ips": listOf(shape{"ip_address": is("192.0.2.1")}.like)}), "port")

	r = c.put("network", floating, associate).status(200)
	c.has(r, floatingShape.with(shape{"port_id": is(port), "fixed_ip_address": is("192.0.2.77"), "router_id": uuid}), "floatingip")
	c.eventually("floating IP ACTIVE", func() (bool, string) {
		r := c.get("network", floating)
		return get(r.body, "floatingip", "status") == "ACTIVE", r.text
	})
	c.post("network", "/floatingips", object{"floatingip": object{"floating_network_id": f.external, "port_id": port}}).
		status(409).refuses("network", "as that fixed IP already has a floating IP on external network "+f.external)

	// Everything holds on to what it needs.
	c.delete("network", router).status(409).refuses("network", "has ports still attached: "+onRouter)
	c.put("network", router+"/remove_router_interface", object{"subnet_id": subnet}).status(409).refuses("network", "cannot be deleted, as it is required by one or more floating IPs.")
	c.put("network", router, object{"router": object{"external_gateway_info": nil}}).status(409).refuses("network", "Gateway cannot be updated")
	c.delete("network", "/ports/"+onRouter).status(409).refuses("network", "cannot be deleted directly via the port API: has device owner network:router_interface.")
	c.delete("network", "/subnets/"+subnet).status(409).refuses("network", "One or more ports have an IP allocation from this subnet.")
	c.delete("network", path).status(409).refuses("network", "There are one or more ports still in use on the network")

	// Freed, they go one by one; the network's end takes its subnet along.
	r = c.put("network", floating, object{"floatingip": object{"port_id": nil}}).status(200)
	c.has(r, floatingShape.with(shape{"port_id": null, "fixed_ip_address": null, "router_id": null}), "floatingip")
	c.delete("network", "/ports/"+port).status(204)
	c.put("network", router, object{"router": object{"external_gateway_info": nil}}).status(200)
	c.put("network", router+"/remove_router_interface", object{"subnet_id": subnet}).status(200)
	c.put("network", router+"/remove_router_interface", object{"subnet_id": subnet}).status(404).refuses("network", "has no interface on subnet "+subnet)
	c.delete("network", floating).status(204)
	c.delete("network", router).status(204)
	c.delete("network", path).status(204)
	c.get("network", "/subnets/"+subnet).status(404)
}
