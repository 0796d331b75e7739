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

	at := func(mount, route string) func(handler) http.HandlerFunc {
		return func(h handler) http.HandlerFunc { return g.serve(mount, route, h) }
	}

	// The collections of mixins are where the caller's model says, so they are looked for where no route is.
	r.NotFound(g.orLanding(g.elsewhere)) // the host's root may be no mount
	r.MethodNotAllowed(g.elsewhere)
	g.ofMixins = map[string]func(collection) handler{
		http.MethodGet:    list,
		http.MethodHead:   list,
		http.MethodPost:   actOrAssociate,
		http.MethodPut:    replaceMembers,
		http.MethodDelete: dissociate,
	}

	if g.options.Facade != nil {
		r.HandleFunc(FacadePath, g.facade)
		r.HandleFunc(FacadePath+"/*", g.facade)
	}

	queryInterface := func(path, mount string) {
		query := at(mount, "query")
		r.Get(path, query(model))
		r.Head(path, query(probe))
		r.Post(path, query(g.define))
		r.Delete(path, query(undefine))
	}
	// rOCCI asks the host's root for the model, whatever mount it was given; the well-known path belongs to
	// the host (GFD.223 §9).
	for _, path := range []string{"/-", "/.well-known/org/ogf/occi/-"} {
		queryInterface(path, g.topMount())
		for _, mount := range g.options.Mounts {
			queryInterface(mount+path, mount)
		}
	}

	for _, mount := range g.options.Mounts {
		root, everything := at(mount, "root"), collection{kinds: g.kinds}
		r.Get(cmp.Or(mount, "/"), g.orLanding(root(list(everything))))
		r.Head(cmp.Or(mount, "/"), root(list(everything)))
		r.Post(cmp.Or(mount, "/"), root(actOrCreate(everything)))
		r.Delete(cmp.Or(mount, "/"), root(removeMembers(everything)))

		for _, kind := range g.abstract {
			of, below := at(mount, kind.Term+" collection"), collection{kinds: g.below(kind)}
			path := mount + strings.TrimSuffix(kind.Location, "/")
			r.Get(path, of(list(below)))
			r.Head(path, of(list(below)))
			r.Delete(path, of(removeMembers(below)))
		}
		for _, kind := range g.kinds {
			of, members := at(mount, kind.Term+" collection"), collection{kinds: []*occi.Kind{kind}}
			entity := at(mount, kind.Term+" entity")
			for _, location := range append(slices.Clip(kind.Aliases), kind.Location) {
				path := mount + strings.TrimSuffix(location, "/")
				r.Get(path, of(list(members)))
				r.Head(path, of(list(members)))
				r.Post(path, of(actOrCreate(members)))
				r.Delete(path, of(removeMembers(members)))
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
// without a trailing slash (GFD.185 §3.4.3 wants one, §3.4.4 none), with %XX only where it is needed, and
// without the project that it may tell. There is no redirect: it would lose the body of a POST.
func canonicalPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, chi.RouteContext(r.Context()).RoutePath = splitProject(routePath(r.URL))
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
