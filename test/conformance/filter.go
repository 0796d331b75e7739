package conformance

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// filterCases: parts of the model.
func filterCases() []Case {
	const row = "filter of the query interface"
	return []Case{
		{row, "a category of the model by name: itself, and for 1.2 what is related", filterByCategory, eachClient},
		{row, "the root of templates by name: itself, and for 1.2 the templates", filterByRoot, eachClient},
		{row, "the filter is the same on both paths and in every rendering", filterEverywhere, anyone},
		{row, "a filter by an unknown category: 404, a malformed one: 400", filterRefused, anyone},
	}
}

// asksFor is a filter by categories.
func asksFor(ids ...occi.ID) option {
	var named []string
	for _, id := range ids {
		named = append(named, strings.TrimPrefix(categoryLine(id, "kind"), "Category: "))
	}
	return header("Category", strings.Join(named, ", "))
}

// modelIDs are the categories of the model that the filter selects.
func (s *suite) modelIDs(t *testing.T, options ...option) []string {
	t.Helper()
	var found []string
	for _, c := range s.want(t, http.StatusOK, http.MethodGet, "/-/", options...).message(t).Categories {
		found = append(found, c.String())
	}
	return found
}

func filterByCategory(t *testing.T, s *suite) {
	want := []string{occi.StorageID.String()} // which, unlike network, has no kind below it
	if s.version == "1.2" {
		want = append(want, occi.OnlineID.String(), occi.OfflineID.String())
	}
	got := s.modelIDs(t, asksFor(occi.StorageID))
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("storage (-want +got):\n%s", diff)
	}
	both := s.modelIDs(t, asksFor(occi.StorageID, occi.IPNetworkID))
	for _, id := range []occi.ID{occi.StorageID, occi.IPNetworkID} {
		if !slices.Contains(both, id.String()) {
			t.Errorf("got %q for two categories, want %s among them", both, id)
		}
	}
	if s.version == "1.1" && len(both) != 2 {
		t.Errorf("got %q for two categories, want them alone", both)
	}
}

func filterByRoot(t *testing.T, s *suite) {
	got := s.modelIDs(t, asksFor(occi.ResourceTemplateID))
	template := s.template(t, occi.ResourceTemplateID).String()
	if !slices.Contains(got, occi.ResourceTemplateID.String()) {
		t.Errorf("got %q, want resource_tpl among them", got)
	}
	if related := slices.Contains(got, template); related != (s.version == "1.2") {
		t.Errorf("got %q: is template %s among them? %t", got, template, related)
	}
	kinds := s.modelIDs(t, asksFor(occi.ResourceID))
	if below := slices.Contains(kinds, occi.ComputeID.String()); below != (s.version == "1.2") {
		t.Errorf("got %q for resource: is compute among them? %t", kinds, below)
	}
}

func filterEverywhere(t *testing.T, s *suite) {
	filter := asksFor(occi.StorageID)
	want := s.want(t, http.StatusOK, http.MethodGet, "/-/", filter)
	if diff := cmp.Diff(want.Body, s.want(t, http.StatusOK, http.MethodGet, "/.well-known/org/ogf/occi/-/", filter).Body); diff != "" {
		t.Errorf("the two paths differ:\n%s", diff)
	}
	for _, mediaType := range []string{"text/occi", "text/occi+plain", occiJSON} {
		m := s.want(t, http.StatusOK, http.MethodGet, "/-/", filter, accept(mediaType)).message(t)
		var got []string
		for _, c := range m.Categories {
			got = append(got, c.String())
		}
		if diff := cmp.Diff(s.modelIDs(t, filter), got); diff != "" {
			t.Errorf("%s (-text/plain +got):\n%s", mediaType, diff)
		}
	}
}

func filterRefused(t *testing.T, s *suite) {
	for _, path := range []string{"/-/", "/.well-known/org/ogf/occi/-/"} {
		s.want(t, http.StatusNotFound, http.MethodGet, path, asksFor(occi.ID{Scheme: "http://example.org/occi#", Term: "teapot"}))
		s.want(t, http.StatusBadRequest, http.MethodGet, path, header("Category", "network; no-scheme"))
	}
}
