package contract

import (
	"net/http"
)

var (
	volumeShape = shape{
		"id": uuid, "name": orNull(text), "description": orNull(text), "status": text, "size": number, "availability_zone": text,
		"created_at": microTime, "updated_at": orNull(microTime), "volume_type": text, "snapshot_id": orNull(uuid), "source_volid": orNull(uuid),
		"metadata": mapOf(text), "links": listOf(linkShape.like), "user_id": hexID, "bootable": matching("truth value", `^(true|false)$`),
		"encrypted": boolean, "replication_status": null, "consistencygroup_id": null, "multiattach": boolean,
		"attachments": listOf(attachmentShape.like), "volume_image_metadata": optional(mapOf(text)),
	}
	volumeDetail    = volumeShape.with(shape{"os-vol-tenant-attr:tenant_id": hexID})
	attachmentShape = shape{
		"id": uuid, "attachment_id": uuid, "volume_id": uuid, "server_id": uuid, "host_name": anything, "device": text, "attached_at": microTime,
	}
	snapshotShape = shape{
		"id": uuid, "name": orNull(text), "description": orNull(text), "volume_id": uuid, "status": text, "size": number,
		"metadata": mapOf(text), "created_at": microTime, "updated_at": orNull(microTime),
	}
	snapshotDetail = snapshotShape.with(shape{
		"os-extended-snapshot-attributes:project_id": hexID, "os-extended-snapshot-attributes:progress": text,
	})
)

