package occi

// Message is what a request or an answer said: syntax without meaning. Parse makes one from bytes,
// and binding it to a Model tells what it means. Both text renderings have the same four structures
// (GFD.229 §4), and an entity, an action or a category in JSON can be told in them, so one Message serves them all.
type Message struct {
	Categories []Category
	Links      []Link
	Attributes Attributes
	Locations  []string

	// Members are the resources of a collection of several, which only JSON has (GFD.226 §3.3). Links beside them are
	// a collection of their own, as are links alone: they belong to no resource of the message.
	Members []Message
}

// Category is a category as a message gives it: a reference (scheme, term, perhaps class),
// or a definition with everything.
type Category struct {
	ID
	Class      Class // 0 if the message does not say (doyouspeakOCCI leaves it out)
	Title      string
	Rel        []ID
	Location   string
	Applies    []ID        // JSON only
	Attributes []Attribute // names and flags; text has no place for types, defaults and descriptions
	Actions    []ID
}

// Class tells kinds, mixins and actions apart in a Category.
type Class int

// The classes of categories (GFD.229 §4.1).
const (
	ClassKind Class = iota + 1
	ClassMixin
	ClassAction
)

// String returns the class as the text renderings write it.
func (c Class) String() string {
	switch c {
	case ClassKind:
		return "kind"
	case ClassMixin:
		return "mixin"
	case ClassAction:
		return "action"
	}
	return ""
}

// Link is a link inside a resource as a message gives it (GFD.229 §4.2). An action link has a Target that
// ends in "?action=TERM" and the action as its Rel; in JSON there is nothing before that.
type Link struct {
	Target     string // the reference in angle brackets
	Rel        []ID
	Self       string
	Categories []ID // the link's kind and mixins
	Attributes Attributes
}
