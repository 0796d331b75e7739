package openstacktest

import (
	"net/http"
	"slices"
)

// Federated sign-in is as in the lab: one identity provider, lab, with the protocols openid and mapped. Who asks with
// the headers OIDC-ISS and OIDC-SUB, which a trusted proxy sets, is the user of that name in the group federated,
// a member of the project demo.
const (
	federationPath   = "/v3/OS-FEDERATION/identity_providers/{provider}/protocols/{protocol}/auth"
	federationIssuer = "https://idp.example.org"
	identityProvider = "lab"
)

// federatedBy is where a user comes from.
type federatedBy struct{ protocol string }

// federate signs in the user that the headers name, and makes it the first time.
// Keystone API: OS-FEDERATION, authentication with a protocol of an identity provider.
func (k *keystone) federate(r *request) (answer, error) {
	provider, protocol := r.param("provider"), r.param("protocol")
	issuer, subject := r.Header.Get("OIDC-ISS"), r.Header.Get("OIDC-SUB")
	switch {
	case provider != identityProvider:
		return answer{}, refuse(http.StatusNotFound, "Could not find Identity Provider: %s.", provider)
	case !slices.Contains(authMethods, protocol):
		return answer{}, unsupportedMethod()
	case issuer == "" || subject == "":
		return answer{}, unauthorized()
	case issuer != federationIssuer:
		return answer{}, forbidden()
	}
	u, err := k.federatedUser(subject, protocol)
	if err != nil {
		return answer{}, err
	}
	t := &token{user: u, methods: []string{protocol}, audit: []string{secret(16)}}
	k.grant(t, tokenLife)
	return k.show(http.StatusCreated, t)
}

// federatedUser gives the user, whose name belongs to the protocol that it came by first.
func (k *keystone) federatedUser(name, protocol string) (*user, error) {
	id := seedHexID("federated " + name)
	u := k.users.get(id)
	switch {
	case u == nil:
		home := seedHexID("domain of " + identityProvider)
		u = &user{
			id: id, name: name, home: domain{home, home}, federated: &federatedBy{protocol},
			roles: map[string][]string{seedHexID("project demo"): {"member"}},
		}
		k.users.add(id, u)
	case u.federated.protocol != protocol:
		return nil, refuse(http.StatusConflict, "Conflict occurred attempting to store federated_user - Duplicate entry.")
	}
	return u, nil
}

// view is a user as tokens show it.
func (u *user) view() object {
	view := object{"id": u.id, "name": u.name, "domain": u.home.view()}
	if u.federated == nil {
		view["password_expires_at"] = nil
		return view
	}
	view["OS-FEDERATION"] = object{
		"groups":            []any{object{"id": seedHexID("group federated")}},
		"identity_provider": object{"id": identityProvider},
		"protocol":          object{"id": u.federated.protocol},
	}
	return view
}
