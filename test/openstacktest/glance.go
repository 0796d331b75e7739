package openstacktest

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// glancePage is the page size when a list was asked for without a limit (limit_param_default).
const glancePage = 25

// image is a Glance image.
type image struct {
	id, name, owner, status, visibility string
	diskFormat, containerFormat         string
	minDisk, minRAM                     int // GB, MB
	size                                int // bytes
	protected, hidden                   bool
	tags                                []string
	properties                          map[string]string // everything the schema does not name
	created, updated                    time.Time
}

type glance struct {
	cloud  *Cloud
	images table[image]
}

func newGlance(c *Cloud) *glance { return &glance{cloud: c} }

func (g *glance) name() string  { return "glance" }
func (g *glance) mount() string { return "/image" }

func (g *glance) routes() []route {
	return []route{
		{method: "GET", path: "/", handle: g.versions, open: true},
		{method: "GET", path: "/versions", handle: g.versions, open: true},
		{method: "GET", path: "/v2/images", handle: g.list},
		{method: "POST", path: "/v2/images", handle: g.create},
		{method: "GET", path: "/v2/images/{id}", handle: g.get},
		{method: "PATCH", path: "/v2/images/{id}", handle: g.patch},
		{method: "DELETE", path: "/v2/images/{id}", handle: g.delete},
		{method: "PUT", path: "/v2/images/{id}/file", handle: g.upload},
	}
}

func (g *glance) version(*request) error { return nil }

func (g *glance) decorate(r *request, a *answer) {
	if r.token != nil {
		a.header.Set("X-Openstack-Request-Id", r.id)
	}
}

// render answers errors as plain text: Glance has no error envelope.
func (g *glance) render(r *request, e *apiError) answer {
	if e.status == http.StatusUnauthorized {
		e.message = "This server could not verify that you are authorized to access the document you requested. Either you " +
			"supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required."
	}
	a := plain(e)
	if e.status == http.StatusUnauthorized {
		a.header.Set("WWW-Authenticate", g.cloud.bearer(r, g))
	}
	return a
}

func (g *glance) versions(r *request) (answer, error) {
	versions := []any{}
	for _, id := range []string{"v2.15", "v2.9", "v2.7", "v2.6", "v2.5", "v2.4", "v2.3", "v2.2", "v2.1", "v2.0"} {
		status := "SUPPORTED"
		if id == "v2.15" {
			status = "CURRENT"
		}
		versions = append(versions, object{
			"id": id, "status": status, "links": []any{object{"rel": "self", "href": r.root + "/v2/"}},
		})
	}
	return reply(http.StatusMultipleChoices, object{"versions": versions})
}

// visible tells whether a token may see an image.
func (g *glance) visible(i *image, t *token) bool {
	return i.visibility == "public" || i.visibility == "community" || t.owns(i.owner) || t.isAdmin()
}

// find gives the image that a token may see, or nil.
func (g *glance) find(id string, t *token) *image {
	i := g.images.get(id)
	if i == nil || !g.visible(i, t) {
		return nil
	}
	return i
}

func noImage(id string) *apiError {
	return refuse(http.StatusNotFound, "No image found with ID %s", id)
}

func (g *glance) list(r *request) (answer, error) {
	q := r.URL.Query()
	p, ok := parsePaging(q, glancePage, g.cloud.pageBound(1000))
	if !ok {
		return answer{}, limitError(q)
	}
	if v := q.Get("visibility"); v != "" && !slices.Contains(visibilities, v) {
		return answer{}, refuse(http.StatusBadRequest, "Invalid visibility value: %s", v)
	}
	found := g.images.latest(func(i *image) bool {
		if i.hidden != isTrue(q.Get("os_hidden")) {
			return false
		}
		// Community images are listed to their owner, or on request.
		listed := i.visibility != "community" || r.token.owns(i.owner) || q.Get("visibility") == "community"
		return listed && g.visible(i, r.token) && i.passes(q)
	})
	page, full, ok := cut(found, p, func(i *image) string { return i.id })
	if !ok {
		return answer{}, refuse(http.StatusBadRequest, "No image found with ID %s", p.marker)
	}
	views := []any{}
	for _, i := range page {
		views = append(views, i.view())
	}
	body := object{"images": views, "first": "/v2/images" + firstQuery(q), "schema": "/v2/schemas/images"}
	if full {
		body["next"] = "/v2/images?" + nextQuery(q, page[len(page)-1].id)
	}
	return reply(http.StatusOK, body)
}

