package occi

import "strconv"

// jsonWriter writes the structures of GFD.226 §3 into one buffer, with the members that its schema knows and no
// others. Type identifiers, attribute names and URLs look as they do in text.
type jsonWriter struct {
	urls URLs
	buf  []byte
}

// json renders in JSON.
func (r Renderer) json(write func(*jsonWriter) error) (Rendering, error) {
	w := jsonWriter{urls: r.URLs}
	if err := write(&w); err != nil {
		return Rendering{}, err
	}
	return Rendering{Body: w.buf}, nil
}

// entities writes collections of resources and links (GFD.226 §3.3). Where there is nothing, nothing tells what it
// would be a collection of.
func (w *jsonWriter) entities(es []Entity) error {
	w.open('{')
	links := 0
	for i := range es {
		if isLink(&es[i]) {
			links++
		}
	}
	if links < len(es) || links == 0 {
		if err := w.entityArray("resources", es, false); err != nil {
			return err
		}
	}
	if links > 0 {
		if err := w.entityArray("links", es, true); err != nil {
			return err
		}
	}
	w.close('}')
	return nil
}

// entityArray writes those of the entities that are links, or those that are not.
func (w *jsonWriter) entityArray(name string, es []Entity, links bool) error {
	w.member(name)
	w.open('[')
	for i := range es {
		if isLink(&es[i]) != links {
			continue
		}
		if err := w.entity(&es[i]); err != nil {
			return err
		}
	}
	w.close(']')
	return nil
}

// failure writes a status and what went wrong. The standard has no such structure.
func (w *jsonWriter) failure(status int, message string) {
	w.open('{')
	w.member("error")
	w.open('{')
	w.member("code")
	w.buf = strconv.AppendInt(w.buf, int64(status), 10)
	w.text("message", message)
	w.close('}')
	w.close('}')
}

// open begins an object or array.
func (w *jsonWriter) open(c byte) {
	w.separate()
	w.buf = append(w.buf, c)
}

// close ends an object or array.
func (w *jsonWriter) close(c byte) { w.buf = append(w.buf, c) }

// separate writes the comma before a member or element, unless it is the first or has its name before it.
func (w *jsonWriter) separate() {
	if n := len(w.buf); n > 0 && w.buf[n-1] != '{' && w.buf[n-1] != '[' && w.buf[n-1] != ':' {
		w.buf = append(w.buf, ',')
	}
}

// member begins a member of an object. Its name is one of the standard's, or has been made a token.
func (w *jsonWriter) member(name string) {
	w.separate()
	w.buf = append(w.buf, '"')
	w.buf = appendToken(w.buf, name)
	w.buf = append(w.buf, `":`...)
}

// text writes a member that is a string, if there is one.
func (w *jsonWriter) text(name, value string) {
	if value != "" {
		w.member(name)
		w.buf = appendJSONString(w.buf, value)
	}
}

// uri writes a member that is a URI reference.
func (w *jsonWriter) uri(name, value string) {
	w.member(name)
	w.buf = append(w.buf, '"')
	w.buf = appendURI(w.buf, value)
	w.buf = append(w.buf, '"')
}

// flag writes a member that is true or false.
func (w *jsonWriter) flag(name string, value bool) {
	w.member(name)
	w.buf = strconv.AppendBool(w.buf, value)
}

// id writes a type identifier.
func (w *jsonWriter) id(id ID) {
	w.separate()
	w.buf = append(w.buf, '"')
	w.buf = appendURI(w.buf, id.Scheme)
	w.buf = appendToken(w.buf, id.Term)
	w.buf = append(w.buf, '"')
}

// ids writes a member that is an array of type identifiers, unless it would be empty.
func (w *jsonWriter) ids(name string, ids []ID) {
	if len(ids) == 0 {
		return
	}
	w.member(name)
	w.open('[')
	for _, id := range ids {
		w.id(id)
	}
	w.close(']')
}
