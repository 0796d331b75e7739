package openstacktest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// volume is a Cinder volume.
type volume struct {
	id, name, description, project, user, status string
	kind                                         string // volume type's name
	sizeGB                                       int
	bootable, multiattach                        bool
	zone, snapshot, source                       string
	metadata                                     map[string]string
	imageMetadata                                map[string]string // of a volume made from an image
	attachments                                  []attachment
	created, updated                             time.Time
}

// attachment ties a volume to a server; Nova makes and ends it.
type attachment struct {
	id, server, device string
	at                 time.Time
}

// snapshot is a Cinder snapshot of a volume.
type snapshot struct {
	id, name, description, project, user, volume, status string
	sizeGB                                               int
	metadata                                             map[string]string
	created, updated                                     time.Time
}

type cinder struct {
	cloud        *Cloud
	versions     microversion
	volumes      table[volume]
	snapshots    table[snapshot]
	backups      table[backup]
	types        table[volumeType]
	reservations table[reservation]
	zones        []string
	backsUp      bool                   // whether there is a backup service
	quotas       map[string]cinderQuota // by project id; over the default
}

func newCinder(c *Cloud, newest int) *cinder {
	made := &cinder{
		cloud: c, versions: microversion{service: "volume", major: 3, min: 0, max: newest},
		quotas: make(map[string]cinderQuota), zones: []string{"nova"},
	}
	only := &volumeType{id: seedUUID("volume type " + defaultVolumeType), name: defaultVolumeType, description: "Default Volume Type"}
	made.types.add(only.id, only)
	return made
}

func (c *cinder) name() string  { return "cinder" }
func (c *cinder) mount() string { return "/volume" }

// routes are served with and without the project in the path. Cinder API: 3.67.
func (c *cinder) routes() []route {
	routes := []route{
		{method: "GET", path: "/", handle: c.versionList, open: true},
		{method: "GET", path: "/v3", handle: c.versionList, open: true},
	}
	for _, root := range []string{"/v3", "/v3/{project}"} {
		for _, rt := range c.projectRoutes() {
			rt.path = root + rt.path
			routes = append(routes, rt)
		}
	}
	return routes
}

func (c *cinder) projectRoutes() []route {
	return []route{
		{method: "GET", path: "/volumes", handle: c.listVolumes},
		{method: "GET", path: "/volumes/detail", handle: c.listVolumesDetail},
		{method: "POST", path: "/volumes", handle: c.createVolume},
		{method: "GET", path: "/volumes/{id}", handle: c.getVolume},
		{method: "PUT", path: "/volumes/{id}", handle: c.updateVolume},
		{method: "DELETE", path: "/volumes/{id}", handle: c.deleteVolume},
		{method: "POST", path: "/volumes/{id}/action", handle: c.volumeAction},
		{method: "GET", path: "/volumes/{id}/metadata", handle: c.getMetadata},
		{method: "POST", path: "/volumes/{id}/metadata", handle: c.addMetadata},
		{method: "PUT", path: "/volumes/{id}/metadata", handle: c.replaceMetadata},
		{method: "DELETE", path: "/volumes/{id}/metadata/{key}", handle: c.deleteMetadataItem},
		{method: "GET", path: "/snapshots", handle: c.listSnapshots},
		{method: "GET", path: "/snapshots/detail", handle: c.listSnapshotsDetail},
		{method: "POST", path: "/snapshots", handle: c.createSnapshot},
		{method: "GET", path: "/snapshots/{id}", handle: c.getSnapshot},
		{method: "DELETE", path: "/snapshots/{id}", handle: c.deleteSnapshot},
		{method: "GET", path: "/attachments", handle: c.listReservations, since: 27},
		{method: "POST", path: "/attachments", handle: c.createReservation, since: 27},
		{method: "DELETE", path: "/attachments/{id}", handle: c.deleteReservation, since: 27},
		{method: "GET", path: "/backups", handle: c.listBackups},
		{method: "POST", path: "/backups", handle: c.createBackup},
		{method: "GET", path: "/backups/detail", handle: c.listBackups},
		{method: "GET", path: "/backups/{id}", handle: c.getBackup},
		{method: "DELETE", path: "/backups/{id}", handle: c.deleteBackup},
		{method: "GET", path: "/types", handle: c.listTypes},
		{method: "GET", path: "/os-availability-zone", handle: c.listZones},
		{method: "GET", path: "/limits", handle: c.getLimits},
		{method: "GET", path: "/os-quota-sets/{of}", handle: c.getQuotaSet},
	}
}

func (c *cinder) version(r *request) error { return c.versions.negotiate(r) }

func (c *cinder) decorate(r *request, a *answer) {
	a.header.Set("X-Openstack-Request-Id", r.id)
	if r.minor != noVersion {
		if a.status != http.StatusAccepted || a.contentType == "" { // not on a deletion's answer
			a.header.Set("X-Compute-Request-Id", r.id)
		}
		a.header.Set("OpenStack-API-Version", "volume "+c.versions.header(r.minor))
		a.header.Set("Vary", "OpenStack-API-Version")
	}
}

func (c *cinder) render(r *request, e *apiError) answer {
	return renderFault(e, c.cloud.bearer(r, c))
}

// own checks that the project in the path is the token's.
func (c *cinder) own(r *request) error {
	project := r.param("project")
	if project != "" && !r.token.owns(project) {
		return refuse(http.StatusBadRequest, "Malformed request url")
	}
	return nil
}

