package facade

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

type handler func(*call) (*answer, error)

// route is a path below the facade, and what its methods do. "{}" stands for any one name.
type route struct {
	path    string
	methods []string
	handle  handler
}

// table says what is where.
func (f *Facade) table() []route {
	const federated = "/v3/OS-FEDERATION/identity_providers/{}/protocols/{}/auth"
	get, post := []string{http.MethodGet, http.MethodHead}, []string{http.MethodPost}
	return []route{
		{"", get, f.versions},
		{"/v2.0", get, f.versionTwo},
		{"/v2.0/tokens", post, f.guarded(f.signIn)},
		{"/v2.0/tenants", get, f.guarded(f.tenants)},
		{"/v3", get, f.versionThree},
		{"/v3/auth/tokens", append(slices.Clone(get), http.MethodPost, http.MethodDelete), f.guarded(f.passOn)},
		{"/v3/auth/projects", get, f.guarded(f.passOn)},
		{"/v3/auth/domains", get, f.guarded(f.passOn)},
		{"/v3/auth/catalog", get, f.guarded(f.passOn)},
		{"/v3/OS-FEDERATION/projects", get, f.guarded(f.passOn)},
		{federated, append(slices.Clone(get), http.MethodPost), f.guarded(f.federated)},
	}
}

// route finds what is to be done.
func (f *Facade) route(w http.ResponseWriter, c *call) (handler, error) {
	for _, r := range f.routes {
		if !matches(r.path, c.path) {
			continue
		}
		if !slices.Contains(r.methods, c.Method) {
			w.Header().Set("Allow", strings.Join(r.methods, ", "))
			return nil, &fault{
				status:  http.StatusMethodNotAllowed,
				message: "The method is not allowed for the requested URL.",
			}
		}
		return r.handle, nil
	}
	return nil, notHere()
}

// name matches an identity provider's or protocol's id, and nothing that has a meaning in a path.
var name = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$`)

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, segment := range want {
		if segment != got[i] && (segment != "{}" || !name.MatchString(got[i])) {
			return false
		}
	}
	return true
}
