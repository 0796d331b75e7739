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

// routes says what is where. Paths are written without a trailing slash; see canonicalPath.
func (g *Gateway) routes() chi.Router {
	r := chi.NewRouter()
	r.Use(g.observe, g.recoverPanic, g.limitInFlight, g.limitRequest, g.deadline, canonicalPath)

	// Where the host's root is no mount, it gives the URLs of the first one.
	mounts, top := g.options.Mounts, ""
	if !slices.Contains(mounts, "") {
		top = mounts[0]
	}
	at := func(mount, route string) func(handler) http.HandlerFunc {
		return func(h handler) http.HandlerFunc { return g.serve(mount, route, h) }
	}

	r.NotFound(at(top, routeOther)(notFound))
	r.MethodNotAllowed(at(top, routeOther)(g.otherMethod))

	// rOCCI asks the host's root for the model, whatever mount it was given; the well-known path belongs to
	// the host (GFD.223 §9).
	for _, path := range []string{"/-", "/.well-known/org/ogf/occi/-"} {
		r.Get(path, at(top, "query")(query))
		r.Head(path, at(top, "query")(probe))
		for _, mount := range mounts {
			r.Get(mount+path, at(mount, "query")(query))
			r.Head(mount+path, at(mount, "query")(probe))
		}
	}

	for _, mount := range mounts {
		r.Post(cmp.Or(mount, "/"), at(mount, "root")(create(nil)))
		for _, kind := range g.kinds {
			collection, entity := at(mount, kind.Term+" collection"), at(mount, kind.Term+" entity")
			for _, location := range append(slices.Clip(kind.Aliases), kind.Location) {
				path := mount + strings.TrimSuffix(location, "/")
				r.Get(path, collection(list(kind)))
				r.Head(path, collection(list(kind)))
				r.Post(path, collection(create(kind)))
				r.Get(path+"/{id}", entity(get(kind)))
				r.Head(path+"/{id}", entity(get(kind)))
				r.Post(path+"/{id}", entity(actOrUpdate(kind)))
				r.Put(path+"/{id}", entity(replace(kind)))
				r.Delete(path+"/{id}", entity(remove(kind)))
			}
		}
	}
	return r
}

// canonicalPath gives the router one spelling of each path: without the duplicate slashes of IM and jOCCI,
// without a trailing slash (GFD.185 §3.4.3 wants one, §3.4.4 none), and with %XX only where it is needed.
// There is no redirect: it would lose the body of a POST.
func canonicalPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chi.RouteContext(r.Context()).RoutePath = routePath(r.URL)
		next.ServeHTTP(w, r)
	})
}

// routePath returns the path with its segments decoded and encoded again: an encoded slash stays in its segment.
func routePath(u *url.URL) string {
	segments := strings.Split(occi.CollapseSlashes(u.EscapedPath()), "/")
	for i, segment := range segments {
		if decoded, err := url.PathUnescape(segment); err == nil {
			segments[i] = url.PathEscape(decoded)
		}
	}
	path := strings.Join(segments, "/")
	if path == "/" {
		return path
	}
	return strings.TrimSuffix(path, "/")
}

// notFound is for paths that no route is for.
func notFound(q *request) (*reply, error) {
	return nil, occi.Errorf(occi.NotFound, "there is nothing at %q", clip(q.URL.Path))
}

// otherMethod is for paths that have routes, but none for the method.
func (g *Gateway) otherMethod(q *request) (*reply, error) {
	methods := g.allowed(q.Request)
	switch {
	case len(methods) == 0: // the router asks no further where it does not know the method
		return notFound(q)
	case q.Method == http.MethodOptions:
		return &reply{status: http.StatusOK, header: []occi.Field{{Name: "Allow", Value: strings.Join(methods, ", ")}}}, nil
	}
	return nil, occi.Errorf(occi.MethodNotAllowed, "%s is not offered here, only %s", clip(q.Method), strings.Join(methods, ", "))
}

// allowed returns the methods of the request's path, none if there is nothing.
func (g *Gateway) allowed(r *http.Request) []string {
	var methods []string
	path := routePath(r.URL)
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
