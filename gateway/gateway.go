package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"
	"go.uber.org/zap"

	"github.com/occigate/occigate/occi"
)

// Options configure a Gateway. Connect, Challenge, Version, Logger and Metrics are required.
type Options struct {
	// Connect authenticates requests.
	Connect Connect
	// Challenge is the value of WWW-Authenticate, such as "Keystone uri='https://keystone.example.org:5000'".
	Challenge string
	// Version is the gateway's own, for the Server header.
	Version string
	// Logger takes one line per request.
	Logger *zap.Logger
	// Metrics takes one observation per request.
	Metrics *Metrics

	// PublicURL is scheme and authority of every URL that clients are given, such as
	// "https://occi.example.org". Default: what each request was sent to.
	PublicURL string
	// Mounts are the path prefixes that serve OCCI: "" or such as "/occi1.2". Default: "".
	Mounts []string
	// TrustedProxies are the peers whose forwarded headers are believed. Default: none.
	TrustedProxies []netip.Prefix
	// Limits bound what one client may ask for.
	Limits Limits
	// CollectionDelete is the reach of DELETE on the collection of a kind or of several. Default: DeleteOwn.
	CollectionDelete CollectionDelete
	// ReadTimeout is the deadline of requests that change nothing. Default 9 s: jOCCI gives up at 10.
	ReadTimeout time.Duration
	// ChangeTimeout is the deadline of all other requests. Default 60 s.
	ChangeTimeout time.Duration
	// Title is the heading of the page that browsers get at the root. Default "OCCI server".
	Title string
	// Facade serves the paths from FacadePath on, and is what the challenge names instead. Its requests have an absolute
	// URL, as the client knows it, and the client's address as the remote one. Default: none.
	Facade http.Handler
	// Ready tells what keeps the gateway from serving, nil if nothing does. Default: nothing does.
	Ready func(context.Context) error
}

// Limits bound what one client may ask for. A zero value means the default.
type Limits struct {
	Body        int64 // bytes of a request's body; default 112 KiB
	Head        int   // bytes of a request's head; default 256 KiB
	HeaderLines int   // header lines of a request; default 512
	Categories  int   // categories of a request; default as occi.Limits
	Attributes  int   // attributes of a request; default as occi.Limits
	Links       int   // links of a request; default as occi.Limits
	InFlight    int   // requests served at a time; default 512
	PageSize    int   // entities of a page whose size the client leaves open; default 100
	PageMax     int   // entities of a page; default 1000

	// AnswerHead is how many bytes of header an answer in text/occi may have. Default 64 KiB: Python's client takes
	// no more in one line.
	AnswerHead int
}

func (l Limits) message() occi.Limits {
	return occi.Limits{
		Body: l.Body, HeaderBytes: l.Head,
		Categories: l.Categories, Attributes: l.Attributes, Links: l.Links,
	}
}

// Gateway answers OCCI requests. It is safe for concurrent use.
type Gateway struct {
	options   Options
	server    string // the Server header
	proxies   proxies
	standard  *occi.Model
	kinds     []*occi.Kind                        // that have entities of their own
	abstract  []*occi.Kind                        // the others
	ofMixins  map[string]func(collection) handler // by method
	landing   *landing
	readiness *readiness
	draining  atomic.Bool
	router    chi.Router
}

// New makes a Gateway, or reports everything that is wrong with the options.
func New(o Options) (*Gateway, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, err
	}
	g := &Gateway{
		options:  o,
		server:   "occigate/" + o.Version + " OCCI/1.1 OCCI/1.2", // GFD.223 §5.2
		proxies:  o.TrustedProxies,
		standard: occi.Infrastructure(),
	}
	for _, k := range g.standard.Kinds() {
		switch k.ID {
		case occi.EntityID, occi.ResourceID, occi.LinkID:
			g.abstract = append(g.abstract, k)
		default:
			g.kinds = append(g.kinds, k)
		}
	}
	var err error
	if g.landing, err = newLanding(); err != nil {
		return nil, err
	}
	g.readiness = &readiness{check: o.Ready, draining: g.draining.Load}
	g.router = g.routes()
	return g, nil
}

