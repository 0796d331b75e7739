package openstacktest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// tokenLife is how long a token lives (the lab's [token] expiration).
const tokenLife = 4 * time.Hour

type domain struct{ id, name string }

var defaultDomain = domain{"default", "Default"}

func (d domain) view() object { return object{"id": d.id, "name": d.name} }

type user struct {
	id, name, password string
	defaultProject     string
	roles              map[string][]string // by project id
	home               domain
	federated          *federatedBy // nil for users of Keystone's own
}

type project struct{ id, name string }

// token is a bearer token. A token without a project is unscoped.
type token struct {
	secret          string
	user            *user
	project         *project
	roles           []string
	methods         []string
	audit           []string
	issued, expires time.Time
	revoked         bool
	credential      *appCredential
}

// appCredential is an application credential: a secret that stands for a user in one project.
// Keystone API: application credentials.
type appCredential struct {
	id, name, description, secret string
	user                          *user
	project                       *project
	roles                         []string
	expires                       time.Time // zero: never
	unrestricted                  bool
}

type keystone struct {
	cloud       *Cloud
	users       table[user]
	projects    table[project]
	tokens      map[string]*token
	credentials table[appCredential]
}

func newKeystone(c *Cloud) *keystone {
	return &keystone{cloud: c, tokens: make(map[string]*token)}
}

func (k *keystone) name() string  { return "keystone" }
func (k *keystone) mount() string { return "/identity" }

func (k *keystone) routes() []route {
	return []route{
		{method: "GET", path: "/", handle: k.versions, open: true},
		{method: "GET", path: "/v3", handle: k.versionDocument, open: true},
		{method: "POST", path: "/v3/auth/tokens", handle: k.issue, open: true},
		{method: "GET", path: "/v3/auth/tokens", handle: k.validate},
		{method: "DELETE", path: "/v3/auth/tokens", handle: k.revoke},
		{method: "GET", path: federationPath, handle: k.federate, open: true},
		{method: "POST", path: federationPath, handle: k.federate, open: true},
		{method: "GET", path: "/v3/auth/projects", handle: k.listProjects},
		{method: "GET", path: "/v3/auth/catalog", handle: k.getCatalog},
		{method: "GET", path: "/v3/users/{user}/application_credentials", handle: k.listCredentials},
		{method: "POST", path: "/v3/users/{user}/application_credentials", handle: k.createCredential},
		{method: "GET", path: "/v3/users/{user}/application_credentials/{id}", handle: k.getCredential},
		{method: "DELETE", path: "/v3/users/{user}/application_credentials/{id}", handle: k.deleteCredential},
	}
}

func (k *keystone) version(*request) error { return nil }

func (k *keystone) decorate(r *request, a *answer) {
	a.header.Set("Vary", "X-Auth-Token")
	a.header.Set("X-Openstack-Request-Id", r.id)
}

func (k *keystone) render(r *request, e *apiError) answer {
	a := answer{status: e.status, header: http.Header{}}
	switch {
	case e.kind == earlyError && e.status == http.StatusRequestEntityTooLarge:
		return plain(e)
	case e.kind == earlyError && e.status == http.StatusNotFound:
		a.contentType = "text/html; charset=utf-8"
		a.text = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n" +
			"<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n"
		return a
	case e.status == http.StatusMethodNotAllowed:
		a.body = object{"message": "The method is not allowed for the requested URL."}
		return a
	case e.status == http.StatusUnauthorized:
		a.header.Set("WWW-Authenticate", fmt.Sprintf("Keystone uri=%q", r.root+"/v3"))
	}
	fields := object{"code": e.status, "message": e.message, "title": http.StatusText(e.status)}
	if e.kind == "unsupported method" {
		fields["identity"] = object{"methods": authMethods}
	}
	a.body = object{"error": fields}
	return a
}

// unauthorized is Keystone's one answer to every wrong credential.
func unauthorized() *apiError {
	return refuse(http.StatusUnauthorized, "The request you have made requires authentication.")
}

func forbidden() *apiError {
	return refuse(http.StatusForbidden, "You are not authorized to perform the requested action.")
}

// authenticate finds the token of a call; every service does it first.
func (c *Cloud) authenticate(r *request) error {
	header := r.Header.Get("X-Auth-Token")
	if header == "" {
		r.strict("no X-Auth-Token")
		return unauthorized()
	}
	t := c.keystone.valid(header)
	if t == nil {
		return unauthorized()
	}
	r.token = t
	return nil
}

// withdraw makes a token invalid but keeps it known, which Keystone answers in other words.
func (k *keystone) withdraw(secret string) {
	if t := k.tokens[secret]; t != nil {
		t.revoked = true
	}
}

// valid gives the token with this secret, unless it is unknown, revoked or expired.
func (k *keystone) valid(secret string) *token {
	t := k.tokens[secret]
	if t == nil || t.revoked || !k.cloud.now().Before(t.expires) {
		return nil
	}
	return t
}

func (k *keystone) userByName(name string) *user {
	i := slices.IndexFunc(k.users.order, func(u *user) bool { return u.name == name && u.federated == nil })
	if i < 0 {
		return nil
	}
	return k.users.order[i]
}

