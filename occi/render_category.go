package occi

import "strings"

// kind writes what an entity says of its kind: a Category without attributes and actions.
func (w *textWriter) kind(k *Kind) {
	w.category(k.ID, ClassKind, k.Title)
	w.rel(k.Parent)
	w.categoryLocation(k.Location)
}

// mixin writes what an entity says of its mixin. The rel of a mixin is its first dependency (GFD.229 §5.5.2).
func (w *textWriter) mixin(m *Mixin) {
	w.category(m.ID, ClassMixin, m.Title)
	if len(m.Depends) > 0 {
		w.rel(m.Depends[0])
	}
	w.categoryLocation(m.Location)
}

// kindDefinition writes what the query interface says of the kind.
func (w *textWriter) kindDefinition(k *Kind) {
	w.kind(k)
	w.definitions(k.Attributes)
	w.actions(k.Actions)
}

// mixinDefinition writes what the query interface says of the mixin.
func (w *textWriter) mixinDefinition(m *Mixin) {
	w.mixin(m)
	w.definitions(m.Attributes)
	w.actions(m.Actions)
}

// actionDefinition writes what the query interface says of the action: never a location (GFD.229 §5.2.3).
func (w *textWriter) actionDefinition(a *Action) {
	w.category(a.ID, ClassAction, a.Title)
	w.definitions(a.Attributes)
}

// category begins a Category (GFD.229 §4.1). rOCCI and jOCCI read the parameters in the order of the grammar only, and
// pOCCI takes no empty ones.
func (w *textWriter) category(id ID, class Class, title string) {
	w.field(categoryField)
	w.token(id.Term)
	w.next()
	w.uriParameter("scheme", id.Scheme)
	w.next()
	w.buf = append(w.buf, `class="`...)
	w.buf = append(w.buf, class.String()...)
	w.buf = append(w.buf, '"')
	if title = strings.TrimSpace(title); title != "" {
		w.next()
		w.buf = append(w.buf, "title="...)
		w.quoted(title, titleLength)
	}
}

func (w *textWriter) rel(id ID) {
	if !id.IsZero() {
		w.next()
		w.idParameter("rel", id)
	}
}

// categoryLocation writes the path of the category's collection, mount included: rOCCI and jOCCI take it as it is.
func (w *textWriter) categoryLocation(location string) {
	if location != "" {
		w.next()
		w.uriParameter("location", w.urls.Path(location))
	}
}

// definitions writes the attributes of a category with their properties; types and defaults have no place in text.
func (w *textWriter) definitions(attributes []Attribute) {
	if len(attributes) == 0 {
		return
	}
	w.next()
	w.buf = append(w.buf, `attributes="`...)
	for i, a := range attributes {
		if i > 0 {
			w.buf = append(w.buf, ' ')
		}
		w.token(a.Name)
		switch {
		case a.Immutable && a.Required:
			w.buf = append(w.buf, "{immutable required}"...)
		case a.Immutable:
			w.buf = append(w.buf, "{immutable}"...)
		case a.Required:
			w.buf = append(w.buf, "{required}"...)
		}
	}
	w.buf = append(w.buf, '"')
}

func (w *textWriter) actions(actions []ID) {
	if len(actions) == 0 {
		return
	}
	w.next()
	w.buf = append(w.buf, `actions="`...)
	for i, id := range actions {
		if i > 0 {
			w.buf = append(w.buf, ' ')
		}
		w.id(id)
	}
	w.buf = append(w.buf, '"')
}
