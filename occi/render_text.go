package occi

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// textWriter writes the structures of GFD.229 §4 into one buffer, be it as lines of a body or as header values.
type textWriter struct {
	urls   URLs
	occi   bool // write header values
	buf    []byte
	fields []fieldStart // where the header values begin in buf; text/occi only
}

// entity writes a resource or link. Clients need the kind first: rOCCI forgets what it read before.
func (w *textWriter) entity(e *Entity) error {
	if _, err := entityURL(w.urls, e.Ref()); err != nil {
		return err
	}
	w.kind(e.Kind)
	for _, m := range e.Mixins {
		w.mixin(m)
	}
	if err := w.attributes(e, func() { w.field(attributeField) }); err != nil {
		return err
	}
	for _, action := range e.Actions {
		w.actionLink(e.Ref(), action)
	}
	for _, link := range e.Links {
		if link.Source.IsZero() {
			link.Source = e.Ref()
		}
		if err := w.link(&link); err != nil {
			return err
		}
	}
	return nil
}

// attributes writes the attributes of an entity that have a value, the core ones first, each behind what begin writes.
func (w *textWriter) attributes(e *Entity, begin func()) error {
	text := func(name, value string, most int) {
		if value != "" {
			begin()
			w.token(name)
			w.buf = append(w.buf, '=')
			w.quoted(value, most)
		}
	}
	text("occi.core.id", e.ID, valueLength)
	text("occi.core.title", strings.TrimSpace(e.Title), titleLength)
	text("occi.core.summary", strings.TrimSpace(e.Summary), valueLength)
	if e.Kind.IsLink() {
		source, err := entityURL(w.urls, e.Source)
		if err != nil {
			return err
		}
		target, err := entityURL(w.urls, e.Target)
		if err != nil {
			return err
		}
		begin()
		w.uriParameter("occi.core.source", source)
		begin()
		w.uriParameter("occi.core.target", target)
	}
	for _, p := range e.Attributes {
		structured := !w.occi && p.Value.isStructured()
		if !structured && !p.Value.isBare() {
			text(p.Name, p.Value.Text(), valueLength)
			continue
		}
		begin()
		w.token(p.Name)
		w.buf = append(w.buf, '=')
		if structured {
			w.structured(p.Value.Text())
		} else {
			w.buf = append(w.buf, p.Value.Text()...)
		}
	}
	return nil
}

// structured writes the JSON text of a list or a hash between quotes, whole and escaped, as rOCCI-server 2 does: rOCCI-core
// 5 reads it as JSON, and clients that cannot read escapes leave the attribute out. In header fields, where most clients
// split at the commas, it is shown like other texts.
func (w *textWriter) structured(json string) {
	w.buf = append(w.buf, '"')
	for _, r := range json {
		switch {
		case r == '"', r == '\\':
			w.buf = append(w.buf, '\\', byte(r))
		case r == ';', r > ' ' && singleLine(r) != r: // inside a string
			w.buf = fmt.Appendf(w.buf, `\\u%04x`, r)
		default:
			w.buf = utf8.AppendRune(w.buf, singleLine(r))
		}
	}
	w.buf = append(w.buf, '"')
}

// isBare reports whether the value is written without quotes. The grammar knows no sign, and rOCCI stops at one, so
// negative numbers are quoted.
func (v Value) isBare() bool {
	switch v.typ {
	case BooleanType:
		return true
	case IntegerType, NumberType:
		return isDecimal(v.text) && v.text[0] != '-'
	default:
		return false
	}
}

// actionLink writes a link to an action (GFD.229 §4.2), as a path: doyouspeakOCCI appends it to the endpoint.
func (w *textWriter) actionLink(of Ref, action ID) {
	w.field(linkField)
	w.buf = append(w.buf, '<')
	w.buf = appendURI(w.buf, w.urls.EntityPath(of))
	w.buf = append(w.buf, "?action="...)
	w.token(action.Term)
	w.buf = append(w.buf, '>')
	w.next()
	w.idParameter("rel", action)
}

// link writes a link inside its resource (GFD.229 §4.2). The reference is the target, as the standard says and pOCCI
// checks; with the core attributes it has the attribute that jOCCI needs.
func (w *textWriter) link(e *Entity) error {
	self, err := entityURL(w.urls, e.Ref())
	if err != nil {
		return err
	}
	target, err := entityURL(w.urls, e.Target)
	if err != nil {
		return err
	}
	w.field(linkField)
	w.buf = append(w.buf, '<')
	w.buf = appendURI(w.buf, target)
	w.buf = append(w.buf, '>')
	w.next()
	w.idParameter("rel", e.Target.Kind.ID)
	w.next()
	w.uriParameter("self", self)
	w.next()
	w.buf = append(w.buf, `category="`...)
	w.id(e.Kind.ID)
	for _, m := range e.Mixins {
		w.buf = append(w.buf, ' ')
		w.id(m.ID)
	}
	w.buf = append(w.buf, '"')
	return w.attributes(e, w.next)
}

// location writes the URL of an entity (GFD.229 §4.4).
func (w *textWriter) location(e *Entity) error {
	url, err := entityURL(w.urls, e.Ref())
	if err != nil {
		return err
	}
	w.field(locationField)
	w.buf = appendURI(w.buf, url)
	return nil
}

// next separates the parameters of an item.
func (w *textWriter) next() { w.buf = append(w.buf, "; "...) }

// quoted writes text between quotes, made such that it needs no escapes.
func (w *textWriter) quoted(text string, most int) {
	clean := plainText
	if w.occi {
		clean = headerText
	}
	w.buf = append(w.buf, '"')
	w.buf = appendText(w.buf, text, most, clean)
	w.buf = append(w.buf, '"')
}

func (w *textWriter) uriParameter(name, uri string) {
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, `="`...)
	w.buf = appendURI(w.buf, uri)
	w.buf = append(w.buf, '"')
}

func (w *textWriter) idParameter(name string, id ID) {
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, `="`...)
	w.id(id)
	w.buf = append(w.buf, '"')
}

// id writes a type identifier.
func (w *textWriter) id(id ID) {
	w.buf = appendURI(w.buf, id.Scheme)
	w.token(id.Term)
}

// token writes a term or the name of an attribute.
func (w *textWriter) token(s string) { w.buf = appendToken(w.buf, s) }
