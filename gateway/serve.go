package gateway

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/occigate/occigate/occi"
)

// request is an authenticated request together with what its handler needs.
type request struct {
	*http.Request
	cloud   Cloud
	urls    occi.URLs
	format  occi.Format  // of the answer
	version occi.Version // that the answer is for
	options *Options
	known   *occi.Model // once it was asked for
}

// reply is a successful answer before it is rendered.
type reply struct {
	status int
	header []occi.Field
	render func(occi.Renderer) (occi.Rendering, error) // nil: "OK"
}

// handler does what a route is for. A failure is an *occi.Error, or else internal.
type handler func(*request) (*reply, error)

// serve makes a route of a handler. The mount is that of the route's path, and of the URLs in its answers;
// the route's name goes into metrics and the log.
func (g *Gateway) serve(mount, route string, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ev := eventOf(r.Context())
		ev.route = route
		format, err := occi.AnswerFormat(r.Header.Values("Accept"))
		if err != nil {
			g.fail(w, r, err)
			return
		}
		ev.formatOut = format
		cloud, err := g.options.Connect(r, g.origin(r))
		if err != nil {
			g.fail(w, r, err)
			return
		}
		ev.caller = cloud.Caller()
		project, _ := splitProject(routePath(r.URL))
		q := &request{
			Request: r,
			cloud:   cloud,
			urls:    occi.URLs{Base: g.baseURL(r), Mount: project + mount, Mounts: mountsWith(project, g.options.Mounts)},
			format:  format,
			version: clientVersion(r.UserAgent()),
			options: &g.options,
		}
		rep, err := h(q)
		if err != nil {
			g.fail(w, r, err)
			return
		}
		rendering, err := rep.rendering(occi.Renderer{Format: format, URLs: q.urls, HeaderLimit: g.options.Limits.AnswerHead})
		if err != nil {
			g.fail(w, r, err)
			return
		}
		for _, f := range rep.header {
			w.Header()[f.Name] = []string{f.Value}
		}
		g.write(w, r, rep.status, format, rendering)
	}
}

func (rep *reply) rendering(rd occi.Renderer) (occi.Rendering, error) {
	if rep.render == nil {
		return rd.OK(), nil
	}
	return rep.render(rd)
}

// baseURL is scheme and authority of the URLs in the answer.
func (g *Gateway) baseURL(r *http.Request) string {
	if g.options.PublicURL != "" {
		return g.options.PublicURL
	}
	return g.proxies.baseURL(r)
}

// write sends an answer that is complete in memory. Header names are assigned, not set: OCCI spells
// X-OCCI-Attribute in a way that net/http would not, and some clients compare.
func (g *Gateway) write(w http.ResponseWriter, r *http.Request, status int, format occi.Format, rendering occi.Rendering) {
	ev := eventOf(r.Context())
	ev.status = status
	h := w.Header()
	for _, f := range rendering.Header {
		h[f.Name] = append(h[f.Name], f.Value)
	}
	h["Content-Type"] = []string{format.ContentType()} // jOCCI insists on it even where there is no body
	h["Server"] = []string{g.server}
	h["Accept"] = []string{acceptable(clientVersion(r.UserAgent()))} // GFD.223 §5.2
	h["Cache-Control"] = []string{"no-store"}                        // answers depend on a token, which caches do not know
	h["X-Openstack-Request-Id"] = []string{ev.requestID}             // what OpenStack's own clients look for
	h["X-Request-Id"] = []string{ev.requestID}                       // what rOCCI prints with an error
	if g.draining.Load() {
		h["Connection"] = []string{"close"}
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(status)
		return
	}
	h["Content-Length"] = []string{strconv.Itoa(len(rendering.Body))}
	w.WriteHeader(status)
	n, err := w.Write(rendering.Body)
	ev.bytesOut = n
	if err != nil {
		ev.err = errors.Join(ev.err, err)
	}
}

// acceptable names the media types that requests may be written in. A client of OCCI 1.1 is not told of JSON, which it
// takes as an invitation to speak its own dialect of it (rOCCI 4).
func acceptable(v occi.Version) string {
	const text = "text/plain, text/occi+plain, text/occi, text/uri-list"
	if v == occi.Version11 {
		return text
	}
	return text + ", application/occi+json"
}

// message reads what the request says.
func (q *request) message() (*occi.Message, error) {
	format, err := occi.RequestFormat(q.Header.Get("Content-Type"), q.Header)
	if err != nil {
		return nil, err
	}
	eventOf(q.Context()).formatIn = format
	body, err := q.body()
	if err != nil {
		return nil, err
	}
	return occi.Parse(format, q.Header, body, q.options.Limits.message())
}

// body reads the request's body.
func (q *request) body() ([]byte, error) {
	body, err := io.ReadAll(q.Body)
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		eventOf(q.Context()).rejected = rejectedBody
		return nil, errBodyTooLarge(tooLarge.Limit)
	}
	if err != nil {
		return nil, &occi.Error{Code: occi.Invalid, Message: "the request's body ended early", Cause: err}
	}
	return body, nil
}

// model returns the caller's model.
func (q *request) model() (*occi.Model, error) {
	if q.known == nil {
		model, err := q.cloud.Model(q.Context())
		if err != nil {
			return nil, err
		}
		q.known = model
	}
	return q.known, nil
}

// messageAndModel reads what the request says, and the model that gives it a meaning. The model is asked for last:
// it may cost upstream calls, which a malformed request is not worth.
func (q *request) messageAndModel() (*occi.Message, *occi.Model, error) {
	message, err := q.message()
	if err != nil {
		return nil, nil, err
	}
	model, err := q.model()
	return message, model, err
}

// wantsListing reports whether the answer is to be a list of URLs.
func (q *request) wantsListing() bool { return q.format == occi.URIList }

// errNoListing refuses text/uri-list where there is no list of entities (GFD.185 §3.6.6: 400).
func errNoListing() error {
	return occi.Errorf(occi.Invalid, "text/uri-list is for listings; accept another media type here")
}
