package keystone

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// protocol is a way to sign in at Keystone with what an identity provider gives.
// Identity API v3, OS-FEDERATION: identity providers and protocols.
type protocol struct{ provider, name string }

// parseProtocols reads each provider/protocol, such as egi.eu/openid.
func parseProtocols(texts []string) ([]protocol, error) {
	var protocols []protocol
	var faults []error
	for _, text := range texts {
		provider, name, found := strings.Cut(text, "/")
		if !found || provider == "" || name == "" || strings.Contains(name, "/") {
			faults = append(faults, fmt.Errorf("keystone: Protocols: %q is not provider/protocol", text))
		}
		protocols = append(protocols, protocol{provider, name})
	}
	return protocols, errors.Join(faults...)
}

func (p protocol) path() string {
	return "/v3/OS-FEDERATION/identity_providers/" + url.PathEscape(p.provider) +
		"/protocols/" + url.PathEscape(p.name) + "/auth"
}

// federate exchanges an access token for a Keystone token without a project: at the first of the
// protocols that takes it. If none does and one could not be asked, nobody knows whether it is good.
func (c *Client) federate(ctx context.Context, token Secret) (grant, error) {
	var outage error
	refused := c.rejected("the access token")
	refused.lasting = true
	for _, p := range c.protocols {
		g, err := c.federateBy(ctx, p, token)
		if err == nil {
			return g, nil
		}
		if e, ok := errors.AsType[*Error](err); ok && e.Kind == Rejected {
			refused.Cause = errors.Join(refused.Cause, fmt.Errorf("%s/%s: %w", p.provider, p.name, e.Cause))
			continue
		}
		outage = err
	}
	if outage != nil {
		return grant{}, outage
	}
	return grant{}, refused
}

// federateBy shows the token to one protocol, with POST as OpenStack's own clients do, or with GET
// where that is the only method offered (keystorm). A redirect leads to the log-in page of a provider,
// to which somebody goes who brings nothing that counts here.
func (c *Client) federateBy(ctx context.Context, p protocol, token Secret) (grant, error) {
	a, err := c.ask(ctx, question{method: http.MethodPost, path: p.path(), bearer: token})
	if a.status == http.StatusMethodNotAllowed || a.status == http.StatusNotFound && !isKeystoneError(a) {
		a, err = c.ask(ctx, question{method: http.MethodGet, path: p.path(), bearer: token})
	}
	good := a.status == http.StatusCreated || a.status == http.StatusOK
	switch {
	case a.status == 0 || good && err != nil:
		return grant{}, err
	case good:
		return granted(a)
	case a.status == http.StatusFound, a.status == http.StatusSeeOther, a.status == http.StatusBadRequest:
		return grant{}, c.rejected("the access token").because(a.status, true)
	case a.status == http.StatusConflict: // two first sign-ins of one user at the same time
		return grant{}, unavailable(identityService, 0, errors.New("HTTP status 409"))
	}
	return grant{}, c.refusal(a, c.rejected("the access token"))
}

// expires returns when the credential itself says that it ends, zero if it does not say. It is believed
// only to end earlier than Keystone's token.
func (c credential) expires() time.Time {
	if c.kind != bearerCredential {
		return time.Time{}
	}
	parts := strings.Split(c.secret.Reveal(), ".")
	if len(parts) != 3 { // RFC 7519 §7.2: a signed JWT
		return time.Time{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}
	}
	var claims struct {
		Expires float64 `json:"exp"` // RFC 7519 §2: NumericDate, may have a fraction
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Expires <= 0 || claims.Expires > 1<<40 {
		return time.Time{}
	}
	return time.Unix(int64(claims.Expires), 0)
}

// usualProjects are the projects of federated users who name none: by identity provider, or by
// provider/group, the group being the id of one of Keystone's that the provider's mapping puts users in.
type usualProjects map[string]string

// of returns the project for a user, zero if the map has none or several.
func (u usualProjects) of(d *description) projectRef {
	if d.provider == "" {
		return projectRef{}
	}
	chosen := map[string]bool{}
	for _, group := range d.groups {
		if p, ok := u[d.provider+"/"+group]; ok {
			chosen[p] = true
		}
	}
	if p, ok := u[d.provider]; ok && len(chosen) == 0 {
		chosen[p] = true
	}
	if len(chosen) != 1 {
		return projectRef{}
	}
	for p := range chosen {
		return projectRef{idOrName: p}
	}
	return projectRef{}
}
