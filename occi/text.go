package occi

import (
	"slices"
	"strings"
)

// category reads one Category (GFD.229 §4.1). Parameters may come in any order, and unknown ones are ignored.
func (s *scanner) category() Category {
	c := Category{ID: ID{Term: s.token("a term")}}
	for s.parameter() {
		name := s.token("a parameter")
		s.equals(name)
		at := s.pos
		text, quoted := s.value(name)
		if s.err != nil {
			break
		}
		switch strings.ToLower(name) {
		case "scheme":
			s.once(at, name, c.Scheme == "")
			c.Scheme = s.scheme(at, text)
		case "class":
			s.once(at, name, c.Class == 0)
			c.Class = s.class(at, text)
		case "title":
			if quoted || text != "nil" { // rOCCI 4.3.5 and before write title=nil for none
				c.Title = text
			}
		case "rel":
			c.Rel = s.ids(at, text)
		case "location":
			c.Location = text
		case "attributes":
			c.Attributes = s.definitions(at, text)
		case "actions":
			c.Actions = s.ids(at, text)
		}
	}
	if c.Scheme == "" {
		s.failAt(s.start, `category %q has no scheme: expected scheme="…#"`, clip(c.Term))
	}
	return c
}

// link reads one Link (GFD.229 §4.2). The grammar wants category last but for attributes, and unquoted; the examples
// quote it, and clients mix the order.
func (s *scanner) link() Link {
	l := Link{Target: s.target()}
	for s.parameter() {
		name := s.token("a parameter")
		s.equals(name)
		at := s.pos
		switch strings.ToLower(name) {
		case "rel":
			s.once(at, name, l.Rel == nil)
			text, _ := s.value(name)
			l.Rel = s.ids(at, text)
		case "self":
			s.once(at, name, l.Self == "")
			l.Self, _ = s.value(name)
		case "category":
			s.once(at, name, l.Categories == nil)
			text, _ := s.value(name)
			l.Categories = s.ids(at, text)
		default:
			l.Attributes = append(l.Attributes, Pair{name, s.attributeValue(name)})
		}
	}
	if len(l.Rel) == 0 {
		s.failAt(s.start, `the link has no type: expected rel="…#…"`)
	}
	return l
}

// attribute reads one X-OCCI-Attribute (GFD.229 §4.3).
func (s *scanner) attribute() Pair {
	name := s.token("an attribute name")
	s.equals(name)
	p := Pair{name, s.attributeValue(name)}
	s.end()
	return p
}

// attributeValue reads a quoted string, a number, true or false; or a bare word, which the specification's own
// examples contain (GFD.185 §3.5.4). Numbers keep their text, since jOCCI leaves the quotes off strings like "007".
func (s *scanner) attributeValue(name string) Value {
	at := s.pos
	text, quoted := s.value(name)
	switch {
	case s.err != nil:
		return Value{}
	case quoted:
		return String(text)
	case text == "true" || text == "false":
		return Value{BooleanType, text}
	case isDigits(strings.TrimPrefix(text, "-")):
		return Value{IntegerType, text}
	case isDecimal(text):
		return Value{NumberType, text}
	}
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		s.failAt(at+i, "a value with blanks needs quotes")
	}
	return String(text)
}

// location reads one X-OCCI-Location (GFD.229 §4.4).
func (s *scanner) location() string {
	begin := s.pos
	for !s.atEnd() {
		s.pos++
	}
	return s.reference(begin, strings.TrimRight(s.text[begin:s.pos], " \t"))
}

// target reads the reference in angle brackets that a Link begins with.
func (s *scanner) target() string {
	if !s.accept('<') {
		s.expected(`"<"`)
		return ""
	}
	begin := s.pos
	length := strings.IndexByte(s.text[begin:], '>')
	if length < 0 {
		s.failAt(begin, `expected ">" behind the reference`)
		return ""
	}
	s.pos += length + 1
	return s.reference(begin, s.text[begin:begin+length])
}

// reference checks that text, found at the position, may be a URI reference.
func (s *scanner) reference(at int, text string) string {
	if i := strings.IndexFunc(text, isForbiddenReference); i >= 0 {
		s.failAt(at+i, "a URL cannot have the character %q", firstRune(text[i:]))
	}
	if text == "" {
		s.failAt(at, "the URL is empty")
	}
	return text
}

// scheme checks that text, found at the position, may be a category's scheme.
func (s *scanner) scheme(at int, text string) string {
	if len(text) < 2 || !strings.HasSuffix(text, "#") || strings.ContainsFunc(text, isForbiddenReference) {
		s.failAt(at, `%q is no scheme: it has to end in "#"`, clip(text))
	}
	return text
}

func (s *scanner) class(at int, text string) Class {
	for _, c := range []Class{ClassKind, ClassMixin, ClassAction} {
		if text == c.String() {
			return c
		}
	}
	s.failAt(at, `%q is no class: expected "kind", "mixin" or "action"`, clip(text))
	return 0
}

// ids reads blank-separated type identifiers.
func (s *scanner) ids(at int, text string) []ID {
	var ids []ID
	for word := range strings.FieldsSeq(text) {
		id, err := ParseID(word)
		if err != nil {
			s.failAt(at, "%s", err.Error())
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}

// definitions reads blank-separated attribute names with properties in braces: "a b{immutable} c{immutable required}".
func (s *scanner) definitions(at int, text string) []Attribute {
	var defined []Attribute
	for {
		text = strings.TrimLeft(text, " \t")
		if text == "" || s.err != nil {
			return defined
		}
		end := strings.IndexAny(text, " \t{")
		if end < 0 {
			end = len(text)
		}
		a := Attribute{Name: text[:end]}
		if !isToken(a.Name) {
			s.failAt(at, "%q is no attribute name", clip(a.Name))
		}
		text = text[end:]
		if strings.HasPrefix(text, "{") {
			properties, rest, closed := strings.Cut(text[1:], "}")
			if !closed {
				s.failAt(at, `attribute %s: expected "}"`, clip(a.Name))
			}
			words := strings.Fields(properties)
			a.Required = slices.Contains(words, "required")
			a.Immutable = slices.Contains(words, "immutable")
			text = rest
		}
		defined = append(defined, a)
	}
}

// once fails unless a parameter that may be given once is given for the first time.
func (s *scanner) once(at int, name string, first bool) {
	if !first {
		s.failAt(at, "%q is given twice", clip(name))
	}
}