var volumeFacts = []fact{
	{"a volume is made 202 and creating, and becomes available", func(c *cloud, _ *fixture) {
		r := c.post("volumev3", "/volumes", object{"volume": object{
			"size": "1", "name": "contract-made", "description": "d", "metadata": object{"a": "b"}, "an_unknown_field": 1,
		}})
		id := c.remember("volumev3", "/volumes", r.status(http.StatusAccepted))
		c.has(r, volumeShape.with(shape{"status": is("creating"), "size": is(1.0), "bootable": is("false")}), "volume")
		c.volumeBecomes(id, "available")
		for version, more := range map[string]shape{
			"": {}, "volume 3.13": {"group_id": null}, "volume 3.48": {"group_id": null, "shared_targets": boolean, "service_uuid": anything},
			"volume 3.65": {"group_id": null, "shared_targets": boolean, "service_uuid": anything, "volume_type_id": uuid, "consumes_quota": boolean},
		} {
			c.has(c.at(version).get("volumev3", "/volumes/"+id).status(200), volumeDetail.with(more), "volume")
		}
		c.has(c.put("volumev3", "/volumes/"+id, object{"volume": object{"name": "contract-renamed"}}).status(200),
			volumeShape.with(shape{"name": is("contract-renamed"), "description": is("d")}), "volume")
		c.put("volumev3", "/volumes/"+id, object{"volume": object{"size": 2}}).status(400).refuses("volumev3", "('size' was unexpected)")
		r = c.delete("volumev3", "/volumes/"+id).status(http.StatusAccepted)
		r.says("Content-Type", "text/html; charset=UTF-8")
		c.gone("volumev3", "/volumes/"+id)
	}},
	{"lists come newest first, brief or in detail, with a next link after a full page", func(c *cloud, _ *fixture) {
		second := c.make("volumev3", "/volumes", object{"volume": object{"size": 1, "name": "contract-second"}})
		c.volumeBecomes(second, "available")
		r := c.get("volumev3", "/volumes?name=contract-second").status(200)
		c.all(r, shape{"id": is(second), "name": is("contract-second"), "links": listOf(linkShape.like)}, "volumes")
		c.all(c.get("volumev3", "/volumes/detail").status(200), volumeDetail, "volumes")
		r = c.get("volumev3", "/volumes?limit=1").status(200)
		if got := c.str(c.list(r.body, "volumes")[0], "id"); got != second {
			c.Errorf("first volume %q, want %q", got, second)
		}
		next := c.str(c.list(r.body, "volumes_links")[0], "href")
		r = c.do(http.MethodGet, "", next, nil).status(200)
		if got := c.str(c.list(r.body, "volumes")[0], "id"); got == second {
			c.Errorf("the next page starts with %q again", got)
		}
		if n := len(c.list(c.get("volumev3", "/volumes?name=contract-none").status(200).body, "volumes")); n != 0 {
			c.Errorf("%d volumes named contract-none", n)
		}
		c.get("volumev3", "/volumes?unknown_filter=1").status(200)
	}},
	{"a volume grows, never shrinks, and only while available", func(c *cloud, _ *fixture) {
		id := c.make("volumev3", "/volumes", object{"volume": object{"size": 1, "name": "contract-growing"}})
		c.volumeBecomes(id, "available")
		action := "/volumes/" + id + "/action"
		c.post("volumev3", action, object{"os-extend": object{"new_size": 1}}).status(400).
			refuses("volumev3", "New size for extend must be greater than current size. (current: 1, extended: 1).")
		c.post("volumev3", action, object{"wish": object{}}).status(400).refuses("volumev3", "There is no such action: wish.")
		c.post("volumev3", action, object{"os-extend": object{"new_size": 2}}).status(202)
		c.eventually("volume of 2 GB", func() (bool, string) {
			r := c.get("volumev3", "/volumes/"+id)
			return get(r.body, "volume", "size") == 2.0 && get(r.body, "volume", "status") == "available", r.text
		})
	}},
	{"a snapshot keeps its volume from being deleted and makes volumes of its size", func(c *cloud, _ *fixture) {
		id := c.make("volumev3", "/volumes", object{"volume": object{"size": 2, "name": "contract-origin"}})
		c.volumeBecomes(id, "available")
		r := c.post("volumev3", "/snapshots", object{"snapshot": object{"volume_id": id, "name": "contract-snapshot"}})
		snapshot := c.remember("volumev3", "/snapshots", r.status(http.StatusAccepted))
		c.has(r, snapshotShape.with(shape{"status": is("creating"), "size": is(2.0), "volume_id": is(id)}), "snapshot")
		c.eventually("snapshot available", func() (bool, string) {
			r := c.get("volumev3", "/snapshots/"+snapshot)
			return get(r.body, "snapshot", "status") == "available", r.text
		})
		c.has(c.get("volumev3", "/snapshots/"+snapshot), snapshotDetail, "snapshot")
		c.all(c.get("volumev3", "/snapshots"), snapshotShape, "snapshots")
		r = c.get("volumev3", "/snapshots?limit=1").status(200)
		if next := c.list(r.body, "snapshots_links"); len(next) != 1 || get(next[0], "rel") != "next" {
			c.Errorf("links of a full page: %v", next)
		}
		newest := c.str(c.list(r.body, "snapshots")[0], "id")
		for _, item := range c.list(c.get("volumev3", "/snapshots?limit=1&marker="+newest).status(200).body, "snapshots") {
			if get(item, "id") == newest {
				c.Errorf("the page after %s begins with it", newest)
			}
		}
		c.get("volumev3", "/snapshots?marker="+nothing).status(404).refuses("volumev3", "Snapshot "+nothing+" could not be found.")
		c.all(c.get("volumev3", "/snapshots/detail?volume_id="+id), snapshotDetail, "snapshots")
		c.delete("volumev3", "/volumes/"+id).status(400).refuses("volumev3", "Invalid volume: Volume status must be available or error")
		c.post("volumev3", "/volumes", object{"volume": object{"size": 1, "snapshot_id": snapshot}}).status(400).
			refuses("volumev3", "Volume size '1'GB cannot be smaller than the snapshot size 2GB.")
		r = c.post("volumev3", "/volumes", object{"volume": object{"snapshot_id": snapshot, "name": "contract-copy"}})
		c.volumeBecomes(c.remember("volumev3", "/volumes", r.status(202)), "available")
		c.has(r, volumeShape.with(shape{"size": is(2.0), "snapshot_id": is(snapshot)}), "volume")
	}},
	{"a volume from an image is bootable and knows the image once it is there", func(c *cloud, f *fixture) {
		r := c.post("volumev3", "/volumes", object{"volume": object{"size": 1, "imageRef": f.image, "name": "contract-image"}})
		id := c.remember("volumev3", "/volumes", r.status(202))
		c.has(r, volumeShape.with(shape{"bootable": is("false")}), "volume")
		v := c.volumeBecomes(id, "available")
		if v["bootable"] != "true" || get(v, "volume_image_metadata", "image_id") != f.image {
			c.Errorf("volume %v", v)
		}
	}},
	{"metadata is added to and replaced", func(c *cloud, f *fixture) {
		path := "/volumes/" + f.volume + "/metadata"
		size := func(r reply, want int) {
			c.Helper()
			if o, _ := get(r.status(200).body, "metadata").(object); len(o) != want {
				c.Errorf("%s: %s, want %d items", r.call, r.text, want)
			}
		}
		size(c.put("volumev3", path, object{"metadata": object{"a": "1", "b": "2"}}), 2)
		size(c.post("volumev3", path, object{"metadata": object{"c": "3"}}), 3)
		size(c.get("volumev3", path), 3)
		size(c.put("volumev3", path, object{"metadata": object{}}), 0)
	}},
	{"a volume becomes an image", func(c *cloud, f *fixture) {
		c.volumeBecomes(f.volume, "available")
		r := c.post("volumev3", "/volumes/"+f.volume+"/action", object{"os-volume_upload_image": object{
			"image_name": "contract-upload", "disk_format": "raw", "container_format": "bare",
		}}).status(202)
		id := c.str(r.body, "os-volume_upload_image", "image_id")
		c.Cleanup(func() { c.erase("image", "/images/"+id) })
		c.has(r, shape{
			"id": is(f.volume), "image_id": uuid, "image_name": is("contract-upload"), "size": is(1.0), "status": is("uploading"),
			"display_description": anything, "updated_at": anything, "container_format": is("bare"), "disk_format": is("raw"), "volume_type": anything,
		}, "os-volume_upload_image")
		c.eventually("image active", func() (bool, string) {
			r := c.get("image", "/images/"+id)
			return r.body["status"] == "active", r.text
		})
		c.volumeBecomes(f.volume, "available")
	}},
	{"a copy is not smaller than its origin, nor smaller than its image wants", func(c *cloud, _ *fixture) {
		origin := c.make("volumev3", "/volumes", object{"volume": object{"size": 2, "name": "contract-large"}})
		c.volumeBecomes(origin, "available")
		c.post("volumev3", "/volumes", object{"volume": object{"size": 1, "source_volid": origin}}).status(400).
			refuses("volumev3", "Volume size '1'GB cannot be smaller than original volume size  2GB. They must be >= original volume size.")
		image := c.image(object{"min_disk": 2})
		c.post("volumev3", "/volumes", object{"volume": object{"size": 1, "imageRef": image}}).status(400).
			refuses("volumev3", "Volume size 1GB cannot be smaller than the image minDisk size 2GB.")
	}},
	{"types, zones, limits, quotas and backups can be read", func(c *cloud, _ *fixture) {
		c.all(c.get("volumev3", "/types").status(200), shape{
			"id": uuid, "name": text, "is_public": boolean, "description": orNull(text), "extra_specs": mapOf(text), "os-volume-type-access:is_public": boolean,
		}, "volume_types")
		c.all(c.get("volumev3", "/os-availability-zone").status(200), shape{"zoneName": text, "zoneState": shape{"available": boolean}.like}, "availabilityZoneInfo")
		limits := shape{}
		for _, name := range []string{
			"maxTotalVolumes", "maxTotalSnapshots", "maxTotalVolumeGigabytes", "maxTotalBackups", "maxTotalBackupGigabytes",
			"totalVolumesUsed", "totalGigabytesUsed", "totalSnapshotsUsed", "totalBackupsUsed", "totalBackupGigabytesUsed",
		} {
			limits[name] = number
		}
		c.has(c.get("volumev3", "/limits").status(200), limits, "limits", "absolute")
		r := c.get("volumev3", "/os-quota-sets/"+c.projectID+"?usage=True").status(200)
		if wrong := (shape{"limit": number, "in_use": number, "reserved": number}).like(get(r.body, "quota_set", "gigabytes")); wrong != "" {
			c.Error(wrong)
		}
		c.list(c.get("volumev3", "/backups").status(200).body, "backups")
	}},
}
