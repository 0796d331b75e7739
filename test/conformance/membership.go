package conformance

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// membershipCases: which entities carry a mixin of a user.
func membershipCases() []Case {
	return []Case{
		{"POST adds members", "POST adds members to the collection of a mixin", addMembers, anyone},
		{"POST adds members", "no member, an unknown one, one that the mixin does not apply to: refused", addRefused, anyone},
		{"PUT replaces members", "PUT replaces the members of a mixin", replaceMembers, anyone},
		{"DELETE removes members", "DELETE takes members out of the collection, they live on", removeMembers, anyone},
		{"DELETE removes members", "members of a provider's mixin cannot be taken out: 403", removeRefused, anyone},
		{"mixins at creation and later", "a mixin of a user at creation, by POST, and away by PUT", tagOnEntity, anyone},
		{"mixins of users", "a mixin of a user selects, in every collection", tagSelects, anyone},
		{"mixins of users", "an action on the collection of a mixin of a user", tagAction, anyone},
	}
}

// wantExactly insists on the members of a collection.
func (s *suite) wantExactly(t *testing.T, g tag, want ...string) {
	t.Helper()
	got := s.locations(t, g.url)
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("got members %q, want %q", got, want)
	}
}

func addMembers(t *testing.T, s *suite) {
	g := s.define(t, "added")
	compute, storage, network := s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t)
	s.want(t, http.StatusOK, http.MethodPost, g.url, members(network))
	s.want(t, http.StatusOK, http.MethodPost, g.url, members(compute, network))
	s.wantExactly(t, g, compute, network)
	var c jsonCollections
	s.want(t, http.StatusOK, http.MethodPost, g.url, accept(occiJSON), toJSON(t, map[string]any{"resources": []any{
		map[string]any{"kind": occi.StorageID.String(), "id": idOf(t, storage)},
	}})).decode(t, &c)
	if got := entityWith(t, c.Resources, idOf(t, storage)); !slices.Contains(got.Mixins, g.id.String()) {
		t.Errorf("got %+v in the answer, want the storage with its mixin", got)
	}
	s.wantExactly(t, g, compute, storage, network)
	for _, location := range []string{compute, storage, network} {
		wantTag(t, s, location, g, true)
	}
	s.undefine(t, g)
}

func addRefused(t *testing.T, s *suite) {
	g, network := s.define(t, "refusal"), s.sharedNetwork(t)
	nobody := s.target.Endpoint + "/network/00000000-0000-4000-8000-000000000000"
	s.want(t, http.StatusBadRequest, http.MethodPost, g.url, text(attributeLine("occi.core.title", "no location")))
	a := s.do(t, http.MethodPost, g.url, members(network, nobody))
	if a.Status != http.StatusNotFound && a.Status != http.StatusBadRequest {
		t.Errorf("an unknown member: got status %d, want 404 or 400", a.Status)
	}
	s.wantExactly(t, g)
	s.want(t, http.StatusBadRequest, http.MethodPost, g.url, members("http://elsewhere.example.org/network/1"))
	s.want(t, http.StatusBadRequest, http.MethodPost, s.collectionOf(t, s.sharedTemplate(t, occi.ResourceTemplateID)), members(network))
	s.undefine(t, g)
}

func replaceMembers(t *testing.T, s *suite) {
	g := s.define(t, "replaced")
	storage, network := s.sharedStorage(t), s.sharedNetwork(t)
	s.want(t, http.StatusOK, http.MethodPut, g.url, members(network))
	s.wantExactly(t, g, network)
	s.want(t, http.StatusOK, http.MethodPut, g.url, members(storage))
	s.wantExactly(t, g, storage)
	wantTag(t, s, network, g, false)
	s.undefine(t, g)
}

