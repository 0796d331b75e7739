package occi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// quoted insists on a quoted string, in double or single quotes, and undoes its escapes.
//
// A quote in the middle that is not escaped (jOCCI escapes none) makes the string end there and the item invalid:
// where the string ends would be a guess, and a wrong guess could turn text into attributes.
func (s *scanner) quoted() string {
	begin := s.pos
	quote := s.text[begin]
	s.pos++
	escaped := false
	for s.pos < len(s.text) && s.text[s.pos] != quote {
		if s.text[s.pos] == '\\' {
			escaped = true
			s.pos++ // whatever comes next is no closing quote
		}
		s.pos++
	}
	if s.pos >= len(s.text) {
		s.pos = len(s.text)
		s.failAt(begin, "the string that begins here has no closing quote")
		return ""
	}
	text := s.text[begin+1 : s.pos]
	s.pos++
	if s.pos < len(s.text) && !strings.ContainsRune(" \t;,", rune(s.text[s.pos])) {
		s.failAt(s.pos, `found %q behind a closing quote; inside a string a quote is written \"`, clip(s.text[s.pos:]))
		return ""
	}
	if i := strings.IndexFunc(text, isForbiddenQuoted); i >= 0 {
		s.failAt(begin+1+i, "the string has a control character")
		return ""
	}
	if !escaped {
		return text
	}
	text = unescape(text)
	if !utf8.ValidString(text) {
		s.failAt(begin, "the string's escapes give no valid UTF-8")
		return ""
	}
	if strings.ContainsFunc(text, isForbiddenEscaped) {
		s.failAt(begin, "the string's escapes give a control character")
		return ""
	}
	return text
}

// unescape undoes backslash escapes; s does not end in one. A backslash protects the next character
// (RFC 9110 §5.6.4); besides, rOCCI quotes as Ruby does: \n, \t and the like, \xHH for a byte, \uHHHH and \u{H…} for
// a code point.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i+1+writeEscape(&b, s[i+1:]):]
	}
}

// writeEscape writes what the escape means, without its backslash, and returns its length.
func writeEscape(b *strings.Builder, s string) int {
	switch s[0] {
	case 'x':
		if n, ok := parseHex(s, 1, 3); ok {
			b.WriteByte(byte(n & 0xff))
			return 3
		}
	case 'u':
		if n, ok := parseHex(s, 1, 5); ok {
			writeCodePoint(b, n)
			return 5
		}
		const longest = len("u{10ffff}")
		if end := strings.IndexByte(s[:min(len(s), longest)], '}'); end > 2 && s[1] == '{' {
			if n, ok := parseHex(s, 2, end); ok {
				writeCodePoint(b, n)
				return end + 1
			}
		}
	}
	if i := strings.IndexByte("abefnrtv", s[0]); i >= 0 {
		b.WriteByte("\a\b\x1b\f\n\r\t\v"[i])
		return 1
	}
	_, size := utf8.DecodeRuneInString(s)
	b.WriteString(s[:size])
	return size
}

// writeCodePoint writes the code point, or a byte that makes the text invalid if there is no such code point.
func writeCodePoint(b *strings.Builder, r rune) {
	if utf8.ValidRune(r) {
		b.WriteRune(r)
	} else {
		b.WriteByte(0xff)
	}
}

// parseHex reads the hexadecimal number of at most six digits that is s[from:to], if s is that long.
func parseHex(s string, from, to int) (rune, bool) {
	if len(s) < to {
		return 0, false
	}
	var n rune
	for i := from; i < to; i++ {
		digit := strings.IndexByte("0123456789abcdef0123456789ABCDEF", s[i])
		if digit < 0 {
			return 0, false
		}
		n = n<<4 | rune(digit%16)
	}
	return n, true
}

// isForbiddenQuoted tells what may not be between quotes: control characters but the tab (RFC 9110 §5.6.4).
func isForbiddenQuoted(r rune) bool { return r != '\t' && unicode.IsControl(r) }

// isForbiddenEscaped allows the control characters of text as well: rOCCI joins public keys by "\n".
func isForbiddenEscaped(r rune) bool { return r != '\n' && r != '\r' && isForbiddenQuoted(r) }

// isForbiddenBare tells what needs quotes.
func isForbiddenBare(r rune) bool { return r == '"' || r == '\\' || unicode.IsControl(r) }
