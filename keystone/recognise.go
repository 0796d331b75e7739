package keystone

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// recognised is who a credential stands for. It is immutable and shared by all requests with it.
type recognised struct {
	identity *identity
	// token is what Keystone gave in exchange for the credential; empty if that is a token for the
	// project itself, which each request brings along.
	token Secret
	// ends is when the credential or the token does, zero if that is not known.
	ends time.Time
}

// recognise asks Keystone who a credential stands for, and for a token of the right project if the
// credential is none.
func (c *Client) recognise(ctx context.Context, cred credential) (*recognised, error) {
	g, err := c.signIn(ctx, cred)
	if err != nil {
		return nil, err
	}
	wanted := cred.project
	if wanted.isZero() && g.project.id == "" {
		wanted = c.usual.of(g.description)
	}
	if g.project.id == "" || !wanted.isZero() && !wanted.means(g.project) {
		if g, err = c.rescope(ctx, g, wanted); err != nil {
			return nil, err
		}
	}
	r := &recognised{identity: g.identity(c.placement), ends: earlier(g.expires, cred.expires())}
	if g.token != cred.secret {
		r.token = g.token
	}
	return r, nil
}

// signIn shows Keystone a credential.
func (c *Client) signIn(ctx context.Context, cred credential) (grant, error) {
	switch cred.kind {
	case tokenCredential:
		return c.validate(ctx, cred.secret)
	case bearerCredential:
		return c.federate(ctx, cred.secret)
	case passwordCredential:
		return c.issue(ctx, passwordLogin(cred), c.rejected("user and password"))
	case applicationCredential:
		return c.issue(ctx, applicationLogin(cred), c.rejected("the application credential"))
	}
	return grant{}, errors.New("keystone: credential of no kind")
}

// rescope exchanges a token for one of the project wanted, or of the only one that there is.
func (c *Client) rescope(ctx context.Context, g grant, wanted projectRef) (grant, error) {
	if !wanted.isExact() {
		among, err := c.projects(ctx, g.token)
		if err != nil {
			return grant{}, err
		}
		p, err := wanted.choose(among)
		if err != nil {
			return grant{}, err
		}
		wanted = projectRef{id: p.id}
	}
	scoped, err := c.issue(ctx, tokenLogin(g.token, wanted), c.rejected("the token (expired or revoked)"))
	if e, ok := errors.AsType[*Error](err); ok && (e.status == http.StatusUnauthorized || e.status == http.StatusForbidden) {
		// the token was good a moment ago, and one that is not is 404
		return grant{}, foreign(wanted, "or the token cannot be exchanged for one of another project")
	}
	return scoped, err
}

// renew asks Keystone again about a credential that it knew. A token that it gave in exchange is good
// until Keystone says otherwise; asking for another one could cost the user's identity provider a
// call, or a password hash.
func (c *Client) renew(ctx context.Context, cred credential, known *recognised) (*recognised, error) {
	if cred.kind == tokenCredential {
		return c.recognise(ctx, cred)
	}
	g, err := c.validate(ctx, known.token)
	if isRejected(err) {
		return c.recognise(ctx, cred)
	}
	if err != nil {
		return nil, err
	}
	return &recognised{identity: g.identity(c.placement), token: known.token, ends: known.ends}, nil
}

// earlier returns the earlier of two times; the zero time is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// isRejected reports whether Keystone does not accept a credential.
func isRejected(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == Rejected
}
