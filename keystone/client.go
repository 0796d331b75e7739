package keystone

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Client recognises callers by their tokens. It is safe for concurrent use.
type Client struct {
	root      string // Keystone without version and trailing slash
	publicURL string // the same, as callers reach it
	placement placement
	maxBytes  int64
	now       func() time.Time

	digester  *digester
	cache     *identityCache
	base      *http.Transport
	transport *transport
	keystone  http.Client
}

// New makes a Client. It reports all faults of o at once and sends nothing.
func New(o Options) (*Client, error) {
	if o.URL == "" {
		return nil, errors.New("keystone: URL is required")
	}
	o = o.withDefaults()
	root, rootErr := newRoute(identityService, o.URL)
	if rootErr != nil {
		rootErr = fmt.Errorf("keystone: URL: %w", rootErr)
	}
	public, publicErr := publicURL(o.PublicURL)
	placement, placementErr := newPlacement(o)
	trust, trustErr := newTrust(o)
	if err := errors.Join(rootErr, publicErr, o.validate(), placementErr, trustErr); err != nil {
		return nil, err
	}
	cache, err := newIdentityCache(o)
	if err != nil {
		return nil, fmt.Errorf("keystone: cache: %w", err)
	}
	versions, err := newVersionCache(o)
	if err != nil {
		return nil, fmt.Errorf("keystone: cache of versions: %w", err)
	}
	base := newBase(o, trust)
	tr := &transport{base: &trustedTransport{base, trust}, versions: versions, userAgent: o.UserAgent, requestID: o.RequestID, observe: o.Observe}
	return &Client{
		root:      root.address(),
		publicURL: public,
		placement: placement,
		maxBytes:  o.MaxResponseBytes,
		now:       o.Now,
		digester:  newDigester(),
		cache:     cache,
		base:      base,
		transport: tr,
		keystone:  tr.httpClient(maxKeystoneBytes, root),
	}, nil
}

// publicURL normalises the address that the challenge names.
func publicURL(raw string) (string, error) {
	public, err := newRoute(identityService, raw)
	if err != nil {
		return "", fmt.Errorf("keystone: PublicURL: %w", err)
	}
	if strings.ContainsAny(public.address(), `'"`) {
		return "", fmt.Errorf("keystone: PublicURL: %q contains a quote, which no challenge can carry", raw)
	}
	return public.address(), nil
}

// Challenge returns the value of WWW-Authenticate for callers without an accepted token:
//
//	Keystone uri='https://keystone.example.org:5000'
//
// In single quotes, without version and with nothing after it: jOCCI and IM find the address only
// so, and rOCCI takes everything up to the last quote.
func (c *Client) Challenge() string { return "Keystone uri='" + c.publicURL + "'" }

// Session recognises the caller by the headers of a request. All its errors are *Error:
// NoCredential, BadCredential and AmbiguousCredential without a question to Keystone, Rejected and
// Unscoped if Keystone knows better, Unavailable and BadAnswer if it cannot be asked.
func (c *Client) Session(ctx context.Context, h http.Header) (*Session, error) {
	token, err := readToken(h)
	if err != nil {
		return nil, err
	}
	key := c.digester.digest(token)
	id, err := c.cache.get(ctx, key, func(ctx context.Context) (*identity, error) {
		return c.validate(ctx, token)
	})
	if err != nil {
		return nil, err
	}
	return newSession(c, id, key, token), nil
}

// Ping asks for Keystone's root and returns nil if it answers with any status below 500, otherwise
// an *Error. It is meant for readiness checks.
func (c *Client) Ping(ctx context.Context) error {
	a, err := c.ask(ctx, "/", Secret{})
	if a.status == 0 {
		return err
	}
	if a.status >= http.StatusInternalServerError {
		return unavailable(identityService, retryAfter(a.header, c.now()), fmt.Errorf("HTTP status %d", a.status))
	}
	return nil
}

// Close closes idle connections. Sessions that still work open new ones.
func (c *Client) Close() { c.base.CloseIdleConnections() }
