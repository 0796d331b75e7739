package contract

import "net/http"

// The lab's identity provider: who sends the header fields of the proxy that others have in front of
// Keystone is believed to be that proxy, if the remote id is right.
const (
	providers    = "/OS-FEDERATION/identity_providers/"
	labSignIn    = providers + "lab/protocols/mapped/auth"
	labRemoteID  = "https://idp.example.org"
	labUser      = "contract-user"
	noAcceptance = "The request you have made requires authentication."
)

// nobody is the cloud without a token.
func (c *cloud) nobody() *cloud {
	n := *c
	n.token = ""
	return &n
}

var federationFacts = []fact{
	{"the right remote id gives an unscoped token to whom the headers name, by GET and POST", func(c *cloud, _ *fixture) {
		federatedUser := shape{"id": matching("hash", `^[0-9a-f]+$`), "name": is(labUser), "domain": named.like, "OS-FEDERATION": shape{
			"groups": listOf(shape{"id": hexID}.like), "identity_provider": shape{"id": is("lab")}.like,
			"protocol": shape{"id": is("mapped")}.like,
		}.like}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := c.nobody().do(method, "identity", labSignIn, nil, "OIDC-ISS", labRemoteID, "OIDC-SUB", labUser).status(http.StatusCreated)
			token := c.has(r, tokenShape.with(shape{"methods": listOf(is("mapped")), "user": federatedUser.like}), "token")
			if _, has := token["project"]; has || r.header.Get("X-Subject-Token") == "" {
				c.Errorf("%s: a project or no token in %v", method, r.header)
			}
		}
	}},
	{"such a token lists projects and is scoped to one", func(c *cloud, _ *fixture) {
		r := c.nobody().do(http.MethodGet, "identity", labSignIn, nil, "OIDC-ISS", labRemoteID, "OIDC-SUB", labUser).status(http.StatusCreated)
		u := *c
		u.token = r.header.Get("X-Subject-Token")
		if projects := c.list(u.get("identity", "/auth/projects").status(200).body, "projects"); len(projects) != 1 {
			c.Errorf("%d projects, want the one of the group", len(projects))
		}
		scoped := c.post("identity", "/auth/tokens", object{"auth": object{
			"identity": object{"methods": []string{"token"}, "token": object{"id": u.token}},
			"scope":    object{"project": object{"id": c.projectID}},
		}}).status(http.StatusCreated)
		if got := c.str(scoped.body, "token", "user", "name"); got != labUser {
			c.Errorf("user %q, want %q", got, labUser)
		}
	}},
	{"without the remote id or the name it is 401, with another remote id 403", func(c *cloud, _ *fixture) {
		n := c.nobody()
		n.do(http.MethodGet, "identity", labSignIn, nil).status(401).refuses("identity", noAcceptance)
		n.do(http.MethodGet, "identity", labSignIn, nil, "OIDC-SUB", labUser).status(401).refuses("identity", noAcceptance)
		n.do(http.MethodGet, "identity", labSignIn, nil, "OIDC-ISS", labRemoteID).status(401).refuses("identity", noAcceptance)
		for _, other := range []string{"https://other.example.org", labRemoteID + ";x", labRemoteID + "/"} {
			n.do(http.MethodGet, "identity", labSignIn, nil, "OIDC-ISS", other, "OIDC-SUB", labUser).
				status(403).refuses("identity", "You are not authorized to perform the requested action.")
		}
	}},
	{"an unknown provider is 404, an unknown protocol 401", func(c *cloud, _ *fixture) {
		n := c.nobody()
		headers := []string{"OIDC-ISS", labRemoteID, "OIDC-SUB", labUser}
		n.do(http.MethodGet, "identity", providers+"none/protocols/mapped/auth", nil, headers...).
			status(404).refuses("identity", "Could not find Identity Provider: none.")
		n.do(http.MethodGet, "identity", providers+"lab/protocols/none/auth", nil, headers...).
			status(401).refuses("identity", "Attempted to authenticate with an unsupported method.")
	}},
}
