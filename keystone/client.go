package keystone

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// Client recognises callers by their credentials. It is safe for concurrent use.
type Client struct {
	root      string // Keystone without version and trailing slash
	publicURL string // the same, as callers reach it
	placement placement
	maxBytes  int64
	now       func() time.Time
	reader    reader
	protocols []protocol
	usual     usualProjects

	digester  *digester
	cache     *identityCache
	guesses   *guesses
	outage    outage
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
	protocols, protocolErr := parseProtocols(o.Protocols)
	if err := errors.Join(rootErr, publicErr, o.validate(), placementErr, trustErr, protocolErr); err != nil {
		return nil, err
	}
	guesses, err := newGuesses(o)
	if err != nil {
		return nil, fmt.Errorf("keystone: guesses: %w", err)
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
		reader:    reader{bearer: len(protocols) > 0, basic: o.Basic, domain: o.UserDomain},
		protocols: protocols,
		usual:     maps.Clone(o.UsualProjects),
		guesses:   guesses,
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

// Session recognises the caller of a request. All its errors are *Error: NoCredential, BadCredential,
// AmbiguousCredential and Throttled without a question to Keystone, Rejected, Unscoped and Foreign if
// Keystone knows better, Unavailable and BadAnswer if it cannot be asked.
func (c *Client) Session(ctx context.Context, r Request) (*Session, error) {
	cred, err := c.reader.read(r)
	if err != nil {
		return nil, err
	}
	key := c.digester.digest(cred)
	who, err := c.cache.get(ctx, key, func(ctx context.Context, known *recognised) (*recognised, error) {
		if known != nil {
			return c.renew(ctx, cred, known)
		}
		settle, err := c.guesses.admit(r.Addr)
		if err != nil {
			return nil, err
		}
		who, err := c.recognise(ctx, cred)
		settle(isRejected(err))
		return who, err
	})
	if err != nil {
		return nil, err
	}
	token := cred.secret
	if who.token != (Secret{}) {
		token = who.token
	}
	return newSession(c, who.identity, key, token), nil
}

// Ping asks for Keystone's root and returns nil if it answers with any status below 500, otherwise
// an *Error. It is meant for readiness checks.
func (c *Client) Ping(ctx context.Context) error {
	a, err := c.exchange(ctx, question{method: http.MethodGet, path: "/"})
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
