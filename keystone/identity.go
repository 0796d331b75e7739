package keystone

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// identity is what Keystone says about a token. It is immutable and shared by all requests with
// that token, and does not hold the token.
type identity struct {
	userID, userName       string
	projectID, projectName string
	domainID               string // the project's
	roles                  []string
	expires                time.Time // zero if Keystone did not say
	region                 string
	endpoints              map[service]endpoint
	routes                 []route
}

// tokenDocument is the answer to GET /v3/auth/tokens.
// Identity API v3: "Validate and show information for token".
type tokenDocument struct {
	Token *struct {
		User struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"user"`
		Project *struct {
			ID     string `json:"id"`
			Name   string `json:"name"`
			Domain struct {
				ID string `json:"id"`
			} `json:"domain"`
		} `json:"project"`
		Domain *struct{} `json:"domain"`
		System *struct{} `json:"system"`
		Roles  []struct {
			Name string `json:"name"`
		} `json:"roles"`
		ExpiresAt *time.Time `json:"expires_at"`
		Catalog   catalogue  `json:"catalog"`
	} `json:"token"`
}

// decodeIdentity reads Keystone's answer about a token: an identity, or an Unscoped or BadAnswer
// error. A catalogue without some service, or without any, is no fault here: what is missing is
// reported by the Session that needs it.
func decodeIdentity(body []byte, p placement) (*identity, error) {
	var doc tokenDocument
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, badAnswer(identityService, err)
	}
	token := doc.Token
	switch {
	case token == nil || token.User.ID == "":
		return nil, badAnswer(identityService, errors.New("no user in the description of a token"))
	case token.Project != nil && token.Project.ID != "":
	case token.Domain != nil:
		return nil, unscoped("to a domain")
	case token.System != nil:
		return nil, unscoped("to the whole system")
	default:
		return nil, unscoped("to nothing")
	}
	id := &identity{
		userID:      token.User.ID,
		userName:    token.User.Name,
		projectID:   token.Project.ID,
		projectName: token.Project.Name,
		domainID:    token.Project.Domain.ID,
	}
	for _, role := range token.Roles {
		id.roles = append(id.roles, role.Name)
	}
	if token.ExpiresAt != nil {
		id.expires = *token.ExpiresAt
	}
	id.endpoints, id.region = p.choose(token.Catalog, id.projectID)
	for _, e := range id.endpoints {
		if e.err == nil {
			id.routes = append(id.routes, e.route)
		}
	}
	return id, nil
}

// unscoped is the error for a good token that names no project.
func unscoped(scope string) *Error {
	return &Error{
		Kind: Unscoped,
		Message: fmt.Sprintf("the token is scoped %s, but a project is needed: scope the token to one, "+
			"for example with: openstack token issue --os-project-name PROJECT", scope),
		lasting: true,
	}
}
