package facade

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/occigate/occigate/keystone"
)

// project is one of GET /v3/auth/projects.
type project struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DomainID    string `json:"domain_id"`
	Description string `json:"description"`
	Enabled     bool   `json:"enabled"`
}

// tenants answers GET /v2.0/tenants. Identity API v2.0: "List tenants".
func (f *Facade) tenants(c *call) (*answer, error) {
	token := c.Header.Get("X-Auth-Token")
	if !isToken(token) {
		return nil, unauthorized()
	}
	projects, err := f.projects(c, keystone.NewSecret(token))
	if err != nil {
		return nil, err
	}
	tenants := []object{}
	for _, p := range f.tenantsOf(projects) {
		tenants = append(tenants, object{
			"id": p.ID, "name": p.Name, "description": p.Description, "enabled": p.Enabled,
		})
	}
	return &answer{status: http.StatusOK, body: object{"tenants": tenants, "tenants_links": []any{}}}, nil
}

// projects lists what a token may be scoped to.
func (f *Facade) projects(c *call, token keystone.Secret) ([]project, error) {
	header := acceptJSON()
	header.Set("X-Auth-Token", token.Reveal())
	a, err := f.options.Keystone.Send(c.Context(), http.MethodGet, "/v3/auth/projects", header, nil)
	if err != nil {
		return nil, err
	}
	if a.Status != http.StatusOK {
		return nil, refused(a)
	}
	var doc struct {
		Projects []project `json:"projects"`
	}
	if err := json.Unmarshal(a.Body, &doc); err != nil {
		return nil, garbage(fmt.Errorf("list of projects: %w", err))
	}
	return doc.Projects, nil
}

// tenantsOf are the projects that v2.0 can tell apart, where a name is all that clients send back:
// those of the one domain first, then those of others whose names are not taken.
func (f *Facade) tenantsOf(projects []project) []project {
	var tenants []project
	taken := map[string]bool{}
	for _, own := range []bool{true, false} {
		for _, p := range projects {
			if (p.DomainID == f.options.Domain) == own && !taken[p.Name] {
				taken[p.Name] = true
				tenants = append(tenants, p)
			}
		}
	}
	return tenants
}
