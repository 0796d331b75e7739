package contract

import "net/http"

var (
	reservationShape = shape{"id": uuid, "status": is("reserved"), "instance": null, "volume_id": uuid}
	backupShape      = shape{
		"id": uuid, "status": text, "size": number, "object_count": number, "availability_zone": orNull(text), "container": orNull(text),
		"created_at": microTime, "updated_at": orNull(microTime), "name": orNull(text), "description": orNull(text),
		"fail_reason": orNull(text), "volume_id": uuid, "links": listOf(linkShape.like), "is_incremental": boolean,
		"has_dependent_backups": boolean, "snapshot_id": orNull(uuid), "data_timestamp": orNull(microTime),
	}
)

var volumeActionFacts = []fact{
	{"an attachment without a server reserves a volume: it cannot be attached, changed or deleted", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		id := c.make("volumev3", "/volumes", object{"volume": object{"size": 1, "name": "contract-reserved"}})
		c.volumeBecomes(id, "available")
		v327 := c.at("volume 3.27")
		reserve := object{"attachment": object{"volume_uuid": id}}
		c.post("volumev3", "/attachments", reserve).status(404)
		r := v327.post("volumev3", "/attachments", reserve).status(200)
		c.has(r, reservationShape.with(shape{
			"volume_id": is(id), "attached_at": is(""), "detached_at": is(""), "attach_mode": text, "connection_info": shape{}.like,
		}), "attachment")
		attachment := c.str(r.body, "attachment", "id")

		v := c.volumeBecomes(id, "reserved")
		if on := c.list(v, "attachments"); len(on) != 0 {
			c.Errorf("the volume shows attachments: %v", on)
		}
		found := c.all(v327.get("volumev3", "/attachments?volume_id="+id).status(200), reservationShape, "attachments")
		if len(found) != 1 || get(found[0], "id") != attachment {
			c.Errorf("attachments %v", found)
		}
		const reserved = "status must be available or downloading to reserve, but the current status is reserved."
		v327.post("volumev3", "/attachments", reserve).status(400).refuses("volumev3", reserved)
		c.post("compute", "/servers/"+f.server+"/os-volume_attachments", object{"volumeAttachment": object{"volumeId": id}}).
			status(400).refuses("compute", reserved)
		c.post("volumev3", "/volumes/"+id+"/action", object{"os-extend": object{"new_size": 2}}).status(400)
		c.post("volumev3", "/snapshots", object{"snapshot": object{"volume_id": id, "force": true}}).status(400)
		c.post("volumev3", "/backups", object{"backup": object{"volume_id": id, "force": true}}).status(400)
		c.delete("volumev3", "/volumes/"+id).status(400).refuses("volumev3", "Invalid volume: Volume status must be available or error")

		v327.delete("volumev3", "/attachments/"+attachment).status(200)
		if got := c.volumeBecomes(id, "available"); get(got, "status") != "available" {
			c.Errorf("volume %v", got)
		}
		v327.delete("volumev3", "/attachments/"+attachment).status(404).refuses("volumev3", "Volume attachment could not be found")
	}},
	{"a volume at a server grows from 3.42 on, and takes a snapshot with force", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		id := c.make("volumev3", "/volumes", object{"volume": object{"size": 1, "name": "contract-online"}})
		c.volumeBecomes(id, "available")
		path := "/servers/" + f.server + "/os-volume_attachments"
		c.post("compute", path, object{"volumeAttachment": object{"volumeId": id}}).status(200)
		c.volumeBecomes(id, "in-use")
		c.at("volume 3.42").post("volumev3", "/volumes/"+id+"/action", object{"os-extend": object{"new_size": 2}}).status(202)
		c.eventually("volume of 2 GB in use", func() (bool, string) {
			r := c.get("volumev3", "/volumes/"+id)
			return get(r.body, "volume", "size") == 2.0 && get(r.body, "volume", "status") == "in-use", r.text
		})
		c.make("volumev3", "/snapshots", object{"snapshot": object{"volume_id": id, "force": true, "name": "contract-online"}})
		c.delete("compute", path+"/"+id).status(202)
		c.volumeBecomes(id, "available")
	}},
	{"a volume does not grow beyond the quota: 413 overLimit", func(c *cloud, _ *fixture) {
		id := c.make("volumev3", "/volumes", object{"volume": object{"size": 1, "name": "contract-quota"}})
		c.volumeBecomes(id, "available")
		c.post("volumev3", "/volumes/"+id+"/action", object{"os-extend": object{"new_size": 20_000_000}}).
			status(http.StatusRequestEntityTooLarge).refuses("volumev3", "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds")
	}},
	{"a volume changes its type to another that there is", func(c *cloud, _ *fixture) {
		id := c.make("volumev3", "/volumes", object{"volume": object{"size": 1, "name": "contract-retyped"}})
		now := c.str(c.volumeBecomes(id, "available"), "volume_type")
		retype := func(to string) reply {
			return c.post("volumev3", "/volumes/"+id+"/action", object{"os-retype": object{"new_type": to, "migration_policy": "never"}})
		}
		retype("none").status(404).refuses("volumev3", "Volume type with name none could not be found.")
		retype(now).status(400).refuses("volumev3", "requested type has to be different that the one from the volume")
		for _, offered := range c.list(c.get("volumev3", "/types").status(200).body, "volume_types") {
			name, want := c.str(offered, "name"), now
			if name == now {
				continue
			}
			if get(offered, "extra_specs", "multiattach") == nil {
				want = name
			} // else the driver may refuse, and the volume is available again with the type that it had
			retype(name).status(202)
			c.volumeBecomes(id, "available")
			if got := get(c.get("volumev3", "/volumes/"+id).body, "volume", "volume_type"); got != want {
				c.Errorf("retyped from %q to %q: type %q, want %q", now, name, got, want)
			}
			now = want
		}
	}},
	{"a volume of a type for several servers is attached from 2.60 on", func(c *cloud, f *fixture) {
		kind := ""
		for _, offered := range c.list(c.get("volumev3", "/types").status(200).body, "volume_types") {
			if get(offered, "extra_specs", "multiattach") == "<is> True" {
				kind = c.str(offered, "name")
			}
		}
		if kind == "" {
			return // only an administrator can make such a type; the lab has none, see its README
		}
		id := c.make("volumev3", "/volumes", object{"volume": object{"size": 1, "name": "contract-shared", "volume_type": kind}})
		c.volumeBecomes(id, "available")
		second := c.boot(f, object{"name": "contract-second"})
		c.serverBecomes(second, "ACTIVE")
		c.serverBecomes(f.server, "ACTIVE")
		attach := object{"volumeAttachment": object{"volumeId": id}}
		for i, server := range []string{f.server, second} {
			path := "/servers/" + server + "/os-volume_attachments"
			c.post("compute", path, attach).status(400).
				refuses("compute", "Multiattach volumes are only supported starting with compute API version 2.60.")
			c.at("compute 2.60").post("compute", path, attach).status(200)
			c.eventually("volume in use", func() (bool, string) {
				r := c.get("volumev3", "/volumes/"+id)
				return get(r.body, "volume", "status") == "in-use" && len(c.list(r.body, "volume", "attachments")) == i+1, r.text
			})
		}
		for _, server := range []string{second, f.server} {
			c.delete("compute", "/servers/"+server+"/os-volume_attachments/"+id).status(202)
			c.gone("compute", "/servers/"+server+"/os-volume_attachments/"+id)
		}
		c.volumeBecomes(id, "available")
	}},
	{"the page of types links to the next one, and the last is empty", func(c *cloud, _ *fixture) {
		seen, marker := map[string]bool{}, ""
		for {
			r := c.get("volumev3", "/types?limit=1&marker="+marker).status(200)
			page := c.list(r.body, "volume_types")
			if len(page) == 0 {
				break
			}
			marker = c.str(page[0], "id")
			if next := c.list(r.body, "volume_type_links"); len(next) != 1 || get(next[0], "rel") != "next" || seen[marker] {
				c.Fatalf("page of %s after %v: links %v", marker, seen, next)
			}
			seen[marker] = true
		}
		if all := c.list(c.get("volumev3", "/types").status(200).body, "volume_types"); len(all) != len(seen) {
			c.Errorf("%d types in pages, %d in one", len(seen), len(all))
		}
	}},
	{"a backup is taken on 202, and fails later if there is no backup service", func(c *cloud, f *fixture) {
		// Without the service a failed backup can never be deleted, and counts: one is enough for all runs.
		c.volumeBecomes(f.volume, "available")
		id := ""
		for _, b := range c.list(c.get("volumev3", "/backups/detail").status(200).body, "backups") {
			if get(b, "status") == "error" {
				id = c.str(b, "id")
			}
		}
		if id == "" {
			r := c.post("volumev3", "/backups", object{"backup": object{"volume_id": f.volume, "name": "contract-backup"}}).status(202)
			c.has(r, shape{"id": uuid, "name": is("contract-backup"), "links": listOf(linkShape.like)}, "backup")
			id = c.str(r.body, "backup", "id")
		}
		var b object
		c.eventually("backup no longer creating", func() (bool, string) {
			r := c.get("volumev3", "/backups/"+id).status(200)
			b, _ = get(r.body, "backup").(object)
			return b["status"] != "creating", r.text
		})
		for _, flaw := range backupShape.flaws(b, c.target.Simulated) {
			c.Error(flaw)
		}
		c.volumeBecomes(f.volume, "available")
		if b["status"] == "available" {
			c.erase("volumev3", "/backups/"+id)
			return
		}
		if b["status"] != "error" || b["fail_reason"] != "Service not found for creating backup." {
			c.Errorf("backup %v", b)
		}
		c.delete("volumev3", "/backups/"+id).status(404).refuses("volumev3", "Service cinder-backup could not be found.")
	}},
}
