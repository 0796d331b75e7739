package keystone

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// login is the body of POST /v3/auth/tokens.
// Identity API v3: password, token and application credential authentication.
type login struct {
	Auth struct {
		Identity map[string]any `json:"identity"`
		Scope    any            `json:"scope,omitempty"`
	} `json:"auth"`
}

// object is a JSON object.
type object = map[string]any

// newLogin makes the body of a login by one method. A nil scope leaves it to Keystone.
func newLogin(method string, proof, scope any) login {
	var l login
	l.Auth.Identity = object{"methods": []string{method}, method: proof}
	l.Auth.Scope = scope
	return l
}

// passwordLogin logs a user in: to the default project if no other is wanted, else to none.
func passwordLogin(cred credential) login {
	var scope any
	if !cred.project.isZero() {
		scope = "unscoped"
	}
	domain := object{"name": cred.domain}
	if cred.domain == "" {
		domain = object{"id": cred.domainID}
	}
	return newLogin("password", object{"user": object{
		"name": cred.name, "domain": domain, "password": cred.secret.Reveal(),
	}}, scope)
}

// applicationLogin logs an application credential in. It brings its project and may not ask for one.
func applicationLogin(cred credential) login {
	return newLogin("application_credential", object{"id": cred.name, "secret": cred.secret.Reveal()}, nil)
}

// tokenLogin asks for a token for a project in exchange for another one.
func tokenLogin(token Secret, to projectRef) login {
	ref := object{"id": to.id}
	if to.id == "" {
		domain := object{"id": to.domainID}
		if to.domainID == "" {
			domain = object{"name": to.domainName}
		}
		ref = object{"name": to.name, "domain": domain}
	}
	return newLogin("token", object{"id": token.Reveal()}, object{"project": ref})
}

// issue asks Keystone for a token. Refused is the error if it gives none.
// Identity API v3: POST /v3/auth/tokens.
func (c *Client) issue(ctx context.Context, l login, refused *Error) (grant, error) {
	a, err := c.ask(ctx, question{method: http.MethodPost, path: "/v3/auth/tokens", body: l})
	switch {
	case a.status == 0 || a.status == http.StatusCreated && err != nil:
		return grant{}, err
	case a.status == http.StatusCreated:
		return granted(a)
	case a.status == http.StatusBadRequest: // the caller's words are in the question
		return grant{}, refused.because(a.status, true)
	}
	return grant{}, c.refusal(a, refused)
}

// granted reads an answer that gives a token.
func granted(a answer) (grant, error) {
	token := a.header.Get("X-Subject-Token")
	if fault := tokenFault(token); fault != "" {
		return grant{}, badAnswer(identityService, errors.New("the token it gives: "+fault))
	}
	d, err := describe(a.body)
	return grant{NewSecret(token), d}, err
}

// projects asks Keystone which projects a token may be exchanged for.
// Identity API v3: GET /v3/auth/projects.
func (c *Client) projects(ctx context.Context, token Secret) ([]project, error) {
	a, err := c.ask(ctx, question{method: http.MethodGet, path: "/v3/auth/projects", token: token})
	switch {
	case a.status == 0 || a.status == http.StatusOK && err != nil:
		return nil, err
	case a.status != http.StatusOK:
		return nil, c.refusal(a, c.rejected("the token (expired or revoked)"))
	}
	var doc struct {
		Projects []struct {
			ID       string `json:"id"`
			Name     string `json:"name"`
			DomainID string `json:"domain_id"`
		} `json:"projects"`
	}
	if err := json.Unmarshal(a.body, &doc); err != nil {
		return nil, badAnswer(identityService, err)
	}
	projects := make([]project, 0, len(doc.Projects))
	for _, p := range doc.Projects {
		projects = append(projects, project{id: p.ID, name: p.Name, domainID: p.DomainID})
	}
	return projects, nil
}
