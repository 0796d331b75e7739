package facade

import (
	"context"
	"errors"
	"net/http"

	"github.com/occigate/occigate/keystone"
)

// VOMS signs in who holds a grid proxy certificate with VOMS attributes.
type VOMS interface {
	// SignIn verifies the certificates that a client has presented, as DER, its own first, and returns the
	// unscoped token that Keystone gives to their holder. The client has proved that it has the first one's
	// key; nothing else is known of them. Errors are *keystone.Error: Rejected for whoever cannot be signed
	// in, for whatever reason; Unavailable and BadAnswer if that cannot be found out now.
	SignIn(ctx context.Context, chain [][]byte) (Token, error)
}

// Token is a token together with what Keystone said about it.
type Token struct {
	ID       keystone.Secret
	Document []byte // JSON: {"token": {…}}. Identity API v3, federated authentication
}

// Bounds of what is handed on. A proxy of a proxy with its issuers has five certificates of 2 to 4 KiB.
const (
	maxCertificates     = 16
	maxCertificateBytes = 64 << 10
)

// signInVOMS signs in by the certificates of the connection.
func (f *Facade) signInVOMS(c *call) (Token, error) {
	if f.options.VOMS == nil {
		return Token{}, refuseVOMS("Signing in with a VOMS proxy is not configured here.")
	}
	if c.TLS == nil || len(c.TLS.PeerCertificates) == 0 {
		return Token{}, refuseVOMS("The connection brought no client certificate: a VOMS proxy is needed.")
	}
	if len(c.TLS.PeerCertificates) > maxCertificates {
		return Token{}, refuseVOMS("The connection brought too many client certificates.")
	}
	var chain [][]byte
	size := 0
	for _, certificate := range c.TLS.PeerCertificates {
		chain = append(chain, certificate.Raw)
		size += len(certificate.Raw)
	}
	if size > maxCertificateBytes {
		return Token{}, refuseVOMS("The client certificates are too large.")
	}
	t, err := f.options.VOMS.SignIn(c.Context(), chain)
	if err != nil {
		return Token{}, err
	}
	if t.ID.Reveal() == "" {
		return Token{}, garbage(errors.New("VOMS: sign-in without a token"))
	}
	return t, nil
}

func refuseVOMS(message string) *fault {
	return &fault{status: http.StatusUnauthorized, message: message}
}
