package occi

// model writes collections of categories (GFD.226 §3.4).
func (w *jsonWriter) model(kinds []*Kind, mixins []*Mixin, actions []*Action) {
	w.open('{')
	if len(kinds) > 0 {
		w.member("kinds")
		w.open('[')
		for _, k := range kinds {
			w.kind(k)
		}
		w.close(']')
	}
	if len(mixins) > 0 {
		w.member("mixins")
		w.open('[')
		for _, m := range mixins {
			w.mixin(m)
		}
		w.close(']')
	}
	if len(actions) > 0 {
		w.member("actions")
		w.open('[')
		for _, a := range actions {
			w.category(a.ID, a.Title, a.Attributes)
			w.close('}')
		}
		w.close(']')
	}
	w.close('}')
}

// kind writes a kind (GFD.226 §3.2.1). Even core#entity has a location: rOCCI 5 and jOCCI fail without.
func (w *jsonWriter) kind(k *Kind) {
	w.category(k.ID, k.Title, k.Attributes)
	if !k.Parent.IsZero() {
		w.member("parent")
		w.id(k.Parent)
	}
	w.ids("actions", k.Actions)
	w.uri("location", w.urls.Path(k.Location))
	w.close('}')
}

// mixin writes a mixin (GFD.226 §3.2.2).
func (w *jsonWriter) mixin(m *Mixin) {
	w.category(m.ID, m.Title, m.Attributes)
	w.ids("actions", m.Actions)
	w.ids("depends", m.Depends)
	w.ids("applies", m.Applies)
	w.uri("location", w.urls.Path(m.Location))
	w.close('}')
}

// category begins a kind, mixin or action (GFD.226 §3.2.3).
func (w *jsonWriter) category(id ID, title string, attributes []Attribute) {
	w.open('{')
	w.member("term")
	w.buf = append(w.buf, '"')
	w.buf = appendToken(w.buf, id.Term)
	w.buf = append(w.buf, '"')
	w.uri("scheme", id.Scheme)
	w.text("title", title)
	if len(attributes) == 0 {
		return
	}
	w.member("attributes")
	w.open('{')
	for _, a := range attributes {
		w.description(a)
	}
	w.close('}')
}

// description writes what an attribute is (GFD.226 §3.5.1). The flags are never left out: the defaults of JSON are not
// those of text, and rOCCI 5 insists on them.
func (w *jsonWriter) description(a Attribute) {
	w.member(a.Name)
	w.open('{')
	w.member("type")
	w.buf = appendJSONString(w.buf, a.Type.jsonName())
	w.flag("mutable", !a.Immutable)
	w.flag("required", a.Required)
	if !a.Default.IsZero() {
		w.member("default")
		w.buf = a.Default.appendJSON(w.buf)
	}
	w.text("description", a.Description)
	w.close('}')
}

// jsonName returns the type's name in JSON, which does not tell whole numbers apart.
func (t Type) jsonName() string {
	if t == IntegerType {
		t = NumberType
	}
	return t.String()
}
