package openstacktest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

var (
	volumeSize = func(field string, value any, minor int) *flaw {
		f := orNone(number(1, 1<<31-1))(field, value, minor)
		if f != nil && f.reason == fmt.Sprintf("%s is not of type 'integer', 'string'", python(value)) {
			f.reason = fmt.Sprintf("%s is not of type 'integer', 'string', 'null'", python(value))
		}
		return f
	}
	volumeMetadata = dict(text(0, 255))
	// A volume may be asked for with fields that Cinder does not know; it ignores them.
	volumeCreate = properties{
		"volume": {required: true, rule: properties{
			"name": {rule: orNone(text(0, 1<<16))}, "display_name": {rule: orNone(text(0, 1<<16))},
			"description": {rule: orNone(text(0, 1<<16))}, "display_description": {rule: orNone(text(0, 1<<16))},
			"size": {rule: volumeSize}, "volume_type": {rule: orNone(text(0, 255))}, "metadata": {rule: orNone(volumeMetadata)},
			"snapshot_id": {rule: orNone(uuid)}, "source_volid": {rule: orNone(uuid)}, "imageRef": {rule: orNone(text(0, 255))},
			"image_id": {}, "availability_zone": {rule: orNone(text(0, 255))}, "multiattach": {rule: orNone(boolean)},
			"consistencygroup_id": {}, "group_id": {since: 13}, "backup_id": {since: 47}, "user_id": {}, "project_id": {},
			"status": {}, "attach_status": {},
		}.open},
		"OS-SCH-HNT:scheduler_hints": {},
	}
	volumeUpdate = properties{"volume": {required: true, rule: properties{
		"name": {rule: orNone(text(0, 255))}, "display_name": {rule: orNone(text(0, 255))},
		"description": {rule: orNone(text(0, 255))}, "display_description": {rule: orNone(text(0, 255))},
		"metadata": {rule: orNone(volumeMetadata)},
	}.object}}
)

func (c *cinder) getVolume(r *request) (answer, error) {
	v, err := c.findVolume(r, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"volume": c.view(r, v, true)})
}

// decode reads a body; unlike Nova, Cinder insists on its content type.
func (c *cinder) decode(r *request, rules properties) (object, error) {
	if kind := r.Header.Get("Content-Type"); kind != "application/json" {
		r.strict(fmt.Sprintf("content type %q", kind))
		return nil, refuse(http.StatusUnsupportedMediaType, "Unsupported Content-Type")
	}
	return decodeChecked(r, rules)
}

// createVolume makes an empty volume, or one with the content of an image, a snapshot or a volume.
func (c *cinder) createVolume(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	body, err := c.decode(r, volumeCreate)
	if err != nil {
		return answer{}, err
	}
	if r.token.project == nil {
		return answer{}, refuse(http.StatusForbidden, "Policy doesn't allow volume:create to be performed.")
	}
	in := child(body, "volume")
	v := &volume{
		name: cmp.Or(str(in, "name"), str(in, "display_name")), kind: cmp.Or(str(in, "volume_type"), defaultVolumeType),
		description: cmp.Or(str(in, "description"), str(in, "display_description")),
		zone:        cmp.Or(str(in, "availability_zone"), "nova"), metadata: words(in, "metadata"),
		project: r.token.project.id, user: r.token.user.id, sizeGB: integer(in, "size"),
		snapshot: str(in, "snapshot_id"), source: str(in, "source_volid"),
	}
	switch {
	case len(v.name) > 255:
		return answer{}, refuse(http.StatusBadRequest, "Invalid input received: name has %d characters, more than 255.", len(v.name))
	case !slices.Contains(c.zones, v.zone):
		return answer{}, refuse(http.StatusBadRequest, "Availability zone '%s' is invalid.", v.zone)
	}
	kind, err := c.typeNamed(v.kind)
	if err != nil {
		return answer{}, err
	}
	v.kind, v.multiattach = kind.name, kind.multiattach
	if err := c.fill(r.token, v, cmp.Or(str(in, "imageRef"), str(in, "image_id"))); err != nil {
		return answer{}, err
	}
	if err := c.addVolume(v); err != nil {
		return answer{}, err
	}
	return reply(http.StatusAccepted, object{"volume": c.view(r, v, false)})
}

