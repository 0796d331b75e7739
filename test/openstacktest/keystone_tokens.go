package openstacktest

import (
	"fmt"
	"net/http"
	"slices"
)

func malformed(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, format+" The server could not comply with the request since it is either "+
		"malformed or otherwise incorrect. The client is assumed to be in error.", args...)
}

// userRef and projectRef are how a login names a user and a project: by id, or by name and domain.
var (
	domainRef  = properties{"id": {rule: text(1, 64)}, "name": {rule: text(1, 64)}}
	projectRef = properties{"id": {rule: text(1, 64)}, "name": {rule: text(1, 64)}, "domain": {rule: domainRef.object}}
	userRef    = properties{
		"id": {rule: text(1, 64)}, "name": {rule: text(1, 255)}, "domain": {rule: domainRef.object},
		"password": {rule: text(0, 4096)},
	}
	loginBody = properties{"auth": {required: true, rule: properties{
		"identity": {required: true, rule: properties{
			"methods":  {required: true, rule: list(text(1, 255))},
			"password": {rule: properties{"user": {required: true, rule: userRef.object}}.object},
			"token":    {rule: properties{"id": {required: true, rule: text(0, 1<<16)}}.object},
			"application_credential": {rule: properties{
				"id": {rule: text(1, 64)}, "name": {rule: text(1, 255)},
				"secret": {required: true, rule: text(1, 255)}, "user": {rule: userRef.object},
			}.object},
		}.object},
		"scope": {rule: either(oneOf("unscoped"), properties{"project": {rule: projectRef.object}}.object)},
	}.object}}
)

// authMethods are Keystone's (the lab's [auth] methods). A federation protocol has to be one.
var authMethods = []string{"password", "token", "application_credential", "mapped", "openid"}

func unsupportedMethod() *apiError {
	e := refuse(http.StatusUnauthorized, "Attempted to authenticate with an unsupported method.")
	e.kind = "unsupported method"
	return e
}

// issue logs a user in. Keystone API: password, token and application credential authentication.
func (k *keystone) issue(r *request) (answer, error) {
	body, err := k.body(r)
	if err != nil {
		return answer{}, err
	}
	if body["auth"] == nil {
		return answer{}, malformed("Expecting to find auth in request body.")
	}
	identity := child(child(body, "auth"), "identity")
	for _, method := range items(identity, "methods") {
		if !slices.Contains(authMethods, fmt.Sprint(method)) {
			return answer{}, unsupportedMethod()
		}
		if identity[fmt.Sprint(method)] == nil {
			return answer{}, malformed("Expecting to find %v in identity.", method)
		}
	}
	if f := loginBody.check(body, 0); f != nil {
		return answer{}, identityFault(r, f)
	}
	t, err := k.login(identity)
	if err != nil {
		return answer{}, err
	}
	if err := k.scope(t, child(body, "auth")["scope"]); err != nil {
		return answer{}, err
	}
	k.grant(t, tokenLife)
	return k.show(http.StatusCreated, t)
}

// body reads Keystone's JSON.
func (k *keystone) body(r *request) (object, error) {
	body, err := r.decode()
	switch {
	case r.Header.Get("Content-Type") != "application/json":
		return nil, malformed("Expecting to find application/json in Content-Type header.")
	case err != nil:
		return nil, malformed("Expecting to find valid JSON in request body.")
	}
	return body, nil
}

// identityFault is a flaw as Keystone answers it, without the excerpt of the schema that follows there.
func identityFault(r *request, f *flaw) *apiError {
	if f.malformed {
		r.strict(f.Error())
	}
	return refuse(http.StatusBadRequest, "%s", f.reason)
}

// login checks who asks and gives a token without a scope (an application credential brings its own).
func (k *keystone) login(identity object) (*token, error) {
	methods := items(identity, "methods")
	if len(methods) == 0 {
		return nil, unauthorized()
	}
	switch method := fmt.Sprint(methods[0]); method {
	case "password":
		ref := child(child(identity, "password"), "user")
		u := k.findUser(ref)
		if u == nil || u.password != str(ref, "password") {
			return nil, unauthorized()
		}
		return &token{user: u, methods: []string{method}, audit: []string{secret(16)}}, nil
	case "token":
		from, err := k.delegate(str(child(identity, "token"), "id"))
		if err != nil {
			return nil, err
		}
		methods := slices.Clone(from.methods)
		if !slices.Contains(methods, method) {
			methods = append(methods, method)
		}
		return &token{
			user: from.user, methods: methods, expires: from.expires,
			audit: []string{secret(16), from.audit[len(from.audit)-1]},
		}, nil
	default:
		return k.loginWithCredential(child(identity, "application_credential"))
	}
}

