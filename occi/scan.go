package occi

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner reads the items of one field, that is, of one line of a body or one value of a header. Its methods are named
// for what they insist on. The first error sticks, and after it every method returns at once with a zero value.
type scanner struct {
	field string // the field's name, for messages
	text  string // valid UTF-8
	pos   int    // of the next byte
	item  int    // which of the message's items of this name is being read, from 1
	start int    // where that item begins
	err   *Error
}

// next moves to the next item of the comma-separated list and reports whether there is one.
// Empty ones are skipped (RFC 9110 §5.6.1).
func (s *scanner) next() bool {
	for s.blanks(); s.accept(','); s.blanks() {
	}
	s.item++
	s.start = s.pos
	return s.err == nil && s.pos < len(s.text)
}

// parameter moves behind the semicolon before a parameter and reports whether there is one. Without one the item has
// to end here. Semicolons at the end are skipped: jOCCI writes them.
func (s *scanner) parameter() bool {
	s.blanks()
	separated := false
	for s.accept(';') {
		s.blanks()
		separated = true
	}
	if s.err != nil || s.atEnd() {
		return false
	}
	if !separated {
		s.expected(`";"`)
	}
	return s.err == nil
}

// end insists on the end of the item, but for a trailing semicolon.
func (s *scanner) end() {
	if s.parameter() {
		s.expected(`"," or the end`)
	}
}

// atEnd reports whether the item ends here.
func (s *scanner) atEnd() bool { return s.pos == len(s.text) || s.text[s.pos] == ',' }

// blanks moves behind spaces and tabs.
func (s *scanner) blanks() {
	for s.pos < len(s.text) && isBlank(s.text[s.pos]) {
		s.pos++
	}
}

// accept moves behind c if it comes next, and reports whether it did.
func (s *scanner) accept(c byte) bool {
	if s.err != nil || s.pos == len(s.text) || s.text[s.pos] != c {
		return false
	}
	s.pos++
	return true
}

// equals insists on the "=" between a parameter's name and its value.
func (s *scanner) equals(name string) {
	s.blanks()
	if !s.accept('=') {
		s.expected(fmt.Sprintf(`"=" after %q`, clip(name)))
	}
	s.blanks()
}

// token insists on a word of the characters that terms and attribute names have (GFD.229 §4).
func (s *scanner) token(what string) string {
	if s.err != nil {
		return ""
	}
	begin := s.pos
	for s.pos < len(s.text) && isTokenByte(s.text[s.pos]) {
		s.pos++
	}
	if s.pos == begin {
		s.expected(what)
	}
	return s.text[begin:s.pos]
}

// value insists on the value of a parameter and tells whether it was quoted. What is not quoted ends at a comma or
// semicolon.
func (s *scanner) value(name string) (text string, quoted bool) {
	if s.err != nil {
		return "", false
	}
	if s.pos < len(s.text) && (s.text[s.pos] == '"' || s.text[s.pos] == '\'') {
		return s.quoted(), true
	}
	begin := s.pos
	for s.pos < len(s.text) && s.text[s.pos] != ';' && s.text[s.pos] != ',' {
		s.pos++
	}
	text = strings.TrimRight(s.text[begin:s.pos], " \t")
	switch i := strings.IndexFunc(text, isForbiddenBare); {
	case text == "":
		s.expected(fmt.Sprintf("a value for %q", clip(name)))
	case i >= 0:
		s.pos = begin + i
		s.expected("a quoted string")
	}
	return text, false
}

// expected fails at the present position.
func (s *scanner) expected(what string) {
	found := "the end"
	if s.pos < len(s.text) {
		found = strconv.Quote(firstRune(s.text[s.pos:]))
	}
	s.failAt(s.pos, "expected %s, found %s", what, found)
}

// failAt fails with the place: the item, counted from 1 over the message, and the column in the item.
// So joined, repeated and folded fields give the same place.
func (s *scanner) failAt(pos int, format string, args ...any) {
	if s.err != nil {
		return
	}
	column := utf8.RuneCountInString(s.text[s.start:pos]) + 1
	s.err = Errorf(Invalid, "%s[%d], column %d: %s", s.field, s.item, column, fmt.Sprintf(format, args...))
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

// isForbiddenReference tells what may not be in a URI reference without being percent-encoded.
func isForbiddenReference(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"<>\`, r)
}

// firstRune returns the first character of s, which is not empty.
func firstRune(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}

// isTokenByte allows what OCCI 1.2 allows; 1.1 knows neither capitals nor dots in terms.
func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.'
}
