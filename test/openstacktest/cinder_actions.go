package openstacktest

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
)

// volumeActions are the actions users take on volumes, with what their bodies hold.
var volumeActions = map[string]properties{
	"os-extend": {"os-extend": {required: true, rule: properties{
		"new_size": {required: true, rule: number(1, 1<<31-1)},
	}.object}},
	"os-retype": retypeBody,
	"os-set_bootable": {"os-set_bootable": {required: true, rule: properties{
		"bootable": {required: true, rule: boolean},
	}.object}},
	"os-volume_upload_image": {"os-volume_upload_image": {required: true, rule: properties{
		"image_name": {required: true, rule: text(0, 255)}, "force": {rule: boolean},
		"disk_format": {rule: oneOf("raw", "vmdk", "vdi", "qcow2", "vhd", "vhdx", "ploop")}, "container_format": {rule: text(0, 255)},
		"visibility": {rule: oneOf("community", "public", "private", "shared"), since: 1}, "protected": {rule: boolean, since: 1},
	}.object}},
}

func (c *cinder) volumeAction(r *request) (answer, error) {
	body, err := r.decode()
	if err != nil {
		return answer{}, refuse(http.StatusBadRequest, "Malformed request body")
	}
	name := ""
	for key := range body {
		name = key
	}
	rules, known := volumeActions[name]
	if !known || len(body) != 1 {
		r.strict("unknown volume action " + name)
		return answer{}, refuse(http.StatusBadRequest, "There is no such action: %s. Verify the request body and Content-Type header and try again.", name)
	}
	if f := rules.check(body, r.minor); f != nil {
		return answer{}, schemaFault(r, f)
	}
	v, err := c.findVolume(r, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	in := child(body, name)
	switch name {
	case "os-extend":
		return c.extend(r, v, integer(in, "new_size"))
	case "os-retype":
		return c.retype(v, in)
	case "os-set_bootable":
		v.bootable = truth(in, "bootable")
		return empty(http.StatusOK)
	default:
		return c.uploadImage(v, in)
	}
}

// extend grows a volume. Growing one in use needs microversion 3.42.
func (c *cinder) extend(r *request, v *volume, size int) (answer, error) {
	inUse := v.status == "in-use" && r.minor >= 42
	switch {
	case v.status != "available" && !inUse:
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: Volume %s status must be '{'status': 'available'}' to extend, "+
			"currently %s.", v.id, v.status)
	case size <= v.sizeGB:
		return answer{}, refuse(http.StatusBadRequest, "Invalid input received: New size for extend must be greater than current size. "+
			"(current: %d, extended: %d).", v.sizeGB, size)
	}
	if err := c.checkGigabytes(v.project, size-v.sizeGB); err != nil {
		return answer{}, err
	}
	before := v.status
	c.become(v, "extending")
	c.cloud.later(func() {
		v.sizeGB = size
		c.become(v, before)
	})
	a, err := empty(http.StatusAccepted)
	a.header.Set("Content-Type", "application/json")
	return a, err
}

// uploadImage makes an image out of a volume.
func (c *cinder) uploadImage(v *volume, in object) (answer, error) {
	if v.status != "available" && (v.status != "in-use" || !truth(in, "force")) {
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: Volume %s status must be available, but current status is: %s.", v.id, v.status)
	}
	i := c.cloud.glance.add(&image{
		name: str(in, "image_name"), owner: v.project, status: "queued", visibility: "shared",
		diskFormat: cmp.Or(str(in, "disk_format"), "raw"), containerFormat: cmp.Or(str(in, "container_format"), "bare"),
		properties: map[string]string{},
	})
	before := v.status
	c.become(v, "uploading")
	c.cloud.later(func() {
		i.status, i.size, i.updated = "active", v.sizeGB<<30, c.cloud.now()
		c.become(v, before)
	})
	return reply(http.StatusAccepted, object{"os-volume_upload_image": object{
		"id": v.id, "image_id": i.id, "image_name": i.name, "size": v.sizeGB, "status": "uploading",
		"display_description": nullable(v.description), "updated_at": orNull(v.updated, microseconds),
		"container_format": i.containerFormat, "disk_format": i.diskFormat, "volume_type": nil,
	}})
}

