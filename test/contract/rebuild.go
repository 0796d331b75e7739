package contract

import "net/http"

// rebuildFacts: making a server's disk anew.
var rebuildFacts = []fact{
	{"a rebuild shows the new image and REBUILD at once, and keeps what it does not name", func(c *cloud, f *fixture) {
		other := c.image(object{"name": "contract-rebuild"})
		path := "/servers/" + f.server
		c.serverBecomes(f.server, "ACTIVE")
		before := c.at("compute 2.90").get("compute", path).status(200).body["server"]
		r := c.at("compute 2.90").post("compute", path+"/action", object{"rebuild": object{"imageRef": other}}).status(http.StatusAccepted)
		if get(r.body, "server", "image", "id") != other || get(r.body, "server", "status") != "REBUILD" {
			c.Errorf("the answer has image %v and status %v", get(r.body, "server", "image"), get(r.body, "server", "status"))
		}
		c.serverBecomes(f.server, "ACTIVE")
		after := c.at("compute 2.90").get("compute", path).status(200).body["server"]
		for _, kept := range []string{"name", "description", "key_name", "OS-EXT-SRV-ATTR:hostname"} {
			if get(before, kept) != get(after, kept) {
				c.Errorf("%s was %v and is %v", kept, get(before, kept), get(after, kept))
			}
		}
		if get(after, "metadata", "contract") != get(before, "metadata", "contract") {
			c.Errorf("metadata %v", get(after, "metadata"))
		}
		c.post("compute", path+"/action", object{"rebuild": object{"imageRef": f.image}}).status(http.StatusAccepted)
		c.serverBecomes(f.server, "ACTIVE")
	}},
	{"what a server cannot be rebuilt from", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		refused := func(image, message string) {
			c.Helper()
			c.at("compute 2.90").post("compute", "/servers/"+f.server+"/action", object{"rebuild": object{"imageRef": image}}).
				status(400).refuses("compute", message)
		}
		empty := c.make("image", "/images", object{"name": "contract-empty", "disk_format": "raw", "container_format": "bare"})
		refused(empty, "Image "+empty+" is not active.")
		refused(c.image(object{"min_ram": 1 << 20}), "Flavor's memory is too small for requested image.")
		refused(nothing, "Cannot find image for rebuild")
	}},
	{"a stopped server is stopped again after a rebuild", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/action"
		c.post("compute", path, object{"os-stop": nil}).status(202)
		c.serverBecomes(f.server, "SHUTOFF")
		c.post("compute", path, object{"rebuild": object{"imageRef": f.image}}).status(202)
		c.serverBecomes(f.server, "SHUTOFF")
		c.post("compute", path, object{"os-start": nil}).status(202)
		c.serverBecomes(f.server, "ACTIVE")
	}},
	{"a server on a volume can have no other image before 2.93", func(c *cloud, f *fixture) {
		id := c.boot(f, object{
			"name": "contract-boot", "imageRef": "", "block_device_mapping_v2": []any{object{
				"boot_index": 0, "source_type": "image", "destination_type": "volume", "uuid": f.image, "volume_size": 1,
				"delete_on_termination": true,
			}},
		})
		c.serverBecomes(id, "ACTIVE")
		other := c.image(object{"name": "contract-rebuild"})
		c.at("compute 2.90").post("compute", "/servers/"+id+"/action", object{"rebuild": object{"imageRef": other}}).status(400).
			refuses("compute", "Image "+other+" is unacceptable: Unable to rebuild with a different image for a volume-backed server.")
	}},
}