func (k *keystone) projectByName(name string) *project {
	i := slices.IndexFunc(k.projects.order, func(p *project) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return k.projects.order[i]
}

func (k *keystone) versions(r *request) (answer, error) {
	a, err := reply(http.StatusMultipleChoices, object{"versions": object{"values": []any{k.document(r)}}})
	a.header.Set("Location", r.root+"/v3/")
	return a, err
}

func (k *keystone) versionDocument(r *request) (answer, error) {
	return reply(http.StatusOK, object{"version": k.document(r)})
}

func (k *keystone) document(r *request) object {
	return object{
		"id": "v3.14", "status": "stable", "updated": "2020-04-07T00:00:00Z",
		"links":       []any{object{"rel": "self", "href": r.root + "/v3/"}},
		"media-types": []any{object{"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}},
	}
}

func (k *keystone) listProjects(r *request) (answer, error) {
	projects := []any{}
	for _, p := range k.projects.order {
		if len(r.token.user.roles[p.id]) == 0 {
			continue
		}
		projects = append(projects, object{
			"id": p.id, "name": p.name, "domain_id": defaultDomain.id, "description": "", "enabled": true,
			"parent_id": defaultDomain.id, "is_domain": false, "tags": []any{}, "options": object{},
			"links": object{"self": r.root + "/v3/projects/" + p.id},
		})
	}
	return reply(http.StatusOK, object{
		"projects": projects,
		"links":    object{"next": nil, "self": r.root + "/v3/auth/projects", "previous": nil},
	})
}

func (k *keystone) getCatalog(r *request) (answer, error) {
	if r.token.project == nil {
		return answer{}, forbidden()
	}
	return reply(http.StatusOK, object{
		"catalog": k.catalog(r.token.project),
		"links":   object{"self": r.root + "/v3/auth/catalog"},
	})
}

// catalog lists every service's endpoints as one project sees them.
func (k *keystone) catalog(p *project) []any {
	entries := []struct{ kind, name, mount, suffix string }{
		{"identity", "keystone", "/identity", "/v3"},
		{"image", "glance", "/image", ""},
		{"compute", "nova", "/compute", "/v2.1"},
		{"network", "neutron", "/networking", ""},
		{"volumev3", "cinderv3", "/volume", "/v3/" + p.id},
		{"block-storage", "cinder", "/volume", "/v3/" + p.id},
		{"placement", "placement", "/placement", ""},
	}
	var catalog []any
	for _, e := range entries {
		var endpoints []any
		for _, region := range []string{regionOne, regionTwo} {
			for _, iface := range []string{"public", "internal", "admin"} {
				endpoints = append(endpoints, object{
					"id": seedHexID("endpoint " + e.kind + region + iface), "interface": iface,
					"region": region, "region_id": region,
					"url": k.cloud.endpointRoot(region, iface, e.mount) + e.suffix,
				})
			}
		}
		catalog = append(catalog, object{
			"id": seedHexID("service " + e.kind), "type": e.kind, "name": e.name, "endpoints": endpoints,
		})
	}
	return catalog
}

// roleViews are roles as tokens show them.
func roleViews(roles []string) []any {
	views := make([]any, len(roles))
	for i, name := range roles {
		views[i] = object{"id": seedHexID("role " + name), "name": name}
	}
	return views
}

// Token logs a user in with its password and gives a token for a project, or an unscoped one for "".
func (c *Cloud) Token(user, project string) (string, error) {
	return c.TokenFor(user, project, tokenLife)
}

// TokenFor is Token with a lifetime of the caller's choice; one that is not positive gives an
// expired token.
func (c *Cloud) TokenFor(user, project string, lifetime time.Duration) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.keystone
	u := k.userByName(user)
	if u == nil {
		return "", fmt.Errorf("no user %q", user)
	}
	t := &token{user: u, methods: []string{"password"}, audit: []string{secret(16)}}
	if project != "" {
		p := k.projectByName(project)
		if p == nil {
			return "", fmt.Errorf("no project %q", project)
		}
		if len(u.roles[p.id]) == 0 {
			return "", fmt.Errorf("user %q has no role in project %q", user, project)
		}
		t.project, t.roles = p, u.roles[p.id]
	}
	return k.grant(t, lifetime), nil
}

// grant makes a token known and gives its secret.
func (k *keystone) grant(t *token, lifetime time.Duration) string {
	t.secret = "gAAAAA" + secret(96)
	t.issued = k.cloud.now()
	if t.expires.IsZero() {
		t.expires = t.issued.Add(lifetime)
	}
	k.tokens[t.secret] = t
	return t.secret
}

// Revoke makes a token invalid at every service from now on.
func (c *Cloud) Revoke(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keystone.withdraw(token)
}

// isAdmin tells whether the token's roles include admin.
func (t *token) isAdmin() bool { return slices.Contains(t.roles, "admin") }

// owns tells whether things of a project are the token's to see.
func (t *token) owns(projectID string) bool {
	return t.project != nil && t.project.id == projectID
}

// bearer is the challenge that the services other than Keystone put on a 401.
func (c *Cloud) bearer(r *request, s service) string {
	root := strings.TrimSuffix(r.root, s.mount()) + c.keystone.mount()
	return fmt.Sprintf("Keystone uri=%q", root)
}