var snapshotCreate = properties{"snapshot": {required: true, rule: properties{
	"volume_id": {required: true, rule: uuid}, "name": {rule: orNone(text(0, 255))}, "display_name": {rule: orNone(text(0, 255))},
	"description": {rule: orNone(text(0, 255))}, "display_description": {rule: orNone(text(0, 255))},
	"force": {rule: boolean}, "metadata": {rule: orNone(volumeMetadata)},
}.object}}

func noSnapshot(id string) *apiError {
	return refuse(http.StatusNotFound, "Snapshot %s could not be found.", id)
}

func (c *cinder) createSnapshot(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	body, err := c.decode(r, snapshotCreate)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "snapshot")
	v, err := c.findVolume(r, str(in, "volume_id"))
	if err != nil {
		return answer{}, err
	}
	// Since 3.66 a volume in use needs no force. Cinder API: 3.66.
	if v.status != "available" && (v.status != "in-use" || !truth(in, "force") && r.minor < 66) {
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: Volume %s status must be available, but current status is: %s.", v.id, v.status)
	}
	if err := c.checkQuota(v.project, "snapshot", v.sizeGB); err != nil {
		return answer{}, err
	}
	s := &snapshot{
		id: newUUID(), name: cmp.Or(str(in, "name"), str(in, "display_name")),
		description: cmp.Or(str(in, "description"), str(in, "display_description")),
		project:     v.project, user: r.token.user.id, volume: v.id, status: "creating", sizeGB: v.sizeGB,
		metadata: words(in, "metadata"), created: c.cloud.now(),
	}
	c.snapshots.add(s.id, s)
	c.cloud.later(func() { s.status, s.updated = "available", c.cloud.now() })
	return reply(http.StatusAccepted, object{"snapshot": s.view(r, false)})
}

func (s *snapshot) view(r *request, detail bool) object {
	view := object{
		"id": s.id, "name": nullable(s.name), "description": nullable(s.description), "volume_id": s.volume, "status": s.status,
		"size": s.sizeGB, "metadata": maps.Clone(s.metadata), "created_at": roundMicros(s.created),
		"updated_at": orNull(s.updated, roundMicros),
	}
	if detail {
		progress := "0%"
		if s.status == "available" {
			progress = "100%"
		}
		view["os-extended-snapshot-attributes:progress"] = progress
		view["os-extended-snapshot-attributes:project_id"] = s.project
	}
	if r.minor >= 14 {
		view["group_snapshot_id"] = nil
	}
	if r.minor >= 41 {
		view["user_id"] = s.user
	}
	if r.minor >= 65 {
		view["consumes_quota"] = true
	}
	return view
}

func (c *cinder) listSnapshots(r *request) (answer, error)       { return c.snapshotList(r, false) }
func (c *cinder) listSnapshotsDetail(r *request) (answer, error) { return c.snapshotList(r, true) }

func (c *cinder) snapshotList(r *request, detail bool) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	q := r.URL.Query()
	found := c.snapshots.latest(func(s *snapshot) bool {
		for name, have := range map[string]string{"name": s.name, "status": s.status, "volume_id": s.volume} {
			if want, given := q[name]; given && !slices.Contains(want, have) {
				return false
			}
		}
		return r.token.owns(s.project)
	})
	return pageOf(c, r, "snapshots", found, func(s *snapshot) string { return s.id }, noSnapshot,
		func(s *snapshot) object { return s.view(r, detail) })
}

func (c *cinder) findSnapshot(r *request) (*snapshot, error) {
	if err := c.own(r); err != nil {
		return nil, err
	}
	s := c.snapshots.get(r.param("id"))
	if s == nil || !r.token.owns(s.project) && !r.token.isAdmin() {
		return nil, noSnapshot(r.param("id"))
	}
	return s, nil
}

func (c *cinder) getSnapshot(r *request) (answer, error) {
	s, err := c.findSnapshot(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"snapshot": s.view(r, true)})
}

func (c *cinder) deleteSnapshot(r *request) (answer, error) {
	s, err := c.findSnapshot(r)
	if err != nil {
		return answer{}, err
	}
	if s.status != "available" && s.status != "error" {
		return answer{}, refuse(http.StatusBadRequest, "Invalid snapshot: Snapshot status must be available or error, and must not be "+
			"migrating or part of a group.")
	}
	s.status = "deleting"
	c.cloud.later(func() { c.snapshots.remove(s.id) })
	return noText(http.StatusAccepted)
}
