package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

const (
	categoryStorage = `storage; scheme="http://schemas.ogf.org/occi/infrastructure#"`
	categoryNetwork = `network; scheme="http://schemas.ogf.org/occi/infrastructure#"`
	categoryLink    = `link; scheme="http://schemas.ogf.org/occi/core#"`
	categoryDebian  = `debian; scheme="http://schemas.openstack.org/template/os#"; class="mixin"`
	categorySmall   = `small; scheme="http://schemas.openstack.org/template/resource#"; class="mixin"`
	categoryTag     = `i_do; scheme="` + tagScheme + `"`
	everything      = "c1 c2 c3 s1 n1 n2 c1_s1"
)

// shortPaths turns a list of URLs into the ids at their ends.
func shortPaths(list string) string {
	urls := strings.Fields(list)
	for i, u := range urls {
		urls[i] = u[strings.LastIndexByte(u, '/')+1:]
	}
	return strings.Join(urls, " ")
}

func TestCollections(t *testing.T) {
	t.Parallel()
	tests := []struct{ target, want string }{
		{"/compute/", "c1 c2 c3"},
		{"/networkinterface/", ""},
		{"/resource/", "c1 c2 c3 s1 n1 n2"},
		{"/link/", "c1_s1"},
		{"/entity/", everything},
		{"/", everything},
		{"/occi1.2", everything},
		{"/occi1.1//link", "c1_s1"},
		{"/os_tpl/", "c1 c2"},
		{"/resource_tpl/", "c1 c2 c3"},
		{"/os_tpl/debian/", "c1 c2"},
		{"/occi1.2//resource_tpl/small", "c1 c3"},
		{"/ipnetwork/", "n1"},
		{"/i_do/", "c2 s1 c1_s1"},
		{"/i_%64o", "c2 s1 c1_s1"},
		{"/nobody/", ""},
	}
	for _, tt := range tests {
		b := newBench(t, newMemoryCloud().tag("i_do", "s1", "c2", "c1_s1").tag("nobody"))
		if got := b.listing(t, tt.target); got != tt.want {
			t.Errorf("GET %s: got %q, want %q", tt.target, got, tt.want)
		}
		w := b.do(t, "HEAD", tt.target, "")
		if w.Code != http.StatusOK || w.Body.Len() > 0 {
			t.Errorf("HEAD %s: got %d %q, want 200 and nothing", tt.target, w.Code, w.Body)
		}
	}
}

// Collections of kinds are asked for all the time; the model costs upstream calls.
func TestListingsNeedNoModel(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/compute/", "/", "/link/", "/compute/?page=1"} {
		cloud := newMemoryCloud()
		newBench(t, cloud).listing(t, target)
		if cloud.lookedUp > 0 {
			t.Errorf("GET %s: the model was asked for %d times, want never", target, cloud.lookedUp)
		}
	}
}

// identifiers are query parameters: "#" is written %23 there.
func identifier(id occi.ID) string { return "category=" + url.QueryEscape(id.String()) }

