package openstacktest

import (
	"net/http"
	"slices"
)

// backup is a copy of a volume that the backup service keeps.
type backup struct {
	id, name, description, project, volume, status, reason string
	sizeGB                                                 int
}

const maxBackups = 10 // Cinder's default quota

var backupCreate = properties{"backup": {required: true, rule: properties{
	"volume_id": {required: true, rule: uuid}, "name": {rule: orNone(text(0, 255))}, "description": {rule: orNone(text(0, 255))},
	"container": {rule: orNone(text(0, 255))}, "incremental": {rule: boolean}, "force": {rule: boolean},
	"snapshot_id": {rule: orNone(uuid)}, "metadata": {rule: orNone(volumeMetadata), since: 43},
}.object}}

func noBackup(id string) *apiError {
	return refuse(http.StatusNotFound, "Backup %s could not be found.", id)
}

// ServeBackups adds the backup service, which the simulated cloud, like many real ones, does not have.
func (c *Cloud) ServeBackups() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cinder.backsUp = true
}

// createBackup takes every order. Without the backup service the backup fails a moment later, and stays.
func (c *cinder) createBackup(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	body, err := c.decode(r, backupCreate)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "backup")
	v, err := c.findVolume(r, str(in, "volume_id"))
	if err != nil {
		return answer{}, err
	}
	switch {
	case v.status == "in-use" && !truth(in, "force"):
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: Backing up an in-use volume must use the force flag.")
	case v.status != "available" && v.status != "in-use":
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: Volume to be backed up must be available or in-use, "+
			"but the current status is \"%s\".", v.status)
	case len(c.backups.all(func(b *backup) bool { return b.project == v.project })) >= maxBackups:
		return answer{}, refuse(http.StatusRequestEntityTooLarge, "BackupLimitExceeded: Maximum number of backups allowed (%d) exceeded", maxBackups)
	}
	b := &backup{
		id: newUUID(), name: str(in, "name"), description: str(in, "description"), project: v.project, volume: v.id, status: "creating", sizeGB: v.sizeGB,
	}
	before := v.status
	c.backups.add(b.id, b)
	c.become(v, "backing-up")
	c.cloud.later(func() {
		b.status = "available"
		if !c.backsUp {
			b.status, b.reason = "error", "Service not found for creating backup."
		}
		c.become(v, before)
	})
	return reply(http.StatusAccepted, object{"backup": object{"id": b.id, "name": nullable(b.name), "links": c.backupLinks(r, b.id)}})
}

func (c *cinder) backupLinks(r *request, id string) []any {
	scope := ""
	if project := r.param("project"); project != "" {
		scope = "/" + project
	}
	return []any{
		object{"rel": "self", "href": r.root + "/v3" + scope + "/backups/" + id},
		object{"rel": "bookmark", "href": r.root + scope + "/backups/" + id},
	}
}

func (c *cinder) backupView(r *request, b *backup) object {
	return object{
		"id": b.id, "status": b.status, "size": b.sizeGB, "object_count": 0, "availability_zone": nil, "container": nil,
		"created_at": microseconds(c.cloud.now()), "updated_at": nil, "name": nullable(b.name), "description": nullable(b.description),
		"fail_reason": nullable(b.reason), "volume_id": b.volume, "links": c.backupLinks(r, b.id), "is_incremental": false,
		"has_dependent_backups": false, "snapshot_id": nil, "data_timestamp": microseconds(c.cloud.now()),
	}
}

func (c *cinder) listBackups(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	volume, given := r.URL.Query()["volume_id"]
	found := c.backups.latest(func(b *backup) bool {
		return r.token.owns(b.project) && (!given || slices.Contains(volume, b.volume))
	})
	return pageOf(c, r, "backups", found, func(b *backup) string { return b.id }, noBackup,
		func(b *backup) object { return c.backupView(r, b) })
}

func (c *cinder) findBackup(r *request) (*backup, error) {
	if err := c.own(r); err != nil {
		return nil, err
	}
	b := c.backups.get(r.param("id"))
	if b == nil || !r.token.owns(b.project) {
		return nil, noBackup(r.param("id"))
	}
	return b, nil
}

func (c *cinder) getBackup(r *request) (answer, error) {
	b, err := c.findBackup(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"backup": c.backupView(r, b)})
}

// deleteBackup needs the backup service even for a backup that it never made.
func (c *cinder) deleteBackup(r *request) (answer, error) {
	b, err := c.findBackup(r)
	if err != nil {
		return answer{}, err
	}
	if !c.backsUp {
		return answer{}, refuse(http.StatusNotFound, "Service %s could not be found.", "cinder-backup")
	}
	c.backups.remove(b.id)
	return noText(http.StatusAccepted)
}
