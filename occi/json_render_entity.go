package occi

import (
	"strings"
	"unicode/utf8"
)

// entity writes a resource (GFD.226 §3.1.1) or link.
func (w *jsonWriter) entity(e *Entity) error {
	if isLink(e) {
		return w.link(e, e.Source)
	}
	if _, err := entityURL(w.urls, e.Ref()); err != nil {
		return err
	}
	w.open('{')
	w.common(e)
	if len(e.Links) > 0 {
		w.member("links")
		w.open('[')
		for i := range e.Links {
			source := e.Links[i].Source
			if source.IsZero() {
				source = e.Ref()
			}
			if err := w.link(&e.Links[i], source); err != nil {
				return err
			}
		}
		w.close(']')
	}
	w.text("summary", e.Summary)
	w.text("title", e.Title)
	w.close('}')
	return nil
}

// link writes a link (GFD.226 §3.1.2).
func (w *jsonWriter) link(e *Entity, source Ref) error {
	if _, err := entityURL(w.urls, e.Ref()); err != nil {
		return err
	}
	w.open('{')
	w.common(e)
	if err := w.end("source", source); err != nil {
		return err
	}
	if err := w.end("target", e.Target); err != nil {
		return err
	}
	w.text("title", e.Title)
	w.close('}')
	return nil
}

// common writes what resources and links both have. rOCCI 5 insists on the attributes even if there are none.
func (w *jsonWriter) common(e *Entity) {
	w.member("kind")
	w.id(e.Kind.ID)
	if len(e.Mixins) > 0 {
		w.member("mixins")
		w.open('[')
		for _, m := range e.Mixins {
			w.id(m.ID)
		}
		w.close(']')
	}
	w.member("attributes")
	w.open('{')
	for _, p := range e.Attributes {
		if p.Value.Text() != "" {
			w.member(p.Name)
			w.buf = p.Value.appendJSON(w.buf)
		}
	}
	w.close('}')
	w.ids("actions", e.Actions)
	w.text("id", e.ID)
}

// end writes where a link begins or ends.
func (w *jsonWriter) end(name string, r Ref) error {
	url, err := entityURL(w.urls, r)
	if err != nil {
		return err
	}
	w.member(name)
	w.open('{')
	w.uri("location", url)
	w.member("kind")
	w.id(r.Kind.ID)
	w.close('}')
	return nil
}

// isLink reports whether the entity is a link; one without kind is nothing.
func isLink(e *Entity) bool { return e.Kind != nil && e.Kind.IsLink() }

// appendJSON appends the value in its own type, or as a string if JSON does not know it so, such as a number that is
// not finite or one with zeros before it.
func (v Value) appendJSON(buf []byte) []byte {
	native := false
	switch v.typ {
	case BooleanType:
		native = true
	case IntegerType, NumberType:
		whole, _, _ := strings.Cut(strings.TrimPrefix(v.text, "-"), ".")
		native = isDecimal(v.text) && (whole == "0" || whole[0] != '0')
	case ListType, HashType:
		native = v.isStructured() && utf8.ValidString(v.text)
	default:
	}
	if native {
		return append(buf, v.text...)
	}
	return appendJSONString(buf, v.text)
}
