package contract

// bootVolumeFacts: servers whose disk is a volume.
var bootVolumeFacts = []fact{
	{"a server boots from a volume made from an image, which stays when the server goes", func(c *cloud, f *fixture) {
		volume := c.make("volumev3", "/volumes", object{"volume": object{"name": "contract-system", "size": 1, "imageRef": f.image}})
		v := c.volumeBecomes(volume, "available")
		if v["bootable"] != "true" || get(v, "volume_image_metadata", "image_id") != f.image {
			c.Errorf("bootable %v, image %v", v["bootable"], get(v, "volume_image_metadata"))
		}
		d := device(0, "volume", volume)
		d["device_name"], d["delete_on_termination"] = "/dev/vda", false
		id := c.boot(f, object{"name": "contract-system", "imageRef": "", "block_device_mapping_v2": []any{d}})
		s := c.serverBecomes(id, "ACTIVE")
		if s["image"] != "" {
			c.Errorf("image %v", s["image"])
		}
		attached := c.list(c.get("compute", "/servers/"+id+"/os-volume_attachments").status(200).body, "volumeAttachments")
		if len(attached) != 1 || get(attached[0], "volumeId") != volume {
			c.Errorf("attachments %v", attached)
		}
		c.delete("compute", "/servers/"+id).status(204)
		c.gone("compute", "/servers/"+id)
		c.volumeBecomes(volume, "available")
	}},
	{"the volume that a server is made on has a type from 2.67 on", func(c *cloud, f *fixture) {
		d := device(0, "image", f.image)
		d["destination_type"], d["volume_size"], d["volume_type"], d["delete_on_termination"] = "volume", 1, "__DEFAULT__", true
		body := newServerBody(f, "contract-typed")
		server := body["server"].(object)
		server["imageRef"], server["block_device_mapping_v2"] = "", []any{d}
		c.at("compute 2.66").post("compute", "/servers", body).status(400).refuses("compute", "('volume_type' was unexpected)")
		id := c.remember("compute", "/servers", c.at("compute 2.67").post("compute", "/servers", body).status(202))
		c.serverBecomes(id, "ACTIVE")
		d["volume_type"] = "contract-none"
		r := c.at("compute 2.67").post("compute", "/servers", body)
		if r.code == 202 {
			f.discard(c, "compute", "/servers", r)
		}
		r.status(400).refuses("compute", "Volume type contract-none could not be found.")
	}},
}
