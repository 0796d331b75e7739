package contract

import (
	"maps"
	"net/http"
	"strings"
)

var (
	named      = shape{"id": text, "name": text}
	userShape  = shape{"id": text, "name": text, "domain": named.like, "password_expires_at": anything}
	tokenShape = shape{
		"methods": listOf(text), "user": userShape.like, "audit_ids": listOf(text),
		"issued_at": tokenTime, "expires_at": tokenTime,
	}
	scopedShape = tokenShape.with(shape{
		"project": shape{"id": hexID, "name": text, "domain": named.like}.like, "is_domain": boolean,
		"roles": listOf(named.like), "catalog": listOf(catalogEntry.like),
	})
	catalogEntry = shape{"id": text, "type": text, "name": text, "endpoints": listOf(shape{
		"id": text, "interface": text, "region": text, "region_id": text, "url": url,
	}.like)}
	keystoneVersion = shape{
		"id": matching("v3 version", `^v3\.`), "status": is("stable"), "updated": text,
		"links":       listOf(shape{"rel": is("self"), "href": url}.like),
		"media-types": listOf(shape{"base": text, "type": text}.like),
	}
)

var identityFacts = []fact{
	{"the root lists the versions with 300 and a Location", func(c *cloud, _ *fixture) {
		for _, path := range []string{"", "/"} {
			r := c.noRedirect().get("keystone", path).status(http.StatusMultipleChoices)
			values := c.list(r.body, "versions", "values")
			for _, flaw := range keystoneVersion.flaws(values[0], c.target.Simulated) {
				c.Error(flaw)
			}
			if location := r.header.Get("Location"); !strings.HasSuffix(location, "/v3/") {
				c.Errorf("Location %q, want …/v3/", location)
			}
		}
	}},
	{"v3 describes itself", func(c *cloud, _ *fixture) {
		r := c.get("identity", "").status(http.StatusOK)
		c.has(r, keystoneVersion, "version")
		r.says("Vary", "X-Auth-Token")
	}},
	{"a password gives a scoped token with the catalogue", func(c *cloud, _ *fixture) {
		r := c.post("identity", "/auth/tokens", passwordLogin(c.target.Domain, c.target.User, c.target.Password, c.target.Project))
		c.has(r.status(http.StatusCreated), scopedShape, "token")
		if r.header.Get("X-Subject-Token") == "" || r.header.Get("X-Openstack-Request-Id") == "" {
			c.Errorf("no X-Subject-Token or no request id in %v", r.header)
		}
	}},
	{"without a scope it is the default project's", func(c *cloud, _ *fixture) {
		r := c.post("identity", "/auth/tokens", passwordLogin(c.target.Domain, c.target.User, c.target.Password, ""))
		if got := c.str(r.status(http.StatusCreated).body, "token", "project", "id"); got != c.projectID {
			c.Errorf("project %q, want %q", got, c.projectID)
		}
	}},
	{"an unscoped token has neither project nor catalogue", func(c *cloud, _ *fixture) {
		r := c.unscopedLogin()
		token := c.has(r, tokenShape, "token")
		for _, field := range []string{"project", "catalog", "roles"} {
			if _, has := token[field]; has {
				c.Errorf("an unscoped token has %q", field)
			}
		}
	}},
	{"services take an unscoped token and show nothing", func(c *cloud, _ *fixture) {
		u := *c
		u.token = c.unscopedLogin().header.Get("X-Subject-Token")
		if servers := c.list(u.get("compute", "/servers").status(200).body, "servers"); len(servers) > 0 {
			c.Errorf("%d servers, want none", len(servers))
		}
		u.get("volumev3", "/volumes").status(400).refuses("volumev3", "Malformed request url")
		u.get("identity", "/auth/catalog").status(403).refuses("identity", "You are not authorized")
	}},
	{"a token validates itself", func(c *cloud, _ *fixture) {
		r := c.do(http.MethodGet, "identity", "/auth/tokens", nil, "X-Subject-Token", c.token)
		c.has(r.status(http.StatusOK), scopedShape, "token")
		r.says("X-Subject-Token", c.token)
		c.do(http.MethodHead, "identity", "/auth/tokens", nil, "X-Subject-Token", c.token).status(http.StatusOK)
	}},
	{"a token is rescoped with the methods added and the expiry kept", func(c *cloud, _ *fixture) {
		unscoped := c.unscopedLogin()
		r := c.post("identity", "/auth/tokens", object{"auth": object{
			"identity": object{"methods": []string{"token"}, "token": object{"id": unscoped.header.Get("X-Subject-Token")}},
			"scope":    object{"project": object{"id": c.projectID}},
		}})
		c.has(r.status(http.StatusCreated), scopedShape.with(shape{
			"methods": listOf(matching("method", `^(password|token)$`)), "expires_at": is(get(unscoped.body, "token", "expires_at")),
		}), "token")
	}},
	{"a user lists its own projects", func(c *cloud, _ *fixture) {
		r := c.get("identity", "/auth/projects").status(200)
		c.all(r, shape{
			"id": hexID, "name": text, "domain_id": text, "description": text, "enabled": is(true), "parent_id": text,
			"is_domain": boolean, "tags": listOf(text), "options": mapOf(anything), "links": shape{"self": url}.like,
		}, "projects")
	}},
	{"the catalogue is there to be read", func(c *cloud, _ *fixture) {
		c.all(c.get("identity", "/auth/catalog").status(200), catalogEntry, "catalog")
	}},
	{"image and network endpoints have no version, the others do", func(c *cloud, _ *fixture) {
		r := c.do(http.MethodGet, "identity", "/auth/tokens", nil, "X-Subject-Token", c.token)
		for service, pattern := range map[string]string{
			"identity": `/v3$`, "compute": `/v2\.1$`, "volumev3": `/v3/` + c.projectID + `$`,
			"block-storage": `/v3/` + c.projectID + `$`, "image": `[^/]/?[a-z0-9:.]+$`, "network": `[^/]/?[a-z0-9:.]+$`,
		} {
			if wrong := matching("endpoint of "+service, pattern)(c.endpoint(r.body, service)); wrong != "" {
				c.Error(wrong)
			}
		}
	}},
	{"an application credential logs in without a scope of its own", func(c *cloud, _ *fixture) {
		path := "/users/" + c.userID + "/application_credentials"
		r := c.post("identity", path, object{"application_credential": object{"name": "contract-credential"}})
		id := c.remember("identity", path, r.status(http.StatusCreated))
		secret := c.str(r.body, "application_credential", "secret")
		c.has(r, shape{
			"id": hexID, "name": is("contract-credential"), "description": null, "user_id": is(c.userID), "project_id": is(c.projectID),
			"system": null, "expires_at": null, "unrestricted": anything, "secret": text, "links": shape{"self": url}.like,
			"roles": listOf(named.with(shape{"domain_id": null, "description": anything, "options": anything}).like),
		}, "application_credential")
		r = c.get("identity", path).status(200)
		c.all(r, shape{
			"id": hexID, "name": text, "description": anything, "user_id": is(c.userID), "project_id": orNull(hexID), "system": null,
			"expires_at": anything, "unrestricted": anything, "roles": listOf(anything), "links": shape{"self": url}.like,
		}, "application_credentials")
		c.get("identity", path+"/"+id).status(200)
		c.get("identity", path+"/none").status(404).refuses("identity", "Could not find Application Credential: none.")
		c.post("identity", path, object{"application_credential": object{"name": "contract-admin", "roles": []any{object{"name": "admin"}}}}).
			status(400).refuses("identity", "Cannot create an application credential with unassigned role")
		login := func(secret string, more object) reply {
			auth := object{"identity": object{
				"methods": []string{"application_credential"}, "application_credential": object{"id": id, "secret": secret},
			}}
			maps.Copy(auth, more)
			return c.post("identity", "/auth/tokens", object{"auth": auth})
		}
		in := login(secret, nil).status(http.StatusCreated)
		if got := c.str(in.body, "token", "project", "id"); got != c.projectID {
			c.Errorf("project %q, want %q", got, c.projectID)
		}
		login("wrong", nil).status(http.StatusUnauthorized)
		login(secret, object{"scope": object{"project": object{"id": c.projectID}}}).status(http.StatusUnauthorized)
		c.post("identity", path, object{"application_credential": object{"name": "contract-credential"}}).status(http.StatusConflict)
	}},
	{"a token that was given back is nothing to anybody", func(c *cloud, _ *fixture) {
		r := c.post("identity", "/auth/tokens", passwordLogin(c.target.Domain, c.target.User, c.target.Password, c.target.Project))
		dead := *c
		dead.token = r.status(http.StatusCreated).header.Get("X-Subject-Token")
		dead.do(http.MethodDelete, "identity", "/auth/tokens", nil, "X-Subject-Token", dead.token).status(http.StatusNoContent)
		c.do(http.MethodGet, "identity", "/auth/tokens", nil, "X-Subject-Token", dead.token).
			status(http.StatusNotFound).refuses("identity", "Failed to validate token")
		for service, path := range map[string]string{
			"identity": "/auth/projects", "compute": "/servers", "network": "/networks", "image": "/images", "volumev3": "/volumes",
		} {
			dead.get(service, path).status(http.StatusUnauthorized)
		}
	}},
}

// noRedirect gives the cloud through a client that shows a redirect instead of following it.
func (c *cloud) noRedirect() *cloud {
	client := *c.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	quiet := *c
	quiet.client = &client
	return &quiet
}

// unscopedLogin logs in to no project.
func (c *cloud) unscopedLogin() reply {
	c.Helper()
	r := c.post("identity", "/auth/tokens", passwordLogin(c.target.Domain, c.target.User, c.target.Password, "unscoped"))
	return r.status(http.StatusCreated)
}
