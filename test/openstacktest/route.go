package openstacktest

import (
	"net/http"
	"net/url"
	"strings"
)

// object is a JSON object as it is read or written.
type object = map[string]any

// service is one OpenStack service: where it is mounted, what it serves and how it says no.
type service interface {
	// name is the one in the call log, mount the path it is served under.
	name() string
	mount() string
	routes() []route
	// version negotiates the microversion and sets r.minor; services without one do nothing.
	version(r *request) error
	// render turns a failure into the service's own error body.
	render(r *request, e *apiError) answer
	// decorate adds the headers that the service puts on every answer.
	decorate(r *request, a *answer)
}

// handler serves one route. An error that is no *apiError is a bug in this package.
type handler func(r *request) (answer, error)

// route is one method and path of a service, such as GET /v2.1/servers/{id}.
type route struct {
	method, path string
	handle       handler
	open         bool // needs no token
	until        int  // last microversion that has it; 0 means all
	since        int  // first microversion that has it
}

// parts are the path's segments; those in braces stand for any one segment.
func (rt *route) match(segments []string) (map[string]string, bool) {
	parts := split(rt.path)
	if len(parts) != len(segments) {
		return nil, false
	}
	var params map[string]string
	for i, part := range parts {
		if name, isParam := strings.CutPrefix(part, "{"); isParam {
			value, err := url.PathUnescape(segments[i])
			if err != nil || value == "" {
				return nil, false
			}
			if params == nil {
				params = make(map[string]string, 2)
			}
			params[strings.TrimSuffix(name, "}")] = value
		} else if part != segments[i] {
			return nil, false
		}
	}
	return params, true
}

// split cuts a path into segments; a slash at the end makes no difference, as in the real services.
func split(path string) []string {
	return strings.Split(strings.Trim(path, "/"), "/")
}

// find gives the route of a call and its parameters. Without a route, allowed holds the methods
// that the path would take.
func find(routes []route, method, path string) (rt *route, params map[string]string, allowed []string) {
	segments := split(path)
	for i := range routes {
		params, ok := routes[i].match(segments)
		if !ok {
			continue
		}
		if routes[i].method == method || routes[i].method == http.MethodGet && method == http.MethodHead {
			return &routes[i], params, nil
		}
		allowed = append(allowed, routes[i].method)
	}
	return nil, nil, allowed
}

// endpoint is where a call came in: the region and interface of the catalogue entry, the service
// and the path below its mount.
type endpoint struct {
	region, iface string
	service       service
	root          string // URL of the service's mount as the caller addressed it
	path          string // escaped, as sent
}

const (
	regionOne = "RegionOne"
	regionTwo = "RegionTwo"
)

// endpointRoot is the URL of a service's mount for a region and an interface.
func (c *Cloud) endpointRoot(region, iface, mount string) string {
	root := c.base
	if region != regionOne {
		root += "/" + region
	}
	if iface != "public" {
		root += "/" + iface
	}
	return root + mount
}

// locate resolves a request's path. The service is nil when nothing is mounted there.
func (c *Cloud) locate(path string) endpoint {
	e := endpoint{region: regionOne, iface: "public"}
	if rest, ok := strings.CutPrefix(path, "/"+regionTwo+"/"); ok {
		e.region, path = regionTwo, "/"+rest
	}
	for _, iface := range []string{"internal", "admin"} {
		if rest, ok := strings.CutPrefix(path, "/"+iface+"/"); ok {
			e.iface, path = iface, "/"+rest
		}
	}
	e.path = path
	for _, s := range c.services {
		rest, ok := strings.CutPrefix(path, s.mount())
		if ok && (rest == "" || rest[0] == '/') {
			e.service, e.path, e.root = s, rest, c.endpointRoot(e.region, e.iface, s.mount())
			break
		}
	}
	return e
}
