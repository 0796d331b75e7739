package openstacktest

import "net/http"

// cinderQuota is what a project may have.
type cinderQuota struct{ volumes, snapshots, gigabytes int }

var defaultCinderQuota = cinderQuota{volumes: 200, snapshots: 200, gigabytes: 10000}

func (c *cinder) quota(project string) cinderQuota {
	if q, ok := c.quotas[project]; ok {
		return q
	}
	return defaultCinderQuota
}

// usage is what a project has; a snapshot's size counts like a volume's.
func (c *cinder) usage(project string) cinderQuota {
	var u cinderQuota
	for _, v := range c.volumes.order {
		if v.project == project {
			u.volumes++
			u.gigabytes += v.sizeGB
		}
	}
	for _, s := range c.snapshots.order {
		if s.project == project {
			u.snapshots++
			u.gigabytes += s.sizeGB
		}
	}
	return u
}

// checkQuota refuses one more volume or snapshot of a size when the project has too much.
func (c *cinder) checkQuota(project, what string, sizeGB int) error {
	if err := c.checkGigabytes(project, sizeGB); err != nil {
		return err
	}
	limit, used := c.quota(project), c.usage(project)
	switch {
	case what == "volume" && used.volumes >= limit.volumes:
		return refuse(http.StatusRequestEntityTooLarge, "VolumeLimitExceeded: Maximum number of volumes allowed (%d) exceeded for quota 'volumes'.", limit.volumes)
	case what == "snapshot" && used.snapshots >= limit.snapshots:
		return refuse(http.StatusRequestEntityTooLarge, "SnapshotLimitExceeded: Maximum number of snapshots allowed (%d) exceeded", limit.snapshots)
	}
	return nil
}

func (c *cinder) checkGigabytes(project string, sizeGB int) error {
	limit, used := c.quota(project), c.usage(project)
	if used.gigabytes+sizeGB > limit.gigabytes {
		return refuse(http.StatusRequestEntityTooLarge, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed "+
			"gigabytes quota. Requested %dG, quota is %dG and %dG has been consumed.", sizeGB, limit.gigabytes, used.gigabytes)
	}
	return nil
}

func (c *cinder) getLimits(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	id := ""
	if r.token.project != nil {
		id = r.token.project.id
	}
	limit, used := c.quota(id), c.usage(id)
	return reply(http.StatusOK, object{"limits": object{"rate": []any{}, "absolute": object{
		"maxTotalVolumes": limit.volumes, "maxTotalSnapshots": limit.snapshots, "maxTotalVolumeGigabytes": limit.gigabytes,
		"maxTotalBackups": 10, "maxTotalBackupGigabytes": 1000, "totalVolumesUsed": used.volumes,
		"totalGigabytesUsed": used.gigabytes, "totalSnapshotsUsed": used.snapshots, "totalBackupsUsed": 0,
		"totalBackupGigabytesUsed": 0,
	}}})
}

func (c *cinder) getQuotaSet(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	id := r.param("of")
	if !r.token.owns(id) && !r.token.isAdmin() {
		return answer{}, refuse(http.StatusForbidden, "Policy doesn't allow volume_extension:quotas:show to be performed.")
	}
	limit, used := c.quota(id), c.usage(id)
	set := object{"id": id}
	for name, n := range map[string][2]int{
		"volumes": {limit.volumes, used.volumes}, "snapshots": {limit.snapshots, used.snapshots},
		"gigabytes": {limit.gigabytes, used.gigabytes}, "per_volume_gigabytes": {-1, 0},
		"backups": {10, 0}, "backup_gigabytes": {1000, 0}, "groups": {10, 0},
	} {
		set[name] = n[0]
		if isTrue(r.URL.Query().Get("usage")) {
			set[name] = object{"limit": n[0], "in_use": n[1], "reserved": 0}
		}
	}
	return reply(http.StatusOK, object{"quota_set": set})
}