func removeMembers(t *testing.T, s *suite) {
	g := s.define(t, "taken-out")
	compute, storage, network := s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t)
	s.want(t, http.StatusOK, http.MethodPost, g.url, members(compute, storage, network))
	s.want(t, http.StatusOK, http.MethodDelete, g.url, members(network))
	s.wantExactly(t, g, compute, storage)
	s.want(t, http.StatusOK, http.MethodDelete, g.url, asksFor(occi.StorageID))
	s.wantExactly(t, g, compute)
	s.want(t, http.StatusOK, http.MethodDelete, g.url)
	s.wantExactly(t, g)
	for _, location := range []string{compute, storage, network} {
		wantTag(t, s, location, g, false)
	}
	s.undefine(t, g)
}

func removeRefused(t *testing.T, s *suite) {
	compute, network := s.sharedCompute(t), s.sharedNetwork(t)
	s.want(t, http.StatusForbidden, http.MethodDelete, s.collectionOf(t, s.sharedTemplate(t, occi.ResourceTemplateID)), members(compute))
	s.want(t, http.StatusForbidden, http.MethodDelete, s.collectionOf(t, s.sharedTemplate(t, occi.OSTemplateID)), members(compute))
	s.want(t, http.StatusForbidden, http.MethodDelete, s.collectionOf(t, occi.IPNetworkID), members(network))
}

func tagOnEntity(t *testing.T, s *suite) {
	first, second := s.define(t, "first"), s.define(t, "second")
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
		categoryLine(occi.NetworkID, "kind"), categoryLine(first.id, "mixin"), attributeLine("occi.core.title", prefix+"tagged"))))
	for _, entity := range []string{location, s.sharedStorage(t), s.sharedCompute(t)} {
		a := s.want(t, http.StatusOK, http.MethodPost, entity, text(categoryLine(second.id, "mixin")))
		if _, ok := category(a.message(t), second.id); !ok {
			t.Errorf("the answer does not show the new mixin of %s", entity)
		}
		wantTag(t, s, entity, first, entity == location)
		read := s.want(t, http.StatusOK, http.MethodGet, entity).Body
		s.want(t, http.StatusOK, http.MethodPut, entity, text(without(read, second.id.Term)))
		wantTag(t, s, entity, first, entity == location)
		wantTag(t, s, entity, second, false)
	}
	s.wantExactly(t, first, location)
	s.wantExactly(t, second)
	s.remove(t, location)
	s.undefine(t, first)
	s.undefine(t, second)
}

// without returns the rendering less the lines that have the words in them.
func without(rendering, words string) string {
	lines := slices.DeleteFunc(strings.Split(rendering, "\n"), func(line string) bool { return strings.Contains(line, words) })
	return strings.Join(lines, "\n")
}

func tagSelects(t *testing.T, s *suite) {
	g := s.define(t, "selecting")
	compute, storage, network := s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t)
	s.want(t, http.StatusOK, http.MethodPost, g.url, members(compute, network))
	for path, want := range map[string][]string{
		"/": {compute, network}, "/network/": {network}, "/compute/": {compute}, "/storage/": nil, "/link/": nil,
	} {
		got := s.locations(t, path, asksFor(g.id))
		wantMembers(t, path+" by the mixin", got, want, []string{storage})
		if len(got) != len(want) {
			t.Errorf("%s by the mixin: got %q, want %q", path, got, want)
		}
	}
	if got := s.locations(t, g.url, asksFor(occi.NetworkID)); !slices.Equal(got, []string{network}) {
		t.Errorf("got networks %q of the mixin, want %s", got, network)
	}
	s.undefine(t, g)
}

func tagAction(t *testing.T, s *suite) {
	g, network := s.define(t, "stirred"), s.sharedNetwork(t)
	s.want(t, http.StatusOK, http.MethodPost, g.url, members(network))
	for _, c := range []struct {
		action occi.ID
		state  string
	}{{occi.DownID, "inactive"}, {occi.UpID, "active"}} {
		s.want(t, http.StatusOK, http.MethodPost, g.url+"?action="+c.action.Term, text(categoryLine(c.action, "action")))
		s.awaitState(t, network, "occi.network.state", c.state)
	}
	s.undefine(t, g)
}
