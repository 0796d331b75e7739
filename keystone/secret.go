package keystone

import (
	"fmt"
	"io"
)

// redacted is what every printed form of a Secret shows.
const redacted = "***"

// Secret holds a token. It prints, formats and marshals as "***"; only Reveal gives the value.
type Secret struct{ value string }

// NewSecret wraps value.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal returns the value, to be written to the wire and nowhere else.
func (s Secret) Reveal() string { return s.value }

// String returns "***".
func (s Secret) String() string { return redacted }

// GoString returns "***".
func (s Secret) GoString() string { return redacted }

// Format writes "***" whatever the verb, so that %x and %q do not show the value either.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON returns the JSON string "***".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText returns "***", for encoders other than JSON and for map keys.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
