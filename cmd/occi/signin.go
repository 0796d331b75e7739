package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// signIn returns a token for a project.
func (c *client) signIn(ctx context.Context, o *options) (string, error) {
	if o.auth == authToken {
		if o.token == "" {
			return "", errors.New("there is no token in $OCCI_TOKEN or $OS_TOKEN")
		}
		return o.token, nil
	}
	base, err := c.keystone(ctx, o)
	if err != nil {
		return "", err
	}
	k := keystone{http: c.http, base: base}
	switch o.auth {
	case authAppCred: // which is for one project
		return k.login(ctx, object{"methods": []string{"application_credential"}, "application_credential": object{
			"id": o.appCredential, "secret": o.appSecret,
		}}, nil)
	case authOIDC:
		unscoped, err := k.exchange(ctx, o)
		if err != nil {
			return "", err
		}
		return k.rescope(ctx, unscoped, o)
	default:
		identity := object{"methods": []string{"password"}, "password": object{"user": object{
			"name": o.user, "domain": object{"name": o.userDomain}, "password": o.password,
		}}}
		unscoped, err := k.login(ctx, identity, "unscoped")
		if err != nil {
			return "", err
		}
		return k.rescope(ctx, unscoped, o)
	}
}

// challenge is where the endpoint says that Keystone is.
var challenge = regexp.MustCompile(`^Keystone uri=['"]([^'"]+)['"]`)

// keystone returns the URL of Keystone's API v3: as the user says, else as the endpoint does when it is asked without
// a token.
func (c *client) keystone(ctx context.Context, o *options) (string, error) {
	said := o.keystone
	if said == "" {
		r, err := http.NewRequestWithContext(ctx, http.MethodHead, c.endpoint.String()+"/-/", http.NoBody)
		if err != nil {
			return "", err
		}
		response, err := c.http.Do(r)
		if err != nil {
			return "", err
		}
		if err := response.Body.Close(); err != nil {
			return "", err
		}
		found := challenge.FindStringSubmatch(response.Header.Get("WWW-Authenticate"))
		if found == nil {
			return "", fmt.Errorf("%s does not say where Keystone is; give --keystone", c.endpoint)
		}
		said = found[1]
	}
	said = strings.TrimRight(said, "/")
	for _, version := range []string{"/v2.0", "/v3"} {
		said = strings.TrimSuffix(said, version)
	}
	return said + "/v3", nil
}

// keystone is Keystone's API v3.
type keystone struct {
	http *http.Client
	base string
}

type object = map[string]any

// login returns a token for an identity and a scope; without a scope the identity decides.
func (k keystone) login(ctx context.Context, identity object, scope any) (string, error) {
	auth := object{"identity": identity}
	if scope != nil {
		auth["scope"] = scope
	}
	body, err := json.Marshal(object{"auth": auth})
	if err != nil {
		return "", err
	}
	header, err := k.do(ctx, http.MethodPost, "/auth/tokens", nil, body, nil)
	return header.Get("X-Subject-Token"), err
}

// exchange returns an unscoped token for an access token of an identity provider.
func (k keystone) exchange(ctx context.Context, o *options) (string, error) {
	if o.identityProvider == "" || o.accessToken == "" {
		return "", errors.New("$OS_ACCESS_TOKEN and $OS_IDENTITY_PROVIDER are needed")
	}
	path := "/OS-FEDERATION/identity_providers/" + url.PathEscape(o.identityProvider) +
		"/protocols/" + url.PathEscape(o.protocol) + "/auth"
	header, err := k.do(ctx, http.MethodPost, path, http.Header{"Authorization": {"Bearer " + o.accessToken}}, nil, nil)
	return header.Get("X-Subject-Token"), err
}

// rescope returns a token for the project that the user wants, or for the only one.
func (k keystone) rescope(ctx context.Context, unscoped string, o *options) (string, error) {
	var have struct {
		Projects []struct{ ID, Name string }
	}
	if _, err := k.do(ctx, http.MethodGet, "/auth/projects", http.Header{"X-Auth-Token": {unscoped}}, nil, &have); err != nil {
		return "", err
	}
	var ids, names []string
	for _, p := range have.Projects {
		names = append(names, p.Name)
		if o.project == "" || o.project == p.ID || o.project == p.Name {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) != 1 {
		return "", fmt.Errorf("which project? Give --project, one of: %s", strings.Join(names, ", "))
	}
	return k.login(ctx, object{"methods": []string{"token"}, "token": object{"id": unscoped}},
		object{"project": object{"id": ids[0]}})
}

// do sends a request, and decodes the answer into result unless that is nil.
func (k keystone) do(
	ctx context.Context, method, path string, header http.Header, body []byte, result any,
) (http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, method, k.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	maps.Copy(r.Header, header)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Accept", "application/json")
	response, err := k.http.Do(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, mostBody))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s says %s: %s", k.base, response.Status, reason(answer))
	}
	if result == nil {
		return response.Header, nil
	}
	return response.Header, json.Unmarshal(answer, result)
}

// reason is the message of Keystone's error document, or whatever else there is.
func reason(answer []byte) string {
	var document struct{ Error struct{ Message string } }
	if json.Unmarshal(answer, &document) == nil && document.Error.Message != "" {
		return document.Error.Message
	}
	const most = 200
	return string(answer[:min(len(answer), most)])
}
