package occi

import (
	"unicode"
	"unicode/utf8"
)

// appendJSONString appends s as a JSON string. Escaped are quotes, backslashes, control characters and the two line
// ends of Unicode that are none to JSON but to JavaScript; bytes that are no UTF-8 are replaced.
func appendJSONString(buf []byte, s string) []byte {
	buf = append(buf, '"')
	begin := 0 // of what can be appended as it is
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if needsJSONEscape(r, size) {
			buf = append(buf, s[begin:i]...)
			buf = appendJSONEscape(buf, r)
			begin = i + size
		}
		i += size
	}
	buf = append(buf, s[begin:]...)
	return append(buf, '"')
}

// needsJSONEscape reports whether the character, decoded from so many bytes, cannot be written as it is.
func needsJSONEscape(r rune, size int) bool {
	switch r {
	case '"', '\\', '\u2028', '\u2029':
		return true
	case utf8.RuneError:
		return size == 1
	}
	return unicode.IsControl(r)
}

func appendJSONEscape(buf []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	switch r {
	case '"', '\\':
		return append(buf, '\\', byte(r))
	case '\n':
		return append(buf, `\n`...)
	case '\r':
		return append(buf, `\r`...)
	case '\t':
		return append(buf, `\t`...)
	case utf8.RuneError:
		return utf8.AppendRune(buf, r)
	}
	return append(buf, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
