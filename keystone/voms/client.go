package voms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/keystone/facade"
)

// Keystone is where users are signed in; *keystone.Client is one.
type Keystone interface {
	// Send sends one request; its errors are *keystone.Error or the context's.
	Send(ctx context.Context, method, path string, header http.Header, body []byte) (keystone.Answer, error)
}

// Options configure a Client. Keystone, Socket and Secret are required.
type Options struct {
	// Keystone signs in.
	Keystone Keystone
	// Socket is the path of the verifier's Unix socket.
	Socket string
	// Provider is the identity provider in Keystone. Default "egi.eu", the one that rOCCI asks for.
	Provider string
	// Protocol is the provider's protocol in Keystone. Default "mapped".
	Protocol string
	// Secret is the provider's remote id in Keystone, see ValidSecret.
	Secret keystone.Secret
	// Now is the clock. Default time.Now.
	Now Clock
}

// Client signs in users with proxy certificates. It is safe for concurrent use.
type Client struct {
	keystone Keystone
	verifier *verifier
	path     string // of the sign-in at Keystone
	secret   keystone.Secret
}

var _ facade.VOMS = (*Client)(nil)

// New makes a Client and asks nobody.
func New(o Options) (*Client, error) {
	switch {
	case o.Keystone == nil:
		return nil, errors.New("voms: Keystone is required")
	case o.Socket == "":
		return nil, errors.New("voms: Socket is required")
	}
	if err := ValidSecret(o.Secret); err != nil {
		return nil, fmt.Errorf("voms: Secret: %w", err)
	}
	return &Client{
		keystone: o.Keystone,
		verifier: newVerifier(o.Socket, o.Now),
		path: "/v3/OS-FEDERATION/identity_providers/" + url.PathEscape(cmp.Or(o.Provider, "egi.eu")) +
			"/protocols/" + url.PathEscape(cmp.Or(o.Protocol, "mapped")) + "/auth",
		secret: o.Secret,
	}, nil
}

// secretForm is what Keystone keeps as a remote id and a header field carries: 255 characters are the most
// Keystone's database has room for, 32 are more than can be guessed.
var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{32,255}$`)

// ValidSecret returns nil if s can be a remote id that nobody guesses, such as 32 random bytes in hexadecimal.
func ValidSecret(s keystone.Secret) error {
	if !secretForm.MatchString(s.Reveal()) {
		return errors.New("want 32 to 255 letters, digits, - and _")
	}
	return nil
}

// SignIn implements [facade.VOMS].
func (c *Client) SignIn(ctx context.Context, chain [][]byte) (facade.Token, error) {
	who, err := c.verifier.ask(ctx, chain)
	if err != nil {
		return facade.Token{}, err
	}
	header, err := who.header()
	if err != nil {
		return facade.Token{}, err
	}
	header.Set(secretField, c.secret.Reveal())
	a, err := c.keystone.Send(ctx, http.MethodGet, c.path, header, nil)
	if err != nil {
		return facade.Token{}, err
	}
	return read(a)
}

// read takes the token from Keystone's answer.
// Identity API v3, OS-FEDERATION: "Request an unscoped OS-FEDERATION token".
func read(a keystone.Answer) (facade.Token, error) {
	status := fmt.Errorf("VOMS sign-in at Keystone: HTTP status %d", a.Status)
	switch a.Status {
	case http.StatusCreated, http.StatusOK:
		token := a.Header.Get("X-Subject-Token")
		if token == "" {
			return facade.Token{}, badAnswer(errors.New("VOMS sign-in at Keystone: no token"))
		}
		return facade.Token{ID: keystone.NewSecret(token), Document: a.Body}, nil
	case http.StatusUnauthorized:
		return facade.Token{}, rejected("Keystone has no project for any of the VOMS attributes of your proxy", status)
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return facade.Token{}, unavailable(status)
	case http.StatusForbidden, http.StatusNotFound:
		return facade.Token{}, badAnswer(fmt.Errorf("%w: provider, protocol or secret differ from Keystone's", status))
	}
	return facade.Token{}, badAnswer(status)
}
