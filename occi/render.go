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
	if r.Format.isJSON() {
		return r.json(func(w *jsonWriter) error { return w.entity(e) })
	}
	return r.text(func(w *textWriter) error { return w.entity(e) })
}

// Entities renders a listing: the URLs of the entities (GFD.229 §5.3), for which kind and id are enough. In JSON it has
// the entities themselves (GFD.226 §3.3), so they have to be complete; without any it is a collection of resources.
func (r Renderer) Entities(es []Entity) (Rendering, error) {
	switch {
	case r.Format == URIList:
		return r.uriList(es)
	case r.Format.isJSON():
		return r.json(func(w *jsonWriter) error { return w.entities(es) })
	}
	return r.text(func(w *textWriter) error { return w.locations(es) })
}

// Created renders the answer to a creation: the URL of the entity. IM takes the id from the end of the body, so there
// is no line end behind it. In JSON it is the entity.
func (r Renderer) Created(e *Entity) (Rendering, error) {
	switch {
	case r.Format == URIList:
		return r.uriList([]Entity{*e})
	case r.Format.isJSON():
		return r.Entity(e)
	}
	return r.text(func(w *textWriter) error { return w.location(e) })
}

// Model renders the query interface: definitions of the given categories (GFD.229 §5.2). It is Invalid in text/uri-list.
func (r Renderer) Model(kinds []*Kind, mixins []*Mixin, actions []*Action) (Rendering, error) {
	if r.Format.isJSON() {
		return r.json(func(w *jsonWriter) error {
			w.model(kinds, mixins, actions)
			return nil
		})
	}
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

// Mixin renders the definition of one mixin: the answer of the action save. In JSON it is in no collection
// (GFD.223 §10.3.2). It is Invalid in text/uri-list.
func (r Renderer) Mixin(m *Mixin) (Rendering, error) {
	if r.Format.isJSON() {
		return r.json(func(w *jsonWriter) error {
			w.mixin(m)
			return nil
		})
	}
	return r.Model(nil, []*Mixin{m}, nil)
}

// OK renders success with nothing to tell, as of a deletion.
func (r Renderer) OK() Rendering {
	if r.Format.isJSON() {
		return Rendering{Body: []byte("{}")}
	}
	return Rendering{Body: []byte(okBody)}
}

// Error renders the message of a failure, in one line: a comment in text/uri-list (RFC 2483 §5), and in text/occi a
// header field X-OCCI-Error besides the body, as ooi did. In JSON, which has no structure for it, it is
// {"error":{"code":STATUS,"message":"…"}}; the other formats do not write the HTTP status.
func (r Renderer) Error(status int, e *Error) Rendering {
	message := appendText(nil, e.Message, len(e.Message), singleLine)
	switch r.Format {
	default:
		return Rendering{Body: message}
	case TextOCCI:
		value := appendText(nil, e.Message, valueLength, ascii)
		return Rendering{Header: []Field{{"X-OCCI-Error", string(value)}}, Body: message}
	case URIList:
		return Rendering{Body: append([]byte("# "), message...)}
	case JSON, GenericJSON:
		var w jsonWriter
		w.failure(status, e.Message)
		return Rendering{Body: w.buf}
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