// Handler returns the handler of everything OCCI.
func (g *Gateway) Handler() http.Handler { return g.router }

// Drain makes the gateway unready and ends each connection with its next answer. There is no way back.
func (g *Gateway) Drain() { g.draining.Store(true) }

// below returns the kinds with entities of their own that are below an abstract kind.
func (g *Gateway) below(abstract *occi.Kind) []*occi.Kind {
	var kinds []*occi.Kind
	for _, k := range g.kinds {
		if g.standard.IsBelow(k, abstract.ID) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func (o Options) withDefaults() Options {
	if len(o.Mounts) == 0 {
		o.Mounts = []string{""}
	}
	if o.Ready == nil {
		o.Ready = func(context.Context) error { return nil }
	}
	o.Title = cmp.Or(o.Title, "OCCI server")
	o.ReadTimeout = cmp.Or(o.ReadTimeout, 9*time.Second)
	o.ChangeTimeout = cmp.Or(o.ChangeTimeout, time.Minute)
	o.Limits.Body = cmp.Or(o.Limits.Body, 112<<10)
	o.Limits.Head = cmp.Or(o.Limits.Head, 256<<10)
	o.Limits.HeaderLines = cmp.Or(o.Limits.HeaderLines, 512)
	o.Limits.InFlight = cmp.Or(o.Limits.InFlight, 512)
	o.Limits.PageSize = cmp.Or(o.Limits.PageSize, 100)
	o.Limits.PageMax = cmp.Or(o.Limits.PageMax, 1000)
	o.Limits.AnswerHead = cmp.Or(o.Limits.AnswerHead, 64<<10)
	o.CollectionDelete = cmp.Or(o.CollectionDelete, DeleteOwn)
	return o
}

func (o Options) validate() error {
	var faults []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf("gateway: "+format, args...))
		}
	}
	need(o.Connect != nil, "Connect is required")
	need(o.Challenge != "", "Challenge is required")
	need(o.Version != "", "Version is required")
	need(o.Logger != nil, "Logger is required")
	need(o.Metrics != nil, "Metrics is required")
	need(o.PublicURL == "" || isBaseURL(o.PublicURL), "PublicURL: %q is not scheme://host[:port]", o.PublicURL)
	for _, mount := range o.Mounts {
		need(isMount(mount), "Mounts: %q is neither empty nor a path such as %q", mount, "/occi1.2")
		need(o.Facade == nil || mount != FacadePath && !strings.HasPrefix(mount, FacadePath+"/"),
			"Mounts: %q is where the Keystone facade is", mount)
		need(!strings.HasPrefix(mount+"/", projectMount), "Mounts: %q is where projects have their paths", mount)
	}
	need(o.ReadTimeout >= 0, "ReadTimeout: %s is negative", o.ReadTimeout)
	need(o.ChangeTimeout >= 0, "ChangeTimeout: %s is negative", o.ChangeTimeout)
	need(slices.Contains([]CollectionDelete{DeleteOwn, DeleteProject, DeleteDeny}, o.CollectionDelete),
		"CollectionDelete: %q is none of %q, %q, %q", o.CollectionDelete, DeleteOwn, DeleteProject, DeleteDeny)
	l := o.Limits
	least := min(l.Body, int64(min(l.Head, l.HeaderLines, l.Categories, l.Attributes, l.Links, l.InFlight,
		l.PageSize, l.PageMax, l.AnswerHead)))
	need(least >= 0, "Limits: a number is negative in %+v", l)
	need(l.PageSize <= l.PageMax, "Limits: PageSize %d is above PageMax %d", l.PageSize, l.PageMax)
	return errors.Join(faults...)
}

func isBaseURL(s string) bool {
	scheme, authority, ok := strings.Cut(s, "://")
	return ok && (scheme == "http" || scheme == "https") && isAuthority(authority)
}

// isMount keeps out whatever the router or a URL would give a meaning to.
func isMount(s string) bool {
	return s == "" || regexp.MustCompile(`^(/[A-Za-z0-9][A-Za-z0-9._~-]*)+$`).MatchString(s)
}
