package occi

// defaultHeaderLimit is what common clients and proxies take.
const defaultHeaderLimit = 8 << 10

// fieldStart is a header field whose value begins at a position of the buffer and ends where the next one begins.
type fieldStart struct {
	name  string
	begin int
}

// field begins an item: a line of its own in text/plain. In text/occi all items of a name share one header field, since
// rOCCI and jOCCI read only the first of several; jOCCI takes no blank between attributes and links, and
// doyouspeakOCCI wants one between the others.
func (w *textWriter) field(name string) {
	if !w.occi {
		if len(w.buf) > 0 {
			w.buf = append(w.buf, '\n')
		}
		w.buf = append(w.buf, name...)
		w.buf = append(w.buf, ": "...)
		return
	}
	if n := len(w.fields); n == 0 || w.fields[n-1].name != name {
		w.fields = append(w.fields, fieldStart{name, len(w.buf)})
		return
	}
	w.buf = append(w.buf, ',')
	if name == categoryField || name == locationField {
		w.buf = append(w.buf, ' ')
	}
}

// locations writes the URLs of the entities. In text/occi they are given a second time as jOCCI reads them: in
// Location, without blanks.
func (w *textWriter) locations(es []Entity) error {
	for i := range es {
		if err := w.location(&es[i]); err != nil {
			return err
		}
	}
	if !w.occi {
		return nil
	}
	for i := range es {
		w.field("Location")
		w.buf = appendURI(w.buf, w.urls.Entity(es[i].Ref()))
	}
	return nil
}

// header makes the rendering in text/occi of what was written, unless it is larger than the limit.
func (w *textWriter) header(limit int) (Rendering, error) {
	if limit == 0 {
		limit = defaultHeaderLimit
	}
	rendering := Rendering{Body: []byte(okBody)}
	size, values := 0, string(w.buf)
	for i, f := range w.fields {
		end := len(values)
		if i+1 < len(w.fields) {
			end = w.fields[i+1].begin
		}
		rendering.Header = append(rendering.Header, Field{f.name, values[f.begin:end]})
		size += len(f.name) + len(": \r\n") + end - f.begin
	}
	if size > limit {
		return Rendering{}, Errorf(NotAcceptable,
			"the answer has %d bytes, of which text/occi can carry %d; accept text/plain", size, limit)
	}
	return rendering, nil
}
