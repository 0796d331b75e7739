package keystone

import (
	"context"
	"net/http"
)

// grant is a token that Keystone has accepted or given, and what it says about it.
type grant struct {
	token Secret
	*description
}

// validate asks Keystone about a token, with that token.
// Identity API v3: GET /v3/auth/tokens.
func (c *Client) validate(ctx context.Context, token Secret) (grant, error) {
	a, err := c.ask(ctx, question{method: http.MethodGet, path: "/v3/auth/tokens", token: token})
	switch {
	case a.status == 0 || a.status == http.StatusOK && err != nil:
		return grant{}, err
	case a.status == http.StatusOK:
		d, err := describe(a.body)
		return grant{token, d}, err
	}
	return grant{}, c.refusal(a, c.rejected("the token (unknown, expired or revoked)"))
}
