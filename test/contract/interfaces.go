package contract

import (
	"fmt"
	"strings"
)

var interfaceShape = shape{
	"net_id": uuid, "port_id": uuid, "mac_addr": macAddr, "port_state": text, "fixed_ips": listOf(fixedIP.like),
}

var interfaceFacts = []fact{
	{"a server's ports are compute:nova's and are listed as interfaces", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		r := c.get("network", "/ports?device_id="+f.server).status(200)
		ports := c.all(r, portShape.with(shape{"device_owner": is("compute:nova"), "device_id": is(f.server)}), "ports")
		r = c.get("compute", "/servers/"+f.server+"/os-interface").status(200)
		if got := c.all(r, interfaceShape, "interfaceAttachments"); len(got) != 2 || len(ports) != 2 {
			c.Errorf("%d interfaces and %d ports, want 2", len(got), len(ports))
		}
		r = c.at("compute 2.70").get("compute", "/servers/"+f.server+"/os-interface/"+f.port).status(200)
		c.has(r, interfaceShape.with(shape{"tag": null, "port_state": is("ACTIVE")}), "interfaceAttachment")
		c.get("compute", "/servers/"+f.server+"/os-interface/"+nothing).status(404).refuses("compute", "Port id "+nothing+" could not be found.")
		r = c.get("compute", "/servers/"+f.server+"/ips").status(200)
		if on := c.list(r.body, "addresses", c.target.Network); len(on) != 2 {
			c.Errorf("addresses %v", on)
		}
	}},
	{"what cannot be plugged in is refused, partly as Nova's own fault", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/os-interface"
		plug := func(fields object, status int, message string) {
			c.Helper()
			c.post("compute", path, object{"interfaceAttachment": fields}).status(status).refuses("compute", message)
		}
		plug(object{"net_id": nothing}, 500, "Unexpected API Error.")
		plug(object{"net_id": "none"}, 400, "'none' is not a 'uuid'")
		plug(object{"port_id": nothing}, 404, "Port id "+nothing+" could not be found.")
		plug(object{"port_id": f.port}, 409, "Port "+f.port+" is still in use.")
		plug(object{"net_id": f.network, "port_id": f.port}, 400, "Must not input both network_id and port_id")
		plug(object{"fixed_ips": []any{object{"ip_address": "10.0.0.9"}}}, 400, "Must input network_id when request IP address")
		plug(object{"net_id": f.network, "wish": 1}, 400, "('wish' was unexpected)")
		plug(object{"net_id": f.network, "fixed_ips": []any{object{"ip_address": "9.9.9.9"}}}, 500, "Unexpected API Error.")
	}},
	{"a network without a subnet is for no server", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		bare := c.make("network", "/networks", object{"network": object{"name": "contract-bare"}})
		c.post("compute", "/servers", object{"server": object{
			"name": "contract-bare", "flavorRef": f.flavor, "imageRef": f.image, "networks": []any{object{"uuid": bare}},
		}}).status(400).refuses("compute", "Network "+bare+" requires a subnet in order to boot instances on.")
		c.post("compute", "/servers/"+f.server+"/os-interface", object{"interfaceAttachment": object{"net_id": bare}}).
			status(400).refuses("compute", "Network requires port_security_enabled and subnet associated in order to apply security groups.")
	}},
	{"a plugged network gets a port of Nova's, which goes when unplugged", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/os-interface"
		r := c.post("compute", path, object{"interfaceAttachment": object{"net_id": f.network}}).status(200)
		port := c.str(c.has(r, interfaceShape, "interfaceAttachment"), "port_id")
		c.delete("compute", path+"/"+port).status(202)
		c.gone("compute", path+"/"+port)
		c.gone("network", "/ports/"+port)
		c.delete("compute", path+"/"+nothing).status(202) // nobody looks
	}},
	{"a plugged network gets a port with the default security group, whatever the others have, and takes their groups", func(c *cloud, f *fixture) {
		group := c.make("network", "/security-groups", object{"security_group": object{"name": "contract-later"}})
		id := c.boot(f, object{"name": "contract-later", "security_groups": []any{object{"name": group}}})
		c.serverBecomes(id, "ACTIVE")
		r := c.post("compute", "/servers/"+id+"/os-interface", object{"interfaceAttachment": object{"net_id": f.network}}).status(200)
		port := c.str(r.body, "interfaceAttachment", "port_id")
		for _, item := range c.list(c.get("network", "/ports?device_id="+id).status(200).body, "ports") {
			want := group
			if get(item, "id") == port {
				want = c.defaultGroup()
			}
			if on := c.list(item, "security_groups"); len(on) != 1 || on[0] != want {
				c.Errorf("port %v has the groups %v, want %s alone", get(item, "id"), on, want)
			}
		}
		r = c.put("network", "/ports/"+port, object{"port": object{"security_groups": []any{group}}}).status(200)
		if on := c.list(r.body, "port", "security_groups"); len(on) != 1 || on[0] != group {
			c.Errorf("the port has the groups %v, want %s alone", on, group)
		}
	}},
	{"a given port is taken over, and released when unplugged", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		port := c.make("network", "/ports", object{"port": object{"name": "contract-given", "network_id": f.network}})
		path := "/servers/" + f.server + "/os-interface"
		c.post("compute", path, object{"interfaceAttachment": object{"port_id": port}}).status(200)
		c.delete("compute", path+"/"+port).status(202)
		c.eventually("port released", func() (bool, string) {
			r := c.get("network", "/ports/"+port).status(200)
			return get(r.body, "port", "device_id") == "" && get(r.body, "port", "device_owner") == "", r.text
		})
	}},
	{"a floating IP on a port shows among the server's addresses", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		r := c.post("network", "/floatingips", object{"floatingip": object{"floating_network_id": f.external, "port_id": f.port}})
		id := c.remember("network", "/floatingips", r.status(201))
		ip := c.str(r.body, "floatingip", "floating_ip_address")
		shown := func() (bool, string) {
			r := c.get("compute", "/servers/"+f.server)
			for _, a := range c.list(r.body, "server", "addresses", c.target.Network) {
				if get(a, "addr") == ip {
					return get(a, "OS-EXT-IPS:type") == "floating", r.text
				}
			}
			return false, r.text
		}
		c.eventually("floating address shown", shown)
		c.delete("network", "/floatingips/"+id).status(204)
		c.eventually("floating address gone", func() (bool, string) {
			yes, text := shown()
			return !yes, text
		})
	}},
	{"a server's addresses tell the order of its networks, also of those that got their ports within a second", func(c *cloud, f *fixture) {
		var networks []any
		names := []string{"contract-second", "contract-third", "contract-first"}
		for i, name := range names {
			id := c.make("network", "/networks", object{"network": object{"name": name}})
			c.make("network", "/subnets", object{"subnet": object{"network_id": id, "ip_version": 4, "cidr": fmt.Sprintf("10.66.%d.0/24", i)}})
			networks = append(networks, object{"uuid": id})
		}
		id := c.boot(f, object{"name": "contract-order", "networks": networks})
		c.serverBecomes(id, "ACTIVE")
		for _, path := range []string{"/servers/" + id, "/servers/detail?name=^contract-order$"} {
			r := c.get("compute", path).status(200)
			at := -1
			for _, name := range names {
				next := strings.Index(r.text, `"`+name+`"`)
				if next <= at {
					c.Errorf("%s: %s comes not as in the request, after %v", path, name, names)
				}
				at = next
			}
		}
	}},
	{"security groups come and go on all of a server's ports", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		group := c.make("network", "/security-groups", object{"security_group": object{"name": "contract-servers"}})
		action := "/servers/" + f.server + "/action"
		named := object{"name": "contract-servers"}
		c.post("compute", action, object{"addSecurityGroup": object{"name": "contract-none"}}).status(404).refuses("compute", "Security group contract-none is not found for project "+c.projectID)
		c.post("compute", action, object{"addSecurityGroup": named}).status(202)
		has := func(want bool) {
			c.Helper()
			for _, item := range c.list(c.get("network", "/ports?device_id="+f.server).body, "ports") {
				found := false
				for _, id := range c.list(item, "security_groups") {
					found = found || id == group
				}
				if found != want {
					c.Errorf("port %v has the group: %v, want %v", get(item, "id"), found, want)
				}
			}
		}
		has(true)
		r := c.get("compute", "/servers/"+f.server+"/os-security-groups").status(200)
		if got := len(c.list(r.body, "security_groups")); got != 4 {
			c.Errorf("%d security groups, want 2 for each of 2 ports", got)
		}
		c.post("compute", action, object{"removeSecurityGroup": named}).status(202)
		has(false)
		c.post("compute", action, object{"removeSecurityGroup": named}).status(404).refuses("compute", "")
	}},
}
