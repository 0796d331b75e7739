package contract

// placementFacts: where a server is, by a user's wish.
var placementFacts = []fact{
	{"a server shows the zone it was wanted in from the start, and its server groups from 2.71 on", func(c *cloud, f *fixture) {
		r := c.post("compute", "/os-server-groups", object{"server_group": object{"name": "contract-group", "policies": []string{"affinity"}}})
		group := c.remember("compute", "/os-server-groups", r.status(200))
		body := newServerBody(f, "contract-placed")
		body["server"].(object)["availability_zone"] = "nova"
		body["os:scheduler_hints"] = object{"group": group}
		id := c.remember("compute", "/servers", c.post("compute", "/servers", body).status(202))
		placed := func() {
			c.Helper()
			c.has(c.at("compute 2.71").get("compute", "/servers/"+id).status(200), serverShape.with(shape{
				"OS-EXT-AZ:availability_zone": is("nova"), "server_groups": listOf(is(group)), "status": text, "locked": boolean,
				"description": orNull(text), "tags": listOf(text), "flavor": embeddedFlavor.like, "trusted_image_certificates": null,
			}), "server")
		}
		placed()
		c.serverBecomes(id, "ACTIVE")
		placed()
	}},
	{"soft policies of server groups are new in 2.15", func(c *cloud, _ *fixture) {
		body := object{"server_group": object{"name": "contract-group", "policies": []string{"soft-affinity"}}}
		c.post("compute", "/os-server-groups", body).status(400).refuses("compute", "'soft-affinity' is not one of ['anti-affinity', 'affinity']")
		c.remember("compute", "/os-server-groups", c.at("compute 2.15").post("compute", "/os-server-groups", body).status(200))
	}},
	{"a server in a group that does not exist", func(c *cloud, f *fixture) {
		body := newServerBody(f, "contract-placed")
		body["os:scheduler_hints"] = object{"group": nothing}
		r := c.post("compute", "/servers", body)
		if r.code == 202 {
			f.discard(c, "compute", "/servers", r)
		}
		r.status(400).refuses("compute", "Instance group "+nothing+" could not be found.")
	}},
}
