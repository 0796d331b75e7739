package occi

import (
	"slices"
	"strings"
)

// Version is the version of OCCI that a client asks for.
type Version int

// The versions that differ in what they show. AnyVersion is for clients that name none: they see what either has.
const (
	AnyVersion Version = iota
	Version11
	Version12
)

// View is what clients of one version see of a model. Its parts may not be changed.
type View struct {
	Kinds   []*Kind
	Mixins  []*Mixin
	Actions []*Action
}

// As returns the model as clients of the version see it. Requests are bound to the whole model all the same: a client
// may use the words of either version.
func (m *Model) As(v Version) View {
	switch v {
	case Version11:
		return m.view11()
	case Version12:
		return m.view12()
	default:
		return View{m.kinds, m.mixins, m.actions}
	}
}

// viewOf makes the view of a version. Mixins are the same in both.
func (m *Model) viewOf(v Version) View {
	view := View{Mixins: m.mixins}
	for _, k := range m.kinds {
		seen := *k
		seen.Attributes = slices.DeleteFunc(slices.Clone(k.Attributes), func(a Attribute) bool { return v.hides(a.Name) })
		seen.Actions = slices.DeleteFunc(slices.Clone(k.Actions), v.hidesAction)
		view.Kinds = append(view.Kinds, &seen)
	}
	for _, a := range m.actions {
		if !v.hidesAction(a.ID) {
			view.Actions = append(view.Actions, a)
		}
	}
	return view
}

// As returns the entity as clients of the version see it: a copy, unless they see all there is. Its kind and mixins
// stay those of the model.
func (e *Entity) As(v Version) *Entity {
	if v == AnyVersion {
		return e
	}
	seen := *e
	seen.Attributes = make(Attributes, 0, len(e.Attributes))
	for _, p := range e.Attributes {
		if !v.hides(p.Name) {
			seen.Attributes = append(seen.Attributes, Pair{p.Name, v.value(p)})
		}
	}
	seen.Actions = slices.DeleteFunc(slices.Clone(e.Actions), v.hidesAction)
	seen.Links = make([]Entity, len(e.Links))
	for i := range e.Links {
		seen.Links[i] = *e.Links[i].As(v)
	}
	return &seen
}

// hides reports whether only another version has the attribute: GFD.224 §3.1 took the speed of a compute away and
// brought its share; it gave all states a message.
func (v Version) hides(attribute string) bool {
	switch v {
	case Version11:
		return attribute == "occi.compute.share" || isState(strings.TrimSuffix(attribute, ".message")) && !isState(attribute)
	case Version12:
		return attribute == "occi.compute.speed"
	default:
		return false
	}
}

// hidesAction reports whether only another version has the action. 1.1 has no save, but rOCCI, which says that it
// speaks 1.1, invokes it.
func (v Version) hidesAction(id ID) bool {
	return v == Version12 && (id == BackupID || id == SnapshotID || id == ResizeID)
}

// value returns what clients of the version see of an attribute's value. The state error is new in 1.2; before, storage
// could be degraded (GFD.184 §3.3), and everything else, that does not work, was inactive.
func (v Version) value(p Pair) Value {
	switch {
	case v != Version11 || !isState(p.Name) || p.Value.Text() != "error":
		return p.Value
	case p.Name == "occi.storage.state":
		return String("degraded")
	default:
		return String("inactive")
	}
}

// isState reports whether the attribute is the state of an infrastructure kind.
func isState(attribute string) bool {
	return strings.HasPrefix(attribute, "occi.") && strings.HasSuffix(attribute, ".state")
}
