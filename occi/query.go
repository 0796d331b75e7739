package occi

import (
	"encoding/json"
	"reflect"
	"slices"
)

// Query selects members of a collection (GFD.185 §3.4.3, GFD.223 §7). The zero Query selects all.
type Query struct {
	Mixins     []*Mixin   // an entity has to carry every one of them, or one that depends on it
	Attributes Attributes // and has to have every one of these values, core attributes among them
	Own        bool       // and has to have been created by the caller's user
	Deletable  bool       // and has to be one that can be deleted: what others share, and what always is there, cannot
}

// IsZero reports whether the query selects everything.
func (q Query) IsZero() bool {
	return len(q.Mixins) == 0 && len(q.Attributes) == 0 && !q.Own && !q.Deletable
}

// Match reports whether the entity has the mixins and the values; who created it, and whether it can be deleted, an entity
// does not tell. Numbers are compared as numbers, lists and hashes by their members, sources and targets of links by their
// path below the mount. An attribute that the entity does not have is empty.
func (q Query) Match(e *Entity) bool {
	for _, x := range q.Mixins {
		if e.Mixin(x.ID) == nil && len(e.MixinsOf(x.ID)) == 0 {
			return false
		}
	}
	return !slices.ContainsFunc(q.Attributes, func(p Pair) bool { return !e.value(p.Name).equals(p.Value) })
}

// value returns the value of an attribute, whether it has a field of its own or not.
func (e *Entity) value(name string) Value {
	switch name {
	case "occi.core.id":
		return String(e.ID)
	case "occi.core.title":
		return String(e.Title)
	case "occi.core.summary":
		return String(e.Summary)
	case "occi.core.source":
		return String(e.Source.path())
	case "occi.core.target":
		return String(e.Target.path())
	case targetKind:
		if e.Target.IsZero() {
			return Value{}
		}
		return String(e.Target.Kind.String())
	}
	return e.Attributes.Get(name)
}

// equals compares as numbers if one of the two is a number, as JSON if both are structures, else as text.
func (v Value) equals(w Value) bool {
	if v.isNumber() || w.isNumber() {
		n, ok := v.Float()
		m, ok2 := w.Float()
		return ok && ok2 && n == m
	}
	if v.isStructured() && w.isStructured() {
		return sameJSON(v.text, w.text)
	}
	return v.text == w.text
}

// sameJSON compares two JSON values, whatever the order of members and the blanks between them.
func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}

func (v Value) isNumber() bool { return v.typ == NumberType || v.typ == IntegerType }

// path returns the path below the mount, or "" if r refers to nothing.
func (r Ref) path() string {
	if r.IsZero() {
		return ""
	}
	return r.Kind.Location + r.ID
}
