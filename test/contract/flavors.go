package contract

import (
	"strings"
)

var (
	linkShape   = shape{"rel": text, "href": url}
	flavorBrief = shape{"id": text, "name": text, "links": listOf(linkShape.like)}
	flavorShape = flavorBrief.with(shape{
		"ram": number, "disk": number, "vcpus": number, "swap": is(""), "OS-FLV-EXT-DATA:ephemeral": number,
		"OS-FLV-DISABLED:disabled": boolean, "os-flavor-access:is_public": boolean, "rxtx_factor": number,
	})
)

var flavorFacts = []fact{
	{"flavors gain description at 2.55, extra_specs at 2.61, and a number for swap at 2.75", func(c *cloud, _ *fixture) {
		for version, s := range map[string]shape{
			"compute 2.1":  flavorShape,
			"compute 2.55": flavorShape.with(shape{"description": orNull(text)}),
			"compute 2.61": flavorShape.with(shape{"description": orNull(text), "extra_specs": mapOf(text)}),
			"compute 2.75": flavorShape.with(shape{"description": orNull(text), "extra_specs": mapOf(text), "swap": number}),
		} {
			c.all(c.at(version).get("compute", "/flavors/detail").status(200), s, "flavors")
		}
		c.all(c.get("compute", "/flavors").status(200), flavorBrief, "flavors")
		c.all(c.at("compute 2.55").get("compute", "/flavors").status(200), flavorBrief.with(shape{"description": orNull(text)}), "flavors")
	}},
	{"one flavor", func(c *cloud, f *fixture) {
		r := c.at("compute 2.75").get("compute", "/flavors/"+f.flavor).status(200)
		o := c.has(r, flavorShape.with(shape{"description": orNull(text), "extra_specs": mapOf(text), "swap": number}), "flavor")
		if o["vcpus"] != float64(1) || o["ram"] != float64(512) || o["disk"] != float64(1) {
			c.Errorf("%s is %v", c.target.Flavor, o)
		}
		r = c.get("compute", "/flavors/"+f.flavor+"/os-extra_specs").status(200)
		c.has(r, shape{}, "extra_specs")
	}},
	{"a full page has a link to the next, even when that is empty", func(c *cloud, _ *fixture) {
		all := c.list(c.get("compute", "/flavors").body, "flavors")
		seen := 0
		path := "/flavors?limit=1"
		for range len(all) + 1 {
			r := c.get("compute", path).status(200)
			page := c.list(r.body, "flavors")
			seen += len(page)
			links, more := r.body["flavors_links"].([]any)
			if more != (len(page) == 1) {
				c.Fatalf("%s: %d flavors, links %v", r.call, len(page), links)
			}
			if !more {
				break
			}
			next := c.str(links[0], "href")
			if get(links[0], "rel") != "next" || !strings.HasPrefix(next, c.urls["compute"]+"/flavors?") {
				c.Fatalf("%s: link %v", r.call, links[0])
			}
			path = strings.TrimPrefix(next, c.urls["compute"])
		}
		if seen != len(all) {
			c.Errorf("%d flavors page by page, want %d", seen, len(all))
		}
		if r := c.get("compute", "/flavors?limit=0").status(200); len(c.list(r.body, "flavors")) != 0 {
			c.Errorf("limit=0 gives %s", r.text)
		}
	}},
	{"flavors are sorted by id and filtered by what they have at least", func(c *cloud, _ *fixture) {
		before := ""
		for _, item := range c.list(c.get("compute", "/flavors").body, "flavors") {
			if id := c.str(item, "id"); id < before {
				c.Errorf("%q after %q", id, before)
			} else {
				before = id
			}
		}
		for _, item := range c.list(c.get("compute", "/flavors/detail?minRam=1000&minDisk=20").body, "flavors") {
			if get(item, "ram").(float64) < 1000 || get(item, "disk").(float64) < 20 {
				c.Errorf("%v passes minRam=1000&minDisk=20", item)
			}
		}
	}},
	{"availability zones, limits and server groups can be read", func(c *cloud, _ *fixture) {
		r := c.get("compute", "/os-availability-zone").status(200)
		c.all(r, shape{"zoneName": text, "zoneState": shape{"available": boolean}.like, "hosts": null}, "availabilityZoneInfo")
		limits := shape{}
		for _, name := range []string{
			"maxTotalInstances", "maxTotalCores", "maxTotalRAMSize", "maxServerMeta", "maxTotalKeypairs", "maxServerGroups",
			"maxServerGroupMembers", "totalRAMUsed", "totalCoresUsed", "totalInstancesUsed", "totalServerGroupsUsed",
		} {
			limits[name] = number
		}
		c.has(c.at("compute 2.57").get("compute", "/limits").status(200), limits, "limits", "absolute")
		c.list(c.get("compute", "/os-server-groups").status(200).body, "server_groups")
	}},
	{"a server group has policies before 2.64 and a policy from then on", func(c *cloud, _ *fixture) {
		r := c.at("compute 2.64").post("compute", "/os-server-groups", object{"server_group": object{"name": "contract-group", "policy": "anti-affinity"}})
		id := c.remember("compute", "/os-server-groups", r.status(200))
		s := shape{"id": uuid, "name": is("contract-group"), "members": listOf(uuid)}
		c.has(r, s.with(shape{"policy": is("anti-affinity"), "rules": mapOf(anything), "project_id": is(c.projectID), "user_id": is(c.userID)}), "server_group")
		r = c.get("compute", "/os-server-groups/"+id).status(200)
		c.has(r, s.with(shape{"policies": listOf(is("anti-affinity")), "metadata": mapOf(text)}), "server_group")
	}},
	{"proxies for other services are gone from 2.36 on", func(c *cloud, _ *fixture) {
		for _, path := range []string{"/images", "/os-volumes", "/os-snapshots", "/os-floating-ips", "/os-networks", "/os-security-groups"} {
			c.at("compute 2.36").get("compute", path).status(404).refuses("compute", "The resource could not be found.")
		}
	}},
}
