package facade

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/occigate/occigate/keystone"
)

// Keystone is what is behind the facade; *keystone.Client is one.
type Keystone interface {
	// Send sends one request; its errors are *keystone.Error or the context's.
	Send(ctx context.Context, method, path string, header http.Header, body []byte) (keystone.Answer, error)
}

// Options configure a Facade. Keystone is required.
type Options struct {
	// Keystone answers in the end.
	Keystone Keystone
	// Path is where the facade is on its host, such as "/keystone", without a slash at its end.
	Path string
	// Domain is the id of the domain that users and projects are looked for in. Default "default".
	Domain string
	// VOMS signs in who comes with a proxy certificate. Default: nobody.
	VOMS VOMS
	// Guess is asked before a credential goes to Keystone, and refuses who has tried too many wrong ones;
	// settle is told whether this was one, too. Default: nobody is refused.
	Guess func(client netip.Addr) (settle func(wrong bool), err error)
	// Timeout bounds answering one request. Default 8 s: jOCCI gives up at 10.
	Timeout time.Duration
	// Report is told why a request failed, for the log, where the client is not told all. The text may
	// name internal addresses, never a credential. Default: nobody is.
	Report func(context.Context, error)
}

// Facade is a handler for the paths in the package's table. The URL of a request has to be absolute,
// scheme and host as its client knows them: they begin the links in the answers. Its remote address is
// the client's. It is safe for concurrent use.
type Facade struct {
	options Options
	routes  []route
}

// New makes a Facade.
func New(o Options) (*Facade, error) {
	if o.Keystone == nil {
		return nil, errors.New("facade: Keystone is required")
	}
	o.Domain = cmp.Or(o.Domain, "default")
	o.Timeout = cmp.Or(o.Timeout, 8*time.Second)
	if o.Report == nil {
		o.Report = func(context.Context, error) {}
	}
	if o.Guess == nil {
		o.Guess = func(netip.Addr) (func(bool), error) { return func(bool) {}, nil }
	}
	f := &Facade{options: o}
	f.routes = f.table()
	return f, nil
}

// call is one request.
type call struct {
	*http.Request
	base string // URL of the facade as the client knows it
	path string // below the facade; no slash at its end
	body []byte // of a POST
}

// answer is what the client gets.
type answer struct {
	status int
	header http.Header // may be nil
	body   any         // to be JSON; nil for none
}

type object = map[string]any

// maxBody bounds a request's body: a password, or a token of 8 KiB.
const maxBody = 32 << 10

// ServeHTTP answers one request.
func (f *Facade) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), f.options.Timeout)
	defer cancel()
	c := &call{
		Request: r.WithContext(ctx),
		base:    r.URL.Scheme + "://" + r.URL.Host + f.options.Path,
		path:    strings.TrimPrefix(canonicalPath(r.URL.Path), f.options.Path),
	}
	w.Header().Set("Vary", "X-Auth-Token")
	w.Header().Set("Cache-Control", "no-store")
	a, err := f.serve(w, c)
	if err != nil {
		refusal := faultOf(err)
		if refusal.cause != nil {
			f.options.Report(ctx, refusal)
		}
		refusal.write(w, c.base)
		return
	}
	maps.Copy(w.Header(), a.header)
	writeJSON(w, a.status, a.body)
}

func (f *Facade) serve(w http.ResponseWriter, c *call) (*answer, error) {
	handle, err := f.route(w, c)
	if err != nil {
		return nil, err
	}
	if c.Method == http.MethodPost {
		c.body, err = io.ReadAll(http.MaxBytesReader(w, c.Body, maxBody))
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, &fault{status: http.StatusRequestEntityTooLarge, message: "Request is too large."}
		}
		if err != nil {
			return nil, malformed("The request's body ended early.")
		}
	}
	return handle(c)
}

// canonicalPath returns a path without duplicate slashes and without one at its end, which clients add
// when they put URLs together.
func canonicalPath(path string) string {
	var b strings.Builder
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" {
			b.WriteString("/" + segment)
		}
	}
	return b.String()
}

// writeJSON sends an answer whole. No body: nil.
func writeJSON(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	data, err := json.Marshal(body)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	_, _ = w.Write(data) // whoever asked is gone: nobody to tell
}