func (c *cinder) versionList(r *request) (answer, error) {
	status := http.StatusOK
	if r.atRoot() {
		status = http.StatusMultipleChoices
	}
	return reply(status, object{"versions": []any{object{
		"id": "v3.0", "status": "CURRENT", "version": c.versions.header(c.versions.max), "min_version": "3.0",
		"updated": "2022-08-31T00:00:00Z",
		"links": []any{
			object{"rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/"},
			object{"rel": "self", "href": r.root + "/v3/"},
		},
		"media-types": []any{object{"base": "application/json", "type": "application/vnd.openstack.volume+json;version=3"}},
	}}})
}

// findVolume gives the path's volume if it is the token's.
func (c *cinder) findVolume(r *request, id string) (*volume, error) {
	if err := c.own(r); err != nil {
		return nil, err
	}
	v := c.volumes.get(id)
	if v == nil || !r.token.owns(v.project) && !r.token.isAdmin() {
		return nil, noVolume(id)
	}
	return v, nil
}

func noVolume(id string) *apiError {
	return refuse(http.StatusNotFound, "Volume %s could not be found.", id)
}

// links point to a volume: below the project when the request was.
func (c *cinder) links(r *request, id string) []any {
	scope := ""
	if project := r.param("project"); project != "" {
		scope = "/" + project
	}
	return []any{
		object{"rel": "self", "href": r.root + "/v3" + scope + "/volumes/" + id},
		object{"rel": "bookmark", "href": r.root + scope + "/volumes/" + id},
	}
}

// view is a volume as shown; its owner shows in details only.
func (c *cinder) view(r *request, v *volume, detail bool) object {
	attachments := []any{}
	for _, a := range v.attachments {
		attachments = append(attachments, object{
			"id": v.id, "attachment_id": a.id, "volume_id": v.id, "server_id": a.server, "host_name": nil, // for administrators

			"device": a.device, "attached_at": microseconds(a.at),
		})
	}
	view := object{
		"id": v.id, "status": v.status, "size": v.sizeGB, "availability_zone": v.zone, "name": nullable(v.name),
		"description": nullable(v.description), "created_at": roundMicros(v.created), "updated_at": orNull(v.updated, roundMicros),
		"volume_type": v.kind, "snapshot_id": nullable(v.snapshot), "source_volid": nullable(v.source), "metadata": v.metadata,
		"links": c.links(r, v.id), "user_id": v.user, "bootable": strconv.FormatBool(v.bootable), "encrypted": false,
		"replication_status": nil, "consistencygroup_id": nil, "multiattach": v.multiattach, "attachments": attachments,
	}
	if detail {
		view["os-vol-tenant-attr:tenant_id"] = v.project
	}
	if len(v.imageMetadata) > 0 {
		view["volume_image_metadata"] = v.imageMetadata
	}
	if r.minor >= 13 {
		view["group_id"] = nil
	}
	if r.minor >= 48 {
		view["shared_targets"], view["service_uuid"] = true, seedUUID("cinder-volume")
	}
	if r.minor >= 63 {
		view["volume_type_id"] = nil
		if kind, err := c.typeNamed(v.kind); err == nil {
			view["volume_type_id"] = kind.id
		}
	}
	if r.minor >= 65 {
		view["consumes_quota"] = true
	}
	return view
}

func (c *cinder) listVolumes(r *request) (answer, error) {
	return c.listOf(r, func(v *volume) object {
		return object{"id": v.id, "name": nullable(v.name), "links": c.links(r, v.id)}
	})
}

func (c *cinder) listVolumesDetail(r *request) (answer, error) {
	return c.listOf(r, func(v *volume) object { return c.view(r, v, true) })
}

func (c *cinder) listOf(r *request, view func(*volume) object) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	q := r.URL.Query()
	found := c.volumes.latest(func(v *volume) bool { return r.token.owns(v.project) && v.passes(q) && v.hasMetadata(q) })
	if err := sortVolumes(r, q, found); err != nil {
		return answer{}, err
	}
	return pageOf(c, r, "volumes", found, func(v *volume) string { return v.id }, noVolume, view)
}

// pageOf answers with one page of a list and the link to the next.
func pageOf[T any](c *cinder, r *request, plural string, found []T, id func(T) string, missing func(string) *apiError, view func(T) object) (answer, error) {
	q := r.URL.Query()
	p, ok := parsePaging(q, unlimited, c.cloud.pageBound(1000))
	if !ok {
		return answer{}, limitError(q)
	}
	page, full, ok := cut(found, p, id)
	if !ok {
		return answer{}, missing(p.marker)
	}
	views := []any{}
	for _, item := range page {
		views = append(views, view(item))
	}
	body := object{plural: views}
	if full {
		body[plural+"_links"] = []any{object{"rel": "next", "href": r.self + "?" + nextQuery(q, id(page[len(page)-1]))}}
	}
	return reply(http.StatusOK, body)
}

// passes applies a list's filters; those a user may not use are ignored.
func (v *volume) passes(q url.Values) bool {
	fields := map[string]string{
		"name": v.name, "status": v.status, "bootable": strconv.FormatBool(v.bootable), "availability_zone": v.zone,
	}
	for name, have := range fields {
		if want, given := q[name]; given && !slices.Contains(want, have) {
			return false
		}
	}
	return true
}
