package keystone

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// description is what Keystone says about a token.
type description struct {
	userID, userName string
	project          project // zero: the token is for none
	roles            []string
	expires          time.Time // zero if Keystone did not say
	catalogue        catalogue
	provider         string   // the identity provider that the user comes from, "" for Keystone's own
	groups           []string // ids of Keystone's groups that the provider's mapping put the user in
}

// tokenDocument is how Keystone describes a token.
// Identity API v3: "Validate and show information for token".
type tokenDocument struct {
	Token *struct {
		User struct {
			ID         string `json:"id"`
			Name       string `json:"name"`
			Federation struct {
				Provider struct {
					ID string `json:"id"`
				} `json:"identity_provider"`
				Groups []struct {
					ID string `json:"id"`
				} `json:"groups"`
			} `json:"OS-FEDERATION"`
		} `json:"user"`
		Project struct {
			ID     string `json:"id"`
			Name   string `json:"name"`
			Domain struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"domain"`
		} `json:"project"`
		Roles []struct {
			Name string `json:"name"`
		} `json:"roles"`
		ExpiresAt timestamp `json:"expires_at"`
		Catalog   catalogue `json:"catalog"`
	} `json:"token"`
}

// describe reads Keystone's answer about a token: a description, or a BadAnswer error.
func describe(body []byte) (*description, error) {
	var doc tokenDocument
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, badAnswer(identityService, err)
	}
	token := doc.Token
	if token == nil || token.User.ID == "" {
		return nil, badAnswer(identityService, errors.New("no user in the description of a token"))
	}
	d := &description{
		userID:   token.User.ID,
		userName: token.User.Name,
		project: project{
			id: token.Project.ID, name: token.Project.Name,
			domainID: token.Project.Domain.ID, domainName: token.Project.Domain.Name,
		},
		expires:   time.Time(token.ExpiresAt),
		catalogue: token.Catalog,
		provider:  token.User.Federation.Provider.ID,
	}
	for _, role := range token.Roles {
		d.roles = append(d.roles, role.Name)
	}
	for _, group := range token.User.Federation.Groups {
		d.groups = append(d.groups, group.ID)
	}
	return d, nil
}

// timestamp is a time as Keystone writes it: RFC 3339, or without a zone where it is the end of an
// application credential.
type timestamp time.Time

// UnmarshalJSON reads a time. Null is the zero time.
func (t *timestamp) UnmarshalJSON(text []byte) error {
	var s *string
	if err := json.Unmarshal(text, &s); err != nil || s == nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, *s)
	if err != nil && !strings.HasSuffix(*s, "Z") {
		at, err = time.Parse(time.RFC3339, *s+"Z")
	}
	*t = timestamp(at)
	return err
}
