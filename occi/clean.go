package occi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longer texts are cut: jOCCI's expressions overflow its stack at titles of some 1300 characters and at attribute lines
// of some 1700. The names of OpenStack have at most 255 characters and stay whole.
const (
	titleLength = 255
	valueLength = 1024
	cutMark     = "..."
)

// appendText appends s with each character replaced by f, cut to most characters, the mark included.
func appendText(buf []byte, s string, most int, f func(rune) rune) []byte {
	cut := len(s) > most && utf8.RuneCountInString(s) > most
	if cut {
		most -= len(cutMark)
	}
	count := 0
	for _, r := range s {
		if count == most && cut {
			return append(buf, cutMark...)
		}
		buf = utf8.AppendRune(buf, f(r))
		count++
	}
	return buf
}

// singleLine replaces what ends lines or has no glyph: no text may forge a line of its own.
func singleLine(r rune) rune {
	if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	return r
}

// ascii replaces what HTTP header fields cannot carry (RFC 9110 §5.5).
func ascii(r rune) rune {
	if r > unicode.MaxASCII {
		return '?'
	}
	return singleLine(r)
}

// plainText replaces what clients cannot read between quotes: jOCCI takes neither quotes nor backslashes even when
// they are escaped, pOCCI splits at semicolons inside quotes.
func plainText(r rune) rune {
	switch r {
	case '"':
		return '\''
	case '\\':
		return '/'
	case ';':
		return ':'
	}
	return singleLine(r)
}

// headerText replaces what clients cannot read between quotes in a header field. rOCCI, jOCCI and doyouspeakOCCI split
// at commas inside quotes.
func headerText(r rune) rune {
	if r == ',' {
		return '.'
	}
	return ascii(plainText(r))
}

// appendToken appends a term or attribute name, with other characters replaced by "_".
func appendToken(buf []byte, s string) []byte {
	for i := range len(s) {
		if isTokenByte(s[i]) {
			buf = append(buf, s[i])
		} else {
			buf = append(buf, '_')
		}
	}
	return buf
}

// appendURI appends a URI reference. What it may not have, or what separates items of a field, is percent-encoded.
func appendURI(buf []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; isURIByte(c) {
			buf = append(buf, c)
		} else {
			buf = append(buf, '%', hex[c>>4], hex[c&15])
		}
	}
	return buf
}

// isURIByte allows the characters of RFC 3986 but for comma, semicolon and single quote.
func isURIByte(c byte) bool {
	if isTokenByte(c) {
		return true
	}
	switch c {
	case '~', ':', '/', '?', '#', '[', ']', '@', '!', '$', '&', '(', ')', '*', '+', '=', '%':
		return true
	}
	return false
}

// Echoes reports whether said is text as a rendering shows it. Clients that update an entity send everything back as
// they read it (pOCCI, jOCCI), which is no wish to change what the rendering had to replace or cut.
func Echoes(said, text string) bool {
	if said == text {
		return true
	}
	text = strings.TrimSpace(text)
	for _, most := range []int{titleLength, valueLength} {
		for _, clean := range []func(rune) rune{plainText, headerText} {
			if said == string(appendText(nil, text, most, clean)) {
				return true
			}
		}
	}
	return false
}
