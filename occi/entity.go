package occi

import (
	"slices"
	"strings"
)

// Pair is an attribute with its value.
type Pair struct {
	Name  string
	Value Value
}

// Attributes are the attributes of an entity in the order they are rendered.
type Attributes []Pair //nolint:recvcheck // Set replaces the slice, Get works on any

// Get returns the value of the named attribute, or the zero Value.
func (a Attributes) Get(name string) Value {
	for _, p := range a {
		if p.Name == name {
			return p.Value
		}
	}
	return Value{}
}

// Text returns the text of the named attribute, or "".
func (a Attributes) Text(name string) string { return a.Get(name).Text() }

// Set gives the named attribute a value, replacing an earlier one.
// A zero value changes nothing, so that unknown facts need no condition around them.
func (a *Attributes) Set(name string, v Value) {
	if v.IsZero() {
		return
	}
	for i, p := range *a {
		if p.Name == name {
			(*a)[i].Value = v
			return
		}
	}
	*a = append(*a, Pair{name, v})
}

// SetText gives the named attribute a string value; an empty one changes nothing.
func (a *Attributes) SetText(name, s string) {
	if s != "" {
		a.Set(name, String(s))
	}
}

// Entity is a resource or a link (GFD.221 §5.4): on the wire a link is a resource with a source and a target.
// The core attributes have fields of their own and do not appear in Attributes.
type Entity struct {
	Kind       *Kind
	Mixins     []*Mixin
	ID         string // occi.core.id
	ClientID   string // the occi.core.id that a client invented for a new entity, "" if none: tells requests apart
	Title      string // occi.core.title
	Summary    string // occi.core.summary; resources only
	Attributes Attributes
	Actions    []ID     // applicable in the entity's present state
	Links      []Entity // owned by the resource, that is, with it as their source
	Source     Ref      // links only
	Target     Ref      // links only
}

// Ref refers to an entity. Its URL is made by whoever renders it.
type Ref struct {
	Kind *Kind
	ID   string
}

// IsZero reports whether r refers to nothing.
func (r Ref) IsZero() bool { return r.Kind == nil }

// Ref returns a reference to the entity.
func (e *Entity) Ref() Ref { return Ref{e.Kind, e.ID} }

// Mixin returns the entity's mixin with the given id, or nil.
func (e *Entity) Mixin(id ID) *Mixin {
	if i := slices.IndexFunc(e.Mixins, func(m *Mixin) bool { return m.ID == id }); i >= 0 {
		return e.Mixins[i]
	}
	return nil
}

// MixinsOf returns the entity's mixins that depend on id: MixinsOf(OSTemplateID) gives its OS templates.
func (e *Entity) MixinsOf(id ID) []*Mixin {
	var found []*Mixin
	for _, m := range e.Mixins {
		if m.DependsOn(id) {
			found = append(found, m)
		}
	}
	return found
}

// IsID reports whether s can be the id of an entity: letters, digits and "-_.~:@+", but neither "." nor "..", at most
// 255 of them. Anything else could change the meaning of a URL that it becomes part of.
func IsID(s string) bool {
	const most = 255
	for i := range len(s) {
		if !isTokenByte(s[i]) && strings.IndexByte("~:@+", s[i]) < 0 {
			return false
		}
	}
	return s != "" && s != "." && s != ".." && len(s) <= most
}
