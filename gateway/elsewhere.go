package gateway

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/occigate/occigate/occi"
)

// The route of everything at the collections of mixins, whichever it is.
const routeMixin = "mixin collection"

// methodError is why a path does not take a request's method.
type methodError struct {
	method  string
	allowed []string
}

func (e *methodError) Error() string { return e.Unwrap().Error() }

// Unwrap returns what the client learns.
func (e *methodError) Unwrap() error {
	return occi.Errorf(occi.MethodNotAllowed, "%s is not offered here, only %s", clip(e.method), strings.Join(e.allowed, ", "))
}

// elsewhere serves what no route is for, at the mount that the path is below.
func (g *Gateway) elsewhere(w http.ResponseWriter, r *http.Request) {
	_, path := splitProject(routePath(r.URL))
	g.serve(g.mountOf(path), routeOther, g.unrouted)(w, r)
}

// unrouted tells other methods of paths that have routes from the collections of mixins.
func (g *Gateway) unrouted(q *request) (*reply, error) {
	path := routePath(q.URL)
	if allowed := g.routed(path); len(allowed) > 0 {
		return refuseMethod(q, allowed)
	}
	location, below := strings.CutPrefix(path, q.urls.Mount)
	if !below { // at the host's root, which is no mount
		return nil, errNothing(q)
	}
	return g.mixinCollection(q, location)
}

// mixinCollection serves the collection of the mixin whose location it is in the caller's model.
func (g *Gateway) mixinCollection(q *request, location string) (*reply, error) {
	model, err := q.model()
	if err != nil {
		return nil, err
	}
	location, err = url.PathUnescape(location)
	if err != nil {
		return nil, errNothing(q)
	}
	mixin := model.MixinAt(location)
	if mixin == nil {
		return nil, cmp.Or(model.NothingAt(location), errNothing(q))
	}
	eventOf(q.Context()).route = routeMixin
	c := collection{mixin: mixin}
	for _, k := range g.kinds {
		if mixin.AppliesTo(k.ID) {
			c.kinds = append(c.kinds, k)
		}
	}
	if serve, ok := g.ofMixins[q.Method]; ok {
		return serve(c)(q)
	}
	var allowed []string
	for method := range g.ofMixins {
		allowed = append(allowed, method)
	}
	slices.Sort(allowed)
	return refuseMethod(q, append(allowed, http.MethodOptions))
}

// refuseMethod answers methods that a path does not take, and OPTIONS, which asks for those that it does.
func refuseMethod(q *request, allowed []string) (*reply, error) {
	if q.Method == http.MethodOptions {
		return &reply{status: http.StatusOK, header: []occi.Field{{Name: "Allow", Value: strings.Join(allowed, ", ")}}}, nil
	}
	return nil, &methodError{q.Method, allowed}
}

func errNothing(q *request) error {
	return occi.Errorf(occi.NotFound, "there is nothing at %q", clip(q.URL.Path))
}

// routed returns the methods that routes take at the path, none if it has no route.
func (g *Gateway) routed(path string) []string {
	_, path = splitProject(path)
	var methods []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
		if g.router.Match(chi.NewRouteContext(), method, path) {
			methods = append(methods, method)
		}
	}
	if len(methods) > 0 {
		methods = append(methods, http.MethodOptions)
	}
	return methods
}

// mountOf returns the longest mount that the path is at or below. The host's root belongs to a mount even where it is
// none itself.
func (g *Gateway) mountOf(path string) string {
	longest, found := "", false
	for _, mount := range g.options.Mounts {
		if (path == mount || strings.HasPrefix(path, mount+"/")) && (!found || len(mount) > len(longest)) {
			longest, found = mount, true
		}
	}
	if !found {
		return g.topMount()
	}
	return longest
}

// topMount returns the mount whose URLs are given at the host's root: the first one, where the root is none itself.
func (g *Gateway) topMount() string {
	if slices.Contains(g.options.Mounts, "") {
		return ""
	}
	return g.options.Mounts[0]
}
