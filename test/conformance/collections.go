package conformance

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// collectionCases: what collections have in them, and how requests select from them.
func collectionCases() []Case {
	return []Case{
		{"paths that are no category's", "the root has all entities, and nothing else", rootCollection, anyone},
		{"collections of kinds", "/resource/, /link/ and /entity/ have what is below them", abstractCollections, anyone},
		{"collections of mixins", "templates and ipnetwork have the entities that carry them", mixinCollections, anyone},
		{"collections: all, one, some", "a collection gives all members, one, or some", wholeItemSubset, anyone},
		{"filter by category", "categories in the header or the URL select", categoryFilter, anyone},
		{"filter by category", "unknown and contradictory categories: 404 and 400", badCategoryFilter, anyone},
		{"filter by attribute", "attributes in the header or the URL select, all of them together", attributeFilter, anyone},
		{"filter by attribute", "the ends of links select", endFilter, anyone},
		{"filter by attribute", "attributes that nothing here has, and broken values: 400", badAttributeFilter, anyone},
	}
}

// locations reads a listing.
func (s *suite) locations(t *testing.T, path string, options ...option) []string {
	t.Helper()
	return s.want(t, http.StatusOK, http.MethodGet, path, options...).message(t).Locations
}

// wantMembers insists on some members of a listing and on the absence of others.
func wantMembers(t *testing.T, what string, got, in, out []string) {
	t.Helper()
	for _, location := range in {
		if !slices.Contains(got, location) {
			t.Errorf("%s lacks %s: %q", what, location, got)
		}
	}
	for _, location := range out {
		if slices.Contains(got, location) {
			t.Errorf("%s has %s: %q", what, location, got)
		}
	}
}

// collectionOf returns the URL of the category's collection as the model tells it.
func (s *suite) collectionOf(t *testing.T, id occi.ID) string {
	t.Helper()
	c, ok := category(s.model(t), id)
	if !ok {
		t.Fatalf("%s is not in the model", id)
	}
	endpoint, err := url.Parse(s.target.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return endpoint.ResolveReference(&url.URL{Path: c.Location}).String()
}

// sharedInterface returns the URL of the link between the shared compute and the shared network.
func (s *suite) sharedInterface(t *testing.T) string {
	t.Helper()
	links := linksTo(s.want(t, http.StatusOK, http.MethodGet, s.sharedCompute(t)).message(t), occi.NetworkID)
	if len(links) != 1 {
		t.Fatalf("got links %v, want one to a network", links)
	}
	return links[0].Self
}

func rootCollection(t *testing.T, s *suite) {
	all := []string{s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t), s.sharedInterface(t)}
	got := s.locations(t, "/")
	wantMembers(t, "the root", got, all, nil)
	for _, location := range got {
		if strings.HasSuffix(location, "/") {
			t.Errorf("the root lists the collection %s", location)
		}
	}
	wantMembers(t, "the root as text/uri-list", s.locations(t, "/", accept("text/uri-list")), all, nil)
}

func abstractCollections(t *testing.T, s *suite) {
	resources := []string{s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t)}
	links := []string{s.sharedInterface(t)}
	wantMembers(t, "/resource/", s.locations(t, s.collectionOf(t, occi.ResourceID)), resources, links)
	wantMembers(t, "/link/", s.locations(t, s.collectionOf(t, occi.LinkID)), links, resources)
	wantMembers(t, "/entity/", s.locations(t, s.collectionOf(t, occi.EntityID)), append(resources, links...), nil)
}

func mixinCollections(t *testing.T, s *suite) {
	compute, network, storage := s.sharedCompute(t), s.sharedNetwork(t), s.sharedStorage(t)
	for id, in := range map[occi.ID]string{
		s.sharedTemplate(t, occi.OSTemplateID):       compute,
		s.sharedTemplate(t, occi.ResourceTemplateID): compute,
		occi.OSTemplateID:                            compute,
		occi.ResourceTemplateID:                      compute,
		occi.IPNetworkID:                             network,
		occi.IPNetworkInterfaceID:                    s.sharedInterface(t),
	} {
		others := slices.DeleteFunc([]string{compute, network, storage}, func(x string) bool { return x == in })
		wantMembers(t, "the collection of "+id.String(), s.locations(t, s.collectionOf(t, id)), []string{in}, others)
	}
}

func wholeItemSubset(t *testing.T, s *suite) {
	network := s.sharedNetwork(t)
	whole := s.locations(t, "/network/")
	subset := s.locations(t, "/network/?occi.core.id="+idOf(t, network))
	if len(subset) != 1 || subset[0] != network || len(whole) < len(subset) {
		t.Errorf("got subset %q of %q, want %s alone", subset, whole, network)
	}
	s.want(t, http.StatusOK, http.MethodGet, network)
}

// inURL is the filter by category in a URL.
func inURL(ids ...occi.ID) string {
	query := url.Values{}
	for _, id := range ids {
		query.Add("category", id.String())
	}
	return "?" + query.Encode()
}