var visibilities = []string{"public", "private", "shared", "community", "all"}

// limitError tells what is wrong with a limit, as Glance and Cinder do.
func limitError(q url.Values) *apiError {
	if _, err := strconv.Atoi(q.Get("limit")); err != nil {
		return refuse(http.StatusBadRequest, "limit param must be an integer")
	}
	return refuse(http.StatusBadRequest, "limit param must be positive")
}

// firstQuery is the query of a list's first page: this one's without the marker.
func firstQuery(q url.Values) string {
	first := maps.Clone(q)
	first.Del("marker")
	if len(first) == 0 {
		return ""
	}
	return "?" + first.Encode()
}

// passes applies a list's filters; a name that the schema does not know filters by property.
func (i *image) passes(q url.Values) bool {
	fields := map[string]string{
		"id": i.id, "name": i.name, "owner": i.owner, "status": i.status, "visibility": i.visibility,
		"disk_format": i.diskFormat, "container_format": i.containerFormat,
	}
	for name, values := range q {
		value := values[0]
		switch name {
		case "limit", "marker", "sort", "sort_key", "sort_dir", "os_hidden", "member_status":
			continue
		case "tag":
			if !slices.Contains(i.tags, value) {
				return false
			}
			continue
		}
		have, known := fields[name]
		if !known {
			have = i.properties[name]
		}
		if alternatives, ok := strings.CutPrefix(value, "in:"); ok {
			if !slices.Contains(strings.Split(alternatives, ","), have) {
				return false
			}
		} else if have != value && (name != "visibility" || value != "all") {
			return false
		}
	}
	return true
}

func (g *glance) get(r *request) (answer, error) {
	i := g.find(r.param("id"), r.token)
	if i == nil {
		return answer{}, noImage(r.param("id"))
	}
	return reply(http.StatusOK, i.view())
}

func (g *glance) delete(r *request) (answer, error) {
	i := g.find(r.param("id"), r.token)
	switch {
	case i == nil:
		return answer{}, refuse(http.StatusNotFound, "Failed to find image %s to delete", r.param("id"))
	case !r.token.owns(i.owner) && !r.token.isAdmin():
		return answer{}, refuse(http.StatusForbidden, "You do not own this image")
	case i.protected:
		return answer{}, refuse(http.StatusForbidden, "Image %s is protected and cannot be deleted.", i.id)
	}
	g.images.remove(i.id)
	return noText(http.StatusNoContent)
}

// view is an image as Glance shows it: its properties stand beside its fields.
func (i *image) view() object {
	path := "/v2/images/" + i.id
	view := object{
		"id": i.id, "name": nullable(i.name), "status": i.status, "visibility": i.visibility, "owner": i.owner,
		"disk_format": nullable(i.diskFormat), "container_format": nullable(i.containerFormat),
		"min_disk": i.minDisk, "min_ram": i.minRAM, "protected": i.protected, "os_hidden": i.hidden,
		"size": nil, "virtual_size": nil, "checksum": nil, "os_hash_algo": nil, "os_hash_value": nil,
		"created_at": seconds(i.created), "updated_at": seconds(i.updated), "tags": slices.Clone(i.tags),
		"self": path, "file": path + "/file", "schema": "/v2/schemas/image",
	}
	if i.status == "active" {
		view["size"], view["virtual_size"] = i.size, i.size
		view["checksum"] = seedHexID(i.id)
		view["os_hash_algo"], view["os_hash_value"] = "sha512", strings.Repeat(seedHexID(i.id), 4)
	}
	for name, value := range i.properties {
		view[name] = value
	}
	return view
}

// add makes a new image in queued state known.
func (g *glance) add(i *image) *image {
	i.created = g.cloud.now()
	i.updated = i.created
	if i.id == "" {
		i.id = newUUID()
	}
	if i.tags == nil {
		i.tags = []string{}
	}
	if i.properties == nil {
		i.properties = map[string]string{}
	}
	g.images.add(i.id, i)
	return i
}