// delegate gives the token that another one is asked for with.
func (k *keystone) delegate(secret string) (*token, error) {
	from, err := k.known(secret)
	if err != nil {
		return nil, err
	}
	if from.credential != nil {
		return nil, refuse(http.StatusForbidden, "You are not authorized to perform the requested action: "+
			"Using a delegated token to create another token is not allowed..")
	}
	return from, nil
}

// known gives a valid token, or the 404 for what is none.
func (k *keystone) known(secret string) (*token, error) {
	t := k.valid(secret)
	switch {
	case t != nil:
		return t, nil
	case k.tokens[secret] != nil && k.tokens[secret].credential != nil && k.tokens[secret].revoked:
		return nil, credentialNotFound(k.tokens[secret].credential.id)
	case k.tokens[secret] != nil:
		return nil, refuse(http.StatusNotFound, "Failed to validate token")
	default:
		return nil, refuse(http.StatusNotFound, "Could not recognize Fernet token")
	}
}

func (k *keystone) findUser(ref object) *user {
	if id := str(ref, "id"); id != "" {
		return k.users.get(id)
	}
	if !inDefaultDomain(ref) {
		return nil
	}
	return k.userByName(str(ref, "name"))
}

func inDefaultDomain(ref object) bool {
	d := child(ref, "domain")
	return str(d, "id") == defaultDomain.id || str(d, "name") == defaultDomain.name
}

// scope gives the token the project that was asked for. No scope at all means the user's default
// project; the word "unscoped" means none.
func (k *keystone) scope(t *token, scope any) error {
	if t.credential != nil {
		if scope != nil {
			return refuse(http.StatusUnauthorized, "Error authenticating with application credential: Application credentials cannot request a scope.")
		}
		return nil
	}
	if scope == "unscoped" {
		return nil
	}
	p := k.projects.get(t.user.defaultProject)
	if wanted, ok := scope.(object); ok {
		ref := child(wanted, "project")
		if id := str(ref, "id"); id != "" {
			p = k.projects.get(id)
		} else if ref["domain"] == nil {
			return malformed("Expecting to find domain in project.")
		} else if p = k.projectByName(str(ref, "name")); !inDefaultDomain(ref) {
			p = nil
		}
	}
	if p == nil || len(t.user.roles[p.id]) == 0 {
		if scope == nil {
			return nil
		}
		return unauthorized()
	}
	t.project, t.roles = p, t.user.roles[p.id]
	return nil
}

// validate shows the subject token to its owner: any token may validate itself, a plain user's
// token no other user's. Keystone policy: identity:validate_token.
func (k *keystone) validate(r *request) (answer, error) {
	t, err := k.subject(r, "identity:validate_token")
	if err != nil {
		return answer{}, err
	}
	return k.show(http.StatusOK, t)
}

func (k *keystone) revoke(r *request) (answer, error) {
	t, err := k.subject(r, "identity:revoke_token")
	if err != nil {
		return answer{}, err
	}
	k.withdraw(t.secret)
	return empty(http.StatusNoContent)
}

// subject finds the token that X-Subject-Token names.
func (k *keystone) subject(r *request, action string) (*token, error) {
	header := r.Header.Get("X-Subject-Token")
	denied := refuse(http.StatusForbidden, "You are not authorized to perform the requested action: %s.", action)
	if header == "" {
		r.strict("no X-Subject-Token")
		return nil, denied
	}
	t, err := k.known(header)
	if err != nil {
		return nil, err
	}
	if t.user != r.token.user && !r.token.isAdmin() {
		return nil, denied
	}
	return t, nil
}

// show is a token's body; the secret travels in a header.
func (k *keystone) show(status int, t *token) (answer, error) {
	view := object{
		"methods": t.methods, "audit_ids": t.audit,
		"user":      t.user.view(),
		"issued_at": keystoneTime(t.issued), "expires_at": keystoneTime(t.expires),
	}
	if t.credential != nil && t.expires.Equal(t.credential.expires) {
		view["expires_at"] = t.expires.UTC().Format("2006-01-02T15:04:05") // as the database has it
	}
	if t.project != nil {
		view["project"] = object{"id": t.project.id, "name": t.project.name, "domain": defaultDomain.view()}
		view["is_domain"] = false
		view["roles"] = roleViews(t.roles)
		view["catalog"] = k.catalog(t.project)
	}
	if c := t.credential; c != nil {
		view["application_credential"] = object{"id": c.id, "name": c.name, "restricted": !c.unrestricted}
	}
	a, err := reply(status, object{"token": view})
	a.header.Set("X-Subject-Token", t.secret)
	return a, err
}
