package occi

import (
	"fmt"
	"strconv"
	"strings"
)

// jsonKind is the type of a JSON value.
type jsonKind int

const (
	jsonNull jsonKind = iota
	jsonText
	jsonNumber
	jsonBoolean
	jsonArray
	jsonObject
)

// String returns the kind with its article, as messages need it.
func (k jsonKind) String() string {
	switch k {
	case jsonText:
		return "a string"
	case jsonNumber:
		return "a number"
	case jsonBoolean:
		return "a boolean"
	case jsonArray:
		return "an array"
	case jsonObject:
		return "an object"
	default:
		return "null"
	}
}

// jsonNode is a JSON value that knows its place. Its methods are named for what they insist on. They take nil for a
// value that is absent and return a zero value for it; so they do for a value they fail at, and the document keeps the
// first failure.
type jsonNode struct {
	document *jsonDocument
	up       *jsonNode // the object or array it is in, nil for the outermost
	name     string    // in an object
	index    int       // in an array
	kind     jsonKind
	text     string      // the string, the digits of the number as they were given, "true" or "false"
	children []*jsonNode // of an object or array
}

// fail makes the document invalid because of this value, unless it is already.
func (n *jsonNode) fail(format string, args ...any) {
	if n.document.err == nil {
		n.document.err = Errorf(Invalid, "%s: %s", n.place(), fmt.Sprintf(format, args...))
	}
}

// wants fails because the value is of another kind.
func (n *jsonNode) wants(what string) { n.fail("want %s, got %s", what, n.kind) }

// limit fails if the message has more than most of something.
func (n *jsonNode) limit(count, most int, what string) {
	if count > most {
		n.fail("the message has more than %d %s", most, what)
	}
}

// place returns the path of the value, such as `resources[1].attributes["occi.compute.cores"]`.
func (n *jsonNode) place() string {
	const most = 300
	if n.up == nil {
		return "the body"
	}
	path := n.path()
	if len(path) > most {
		return strings.ToValidUTF8(path[:most], "") + "…"
	}
	return path
}

func (n *jsonNode) path() string {
	if n.up == nil {
		return ""
	}
	above := n.up.path()
	switch {
	case n.up.kind == jsonArray:
		return above + "[" + strconv.Itoa(n.index) + "]"
	case !isMemberName(n.name):
		return above + "[" + strconv.Quote(clip(n.name)) + "]"
	case above == "":
		return n.name
	}
	return above + "." + n.name
}

// isMemberName reports whether a name needs no quotes in a path.
func isMemberName(s string) bool {
	const most = 40
	return isToken(s) && len(s) <= most && !strings.ContainsAny(s, ".-")
}

// member returns the object's member of the name, or nil. A member that is null is none.
func (n *jsonNode) member(name string) *jsonNode {
	if n == nil {
		return nil
	}
	for _, child := range n.children {
		if child.name == name && child.kind != jsonNull {
			return child
		}
	}
	return nil
}

// is insists on a kind, and reports whether there is a value of it.
func (n *jsonNode) is(kind jsonKind) bool {
	if n != nil && n.kind != kind {
		n.wants(kind.String())
	}
	return n != nil && n.kind == kind
}

// array insists on an array and returns its elements.
func (n *jsonNode) array() []*jsonNode {
	if !n.is(jsonArray) {
		return nil
	}
	return n.children
}

// string insists on a string.
func (n *jsonNode) string() string {
	if !n.is(jsonText) {
		return ""
	}
	return n.text
}

// boolean insists on true or false.
func (n *jsonNode) boolean() bool { return n.is(jsonBoolean) && n.text == "true" }

// reference insists on a string that can be a URI reference.
func (n *jsonNode) reference() string {
	if !n.is(jsonText) {
		return ""
	}
	if i := strings.IndexFunc(n.text, isForbiddenReference); i >= 0 {
		n.fail("a URL cannot have the character %q", firstRune(n.text[i:]))
	}
	if n.text == "" {
		n.fail("the URL is empty")
	}
	return n.text
}

// id insists on a type identifier.
func (n *jsonNode) id() ID {
	if !n.is(jsonText) {
		return ID{}
	}
	id, err := ParseID(n.text)
	if err != nil || !isScheme(id.Scheme) || !isToken(id.Term) {
		n.fail("%q is no type identifier: want scheme#term", clip(n.text))
	}
	return id
}

// ids insists on an array of type identifiers.
func (n *jsonNode) ids() []ID {
	var ids []ID
	for _, element := range n.array() {
		ids = append(ids, element.id())
	}
	return ids
}

// isScheme reports whether a category may have the scheme.
func isScheme(s string) bool {
	return len(s) > 1 && strings.HasSuffix(s, "#") && !strings.ContainsFunc(s, isForbiddenReference)
}