// fill checks where a new volume's content and, when not given, its size come from.
func (c *cinder) fill(t *token, v *volume, imageID string) error {
	least, what := 0, ""
	switch {
	case v.snapshot != "":
		s := c.snapshots.get(v.snapshot)
		if s == nil || !t.owns(s.project) {
			return noSnapshot(v.snapshot)
		}
		least, what = s.sizeGB, "the snapshot size %dGB. They must be >= original snapshot size."
	case v.source != "":
		from := c.volumes.get(v.source)
		if from == nil || !t.owns(from.project) {
			return noVolume(v.source)
		}
		least, what = from.sizeGB, "original volume size  %dGB. They must be >= original volume size."
		v.bootable, v.imageMetadata = from.bootable, from.imageMetadata
	case imageID != "":
		i := c.cloud.glance.find(imageID, t)
		if i == nil {
			return refuse(http.StatusBadRequest, "Invalid image identifier or unable to access requested image.")
		}
		if i.status != "active" {
			return refuse(http.StatusBadRequest, "Invalid input received: Image %s is not active.", i.id)
		}
		if v.sizeGB > 0 && v.sizeGB < i.minDisk {
			return refuse(http.StatusBadRequest, "Invalid input received: Volume size %dGB cannot be smaller than the image minDisk size %dGB.", v.sizeGB, i.minDisk)
		}
		v.fromImage(i)
	}
	if v.sizeGB == 0 && what != "" {
		v.sizeGB = least
	}
	if v.sizeGB == 0 {
		return refuse(http.StatusBadRequest, "The server could not comply with the request since it is either malformed or otherwise incorrect.")
	}
	if v.sizeGB < least {
		return refuse(http.StatusBadRequest, "Invalid input received: Volume size '%d'GB cannot be smaller than "+what, v.sizeGB, least)
	}
	return nil
}

// fromImage makes a volume bootable and keeps the image's metadata with it.
func (v *volume) fromImage(i *image) {
	v.bootable = true
	v.imageMetadata = map[string]string{
		"image_id": i.id, "image_name": i.name, "disk_format": i.diskFormat, "container_format": i.containerFormat,
		"min_disk": fmt.Sprint(i.minDisk), "min_ram": fmt.Sprint(i.minRAM), "size": fmt.Sprint(i.size), "checksum": seedHexID(i.id),
	}
	maps.Copy(v.imageMetadata, i.properties)
}

// addVolume checks the quota and starts making the volume.
func (c *cinder) addVolume(v *volume) error {
	if err := c.checkQuota(v.project, "volume", v.sizeGB); err != nil {
		return err
	}
	v.id, v.created, v.status = newUUID(), c.cloud.now(), "creating"
	if v.metadata == nil {
		v.metadata = map[string]string{}
	}
	c.volumes.add(v.id, v)
	filled := *v
	v.bootable, v.imageMetadata = false, nil // until the content is there
	c.cloud.later(func() {
		v.bootable, v.imageMetadata = filled.bootable, filled.imageMetadata
		c.become(v, "available")
	})
	return nil
}

// become gives a volume a status.
func (c *cinder) become(v *volume, status string) {
	v.status, v.updated = status, c.cloud.now()
}

func (c *cinder) updateVolume(r *request) (answer, error) {
	body, err := c.decode(r, volumeUpdate)
	if err != nil {
		return answer{}, err
	}
	v, err := c.findVolume(r, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	in := child(body, "volume")
	for field, target := range map[string]*string{
		"name": &v.name, "display_name": &v.name, "description": &v.description, "display_description": &v.description,
	} {
		if _, given := in[field]; given {
			*target = str(in, field)
		}
	}
	if _, given := in["metadata"]; given {
		v.metadata = words(in, "metadata")
	}
	v.updated = c.cloud.now()
	return reply(http.StatusOK, object{"volume": c.view(r, v, false)})
}

// deleteVolume refuses what is in use or has snapshots, with Cinder's one sentence for everything.
func (c *cinder) deleteVolume(r *request) (answer, error) {
	v, err := c.findVolume(r, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	hasSnapshots := slices.ContainsFunc(c.snapshots.order, func(s *snapshot) bool { return s.volume == v.id })
	if !slices.Contains([]string{"available", "error", "error_restoring", "error_extending", "error_managing"}, v.status) || hasSnapshots {
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: Volume status must be available or error or error_restoring or "+
			"error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a "+
			"transfer, or be disassociated from snapshots after volume transfer.")
	}
	c.dropVolume(v)
	return noText(http.StatusAccepted)
}

// dropVolume deletes a volume in the background.
func (c *cinder) dropVolume(v *volume) {
	c.become(v, "deleting")
	c.cloud.later(func() { c.volumes.remove(v.id) })
}

func (c *cinder) getMetadata(r *request) (answer, error) {
	v, err := c.findVolume(r, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"metadata": v.metadata})
}

func (c *cinder) addMetadata(r *request) (answer, error)     { return c.setMetadata(r, false) }
func (c *cinder) replaceMetadata(r *request) (answer, error) { return c.setMetadata(r, true) }

func (c *cinder) setMetadata(r *request, replace bool) (answer, error) {
	body, err := c.decode(r, properties{"metadata": {required: true, rule: volumeMetadata}})
	if err != nil {
		return answer{}, err
	}
	v, err := c.findVolume(r, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	if replace {
		v.metadata = map[string]string{}
	}
	maps.Copy(v.metadata, words(body, "metadata"))
	return reply(http.StatusOK, object{"metadata": v.metadata})
}
