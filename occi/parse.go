package occi

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// The fields of the text renderings (GFD.229 §4).
const (
	categoryField  = "Category"
	linkField      = "Link"
	attributeField = "X-OCCI-Attribute"
	locationField  = "X-OCCI-Location"
)

// fieldNames are all of them.
var fieldNames = [...]string{categoryField, linkField, attributeField, locationField}

// Limits bound what a request may say. Zero fields mean the defaults.
type Limits struct {
	Body        int64 // bytes of the body; default 112 KiB, which holds the most user data Nova takes, in Base64
	HeaderBytes int   // bytes of all OCCI header values together; default 256 KiB
	Categories  int   // default 256
	Attributes  int   // default 1024, those of links included
	Links       int   // default 128
	Locations   int   // default 4096

	// In JSON, Categories, Attributes and Links count for each entity of a collection.
	Members  int // entities of a collection; default 1024
	Keys     int // members of all objects together; default 4096
	Elements int // elements of all arrays together; default 8192
}

func (l Limits) withDefaults() Limits {
	if l.Body == 0 {
		l.Body = 112 << 10
	}
	for _, d := range []struct {
		limit *int
		value int
	}{
		{&l.HeaderBytes, 256 << 10},
		{&l.Categories, 256},
		{&l.Attributes, 1024},
		{&l.Links, 128},
		{&l.Locations, 4096},
		{&l.Members, 1024},
		{&l.Keys, 4096},
		{&l.Elements, 8192},
	} {
		if *d.limit == 0 {
			*d.limit = d.value
		}
	}
	return l
}

// Parse reads what a request says: in text/occi from its header, whose keys are canonical, in all other formats from
// its body. Whichever of the two the format does not use is ignored. Text that is no UTF-8 is taken for ISO-8859-1,
// which jOCCI sends. The package comment lists what else is read beyond the grammar.
//
// Malformed messages and too many items are Invalid, with the place in the message; too many bytes are TooLarge.
func Parse(f Format, h http.Header, body []byte, l Limits) (*Message, error) {
	p := parser{limits: l.withDefaults()}
	if f != TextOCCI && int64(len(body)) > p.limits.Body {
		return nil, Errorf(TooLarge, "the body has more than %d bytes", p.limits.Body)
	}
	var err *Error
	switch f {
	case TextPlain, OCCIPlain:
		err = p.readBody(toUTF8(string(body)))
	case TextOCCI:
		err = p.readHeader(h)
	case URIList:
		err = p.readURIList(toUTF8(string(body)))
	case JSON, GenericJSON:
		err = p.readJSON(body)
	default:
		err = Errorf(UnsupportedMedia, "messages in %s cannot be read", f)
	}
	if err != nil {
		return nil, err
	}
	return &p.message, nil
}

// parser collects a message from its fields.
type parser struct {
	message    Message
	limits     Limits
	attributes int // so far, those of links included
}

// readBody reads text/plain (GFD.229 §6).
func (p *parser) readBody(body string) *Error {
	for number, line := range unfoldedLines(body) {
		name, value, found := strings.Cut(line, ":")
		if !found {
			return Errorf(Invalid, `line %d: expected "name: value", found %q`, number, clip(line))
		}
		field := fieldNamed(strings.TrimSpace(name))
		if field == "" {
			return Errorf(Invalid, "line %d: %q is none of %s", number, clip(strings.TrimSpace(name)),
				strings.Join(fieldNames[:], ", "))
		}
		if err := p.readField(field, value); err != nil {
			return err
		}
	}
	return nil
}

// readHeader reads text/occi (GFD.229 §7). Other header fields are none of ours.
func (p *parser) readHeader(h http.Header) *Error {
	size := 0
	for _, field := range fieldNames {
		for _, value := range h.Values(field) {
			if size += len(value); size > p.limits.HeaderBytes {
				return Errorf(TooLarge, "the OCCI header fields have more than %d bytes; send text/plain", p.limits.HeaderBytes)
			}
			if err := p.readField(field, toUTF8(value)); err != nil {
				return err
			}
		}
	}
	return nil
}

// readField reads the comma-separated items of one field.
func (p *parser) readField(field, value string) *Error {
	m := &p.message
	s := scanner{field: field, text: value}
	switch field {
	case categoryField:
		for s.item = len(m.Categories); s.next(); {
			s.limit(len(m.Categories)+1, p.limits.Categories, "categories")
			m.Categories = append(m.Categories, s.category())
		}
	case linkField:
		for s.item = len(m.Links); s.next(); {
			s.limit(len(m.Links)+1, p.limits.Links, "links")
			l := s.link()
			p.attributes += len(l.Attributes)
			s.limit(p.attributes, p.limits.Attributes, "attributes")
			m.Links = append(m.Links, l)
		}
	case attributeField:
		for s.item = len(m.Attributes); s.next(); {
			p.attributes++
			s.limit(p.attributes, p.limits.Attributes, "attributes")
			m.Attributes = append(m.Attributes, s.attribute())
		}
	case locationField:
		for s.item = len(m.Locations); s.next(); {
			s.limit(len(m.Locations)+1, p.limits.Locations, "locations")
			m.Locations = append(m.Locations, s.location())
		}
	}
	return s.err
}

// limit fails if the message has more than most of something.
func (s *scanner) limit(count, most int, what string) {
	if count > most && s.err == nil {
		s.err = Errorf(Invalid, "the message has more than %d %s", most, what)
	}
}

// fieldNamed returns the field of that name in any case, or "".
func fieldNamed(name string) string {
	for _, field := range fieldNames {
		if strings.EqualFold(name, field) {
			return field
		}
	}
	return ""
}

// hasFields reports whether the header has a field of the text renderings.
func hasFields(h http.Header) bool {
	for _, field := range fieldNames {
		if len(h.Values(field)) > 0 {
			return true
		}
	}
	return false
}

// toUTF8 returns s, decoded from ISO-8859-1 if it is no UTF-8.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(2 * len(s))
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}
