package keystone

import (
	"fmt"
	"net/http"
	"strings"
)

// maxTokenBytes bounds a token. Fernet tokens have about 200 bytes, JWS and OpenID Connect tokens up to
// 3 KiB.
const maxTokenBytes = 8 << 10

// credentialKind is a way to say who one is.
type credentialKind byte

const (
	tokenCredential       credentialKind = iota + 1 // a Keystone token, in X-Auth-Token
	bearerCredential                                // an OpenID Connect access token, in Authorization: Bearer
	passwordCredential                              // user and password, in Authorization: Basic
	applicationCredential                           // id and secret of an application credential, in the same
)

// credential is all that a request brings to be recognised: what proves who is calling, and the
// project that it asks for. Two requests with the same credential are the same to Keystone.
type credential struct {
	kind     credentialKind
	domain   string // of a user, by name, or else
	domainID string // by id
	name     string // of a user, or the id of an application credential
	secret   Secret // token, password or secret
	// project is what the request asks for.
	project projectRef
}

// reader reads credentials. It is what of them the operator accepts.
type reader struct {
	bearer bool
	basic  bool
	domain string // of users who name none, by id
}

// read takes the credential from a request. The token wins over Authorization, which old clients send
// along: IM both of them, rOCCI and pOCCI what they began with.
func (rd reader) read(r Request) (credential, error) {
	cred, err := rd.readProof(r)
	if err != nil {
		return credential{}, err
	}
	cred.project, err = readProject(r)
	if err != nil {
		return credential{}, err
	}
	return cred, nil
}

func (rd reader) readProof(r Request) (credential, error) {
	token, err := readToken(r.Header)
	if err != nil {
		return credential{}, err
	}
	if token != "" {
		return tokenOfKind(tokenCredential, "X-Auth-Token", token)
	}
	scheme, value, err := readAuthorization(r.Header)
	if err != nil {
		return credential{}, err
	}
	switch {
	case rd.bearer && strings.EqualFold(scheme, "Bearer"):
		return tokenOfKind(bearerCredential, "Authorization", value)
	case rd.basic && strings.EqualFold(scheme, "Basic"):
		if !r.Secure {
			return credential{}, badCredential("user and password are accepted over TLS only")
		}
		return readBasic(value, rd.domain)
	}
	return credential{}, &Error{
		Kind:    NoCredential,
		Message: "the request carries no token: send a Keystone token in X-Auth-Token",
	}
}

// readToken returns the token of X-Auth-Token, "" without one. Repeated and comma-joined fields are the
// same thing (RFC 9110 §5.3), so both are split; a token itself contains no comma.
func readToken(h http.Header) (string, error) {
	var token string
	for _, field := range h["X-Auth-Token"] {
		for value := range strings.SplitSeq(field, ",") {
			value = strings.TrimSpace(value)
			switch {
			case value == "" || value == token:
			case token == "":
				token = value
			default:
				return "", ambiguous("the request carries two different tokens: send one X-Auth-Token")
			}
		}
	}
	return token, nil
}

// readAuthorization returns scheme and rest of Authorization, "" without it.
func readAuthorization(h http.Header) (scheme, rest string, err error) {
	value, err := single(h, "Authorization")
	scheme, rest, _ = strings.Cut(value, " ")
	return scheme, strings.TrimSpace(rest), err
}

// single returns the one value of a field; the same value twice is one.
func single(h http.Header, name string) (string, error) {
	var only string
	for _, value := range h[name] {
		value = strings.TrimSpace(value)
		switch {
		case value == "" || value == only:
		case only == "":
			only = value
		default:
			return "", ambiguous(fmt.Sprintf("the request carries two different values of %s", name))
		}
	}
	return only, nil
}

func tokenOfKind(kind credentialKind, field, token string) (credential, error) {
	if fault := tokenFault(token); fault != "" {
		return credential{}, badCredential(fmt.Sprintf("the value of %s is no token: %s", field, fault))
	}
	return credential{kind: kind, secret: NewSecret(token)}, nil
}

// tokenFault says why token cannot be sent to Keystone, or "".
func tokenFault(token string) string {
	if token == "" {
		return "it is empty"
	}
	if len(token) > maxTokenBytes {
		return fmt.Sprintf("longer than %d bytes", maxTokenBytes)
	}
	for i := range len(token) {
		if token[i] <= ' ' || token[i] >= 0x7f {
			return fmt.Sprintf("byte %d is not a visible ASCII character", i)
		}
	}
	return ""
}

func badCredential(message string) *Error { return &Error{Kind: BadCredential, Message: message} }

func ambiguous(message string) *Error { return &Error{Kind: AmbiguousCredential, Message: message} }
