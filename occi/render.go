package occi

// Field is an HTTP header field with its exact spelling, such as "X-OCCI-Attribute".
type Field struct{ Name, Value string }

// Rendering is what an answer says in OCCI. Its media type is that of the Renderer's Format.
type Rendering struct {
	Header []Field
	Body   []byte
}

// Renderer writes answers in one format, with URLs as one client sees them. It writes what every known client reads,
// whatever comes from the provider: the package comment has the rules. Nothing can add a line or a header field.
type Renderer struct {
	Format Format
	URLs   URLs

	// HeaderLimit is how many bytes the header fields of an answer in text/occi may have; 0 means 8 KiB, what common
	// clients and proxies take. A larger answer is NotAcceptable.
	HeaderLimit int
}

// okBody is the body of an answer that has nothing else to say there (GFD.229 §7).
const okBody = "OK"

// Entity renders a resource or link: kind first, then mixins, attributes, actions, links (GFD.229 §5.1).
// It is Invalid in text/uri-list, which has listings only (GFD.229 §8).
func (r Renderer) Entity(e *Entity) (Rendering, error) {
	return r.text(func(w *textWriter) error { return w.entity(e) })
}

// Entities renders a listing: the URLs of the entities (GFD.229 §5.3).
func (r Renderer) Entities(es []Entity) (Rendering, error) {
	if r.Format == URIList {
		return r.uriList(es)
	}
	return r.text(func(w *textWriter) error { return w.locations(es) })
}

// Created renders the answer to a creation: the URL of the entity. IM takes the id from the end of the body, so there
// is no line end behind it.
func (r Renderer) Created(e *Entity) (Rendering, error) {
	if r.Format == URIList {
		return r.uriList([]Entity{*e})
	}
	return r.text(func(w *textWriter) error { return w.location(e) })
}

// Model renders the query interface: definitions of the given categories (GFD.229 §5.2). It is Invalid in text/uri-list.
func (r Renderer) Model(kinds []*Kind, mixins []*Mixin, actions []*Action) (Rendering, error) {
	return r.text(func(w *textWriter) error {
		for _, k := range kinds {
			w.kindDefinition(k)
		}
		for _, m := range mixins {
			w.mixinDefinition(m)
		}
		for _, a := range actions {
			w.actionDefinition(a)
		}
		return nil
	})
}

// Mixin renders the definition of one mixin: the answer of the action save. It is Invalid in text/uri-list.
func (r Renderer) Mixin(m *Mixin) (Rendering, error) {
	return r.Model(nil, []*Mixin{m}, nil)
}

// OK renders success with nothing to tell, as of a deletion.
func (r Renderer) OK() Rendering { return Rendering{Body: []byte(okBody)} }

// Error renders the message of a failure, in one line: a comment in text/uri-list (RFC 2483 §5), and in text/occi a
// header field X-OCCI-Error besides the body, as ooi did.
func (r Renderer) Error(e *Error) Rendering {
	message := appendText(nil, e.Message, len(e.Message), singleLine)
	switch r.Format {
	default:
		return Rendering{Body: message}
	case TextOCCI:
		value := appendText(nil, e.Message, valueLength, ascii)
		return Rendering{Header: []Field{{"X-OCCI-Error", string(value)}}, Body: message}
	case URIList:
		return Rendering{Body: append([]byte("# "), message...)}
	}
}

// text renders in one of the two formats that have the structures of GFD.229 §4.
func (r Renderer) text(write func(*textWriter) error) (Rendering, error) {
	if r.Format == URIList {
		return Rendering{}, Errorf(Invalid, "text/uri-list has listings only; accept text/plain")
	}
	w := textWriter{urls: r.URLs, occi: r.Format == TextOCCI}
	if err := write(&w); err != nil {
		return Rendering{}, err
	}
	if r.Format == TextOCCI {
		return w.header(r.HeaderLimit)
	}
	return Rendering{Body: w.buf}, nil
}

// uriList renders the URLs of the entities, one a line and no comments (rOCCI takes them for URLs).
func (r Renderer) uriList(es []Entity) (Rendering, error) {
	var buf []byte
	for i := range es {
		url, err := entityURL(r.URLs, es[i].Ref())
		if err != nil {
			return Rendering{}, err
		}
		if i > 0 {
			buf = append(buf, '\n')
		}
		buf = appendURI(buf, url)
	}
	return Rendering{Body: buf}, nil
}

// entityURL returns the absolute URL of the entity. One without kind or id has none, which is a fault of the provider.
func entityURL(u URLs, ref Ref) (string, error) {
	if ref.IsZero() || ref.ID == "" {
		return "", Errorf(Internal, "an entity without kind or id cannot be rendered")
	}
	return u.Entity(ref), nil
}
