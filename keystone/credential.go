package keystone

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"strings"
	"sync"
)

// maxTokenBytes bounds a token. Fernet tokens have about 200 bytes, JWS tokens up to 3 KiB.
const maxTokenBytes = 8 << 10

// readToken takes the token from a request's headers. Repeated and comma-joined fields are the same
// thing (RFC 9110 §5.3), so both are split; a token itself contains no comma.
func readToken(h http.Header) (Secret, error) {
	var token string
	for _, field := range h["X-Auth-Token"] {
		for value := range strings.SplitSeq(field, ",") {
			value = strings.TrimSpace(value)
			switch {
			case value == "" || value == token:
			case token == "":
				token = value
			default:
				return Secret{}, &Error{
					Kind:    AmbiguousCredential,
					Message: "the request carries two different tokens: send one X-Auth-Token",
				}
			}
		}
	}
	if token == "" {
		return Secret{}, &Error{
			Kind:    NoCredential,
			Message: "the request carries no token: send a Keystone token in X-Auth-Token",
		}
	}
	if fault := tokenFault(token); fault != "" {
		return Secret{}, &Error{
			Kind:    BadCredential,
			Message: fmt.Sprintf("the value of X-Auth-Token is no Keystone token: %s", fault),
		}
	}
	return NewSecret(token), nil
}

// tokenFault says why token cannot be sent to Keystone, or "".
func tokenFault(token string) string {
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

// digest stands for a token wherever the token itself must not be: in cache keys and logs.
type digest [sha256.Size]byte

// String returns the first 128 bits in hexadecimal.
func (d digest) String() string { return hex.EncodeToString(d[:16]) }

// digester computes digests under a key of its own, so that they say nothing to anybody who can
// guess tokens or has a log of another process.
type digester struct{ states sync.Pool }

type digestState struct {
	mac hash.Hash
	sum digest
}

func newDigester() *digester {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // documented never to fail
	return &digester{states: sync.Pool{New: func() any {
		return &digestState{mac: hmac.New(sha256.New, key)}
	}}}
}

func (d *digester) digest(token Secret) digest {
	state := d.states.Get().(*digestState)
	defer d.states.Put(state)
	state.mac.Reset()
	state.mac.Write([]byte(token.Reveal()))
	state.mac.Sum(state.sum[:0])
	return state.sum
}
