package translate

import (
	"encoding/hex"
	"strings"
)

// escapedTerm begins the terms of ids that cannot be terms themselves.
const escapedTerm = "x--"

// templateTerm makes the term of a template from the id of an image or flavor. Most ids are terms as they
// are (GFD.229 §4.1, and a leading digit, which every client takes). Operators choose flavor ids freely,
// though, so that an id such as "m1.Small" is written as "x--m1_2e_53mall": each byte that is not a lower-case
// letter, digit or hyphen as an underscore and two hexadecimal digits.
func templateTerm(id string) string {
	if isTerm(id) && !strings.HasPrefix(id, escapedTerm) {
		return id
	}
	var b strings.Builder
	b.WriteString(escapedTerm)
	for i := range len(id) {
		if c := id[i]; isLowerAlphanumeric(c) || c == '-' {
			b.WriteByte(c)
		} else {
			b.WriteByte('_')
			b.WriteString(hex.EncodeToString([]byte{c}))
		}
	}
	return b.String()
}

// templateID is the inverse of templateTerm. It reports false for what templateTerm never returns.
func templateID(term string) (string, bool) {
	escaped, ok := strings.CutPrefix(term, escapedTerm)
	if !ok {
		return term, isTerm(term)
	}
	var b strings.Builder
	for i := 0; i < len(escaped); i++ {
		if escaped[i] != '_' {
			b.WriteByte(escaped[i])
			continue
		}
		if i+2 >= len(escaped) {
			return "", false
		}
		c, err := hex.DecodeString(escaped[i+1 : i+3])
		if err != nil {
			return "", false
		}
		b.Write(c)
		i += 2
	}
	id := b.String()
	return id, templateTerm(id) == term
}

// isTerm reports whether s can be a term: lower-case letters, digits, hyphens and underscores, the first of
// them a letter or digit.
func isTerm(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLowerAlphanumeric(c) && (i == 0 || c != '-' && c != '_') {
			return false
		}
	}
	return s != ""
}

func isLowerAlphanumeric(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// nameSlug makes a term of the name of an image or flavor as cloud-info-provider does, whose users
// copy it into their requests: blanks become underscores, points become hyphens, all in lower case.
func nameSlug(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "_", ".", "-").Replace(strings.TrimSpace(name)))
}
