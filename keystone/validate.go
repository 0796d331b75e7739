package keystone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// maxKeystoneBytes bounds Keystone's answers: a catalogue has some KiB.
const maxKeystoneBytes = 1 << 20

// answer is what Keystone said, its body read.
type answer struct {
	status int // 0 if there is none
	header http.Header
	body   []byte
}

// validate asks Keystone about a token, with that token.
// Identity API v3: GET /v3/auth/tokens.
func (c *Client) validate(ctx context.Context, token Secret) (*identity, error) {
	a, err := c.ask(ctx, "/v3/auth/tokens", token)
	if a.status == 0 {
		return nil, err
	}
	status := fmt.Errorf("HTTP status %d", a.status)
	switch a.status {
	case http.StatusOK:
		if err != nil {
			return nil, err
		}
		return decodeIdentity(a.body, c.placement)
	case http.StatusUnauthorized:
		return nil, c.rejected(status, true)
	case http.StatusForbidden:
		return nil, c.rejected(status, false) // a policy, which may change while the token stays
	case http.StatusNotFound:
		if isKeystoneError(a) {
			return nil, c.rejected(status, true)
		}
		return nil, badAnswer(identityService, status) // whatever is at this URL, it is not Keystone
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return nil, unavailable(identityService, retryAfter(a.header, c.now()), status)
	default:
		return nil, badAnswer(identityService, status)
	}
}

// ask sends GET to Keystone, with a token unless that is empty. An answer that breaks off has a
// status and comes with an error.
func (c *Client) ask(ctx context.Context, path string, token Secret) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.root+path, http.NoBody)
	if err != nil {
		return answer{}, badAnswer(identityService, err)
	}
	req.Header.Set("Accept", "application/json")
	if secret := token.Reveal(); secret != "" {
		req.Header.Set("X-Auth-Token", secret)
		req.Header.Set("X-Subject-Token", secret)
	}
	resp, err := c.keystone.Do(req)
	if err != nil {
		return answer{}, askError(err)
	}
	defer func() { _ = resp.Body.Close() }()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		return a, readError(ctx, err)
	}
	return a, nil
}

// askError is why Keystone gave no answer.
func askError(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err // drops the text around it
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return unavailable(identityService, 0, err)
}

// readError is why Keystone's answer ended early.
func readError(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if ctx.Err() != nil {
		return unavailable(identityService, 0, err)
	}
	return badAnswer(identityService, err)
}

// isKeystoneError reports whether a is an error that Keystone itself has written.
func isKeystoneError(a answer) bool {
	var doc struct {
		Error struct {
			Code int `json:"code"`
		} `json:"error"`
	}
	return json.Unmarshal(a.body, &doc) == nil && doc.Error.Code == a.status
}

// rejected is the error for a token that Keystone does not accept.
func (c *Client) rejected(cause error, lasting bool) *Error {
	return &Error{
		Kind: Rejected,
		Message: fmt.Sprintf("Keystone does not accept the token (unknown, expired or revoked): "+
			"get a new one from %s", c.publicURL),
		Cause:   cause,
		lasting: lasting,
	}
}
