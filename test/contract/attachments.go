package contract

import "net/http"

var attachedShape = shape{"id": uuid, "volumeId": uuid, "serverId": uuid, "device": matching("device", `^/dev/`)}

var attachmentFacts = []fact{
	{"what cannot be attached is refused", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/os-volume_attachments"
		attach := func(version string, fields object, status int, message string) {
			c.Helper()
			c.at(version).post("compute", path, object{"volumeAttachment": fields}).status(status).refuses("compute", message)
		}
		attach("", object{}, 400, "'volumeId' is a required property")
		attach("", object{"volumeId": nothing}, 404, "Volume "+nothing+" could not be found.")
		attach("", object{"volumeId": "none"}, 400, "'none' is not a 'uuid'")
		attach("", object{"volumeId": f.volume, "device": "vdb"}, 400, "'vdb' does not match")
		attach("compute 2.78", object{"volumeId": f.volume, "delete_on_termination": true}, 400, "('delete_on_termination' was unexpected)")
		c.get("compute", path+"/"+nothing).status(404).refuses("compute", "Instance "+f.server+" is not attached to volume "+nothing)
		c.delete("compute", path+"/"+nothing).status(404).refuses("compute", "Volume "+nothing+" could not be found.")
	}},
	{"a volume goes available, attaching, in-use, detaching, available", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/os-volume_attachments"
		c.volumeBecomes(f.volume, "available")
		r := c.post("compute", path, object{"volumeAttachment": object{"volumeId": f.volume}}).status(200)
		c.has(r, attachedShape.with(shape{"id": is(f.volume), "volumeId": is(f.volume), "serverId": is(f.server)}), "volumeAttachment")
		v := c.volumeBecomes(f.volume, "in-use")
		on := c.list(v, "attachments")
		if len(on) != 1 || get(on[0], "server_id") != f.server {
			c.Fatalf("attachments %v", on)
		}
		for _, flaw := range attachmentShape.flaws(on[0], c.target.Simulated) {
			c.Error(flaw)
		}
		for version, s := range map[string]shape{
			"":             attachedShape,
			"compute 2.70": attachedShape.with(shape{"tag": null}),
			"compute 2.79": attachedShape.with(shape{"tag": null, "delete_on_termination": is(false)}),
			"compute 2.89": attachedShape.without("id").with(shape{"tag": null, "delete_on_termination": is(false), "attachment_id": is(get(on[0], "attachment_id")), "bdm_uuid": uuid}),
		} {
			c.has(c.at(version).get("compute", path+"/"+f.volume).status(200), s, "volumeAttachment")
			c.all(c.at(version).get("compute", path).status(200), s, "volumeAttachments")
		}
		r = c.at("compute 2.3").get("compute", "/servers/"+f.server)
		attached := c.list(r.body, "server", "os-extended-volumes:volumes_attached")
		if len(attached) != 1 || get(attached[0], "id") != f.volume || get(attached[0], "delete_on_termination") != false {
			c.Errorf("volumes_attached %v", attached)
		}
		c.post("compute", path, object{"volumeAttachment": object{"volumeId": f.volume}}).status(400).
			refuses("compute", "Invalid volume: volume "+f.volume+" is already attached to instances: "+f.server)
		c.bootsNot(f, "Block Device "+f.volume+" is not bootable.", "", device(0, "volume", f.volume))
		c.bootsNot(f, "Volume "+f.volume+" status must be available or downloading to reserve, but the current status is in-use.", f.image,
			device(0, "image", f.image), device(-1, "volume", f.volume))
		c.delete("volumev3", "/volumes/"+f.volume).status(400).refuses("volumev3", "Invalid volume: Volume status must be available or error")
		c.post("volumev3", "/volumes/"+f.volume+"/action", object{"os-extend": object{"new_size": 2}}).status(400).
			refuses("volumev3", "status must be '{'status': 'available'}' to extend, currently in-use.")
		c.post("volumev3", "/snapshots", object{"snapshot": object{"volume_id": f.volume}}).status(400).
			refuses("volumev3", "status must be available, but current status is: in-use.")
		c.delete("compute", path+"/"+f.volume).status(202)
		c.volumeBecomes(f.volume, "available")
		c.delete("compute", path+"/"+f.volume).status(404).refuses("compute", "Instance "+f.server+" is not attached to volume "+f.volume)
	}},
	{"a volume is detached when it is in use: on its way to or from a server it is 400, or 404 at the end of that", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/os-volume_attachments"
		id := c.make("volumev3", "/volumes", object{"volume": object{"size": 1, "name": "contract-hurried"}})
		c.volumeBecomes(id, "available")
		c.post("compute", path, object{"volumeAttachment": object{"volumeId": id}}).status(200)
		taken := false // which of them it is depends on how fast the host is
		c.eventually("volume detached", func() (bool, string) {
			r := c.delete("compute", path+"/"+id)
			switch r.code {
			case http.StatusAccepted:
				taken = true
			case http.StatusBadRequest:
				r.refuses("compute", "Invalid volume: Invalid input received: Invalid volume: Unable to detach volume. "+
					"Volume status must be 'in-use' and attach_status must be 'attached' to detach.")
			case http.StatusNotFound:
				r.refuses("compute", "Instance "+f.server+" is not attached to volume "+id)
				return taken, r.text
			default:
				c.Fatalf("%s: status %d: %s", r.call, r.code, clip(r.text))
			}
			return false, r.text
		})
		c.volumeBecomes(id, "available")
	}},
}

// device is a block device of a new server.
func device(bootIndex int, source, id string) object {
	destination := "local"
	if source == "volume" {
		destination = "volume"
	}
	return object{"boot_index": bootIndex, "source_type": source, "destination_type": destination, "uuid": id}
}

// bootsNot checks that no server can be made of an image and devices.
func (c *cloud) bootsNot(f *fixture, message, image string, devices ...any) {
	c.Helper()
	body := newServerBody(f, "contract-refused")
	server := body["server"].(object)
	server["imageRef"], server["block_device_mapping_v2"] = image, devices
	r := c.post("compute", "/servers", body)
	if r.code == http.StatusAccepted {
		f.discard(c, "compute", "/servers", r)
	}
	r.status(http.StatusBadRequest).refuses("compute", message)
}
