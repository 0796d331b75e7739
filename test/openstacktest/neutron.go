package openstacktest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// neutron is the network service. Its resources share one generic interface: see collection.
type neutron struct {
	cloud       *Cloud
	networks    table[network]
	subnets     table[subnet]
	pools       table[subnetPool]
	ports       table[port]
	routers     table[router]
	floatingIPs table[floatingIP]
	groups      table[securityGroup]
	rules       table[securityRule]
	quotas      map[string]map[string]int // by project id, by resource; over defaults
	collections []*collection
}

// record is what every Neutron resource has.
type record struct {
	id, name, description, project string
	tags                           []string
	created, updated               time.Time
	revision                       int
}

func (b *record) base() *record { return b }

// resource is one thing of a collection.
type resource interface {
	base() *record
	view() object
}

// newRecord starts a resource from the body that asks for it.
func (n *neutron) newRecord(t *token, in object) record {
	now := n.cloud.now()
	b := record{
		id: newUUID(), name: str(in, "name"), description: str(in, "description"), tags: []string{},
		created: now, updated: now, revision: 1,
	}
	if t.project != nil {
		b.project = t.project.id
	}
	for _, field := range []string{"tenant_id", "project_id"} {
		if id := str(in, field); id != "" {
			b.project = id
		}
	}
	return b
}

// shared are the fields that every resource shows.
func (b *record) shared() object {
	return object{
		"id": b.id, "name": b.name, "description": b.description, "tenant_id": b.project, "project_id": b.project,
		"tags": slices.Clone(b.tags), "created_at": seconds(b.created), "updated_at": seconds(b.updated),
		"revision_number": b.revision,
	}
}

// touch counts a change.
func (n *neutron) touch(b *record) {
	b.revision++
	b.updated = n.cloud.now()
}

func newNeutron(c *Cloud) *neutron {
	n := &neutron{cloud: c, quotas: make(map[string]map[string]int)}
	n.collections = []*collection{
		n.networkCollection(), n.subnetCollection(), n.poolCollection(), n.portCollection(), n.routerCollection(),
		n.floatingIPCollection(), n.groupCollection(), n.ruleCollection(),
	}
	return n
}

func (n *neutron) name() string  { return "neutron" }
func (n *neutron) mount() string { return "/networking" }

func (n *neutron) routes() []route {
	routes := []route{
		{method: "GET", path: "/", handle: n.versions, open: true},
		{method: "GET", path: "/v2.0", handle: n.resourceList},
		{method: "GET", path: "/v2.0/quotas/{project}", handle: n.getQuota},
		{method: "GET", path: "/v2.0/quotas/{project}/details", handle: n.getQuotaDetails},
		{method: "PUT", path: "/v2.0/routers/{id}/add_router_interface", handle: n.addInterface},
		{method: "PUT", path: "/v2.0/routers/{id}/remove_router_interface", handle: n.removeInterface},
	}
	for _, c := range n.collections {
		routes = append(routes, n.collectionRoutes(c)...)
	}
	return routes
}

func (n *neutron) version(*request) error { return nil }

func (n *neutron) decorate(r *request, a *answer) {
	if !r.atRoot() {
		a.header.Set("X-Openstack-Request-Id", r.id)
	}
}

func (n *neutron) render(r *request, e *apiError) answer {
	a := answer{status: e.status, header: http.Header{}}
	if e.status == http.StatusUnauthorized {
		a.header.Set("WWW-Authenticate", n.cloud.bearer(r, n))
		a.body = object{"error": object{"code": e.status, "title": "Unauthorized", "message": e.message}}
		return a
	}
	kind := e.kind
	switch {
	case e.status == http.StatusMethodNotAllowed:
		kind = "HTTPMethodNotAllowed"
		e.message = "The server could not comply with the request since it is either malformed or otherwise incorrect."
		e.header = nil
	case kind == "" || kind == earlyError:
		kind = "HTTP" + strings.ReplaceAll(http.StatusText(e.status), " ", "")
	}
	a.body = object{"NeutronError": object{"type": kind, "message": e.message, "detail": ""}}
	return a
}

// neutronError makes an error with Neutron's type.
func neutronError(status int, kind, format string, args ...any) *apiError {
	return &apiError{status: status, kind: kind, message: fmt.Sprintf(format, args...)}
}

func (n *neutron) versions(r *request) (answer, error) {
	return reply(http.StatusOK, object{"versions": []any{object{
		"id": "v2.0", "status": "CURRENT", "links": []any{object{"rel": "self", "href": r.root + "/v2.0/"}},
	}}})
}

func (n *neutron) resourceList(r *request) (answer, error) {
	list := []any{}
	for _, c := range n.collections[:4] {
		list = append(list, object{
			"name": c.singular, "collection": c.plural,
			"links": []any{object{"rel": "self", "href": r.root + "/v2.0/" + c.plural}},
		})
	}
	return reply(http.StatusOK, object{"resources": list})
}
