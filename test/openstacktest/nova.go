package openstacktest

import (
	"net/http"
)

// nova is the compute service.
type nova struct {
	cloud    *Cloud
	versions microversion
	flavors  table[flavor]
	servers  table[server]
	ended    table[server] // deleted ones
	groups   table[serverGroup]
	keypairs map[string]*table[keypair] // by user id, then by name
	quotas   map[string]novaQuota       // by project id; over the default
}

func newNova(c *Cloud, newest int) *nova {
	return &nova{
		cloud: c, versions: microversion{service: "compute", major: 2, min: 1, max: newest},
		keypairs: make(map[string]*table[keypair]), quotas: make(map[string]novaQuota),
	}
}

func (n *nova) name() string  { return "nova" }
func (n *nova) mount() string { return "/compute" }

func (n *nova) routes() []route {
	routes := []route{
		{method: "GET", path: "/", handle: n.versionList, open: true},
		{method: "GET", path: "/v2.1", handle: n.versionDocument, open: true},
		{method: "GET", path: "/v2.1/flavors", handle: n.listFlavors},
		{method: "GET", path: "/v2.1/flavors/detail", handle: n.listFlavorsDetail},
		{method: "GET", path: "/v2.1/flavors/{id}", handle: n.getFlavor},
		{method: "GET", path: "/v2.1/flavors/{id}/os-extra_specs", handle: n.getExtraSpecs},
		{method: "GET", path: "/v2.1/limits", handle: n.getLimits},
		{method: "GET", path: "/v2.1/os-availability-zone", handle: n.listZones},
		{method: "GET", path: "/v2.1/os-keypairs", handle: n.listKeypairs},
		{method: "POST", path: "/v2.1/os-keypairs", handle: n.createKeypair},
		{method: "GET", path: "/v2.1/os-keypairs/{name}", handle: n.getKeypair},
		{method: "DELETE", path: "/v2.1/os-keypairs/{name}", handle: n.deleteKeypair},
		{method: "GET", path: "/v2.1/os-server-groups", handle: n.listServerGroups},
		{method: "POST", path: "/v2.1/os-server-groups", handle: n.createServerGroup},
		{method: "GET", path: "/v2.1/os-server-groups/{id}", handle: n.getServerGroup},
		{method: "DELETE", path: "/v2.1/os-server-groups/{id}", handle: n.deleteServerGroup},
	}
	routes = append(routes, n.serverRoutes()...)
	return append(routes, n.removedRoutes()...)
}

func (n *nova) serverRoutes() []route {
	return []route{
		{method: "GET", path: "/v2.1/servers", handle: n.listServers},
		{method: "POST", path: "/v2.1/servers", handle: n.createServer},
		{method: "GET", path: "/v2.1/servers/detail", handle: n.listServersDetail},
		{method: "GET", path: "/v2.1/servers/{id}", handle: n.getServer},
		{method: "PUT", path: "/v2.1/servers/{id}", handle: n.updateServer},
		{method: "DELETE", path: "/v2.1/servers/{id}", handle: n.deleteServer},
		{method: "POST", path: "/v2.1/servers/{id}/action", handle: n.serverAction},
		{method: "POST", path: "/v2.1/servers/{id}/remote-consoles", handle: n.createConsole, since: 6},
		{method: "GET", path: "/v2.1/servers/{id}/ips", handle: n.getAddresses},
		{method: "GET", path: "/v2.1/servers/{id}/os-security-groups", handle: n.listServerSecurityGroups},
		{method: "GET", path: "/v2.1/servers/{id}/metadata", handle: n.getMetadata},
		{method: "POST", path: "/v2.1/servers/{id}/metadata", handle: n.addMetadata},
		{method: "PUT", path: "/v2.1/servers/{id}/metadata", handle: n.replaceMetadata},
		{method: "GET", path: "/v2.1/servers/{id}/metadata/{key}", handle: n.getMetadataItem},
		{method: "PUT", path: "/v2.1/servers/{id}/metadata/{key}", handle: n.putMetadataItem},
		{method: "DELETE", path: "/v2.1/servers/{id}/metadata/{key}", handle: n.deleteMetadataItem},
		{method: "GET", path: "/v2.1/servers/{id}/tags", handle: n.getTags, since: 26},
		{method: "PUT", path: "/v2.1/servers/{id}/tags", handle: n.replaceTags, since: 26},
		{method: "PUT", path: "/v2.1/servers/{id}/tags/{tag}", handle: n.putTag, since: 26},
		{method: "DELETE", path: "/v2.1/servers/{id}/tags/{tag}", handle: n.deleteTag, since: 26},
		{method: "GET", path: "/v2.1/servers/{id}/os-interface", handle: n.listInterfaces},
		{method: "POST", path: "/v2.1/servers/{id}/os-interface", handle: n.createInterface},
		{method: "GET", path: "/v2.1/servers/{id}/os-interface/{port}", handle: n.getInterface},
		{method: "DELETE", path: "/v2.1/servers/{id}/os-interface/{port}", handle: n.deleteInterface},
		{method: "GET", path: "/v2.1/servers/{id}/os-volume_attachments", handle: n.listAttachments},
		{method: "POST", path: "/v2.1/servers/{id}/os-volume_attachments", handle: n.createAttachment},
		{method: "GET", path: "/v2.1/servers/{id}/os-volume_attachments/{volume}", handle: n.getAttachment},
		{method: "DELETE", path: "/v2.1/servers/{id}/os-volume_attachments/{volume}", handle: n.deleteAttachment},
	}
}