func categoryFilter(t *testing.T, s *suite) {
	compute, network, storage := s.sharedCompute(t), s.sharedNetwork(t), s.sharedStorage(t)
	link := s.sharedInterface(t)
	template := s.sharedTemplate(t, occi.OSTemplateID)
	for _, c := range []struct {
		path    string
		ids     []occi.ID
		in, out []string
	}{
		{"/", []occi.ID{occi.NetworkID}, []string{network}, []string{compute, storage, link}},
		{"/", []occi.ID{occi.NetworkID, occi.StorageID}, []string{network, storage}, []string{compute, link}},
		{"/", []occi.ID{occi.ResourceID}, []string{compute, network, storage}, []string{link}},
		{"/", []occi.ID{template}, []string{compute}, []string{network, storage, link}},
		{"/network/", []occi.ID{occi.IPNetworkID}, []string{network}, nil},
		{"/compute/", []occi.ID{template, s.sharedTemplate(t, occi.ResourceTemplateID)}, []string{compute}, nil},
		{"/compute/", []occi.ID{occi.OSTemplateID}, []string{compute}, nil},
		{"/network/", []occi.ID{template}, nil, []string{network}},
	} {
		wantMembers(t, c.path+" by header", s.locations(t, c.path, asksFor(c.ids...)), c.in, c.out)
		wantMembers(t, c.path+inURL(c.ids...), s.locations(t, c.path+inURL(c.ids...)), c.in, c.out)
	}
}

func badCategoryFilter(t *testing.T, s *suite) {
	nobodys := occi.ID{Scheme: "http://example.org/occi#", Term: "teapot"}
	for _, c := range []struct {
		path   string
		id     occi.ID
		status int
	}{
		{"/network/", nobodys, http.StatusNotFound},
		{"/", nobodys, http.StatusNotFound},
		{"/network/", occi.ComputeID, http.StatusBadRequest},
		{"/network/", occi.UpID, http.StatusBadRequest},
	} {
		s.want(t, c.status, http.MethodGet, c.path, asksFor(c.id))
		s.want(t, c.status, http.MethodGet, c.path+inURL(c.id))
	}
	s.want(t, http.StatusBadRequest, http.MethodGet, "/network/?category=network")
	s.want(t, http.StatusBadRequest, http.MethodGet, "/network/", header("Category", "network; no-scheme"))
}

func attributeFilter(t *testing.T, s *suite) {
	compute, network, storage := s.sharedCompute(t), s.sharedNetwork(t), s.sharedStorage(t)
	all := []string{compute, network, storage}
	title := `occi.core.title="` + prefix + `shared"`
	for _, c := range []struct {
		path, filter string // the filter as in a header
		in, out      []string
	}{
		{"/network/", title, []string{network}, nil},
		{"/", title, all, nil},
		{"/network/", `occi.core.title="` + prefix + `nobody"`, nil, all},
		{"/network/", `occi.network.address="10.77.0.0/24"`, []string{network}, nil},
		{"/network/", `occi.network.address="10.99.0.0/24"`, nil, []string{network}},
		{"/", `occi.network.state="active"`, []string{network}, []string{compute, storage}},
		{"/storage/", "occi.storage.size=1", []string{storage}, nil},
		{"/storage/", "occi.storage.size=1.0", []string{storage}, nil},
		{"/storage/", `occi.storage.size="1"`, []string{storage}, nil},
		{"/storage/", "occi.storage.size=7", nil, []string{storage}},
		{"/storage/", title + ", occi.storage.size=1", []string{storage}, nil},
		{"/storage/", title + ", occi.storage.size=7", nil, []string{storage}},
		{"/compute/", `occi.compute.state="active"`, []string{compute}, nil},
		{"/compute/", `occi.core.id="` + idOf(t, compute) + `"`, []string{compute}, nil},
	} {
		inHeader := s.locations(t, c.path, header("X-OCCI-Attribute", c.filter))
		wantMembers(t, c.path+" by "+c.filter, inHeader, c.in, c.out)
		query := url.Values{}
		for pair := range strings.SplitSeq(c.filter, ", ") {
			name, value, _ := strings.Cut(pair, "=")
			query.Set(name, strings.Trim(value, `"`))
		}
		inQuery := s.locations(t, c.path+"?"+query.Encode())
		wantMembers(t, c.path+"?"+query.Encode(), inQuery, c.in, c.out)
	}
	got := s.listJSON(t, "/storage/", header("X-OCCI-Attribute", title)).Resources
	if len(got) == 0 || got[0].Title != prefix+"shared" {
		t.Errorf("in JSON: got %v, want those with the title", got)
	}
	got = s.listJSON(t, "/storage/", header("X-OCCI-Attribute", title+", occi.storage.size=7")).Resources
	if len(got) > 0 {
		t.Errorf("in JSON: got %v, want nothing", got)
	}
}

func endFilter(t *testing.T, s *suite) {
	compute, link := s.sharedCompute(t), s.sharedInterface(t)
	for _, source := range []string{compute, "/compute/" + idOf(t, compute)} {
		got := s.locations(t, "/link/", header("X-OCCI-Attribute", `occi.core.source="`+source+`"`))
		wantMembers(t, "links from "+source, got, []string{link}, nil)
		for _, self := range got {
			if !strings.Contains(self, idOf(t, compute)) {
				t.Errorf("links from %s: got %s among them", source, self)
			}
		}
	}
	got := s.locations(t, "/networkinterface/?occi.core.target="+url.QueryEscape(s.sharedNetwork(t)))
	wantMembers(t, "the interfaces to the network", got, []string{link}, nil)
}

func badAttributeFilter(t *testing.T, s *suite) {
	for _, filter := range []string{
		`com.example.unknown="1"`, "occi.storage.size=1", `occi.core.title="a", occi.core.title="b"`, "no value",
	} {
		s.want(t, http.StatusBadRequest, http.MethodGet, "/network/", header("X-OCCI-Attribute", filter))
	}
	for _, query := range []string{"occi.storage.size=much", "com.example.unknown=1", "occi.storage.size=%zz"} {
		s.want(t, http.StatusBadRequest, http.MethodGet, "/storage/?"+query)
	}
}
