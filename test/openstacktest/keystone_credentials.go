package openstacktest

import (
	"net/http"
	"slices"
	"time"
)

var credentialBody = properties{"application_credential": {required: true, rule: properties{
	"name":         {required: true, rule: text(1, 255)},
	"description":  {rule: orNone(text(0, 1<<16))},
	"expires_at":   {rule: orNone(text(0, 255))},
	"secret":       {rule: orNone(text(1, 255))},
	"unrestricted": {rule: orNone(boolean)},
	"roles":        {rule: list(properties{"id": {rule: text(1, 64)}, "name": {rule: text(1, 255)}}.object)},
}.object}}

// loginWithCredential finds the application credential by id, or by its name and its user.
func (k *keystone) loginWithCredential(ref object) (*token, error) {
	c := k.credentials.get(str(ref, "id"))
	if str(ref, "id") == "" {
		u := k.findUser(child(ref, "user"))
		i := slices.IndexFunc(k.credentials.order, func(c *appCredential) bool {
			return c.user == u && c.name == str(ref, "name")
		})
		if i >= 0 {
			c = k.credentials.order[i]
		}
	}
	if c == nil {
		return nil, credentialNotFound(str(ref, "id"))
	}
	if c.secret != str(ref, "secret") || !c.expires.IsZero() && !k.cloud.now().Before(c.expires) {
		return nil, unauthorized()
	}
	return &token{
		user: c.user, project: c.project, roles: c.roles, credential: c, expires: c.expiryWithin(k.cloud.now()),
		methods: []string{"application_credential"}, audit: []string{secret(16)},
	}, nil
}

// expiryWithin is when the credential ends its tokens, zero if they end before it.
func (c *appCredential) expiryWithin(now time.Time) time.Time {
	if c.expires.After(now.Add(tokenLife)) {
		return time.Time{}
	}
	return c.expires
}

func credentialNotFound(id string) *apiError {
	return refuse(http.StatusNotFound, "Could not find Application Credential: %s.", id)
}

// ownCredentials checks that the path names the caller.
func (k *keystone) ownCredentials(r *request, action string) error {
	if r.param("user") != r.token.user.id && !r.token.isAdmin() {
		return refuse(http.StatusForbidden, "You are not authorized to perform the requested action: identity:%s.", action)
	}
	return nil
}

func (k *keystone) listCredentials(r *request) (answer, error) {
	if err := k.ownCredentials(r, "list_application_credentials"); err != nil {
		return answer{}, err
	}
	views := []any{}
	for _, c := range k.credentials.order {
		if c.user.id == r.param("user") {
			views = append(views, c.view(r))
		}
	}
	return reply(http.StatusOK, object{
		"application_credentials": views,
		"links":                   object{"next": nil, "self": r.self, "previous": nil},
	})
}

func (k *keystone) createCredential(r *request) (answer, error) {
	if err := k.ownCredentials(r, "create_application_credential"); err != nil {
		return answer{}, err
	}
	if r.token.credential != nil && !r.token.credential.unrestricted {
		return answer{}, refuse(http.StatusForbidden, "You are not authorized to perform the requested action: "+
			"Using method 'application_credential' is not allowed for managing additional application credentials..")
	}
	body, err := k.body(r)
	if err != nil {
		return answer{}, err
	}
	if f := credentialBody.check(body, 0); f != nil {
		return answer{}, identityFault(r, f)
	}
	in := child(body, "application_credential")
	c := &appCredential{
		id: newHexID(), name: str(in, "name"), description: str(in, "description"), secret: str(in, "secret"),
		user: r.token.user, project: r.token.project, roles: r.token.roles, unrestricted: truth(in, "unrestricted"),
	}
	if c.secret == "" {
		c.secret = secret(64)
	}
	if expires := str(in, "expires_at"); expires != "" {
		if c.expires, err = parseTime(expires); err != nil {
			return answer{}, malformed("Timestamp not in expected format.")
		}
	}
	if wanted := items(in, "roles"); wanted != nil {
		if c.roles, err = rolesAmong(wanted, r.token.roles); err != nil {
			return answer{}, err
		}
	}
	if slices.ContainsFunc(k.credentials.order, func(o *appCredential) bool { return o.user == c.user && o.name == c.name }) {
		return answer{}, refuse(http.StatusConflict, "Conflict occurred attempting to store application_credential - "+
			"Duplicate entry found with name %s.", c.name)
	}
	k.credentials.add(c.id, c)
	view := c.view(r)
	view["secret"] = c.secret
	return reply(http.StatusCreated, object{"application_credential": view})
}

// rolesAmong picks the wanted roles out of those the caller has.
func rolesAmong(wanted []any, have []string) ([]string, error) {
	var roles []string
	for _, w := range wanted {
		ref, _ := w.(object)
		i := slices.IndexFunc(have, func(name string) bool {
			return name == str(ref, "name") || seedHexID("role "+name) == str(ref, "id")
		})
		if i < 0 {
			return nil, refuse(http.StatusBadRequest, "Invalid application credential: "+
				"Cannot create an application credential with unassigned role")
		}
		roles = append(roles, have[i])
	}
	return roles, nil
}

func parseTime(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	return time.Parse("2006-01-02T15:04:05.999999", s)
}

func (k *keystone) getCredential(r *request) (answer, error) {
	c, err := k.credential(r, "get_application_credential")
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"application_credential": c.view(r)})
}

func (k *keystone) deleteCredential(r *request) (answer, error) {
	c, err := k.credential(r, "delete_application_credential")
	if err != nil {
		return answer{}, err
	}
	k.credentials.remove(c.id)
	for _, t := range k.tokens {
		t.revoked = t.revoked || t.credential == c
	}
	return empty(http.StatusNoContent)
}

func (k *keystone) credential(r *request, action string) (*appCredential, error) {
	if err := k.ownCredentials(r, action); err != nil {
		return nil, err
	}
	c := k.credentials.get(r.param("id"))
	if c == nil || c.user.id != r.param("user") {
		return nil, credentialNotFound(r.param("id"))
	}
	return c, nil
}

func (c *appCredential) view(r *request) object {
	roles := []any{}
	for _, name := range c.roles {
		roles = append(roles, object{
			"id": seedHexID("role " + name), "name": name, "domain_id": nil, "description": nil,
			"options": object{"immutable": true},
		})
	}
	view := object{
		"id": c.id, "name": c.name, "description": nullable(c.description), "user_id": c.user.id,
		"project_id": nil, "system": nil, "expires_at": orNull(c.expires, microseconds), "unrestricted": nil,
		"roles": roles, "links": object{"self": r.root + "/v3/application_credentials/" + c.id},
	}
	if c.project != nil {
		view["project_id"] = c.project.id
	}
	if c.unrestricted {
		view["unrestricted"] = true
	}
	return view
}
