package gateway_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

// A path may tell the project: everything is found below it, and every URL in the answer stays there.
func TestPathTellsTheProject(t *testing.T) {
	t.Parallel()
	const entity = "/compute/" + testID
	for _, tt := range []struct {
		target, project, want string // want: the URL of the entity
	}{
		{"/p/demo/compute/", "demo", "/p/demo" + entity},
		{"/p/demo/occi1.2/compute/", "demo", "/p/demo/occi1.2" + entity},
		{"//p//demo//occi1.1//compute", "demo", "/p/demo/occi1.1" + entity},
		{"/p/75cd976ae0c944049bde75d8f9025f03/", "75cd976ae0c944049bde75d8f9025f03", "/p/75cd976ae0c944049bde75d8f9025f03" + entity},
		{"/p/demo", "demo", "/p/demo" + entity},
		{"/p/a%2Fb%20c%C3%BC/compute/", "a/b cü", "/p/a%2Fb%20c%C3%BC" + entity},
		{"/p/%22%27;/compute/", `"';`, "/p/%22%27%3B" + entity},
		{"/p/p/compute/", "p", "/p/p" + entity},
		{"/occi1.2/compute/", "", "/occi1.2" + entity},
	} {
		var from gateway.Origin
		b := newBench(t, workingCloud(), recordOrigin(&from))
		w := b.do(t, "GET", tt.target, "", "Accept", "text/uri-list")
		if got, want := strings.TrimSpace(w.Body.String()), "https://occi.example.org"+tt.want; got != want {
			t.Errorf("GET %s: got %d %q, want %q", tt.target, w.Code, got, want)
		}
		if from.Project != tt.project {
			t.Errorf("GET %s: project %q, want %q", tt.target, from.Project, tt.project)
		}
	}
}

func recordOrigin(from *gateway.Origin) func(*gateway.Options) {
	return func(o *gateway.Options) {
		o.Connect = func(_ *http.Request, of gateway.Origin) (gateway.Cloud, error) {
			*from = of
			return workingCloud(), nil
		}
	}
}

func TestPathsBelowAProject(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	for _, tt := range []struct {
		method, target string
		status         int
	}{
		{"GET", "/p/demo/-/", 200},
		{"GET", "/p/demo/occi1.2/.well-known/org/ogf/occi/-/", 200},
		{"HEAD", "/p/demo/-/", 200},
		{"GET", "/p/demo/compute/" + testID, 200},
		{"DELETE", "/p/demo/occi1.1/compute/" + testID, 200},
		{"PUT", "/p/demo/compute/", 405},
		{"OPTIONS", "/p/demo/compute/", 200},
		{"GET", "/p/demo/nowhere/", 404},
		{"GET", "/p/demo/p/demo/compute/", 404},
		{"GET", "/p/", 404},
		{"GET", "/p", 404},
		{"GET", "/occi1.2/p/demo/compute/", 404},
	} {
		if w := b.do(t, tt.method, tt.target, ""); w.Code != tt.status {
			t.Errorf("%s %s: got %d, want %d: %s", tt.method, tt.target, w.Code, tt.status, w.Body)
		}
		if w := b.doAnonymous(t, tt.method, tt.target, ""); w.Code != http.StatusUnauthorized {
			t.Errorf("%s %s without a token: got %d, want 401", tt.method, tt.target, w.Code)
		}
	}
	w := b.do(t, "GET", "/p/a%20b/occi1.2/-/", "")
	if want := `location="/p/a%20b/occi1.2/compute/"`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("the model has no %s:\n%.300s", want, w.Body)
	}
}

// What a client refers to may be below the project or not, and named as it was given.
func TestReferencesBelowAProject(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"/network/n1", "/occi1.2/network/n1", "/p/a%20b/network/n1", "https://occi.example.org/p/a%20b/occi1.1/network/n1",
	} {
		var made *occi.Entity
		cloud := workingCloud()
		create := cloud.create
		cloud.create = func(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
			made = e
			return create(ctx, e)
		}
		w := newBench(t, cloud).do(t, "POST", "/p/a%20b/compute/", "Category: "+testCompute+"\n"+
			`Link: <`+target+`>; rel="http://schemas.ogf.org/occi/infrastructure#network"; category="http://schemas.ogf.org/occi/infrastructure#networkinterface"`)
		if w.Code != http.StatusCreated || made == nil || len(made.Links) != 1 || made.Links[0].Target.ID != "n1" {
			t.Errorf("link to %s: got %d %q, made %+v", target, w.Code, w.Body, made)
		}
		if got, want := w.Header().Get("Location"), "https://occi.example.org/p/a%20b/compute/"+testID; got != want {
			t.Errorf("Location %q, want %q", got, want)
		}
	}
}

func TestNoMixinsWhereProjectsAre(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	for _, location := range []string{"/p/one/", "/p/demo/compute/", "/p/demo/mine/"} {
		if w := newBench(t, cloud).do(t, "POST", "/-/", tagLine("one", location)); w.Code != http.StatusConflict {
			t.Errorf("%s: got %d %q, want 409", location, w.Code, w.Body)
		}
	}
	if w := newBench(t, cloud).do(t, "POST", "/p/demo/-/", tagLine("one", "/p/demo/mine/")); w.Code != http.StatusOK {
		t.Errorf("below the project of the request: got %d %q, want 200", w.Code, w.Body)
	}
	if diff := cmp.Diff([]string{"define one at /mine/"}, cloud.changes()); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// Passwords depend on it: only TLS to here, or what a trusted proxy says, is secure.
func TestOriginIsSecure(t *testing.T) {
	t.Parallel()
	const trusted, stranger = "10.0.0.1:4711", "192.0.2.7:4711"
	for _, tt := range []struct {
		name, peer string
		tls        bool
		header     []string
		secure     bool
		addr       string
	}{
		{"plain", stranger, false, nil, false, "192.0.2.7"},
		{"TLS", stranger, true, nil, true, "192.0.2.7"},
		{"a stranger's word", stranger, false, []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "198.51.100.1"}, false, "192.0.2.7"},
		{"a proxy's word", trusted, false, []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "198.51.100.1"}, true, "198.51.100.1"},
		{"a proxy that got it in plain", trusted, true, []string{"X-Forwarded-Proto", "http"}, false, "10.0.0.1"},
		{"a proxy that says nothing", trusted, false, nil, false, "10.0.0.1"},
		{"Forwarded", trusted, false, []string{"Forwarded", "for=198.51.100.1;proto=https"}, true, "198.51.100.1"},
	} {
		var from gateway.Origin
		b := newBench(t, workingCloud(), recordOrigin(&from), func(o *gateway.Options) {
			o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		})
		serveFrom(t, b, tt.peer, func(r *http.Request) {
			if tt.tls {
				r.TLS = &tls.ConnectionState{}
			}
		}, tt.header...)
		if from.Secure != tt.secure || from.Addr != netip.MustParseAddr(tt.addr) {
			t.Errorf("%s: got secure %v from %s, want %v from %s", tt.name, from.Secure, from.Addr, tt.secure, tt.addr)
		}
	}
}
