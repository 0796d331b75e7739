package contract

import (
	"fmt"
	"maps"
	"net/http"
	"time"
)

// openidSignIn is the other protocol of the lab's identity provider.
const openidSignIn = providers + "lab/protocols/openid/auth"

var federatedShape = tokenShape.with(shape{"user": shape{
	"id": text, "name": text, "domain": named.like, "OS-FEDERATION": shape{
		"groups": listOf(shape{"id": text}.like), "identity_provider": shape{"id": text}.like, "protocol": shape{"id": text}.like,
	}.like,
}.like})

// signinFacts are what the ways to sign in rely on.
var signinFacts = []fact{
	{"a token of a project tells which provider and groups the user comes from", func(c *cloud, _ *fixture) {
		alice := c.signedIn(c.federated(http.MethodPost, openidSignIn, labRemoteID, "contract-alice"))
		r := c.exchange(alice.token, object{"id": c.projectID}).status(http.StatusCreated)
		c.has(r, federatedShape.with(shape{
			"project": scopedShape["project"], "is_domain": boolean, "roles": scopedShape["roles"], "catalog": scopedShape["catalog"],
		}), "token")
	}},
	{"a protocol has to be a method of Keystone, and a user belongs to the protocol of the first sign-in", func(c *cloud, _ *fixture) {
		c.federated(http.MethodPost, providers+"lab/protocols/oidc/auth", labRemoteID, "contract-alice").
			status(http.StatusUnauthorized).refuses("identity", "Attempted to authenticate with an unsupported method.")
		c.signedIn(c.federated(http.MethodPost, openidSignIn, labRemoteID, "contract-alice"))
		c.federated(http.MethodPost, labSignIn, labRemoteID, "contract-alice").
			status(http.StatusConflict).refuses("identity", "Duplicate entry")
		c.federated(http.MethodPut, openidSignIn, labRemoteID, "contract-alice").status(http.StatusMethodNotAllowed)
	}},
	{"a good token is not exchanged for one of a foreign project", func(c *cloud, _ *fixture) {
		unscoped := c.unscopedLogin().header.Get("X-Subject-Token")
		for _, project := range []object{
			{"id": "none"}, {"name": c.target.OtherProject, "domain": object{"id": "default"}}, {"name": c.target.Project, "domain": object{"name": "none"}},
		} {
			for _, token := range []string{c.token, unscoped} {
				c.exchange(token, project).status(http.StatusUnauthorized).refuses("identity", "The request you have made requires authentication.")
			}
		}
		c.exchange(unscoped, object{"name": c.target.Project}).status(http.StatusBadRequest)
		c.exchange("no-such-token", object{"id": c.projectID}).status(http.StatusNotFound)
	}},
	{"a token outlives the one it was exchanged for, and that gives no more", func(c *cloud, _ *fixture) {
		r := c.unscopedLogin()
		unscoped := r.header.Get("X-Subject-Token")
		scoped := c.signedIn(c.exchange(unscoped, object{"id": c.projectID}))
		dead := *c
		dead.token = unscoped
		dead.do(http.MethodDelete, "identity", "/auth/tokens", nil, "X-Subject-Token", unscoped).status(http.StatusNoContent)
		scoped.do(http.MethodGet, "identity", "/auth/tokens", nil, "X-Subject-Token", scoped.token).status(http.StatusOK)
		c.exchange(unscoped, object{"id": c.projectID}).status(http.StatusNotFound).refuses("identity", "Failed to validate token")
	}},
	{"an application credential that ends takes its tokens with it, and gives none for another project", func(c *cloud, _ *fixture) {
		path := "/users/" + c.userID + "/application_credentials"
		ends := time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05")
		r := c.post("identity", path, object{"application_credential": object{
			"name": fmt.Sprintf("contract-ends-%d", time.Now().UnixNano()), "expires_at": ends,
		}}).status(http.StatusCreated)
		id := c.remember("identity", path, r)
		in := c.post("identity", "/auth/tokens", object{"auth": object{"identity": object{
			"methods":                []string{"application_credential"},
			"application_credential": object{"id": id, "secret": c.str(r.body, "application_credential", "secret")},
		}}}).status(http.StatusCreated)
		if got := c.str(in.body, "token", "expires_at"); got != ends { // without a zone, unlike all other times
			c.Errorf("expires_at %q, want %q", got, ends)
		}
		c.exchange(in.header.Get("X-Subject-Token"), object{"id": c.projectID}).status(http.StatusForbidden).
			refuses("identity", "Using a delegated token to create another token is not allowed.")
		c.signedIn(in).get("identity", "/auth/projects").status(http.StatusOK)
	}},
	{"who is not known, has another domain or another password is told the same", func(c *cloud, _ *fixture) {
		for _, login := range []object{
			passwordLogin(c.target.Domain, c.target.User, "contract-wrong", ""),
			passwordLogin(c.target.Domain, "contract-nobody", "contract-wrong", ""),
			passwordLogin("contract-none", c.target.User, c.target.Password, ""),
		} {
			c.nobody().post("identity", "/auth/tokens", login).status(http.StatusUnauthorized).
				refuses("identity", "The request you have made requires authentication.")
		}
		c.nobody().post("identity", "/auth/tokens", object{"auth": object{"identity": object{
			"methods": []string{"application_credential"}, "application_credential": object{"id": "0000", "secret": "x"},
		}}}).status(http.StatusNotFound)
	}},
}

// federated asks for a token as a proxy does that knows who is calling.
func (c *cloud) federated(method, path, issuer, subject string) reply {
	c.Helper()
	return c.nobody().do(method, "identity", path, nil, "OIDC-ISS", issuer, "OIDC-SUB", subject)
}

// exchange asks for a token of a project.
func (c *cloud) exchange(token string, project object) reply {
	c.Helper()
	return c.nobody().post("identity", "/auth/tokens", object{"auth": object{
		"identity": object{"methods": []string{"token"}, "token": object{"id": token}},
		"scope":    object{"project": maps.Clone(project)},
	}})
}

// signedIn gives the same cloud with the token of an answer.
func (c *cloud) signedIn(r reply) *cloud {
	c.Helper()
	in := *c
	in.token = r.status(http.StatusCreated).header.Get("X-Subject-Token")
	return &in
}
