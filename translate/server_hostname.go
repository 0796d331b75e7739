package translate

import (
	"strings"
	"unicode"
)

// hostnameOf returns the host name that Nova derives from a server's name, and shows to no user before 2.90: in lower
// case, with hyphens for what separates words and without other signs. It is "" if nothing is left of the name, where
// Nova takes the id.
func hostnameOf(name string) string {
	const most = 63
	host := []rune(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '_' || r == '.':
			return '-'
		case r <= unicode.MaxLatin1 && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '-':
			return unicode.ToLower(r)
		}
		return -1
	}, name))
	return strings.Trim(string(host[:min(len(host), most)]), "-")
}
