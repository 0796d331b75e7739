package conformance

import (
	"net/http"
	"slices"
	"testing"

	"github.com/occigate/occigate/occi"
)

// collectionChangeCases: what is done to many entities at once. They touch only what the suite has made: every request
// has a filter, or the collection is that of a mixin of the suite.
func collectionChangeCases() []Case {
	return []Case{
		{"action on a collection", "an action on the members that a filter selects", actOnMembers, anyone},
		{"action on a collection", "an action that nothing in the collection has: 400", badCollectionAction, anyone},
		{"all or nothing", "an action on a collection that one member does not offer: 409, nothing is done", actOnAllOrNone, anyone},
		{"DELETE of a kind's collection", "DELETE removes the members that a filter selects", deleteMembers, anyone},
		{"DELETE of a kind's collection", "DELETE with what selects nothing: refused, nothing is removed", badDelete, anyone},
	}
}

// actOnGroup invokes an action on the networks of a group.
func (s *suite) actOnGroup(t *testing.T, g group, action occi.ID) answer {
	t.Helper()
	return s.do(t, http.MethodPost, "/network/?action="+action.Term+"&"+g.filter(), text(categoryLine(action, "action")))
}

func actOnMembers(t *testing.T, s *suite) {
	g := s.sharedGroup(t)
	for _, c := range []struct {
		action occi.ID
		state  string
	}{{occi.DownID, "inactive"}, {occi.UpID, "active"}} {
		if a := s.actOnGroup(t, g, c.action); a.Status != http.StatusOK {
			t.Fatalf("%s: got status %d, want 200; body %q", c.action.Term, a.Status, a.Body)
		}
		for _, location := range g.members {
			s.awaitState(t, location, "occi.network.state", c.state)
		}
	}
	s.awaitState(t, s.sharedNetwork(t), "occi.network.state", "active")
}

func badCollectionAction(t *testing.T, s *suite) {
	g := s.sharedGroup(t)
	for _, path := range []string{"/network/?action=stop&", "/network/?action=up&"} {
		s.want(t, http.StatusBadRequest, http.MethodPost, path+g.filter(), text(categoryLine(occi.StopID, "action")))
	}
	s.want(t, http.StatusBadRequest, http.MethodPost, "/network/?action=up&"+g.filter(), text(attributeLine("a.b", "c")))
}

func actOnAllOrNone(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	s.awaitState(t, compute, "occi.compute.state", "active")
	tag := s.define(t, "acted")
	network := s.sharedNetwork(t)
	s.want(t, http.StatusOK, http.MethodPost, tag.url, members(compute, network))
	a := s.do(t, http.MethodPost, tag.url+"?action=stop", text(categoryLine(occi.StopID, "action")))
	if a.Status != http.StatusConflict && a.Status != http.StatusBadRequest {
		t.Errorf("stop of a compute and a network: got status %d, want 409 or 400; body %q", a.Status, a.Body)
	}
	s.awaitState(t, compute, "occi.compute.state", "active")
	if !offers(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.StopID) {
		t.Error("the compute was stopped")
	}
	s.undefine(t, tag)
}

func deleteMembers(t *testing.T, s *suite) {
	g, network := s.sharedGroup(t), s.sharedNetwork(t)
	s.group = group{}
	if a := s.want(t, http.StatusOK, http.MethodDelete, "/network/", header("X-OCCI-Attribute", `occi.core.title="`+g.title+`"`)); a.Body != "OK" {
		t.Errorf("got body %q, want OK", a.Body)
	}
	for _, location := range g.members {
		s.want(t, http.StatusNotFound, http.MethodGet, location)
		s.made = slices.DeleteFunc(s.made, func(other string) bool { return other == location })
	}
	s.want(t, http.StatusOK, http.MethodGet, network)

	tag := s.define(t, "deleted")
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
		categoryLine(occi.NetworkID, "kind"), categoryLine(tag.id, "mixin"), attributeLine("occi.core.title", prefix+"deleted"))))
	s.want(t, http.StatusOK, http.MethodDelete, "/network/", asksFor(tag.id))
	s.want(t, http.StatusNotFound, http.MethodGet, location)
	s.made = slices.DeleteFunc(s.made, func(other string) bool { return other == location })
	s.want(t, http.StatusOK, http.MethodGet, network)
	s.undefine(t, tag)
}

// badDelete sends nothing that could be taken for a request without a filter, even by a server that ignores what it
// does not know: the filter that is understood selects nothing.
func badDelete(t *testing.T, s *suite) {
	nothing := "?occi.core.title=" + prefix + "nobody"
	s.want(t, http.StatusBadRequest, http.MethodDelete, "/network/"+nothing+"&occi.network.colour=red")
	s.want(t, http.StatusBadRequest, http.MethodDelete, "/network/"+nothing+"&page=1")
	s.want(t, http.StatusNotFound, http.MethodDelete, "/network/"+nothing,
		asksFor(occi.ID{Scheme: "http://example.org/occi#", Term: "teapot"}))
	s.want(t, http.StatusNotFound, http.MethodDelete, "/network/"+nothing,
		text("X-OCCI-Location: "+s.sharedNetwork(t)))
	s.want(t, http.StatusOK, http.MethodGet, s.sharedNetwork(t))
}
