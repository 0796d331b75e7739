package conformance

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// pageCases: parts of listings.
func pageCases() []Case {
	return []Case{
		{"pagination", "pages are disjoint parts of the whole, in its order, empty past the end", pages, anyone},
		{"pagination", "pages of no size or without a number: 400, too large: 413", badPages, anyone},
	}
}

// group is a few networks with a title that nothing else has.
type group struct {
	title   string
	members []string // URLs
}

// sharedGroup returns three networks, which are all up.
func (s *suite) sharedGroup(t *testing.T) group {
	t.Helper()
	if len(s.group.members) == 0 {
		s.group.title = unique("group")
		for range 3 {
			s.group.members = append(s.group.members, s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/",
				text(categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.title", s.group.title)))))
		}
	}
	return s.group
}

// filter is the group as the filter of a URL.
func (g group) filter() string { return "occi.core.title=" + url.QueryEscape(g.title) }

func pages(t *testing.T, s *suite) {
	g := s.sharedGroup(t)
	whole := s.locations(t, "/network/?"+g.filter())
	if len(whole) != 3 {
		t.Fatalf("got %q for the group, want three", whole)
	}
	for _, separator := range []string{"&", ";"} {
		var parts []string
		for i, size := range []int{2, 1, 0} {
			part := s.locations(t, "/network/?page="+string(rune('1'+i))+separator+"number=2"+separator+g.filter())
			if len(part) != size {
				t.Errorf("page %d: got %q, want %d", i+1, part, size)
			}
			parts = append(parts, part...)
		}
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Errorf("all pages (-whole +pages):\n%s", diff)
		}
	}
	second := s.listJSON(t, "/network/?number=2&page=2&"+g.filter()).Resources
	if len(second) != 1 || second[0].ID != idOf(t, whole[2]) {
		t.Errorf("page 2 in JSON: got %v, want %s", second, whole[2])
	}
	if got := s.locations(t, "/network/?page=1&"+g.filter()); !slices.Equal(got, whole) {
		t.Errorf("the first page of the usual size: got %q, want %q", got, whole)
	}
	if got := s.locations(t, "/network/?page=99999999999999999999&number=1"); len(got) > 0 {
		t.Errorf("far past the end: got %q", got)
	}
}

func badPages(t *testing.T, s *suite) {
	for _, query := range []string{
		"page=0&number=1", "page=1&number=0", "page=-1&number=1", "page=one", "number=", "page=1.5&number=1", "page=1&page=2",
	} {
		s.want(t, http.StatusBadRequest, http.MethodGet, "/network/?"+query)
	}
	s.want(t, http.StatusRequestEntityTooLarge, http.MethodGet, "/network/?page=1&number=10000000")
}
