package facade

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/occigate/occigate/keystone"
)

// tokenDocument is what v3 says of a token. Identity API v3: POST /v3/auth/tokens, token.
type tokenDocument struct {
	User struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"user"`
	Project *struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"project"`
	Roles []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"roles"`
	Catalog  []service `json:"catalog"`
	AuditIDs []string  `json:"audit_ids"`
	Issued   time.Time `json:"issued_at"`
	Expires  time.Time `json:"expires_at"`
}

type service struct {
	Type      string `json:"type"`
	Name      string `json:"name"`
	Endpoints []struct {
		ID        string `json:"id"`
		Interface string `json:"interface"`
		Region    string `json:"region"`
		RegionID  string `json:"region_id"`
		URL       string `json:"url"`
	} `json:"endpoints"`
}

func parseToken(data []byte) (*tokenDocument, error) {
	var doc struct {
		Token *tokenDocument `json:"token"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("token document: %w", err)
	}
	if doc.Token == nil || doc.Token.User.ID == "" || doc.Token.Expires.IsZero() {
		return nil, errors.New("token document: no token, user or expiry")
	}
	return doc.Token, nil
}

// access is the same in v2.0's form. Identity API v2.0: "Authenticate", access.
func (t *tokenDocument) access(id keystone.Secret) object {
	token := object{
		"id":        id.Reveal(),
		"issued_at": t.Issued.UTC().Format("2006-01-02T15:04:05.000000Z"),
		"expires":   t.Expires.UTC().Format("2006-01-02T15:04:05Z"),
		"audit_ids": orEmpty(t.AuditIDs),
	}
	if t.Project != nil {
		token["tenant"] = object{"id": t.Project.ID, "name": t.Project.Name, "description": "", "enabled": true}
	}
	names, ids := []object{}, []string{}
	for _, role := range t.Roles {
		names, ids = append(names, object{"name": role.Name}), append(ids, role.ID)
	}
	catalog := []object{}
	for _, s := range t.Catalog {
		catalog = append(catalog, s.entry())
	}
	return object{
		"token":          token,
		"serviceCatalog": catalog,
		"user": object{
			"id": t.User.ID, "name": t.User.Name, "username": t.User.Name, "roles": names, "roles_links": []any{},
		},
		"metadata": object{"is_admin": 0, "roles": ids},
	}
}

// entry is a catalogue entry of v2.0, where the interfaces of a region are fields of one endpoint.
func (s service) entry() object {
	endpoints, byRegion := []object{}, map[string]object{}
	for _, e := range s.Endpoints {
		region := e.RegionID
		if region == "" {
			region = e.Region
		}
		endpoint, known := byRegion[region]
		if !known {
			endpoint = object{"id": e.ID, "region": region}
			byRegion[region] = endpoint
			endpoints = append(endpoints, endpoint)
		}
		endpoint[e.Interface+"URL"] = e.URL
	}
	return object{"type": s.Type, "name": s.Name, "endpoints": endpoints, "endpoints_links": []any{}}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