// removedProxies are the APIs that forward to other services and that newer clients must not use.
var removedProxies = []string{
	"images", "os-volumes", "os-snapshots", "os-floating-ips", "os-floating-ip-pools", "os-networks",
	"os-tenant-networks", "os-security-groups", "os-fixed-ips", "os-floating-ips-bulk", "os-certificates",
}

// removedRoutes answer the proxies: 404, and a violation at any version. Nova API: microversion 2.36.
func (n *nova) removedRoutes() []route {
	removed := func(r *request) (answer, error) {
		r.strict("a proxy that Nova has removed in microversion 2.36")
		return answer{}, refuse(http.StatusNotFound, "The resource could not be found.")
	}
	var routes []route
	for _, name := range removedProxies {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			routes = append(routes, route{method: method, path: "/v2.1/" + name, handle: removed})
		}
		routes = append(routes,
			route{method: http.MethodGet, path: "/v2.1/" + name + "/{id}", handle: removed},
			route{method: http.MethodDelete, path: "/v2.1/" + name + "/{id}", handle: removed})
	}
	return routes
}

func (n *nova) version(r *request) error { return n.versions.negotiate(r) }

func (n *nova) decorate(r *request, a *answer) {
	if r.atRoot() { // the list of versions is another application
		return
	}
	a.header.Set("X-Openstack-Request-Id", r.id)
	a.header.Set("X-Compute-Request-Id", r.id)
	if r.minor != noVersion {
		a.header.Set("OpenStack-API-Version", "compute "+n.versions.header(r.minor))
		a.header.Set("X-OpenStack-Nova-API-Version", n.versions.header(r.minor))
		a.header["Vary"] = []string{"OpenStack-API-Version", "X-OpenStack-Nova-API-Version"}
	}
}

func (n *nova) render(r *request, e *apiError) answer {
	a := renderFault(e, n.cloud.bearer(r, n))
	if a.body != nil && e.status != http.StatusUnauthorized {
		a.header.Set("Content-Type", "application/json; charset=UTF-8")
	}
	return a
}

func (n *nova) versionList(r *request) (answer, error) {
	return reply(http.StatusOK, object{"versions": []any{
		object{
			"id": "v2.0", "status": "SUPPORTED", "version": "", "min_version": "", "updated": "2011-01-21T11:33:21Z",
			"links": []any{object{"rel": "self", "href": r.root + "/v2/"}},
		},
		object{
			"id": "v2.1", "status": "CURRENT", "version": n.versions.header(n.versions.max), "min_version": "2.1",
			"updated": "2013-07-23T11:33:21Z", "links": []any{object{"rel": "self", "href": r.root + "/v2.1/"}},
		},
	}})
}

func (n *nova) versionDocument(r *request) (answer, error) {
	return reply(http.StatusOK, object{"version": object{
		"id": "v2.1", "status": "CURRENT", "version": n.versions.header(n.versions.max), "min_version": "2.1",
		"updated": "2013-07-23T11:33:21Z",
		"links": []any{
			object{"rel": "self", "href": r.root + "/v2.1/"},
			object{"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"},
		},
		"media-types": []any{object{"base": "application/json", "type": "application/vnd.openstack.compute+json;version=2.1"}},
	}})
}

// links are a thing's own link and its versionless bookmark.
func links(r *request, plural, id string) []any {
	return []any{
		object{"rel": "self", "href": r.root + "/v2.1/" + plural + "/" + id},
		object{"rel": "bookmark", "href": r.root + "/" + plural + "/" + id},
	}
}

// novaPage answers with one page of a list and the link to the next.
func novaPage[T any](n *nova, r *request, plural string, found []T, id func(T) string, view func(T) object) (answer, error) {
	q := r.URL.Query()
	p, ok := parsePaging(q, unlimited, n.cloud.pageBound(1000))
	if !ok {
		return answer{}, refuse(http.StatusBadRequest,
			"Invalid input for query parameters limit. Value: %s. '%[1]s' does not match '^[0-9]*$'", q.Get("limit"))
	}
	page, full, ok := cut(found, p, id)
	if !ok {
		return answer{}, refuse(http.StatusBadRequest, "marker [%s] not found", p.marker)
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

func (n *nova) listZones(*request) (answer, error) {
	return reply(http.StatusOK, object{"availabilityZoneInfo": []any{
		object{"zoneName": "nova", "zoneState": object{"available": true}, "hosts": nil},
	}})
}