func TestFilters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target string
		header       []string
		want         string
	}{
		{"a kind of all", "/", []string{"Category", categoryNetwork}, "n1 n2"},
		{"two kinds of all", "/", []string{"Category", categoryNetwork + ", " + categoryStorage}, "s1 n1 n2"},
		{"an abstract kind", "/", []string{"Category", categoryLink}, "c1_s1"},
		{"the collection's own kind (pOCCI)", "/compute/", []string{"Category", testCompute, "Content-Type", "text/occi"}, "c1 c2 c3"},
		{"a mixin", "/compute/", []string{"Category", categoryDebian}, "c1 c2"},
		{"two mixins", "/compute/", []string{"Category", categoryDebian, "Category", categorySmall}, "c1"},
		{"a mixin in the collection of another", "/os_tpl/debian/", []string{"Category", categorySmall}, "c1"},
		{"a kind in the collection of a mixin", "/i_do/", []string{"Category", categoryStorage}, "s1"},
		{"a user's mixin", "/compute/", []string{"Category", categoryTag, "Content-Type", "text/plain"}, "c2"},
		{"an attribute", "/compute/", []string{"X-OCCI-Attribute", `occi.compute.hostname="host-c2"`}, "c2"},
		{"whatever the Content-Type", "/compute/", []string{"X-OCCI-Attribute", `occi.compute.hostname="host-c2"`, "Content-Type", "image/png"}, "c2"},
		{"a number as text", "/compute/", []string{"X-OCCI-Attribute", `occi.compute.cores="2.0"`}, "c2"},
		{"all attributes", "/compute/", []string{"X-OCCI-Attribute", `occi.compute.cores=2, occi.compute.hostname="host-c1"`}, ""},
		{"an attribute of all", "/", []string{"X-OCCI-Attribute", `occi.core.title="n2"`}, "n2"},
		{"attribute and mixin", "/", []string{"Category", categoryDebian, "X-OCCI-Attribute", `occi.compute.state="active"`}, "c2"},
		{"a source", "/link/", []string{"X-OCCI-Attribute", `occi.core.source="https://occi.example.org/occi1.2/compute/c1"`}, "c1_s1"},
		{"a mixin that nothing here can have", "/storage/", []string{"Category", categoryDebian}, ""},

		{"an attribute in the query", "/compute/?occi.compute.hostname=host-c2", nil, "c2"},
		{"a number in the query", "/compute/?occi.compute.cores=2.0", nil, "c2"},
		{"a category in the query", "/?" + identifier(occi.NetworkID), nil, "n1 n2"},
		{"two categories in the query", "/?" + identifier(occi.NetworkID) + ";" + identifier(occi.StorageID), nil, "s1 n1 n2"},
		{"both in the query", "/?" + identifier(occi.OSTemplateID) + "&occi.core.title=c2", nil, "c2"},
		{"query and header", "/compute/?occi.compute.cores=2", []string{"Category", categoryDebian}, "c2"},
		{"the same twice", "/compute/?occi.compute.cores=2&occi.compute.cores=2.0", nil, "c2"},
		{"what is no filter", "/compute/?action=start&verbose&x=y", nil, "c1 c2 c3"},
	}
	for _, tt := range tests {
		b := newBench(t, newMemoryCloud().tag("i_do", "s1", "c2"))
		if got := b.listing(t, tt.target, tt.header...); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		// Filter and rendering have nothing to do with each other.
		w := b.do(t, "GET", tt.target, "", append(tt.header, "Accept", "text/occi")...)
		got := shortPaths(strings.Join(exactly(w.Header(), "X-OCCI-Location"), ""))
		if got := strings.ReplaceAll(got, ",", ""); got != tt.want {
			t.Errorf("%s in text/occi: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestListingsThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target string
		header       []string
		status       int
	}{
		{"malformed category", "/compute/", []string{"Category", "compute; scheme="}, 400},
		{"malformed attribute", "/compute/", []string{"X-OCCI-Attribute", "occi.core.title"}, 400},
		{"unknown category", "/compute/", []string{"Category", `vm; scheme="http://example.org/x#"`}, 404},
		{"unknown category in the query", "/?category=http://example.org/x%23vm", nil, 404},
		{"no type identifier", "/?category=http://example.org/x", nil, 400},
		{"another kind", "/compute/", []string{"Category", categoryStorage}, 400},
		{"two kinds", "/compute/", []string{"Category", testCompute + "," + categoryStorage}, 400},
		{"unknown attribute", "/compute/?org.example.x=1", nil, 400},
		{"another kind's attribute", "/compute/?occi.storage.size=1", nil, 400},
		{"two values", "/compute/?occi.compute.cores=2&occi.compute.cores=3", nil, 400},
		{"two values in two places", "/compute/?occi.compute.cores=2", []string{"X-OCCI-Attribute", "occi.compute.cores=3"}, 400},
		{"no number", "/compute/?occi.compute.cores=two", nil, 400},
		{"malformed query", "/compute/?occi.compute.cores=%z", nil, 400},
		{"too much of it", "/compute/?" + strings.Repeat("occi.compute.cores=2&", 65), nil, 400},

		{"page zero", "/compute/?page=0", nil, 400},
		{"a page below zero", "/compute/?page=-1&number=1", nil, 400},
		{"a page by name", "/compute/?page=first", nil, 400},
		{"half a page", "/compute/?page=1.5", nil, 400},
		{"an empty page", "/compute/?page=&number=1", nil, 400},
		{"two pages", "/compute/?page=1&page=2", nil, 400},
		{"none on a page", "/compute/?number=0", nil, 400},
		{"too many on a page", "/compute/?page=1&number=5", nil, 413},
		{"far too many on a page", "/compute/?page=1&number=99999999999999999999", nil, 413},
	}
	for _, tt := range tests {
		cloud := newMemoryCloud()
		b := newBench(t, cloud, func(o *gateway.Options) { o.Limits.PageSize, o.Limits.PageMax = 2, 4 })
		w := b.do(t, "GET", tt.target, "", tt.header...)
		if w.Code != tt.status || cloud.listed > 0 {
			t.Errorf("%s: got %d %q and %d listings, want %d and none", tt.name, w.Code, w.Body, cloud.listed, tt.status)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	tests := []struct{ target, want string }{
		{"/?page=1&number=3", "c1 c2 c3"},
		{"/?page=2;number=3", "s1 n1 n2"},
		{"/?number=3&page=3", "c1_s1"},
		{"/?page=4&number=3", ""},
		{"/?page=7&number=1", "c1_s1"},
		{"/?page=8&number=1", ""},
		{"/?page=99999999999999999999&number=4", ""},
		{"/?page=2&page=2&number=3", "s1 n1 n2"},
		{"/?page=2", "c3 s1"},
		{"/?number=4", "c1 c2 c3 s1"},
		{"/os_tpl/?page=2&number=1", "c2"},
		{"/compute/?occi.compute.state=inactive&page=2&number=1", "c3"},
		{"/storage/?page=1&number=4", "s1"},
		{"/networkinterface/?page=1&number=4", ""},
	}
	for _, tt := range tests {
		b := newBench(t, newMemoryCloud(), func(o *gateway.Options) { o.Limits.PageSize, o.Limits.PageMax = 2, 4 })
		if got := b.listing(t, tt.target); got != tt.want {
			t.Errorf("GET %s: got %q, want %q", tt.target, got, tt.want)
		}
	}
}

// A cloud without block storage still has everything else.
func TestKindsThatAreNotOffered(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	cloud.refuse["list storage"] = occi.Errorf(occi.Unimplemented, "there is no storage service")
	b := newBench(t, cloud)
	if got, want := b.listing(t, "/"), "c1 c2 c3 n1 n2 c1_s1"; got != want {
		t.Errorf("GET /: got %q, want %q", got, want)
	}
	if w := b.do(t, "GET", "/storage/", ""); w.Code != http.StatusNotImplemented {
		t.Errorf("GET /storage/: got %d, want 501", w.Code)
	}
	cloud.refuse["list storage"] = occi.Errorf(occi.BadUpstream, "the storage service failed")
	if w := b.do(t, "GET", "/", ""); w.Code != http.StatusBadGateway {
		t.Errorf("GET / without an answer of one service: got %d, want 502", w.Code)
	}
}

func TestMixinCollectionsAreThoseOfTheCaller(t *testing.T) {
	t.Parallel()
	b := newBench(t, newMemoryCloud())
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
		if w := b.do(t, method, "/i_do/", ""); w.Code != http.StatusNotFound {
			t.Errorf("%s of an undefined mixin's collection: got %d, want 404", method, w.Code)
		}
	}
	b = newBench(t, newMemoryCloud(), func(o *gateway.Options) { o.Mounts = []string{"/occi1.2"} })
	if w := b.do(t, "GET", "/os_tpl/", ""); w.Code != http.StatusNotFound {
		t.Errorf("GET outside of the mount: got %d, want 404", w.Code)
	}
	if got, want := b.listing(t, "/occi1.2/os_tpl/"), "c1 c2"; got != want {
		t.Errorf("GET at the mount: got %q, want %q", got, want)
	}
}

// However many mixins there are, they are one route to the metrics.
func TestRouteOfCollections(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/i_do/":         "mixin collection",
		"/os_tpl/debian": "mixin collection",
		"/":              "root",
		"/link/":         "link collection",
		"/compute/":      "compute collection",
		"/nothing/":      "other",
	} {
		b := newBench(t, newMemoryCloud().tag("i_do"))
		b.do(t, "GET", target, "")
		if got := b.logLine(t)["route"]; got != want {
			t.Errorf("GET %s: got route %q, want %q", target, got, want)
		}
	}
}

// The same entity looks different to clients of different versions, wherever it is shown.
func TestEntitiesFollowTheVersion(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	failed := &cloud.entities[0]
	failed.Attributes = occi.Attributes{
		{Name: "occi.compute.state", Value: occi.String("error")},
		{Name: "occi.compute.state.message", Value: occi.String("no host")},
		{Name: "occi.compute.speed", Value: occi.Number(2.5)},
		{Name: "occi.compute.share", Value: occi.Integer(2)},
	}
	b := newBench(t, cloud)
	for agent, want := range map[string][]string{
		"rOCCI OCCI/1.1":    {`state="inactive"`, "speed=2.5"},
		"OCCI/1.0":          {`state="inactive"`, "speed=2.5"},
		"x OCCI/1.2":        {`state="error"`, `state.message="no host"`, "share=2"},
		"OCCI/1.1 OCCI/1.2": {`state="error"`, `state.message="no host"`, "share=2"},
		"curl/8.5.0":        {`state="error"`, `state.message="no host"`, "speed=2.5", "share=2"},
	} {
		for _, tt := range []struct{ method, body string }{
			{"GET", ""},
			{"POST", "X-OCCI-Attribute: occi.compute.share=2, occi.compute.speed=2.5"}, // of either version
		} {
			w := b.do(t, tt.method, "/compute/c1", tt.body, "User-Agent", agent)
			var got []string
			for line := range strings.Lines(w.Body.String()) {
				if name, ok := strings.CutPrefix(strings.TrimSpace(line), "X-OCCI-Attribute: occi.compute."); ok {
					got = append(got, name)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" || w.Code != http.StatusOK {
				t.Errorf("%s as %s: got %d, (-want +got):\n%s", tt.method, agent, w.Code, diff)
			}
		}
	}
}
