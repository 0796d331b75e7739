package main

import (
	"errors"
	"time"
)

// verdict is the answer about one chain: who it is, or why nobody.
type verdict struct {
	// DN is the subject of the user's certificate as OpenSSL writes it in one line, /DC=org/CN=…
	DN string `json:"dn,omitempty"`
	// CA is its issuer, in the same form.
	CA string `json:"ca,omitempty"`
	// VO is the one of the first attribute certificate.
	VO string `json:"vo,omitempty"`
	// FQANs are those of all attribute certificates, in their order.
	FQANs []string `json:"fqans,omitempty"`
	// Expires is when the first of the certificates ends.
	Expires *time.Time `json:"expires,omitempty"`
	// Refused is why nobody is signed in; safe to show to the user.
	Refused string `json:"refused,omitempty"`
	// detail is more about it, for the log.
	detail string
}

// trust is what the verification believes.
type trust struct {
	certificates   string // directory of authorities and lists of revoked certificates, with hash links
	vomsdir        string // directory of the VOMS servers of each VO
	limitedProxies bool   // accept proxies that may not start work
}

// errWithout is why a build without libvomsapi verifies nothing.
var errWithout = errors.New("built without libvomsapi: use make voms-verifier")
