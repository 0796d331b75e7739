package contract

// floatingIPFacts are about the addresses of links to the outside, which are told from reservations by their description.
var floatingIPFacts = []fact{
	{"a floating IP is made on a port in one call, with a description by which it is found", func(c *cloud, f *fixture) {
		port := c.make("network", "/ports", object{"port": object{"name": "contract-floating", "network_id": f.network}})
		r := c.post("network", "/floatingips", object{"floatingip": object{
			"floating_network_id": f.external, "port_id": port, "description": "contract:" + port,
		}})
		id := c.remember("network", "/floatingips", r.status(201))
		c.has(r, floatingShape.with(shape{"port_id": is(port), "description": is("contract:" + port), "router_id": uuid}), "floatingip")
		address := c.str(r.body, "floatingip", "floating_ip_address")
		c.has(r, floatingShape.with(shape{"status": is("DOWN")}), "floatingip")
		c.eventually("floating IP active", func() (bool, string) {
			r := c.get("network", "/floatingips/"+id).status(200)
			return get(r.body, "floatingip", "status") == "ACTIVE", r.text
		})
		for query, want := range map[string]int{
			"description=contract:" + port: 1, "description=contract:nothing": 0, "id=" + id: 1, "port_id=" + port: 1,
			"floating_ip_address=" + address: 1, "floating_network_id=" + f.external + "&port_id=" + port: 1, "project_id=" + nothing: 0,
		} {
			r := c.get("network", "/floatingips?fields=id&"+query).status(200)
			if got := c.list(r.body, "floatingips"); len(got) != want {
				c.Errorf("%s: %v, want %d", query, got, want)
			}
		}
		r = c.put("network", "/floatingips/"+id, object{"floatingip": object{"port_id": nil}}).status(200)
		c.has(r, floatingShape.with(shape{"port_id": null, "description": is("contract:" + port)}), "floatingip")
		c.put("network", "/floatingips/"+id, object{"floatingip": object{"description": "other"}}).status(200)
		c.delete("network", "/floatingips/"+id).status(204)
		c.delete("network", "/floatingips/"+id).status(404)
	}},
	{"a floating IP that cannot reach the port is not made", func(c *cloud, f *fixture) {
		network := c.make("network", "/networks", object{"network": object{"name": "contract-lonely"}})
		c.make("network", "/subnets", object{"subnet": object{"network_id": network, "ip_version": 4, "cidr": "198.51.100.0/24"}})
		port := c.make("network", "/ports", object{"port": object{"name": "contract-lonely", "network_id": network}})
		r := c.post("network", "/floatingips", object{"floatingip": object{
			"floating_network_id": f.external, "port_id": port, "description": "contract:" + port,
		}}).status(404)
		if kind := c.str(r.body, "NeutronError", "type"); kind != "ExternalGatewayForFloatingIPNotFound" {
			c.Errorf("error %q", kind)
		}
		if left := c.list(c.get("network", "/floatingips?description=contract:"+port).status(200).body, "floatingips"); len(left) != 0 {
			c.Errorf("left behind: %v", left)
		}
	}},
	{"an address has one floating IP of a network, and is named where the port has several", func(c *cloud, f *fixture) {
		port := c.make("network", "/ports", object{"port": object{
			"name": "contract-several", "network_id": f.network,
			"fixed_ips": []any{object{"subnet_id": f.subnet}, object{"subnet_id": f.subnet}},
		}})
		ips := c.list(c.get("network", "/ports/"+port).status(200).body, "port", "fixed_ips")
		if len(ips) != 2 {
			c.Fatalf("addresses %v, want two", ips)
		}
		on := func(address any) object {
			body := object{"floating_network_id": f.external, "port_id": port}
			if address != nil {
				body["fixed_ip_address"] = address
			}
			return object{"floatingip": body}
		}
		c.post("network", "/floatingips", on(nil)).status(400).
			refuses("network", "has multiple fixed IPv4 addresses.  Must provide a specific IPv4 address when assigning a floating IP.")
		for _, ip := range ips {
			address := get(ip, "ip_address")
			r := c.post("network", "/floatingips", on(address))
			c.remember("network", "/floatingips", r.status(201))
			c.has(r, floatingShape.with(shape{"fixed_ip_address": is(address)}), "floatingip")
			r = c.post("network", "/floatingips", on(address)).status(409)
			if kind := c.str(r.body, "NeutronError", "type"); kind != "FloatingIPPortAlreadyAssociated" {
				c.Errorf("error %q", kind)
			}
		}
	}},
	{"a floating IP takes tags, but not when it is made, and has no name", func(c *cloud, f *fixture) {
		c.post("network", "/floatingips", object{"floatingip": object{"floating_network_id": f.external, "tags": []string{"a"}}}).
			status(400).refuses("network", "Attribute 'tags' not allowed in POST")
		c.get("network", "/floatingips?name=x").status(400).refuses("network", "['name'] is invalid attribute for filtering")
		path := "/floatingips/" + c.make("network", "/floatingips", object{"floatingip": object{"floating_network_id": f.external}})
		c.put("network", path+"/tags", object{"tags": []string{"contract:a", "contract:b"}}).status(200)
		c.put("network", path+"/tags/contract:c", nil).status(201)
		c.delete("network", path+"/tags/contract:a").status(204)
		r := c.get("network", "/floatingips?tags=contract:b,contract:c&fields=id").status(200)
		if found := c.list(r.body, "floatingips"); len(found) != 1 {
			c.Errorf("found by tags: %v", found)
		}
	}},
}
