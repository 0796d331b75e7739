package openstacktest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// newUUID makes a random id in OpenStack's usual form.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return formatUUID(b[:])
}

// seedUUID makes the id of a seeded thing: the same on every run.
func seedUUID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return formatUUID(sum[:16])
}

func formatUUID(b []byte) string {
	b[6] = b[6]&0x0f | 0x40 // version 4
	b[8] = b[8]&0x3f | 0x80 // RFC 9562 variant
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// newHexID makes an id in Keystone's form.
func newHexID() string { return strings.ReplaceAll(newUUID(), "-", "") }

// seedHexID makes the Keystone id of a seeded thing.
func seedHexID(name string) string { return strings.ReplaceAll(seedUUID(name), "-", "") }

// secret makes an unguessable string of n random bytes.
func secret(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// isUUID tells whether a text is an id as Nova's schemas want it.
func isUUID(s string) bool {
	hexDigits := strings.ReplaceAll(s, "-", "")
	_, err := hex.DecodeString(hexDigits)
	return err == nil && len(hexDigits) == 32
}

// The services write times in four ways.
func seconds(t time.Time) string      { return t.UTC().Format("2006-01-02T15:04:05Z") }
func microseconds(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000") }
func roundMicros(t time.Time) string {
	return t.UTC().Truncate(time.Second).Format("2006-01-02T15:04:05.000000")
}
func keystoneTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// orNull gives a time in a form, or null when there is none.
func orNull(t time.Time, form func(time.Time) string) any {
	if t.IsZero() {
		return nil
	}
	return form(t)
}

// nullable gives a text, or null when it is empty.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
