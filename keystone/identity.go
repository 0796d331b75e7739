package keystone

import "time"

// identity is what Keystone says about a token for a project. It is immutable and shared by all
// requests with that token, and does not hold the token.
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

// identity makes the identity of a token for a project. A catalogue without some service, or without
// any, is no fault here: what is missing is reported by the Session that needs it.
func (d *description) identity(p placement) *identity {
	id := &identity{
		userID:      d.userID,
		userName:    d.userName,
		projectID:   d.project.id,
		projectName: d.project.name,
		domainID:    d.project.domainID,
		roles:       d.roles,
		expires:     d.expires,
	}
	id.endpoints, id.region = p.choose(d.catalogue, id.projectID)
	for _, e := range id.endpoints {
		if e.err == nil {
			id.routes = append(id.routes, e.route)
		}
	}
	return id
}
