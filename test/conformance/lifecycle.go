package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// actionCases: actions on instances.
func actionCases() []Case {
	return []Case{
		{"start, stop, restart, suspend", "compute: stop, start", stopStart, anyone},
		{"start, stop, restart, suspend", "compute: suspend with every method, start", suspendStart, anyone},
		{"start, stop, restart, suspend", "compute: restart with every method", restart, anyone},
		{"save gives an OS template", "compute: save answers the new OS template, which the model then has", save, anyone},
		{"network, up and down", "network: down, up", downUp, anyone},
		{"states of a compute", "only applicable actions are offered, others are refused", applicableActions, anyone},
		{"action", "an action without, with a foreign or an unknown Category is refused", badActions, anyone},
	}
}

// act invokes an action as rOCCI does.
func (s *suite) act(t *testing.T, location string, action occi.ID, attributes ...string) answer {
	t.Helper()
	lines := append([]string{categoryLine(action, "action")}, attributes...)
	return s.do(t, http.MethodPost, location+"?action="+action.Term, text(lines...))
}

func (s *suite) wantAct(t *testing.T, location string, action occi.ID, attributes ...string) answer {
	t.Helper()
	a := s.act(t, location, action, attributes...)
	if a.Status != http.StatusOK {
		t.Fatalf("%s on %s: got status %d, want 200; body %q", action.Term, location, a.Status, a.Body)
	}
	return a
}

func stopStart(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	if a := s.wantAct(t, compute, occi.StopID, attributeLine("method", "graceful")); a.Body != "OK" {
		t.Errorf("got body %q, want OK", a.Body)
	}
	s.awaitState(t, compute, "occi.compute.state", "inactive")
	s.await(t, "start to be offered", func() bool {
		m := s.want(t, http.StatusOK, http.MethodGet, compute).message(t)
		return offers(m, occi.StartID) && !offers(m, occi.StopID)
	})
	s.wantAct(t, compute, occi.StartID)
	s.awaitState(t, compute, "occi.compute.state", "active")
}

func suspendStart(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	for _, method := range []string{"hibernate", "suspend"} {
		s.await(t, "suspend to be offered", func() bool {
			return offers(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.SuspendID)
		})
		s.wantAct(t, compute, occi.SuspendID, attributeLine("method", method))
		s.awaitState(t, compute, "occi.compute.state", "suspended")
		s.await(t, "start to be offered", func() bool {
			return offers(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.StartID)
		})
		s.wantAct(t, compute, occi.StartID)
		s.awaitState(t, compute, "occi.compute.state", "active")
	}
}

func restart(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	for _, method := range []string{"graceful", "warm", "cold"} {
		s.await(t, "restart to be offered", func() bool {
			return offers(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.RestartID)
		})
		s.wantAct(t, compute, occi.RestartID, attributeLine("method", method))
	}
	s.await(t, "the restart to end", func() bool {
		return offers(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.StopID)
	})
	if a := s.act(t, compute, occi.RestartID, attributeLine("method", "violent")); a.Status != http.StatusBadRequest {
		t.Errorf("unknown method: got status %d, want 400", a.Status)
	}
}

func save(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	m := s.wantAct(t, compute, occi.SaveID, attributeLine("name", prefix+"saved")).message(t)
	if len(m.Categories) != 1 || m.Categories[0].Class != occi.ClassMixin {
		t.Fatalf("got categories %v, want one mixin", m.Categories)
	}
	saved := m.Categories[0]
	if len(saved.Rel) != 1 || saved.Rel[0] != occi.OSTemplateID {
		t.Errorf("got rel %v, want os_tpl", saved.Rel)
	}
	s.await(t, "the new template to be in the model", func() bool {
		_, ok := category(s.model(t), saved.ID)
		return ok
	})
}

func downUp(t *testing.T, s *suite) {
	network := s.sharedNetwork(t)
	s.wantAct(t, network, occi.DownID)
	s.awaitState(t, network, "occi.network.state", "inactive")
	s.wantAct(t, network, occi.UpID)
	s.awaitState(t, network, "occi.network.state", "active")
}

func applicableActions(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	s.await(t, "stop and suspend to be offered, start not", func() bool { // a compute that is being saved offers nothing
		m := s.want(t, http.StatusOK, http.MethodGet, compute).message(t)
		return !offers(m, occi.StartID) && offers(m, occi.StopID) && offers(m, occi.SuspendID)
	})
	if a := s.act(t, compute, occi.StartID); a.Status != http.StatusConflict && a.Status != http.StatusBadRequest {
		t.Errorf("start of an active compute: got status %d, want 409 or 400", a.Status)
	}
}

func badActions(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	s.want(t, http.StatusBadRequest, http.MethodPost, compute+"?action=stop", text("X-OCCI-Attribute: method=\"graceful\""))
	s.want(t, http.StatusBadRequest, http.MethodPost, compute+"?action=stop", text(categoryLine(occi.SuspendID, "action")))
	s.want(t, http.StatusNotFound, http.MethodPost, compute+"?action=explode",
		text(categoryLine(occi.ID{Scheme: occi.StopID.Scheme, Term: "explode"}, "action")))
	if a := s.act(t, compute, occi.UpID); a.Status != http.StatusBadRequest && a.Status != http.StatusNotFound {
		t.Errorf("a network's action on a compute: got status %d, want 400 or 404", a.Status)
	}
}

// updateCases: partial and full update of instances.
func updateCases() []Case {
	return []Case{
		{"partial update", "partial update: POST of attributes alone, answered with the rendering", partialUpdate, anyone},
		{"mutable attributes", "title and summary can be given at creation and changed", titleAndSummary, anyone},
		{"a link in a full update", "full update: links that are there are ignored, new ones refused: 400", linkInFullUpdate, anyone},
		{"full update", "full update: PUT of what was read, with a new title", fullUpdate, anyone},
		{"immutable attributes", "an immutable attribute cannot be changed: 403", immutableAttribute, anyone},
		{"the kind stays", "the kind of an instance cannot be changed: 400", kindChange, anyone},
		{"another resource template", "a new resource template resizes the compute", resize, anyone},
		{"another OS template", "a new OS template replaces the old one, and the compute is made anew from it", rebuild, anyone},
		{"create by PUT, or 400", "PUT to a new URL is refused: 400", putCreate, anyone},
	}
}

func partialUpdate(t *testing.T, s *suite) {
	for _, location := range []string{s.sharedNetwork(t), s.sharedStorage(t), s.sharedCompute(t)} {
		for _, title := range []string{prefix + "renamed", prefix + "shared"} {
			a := s.want(t, http.StatusOK, http.MethodPost, location, text(attributeLine("occi.core.title", title)))
			if got := a.message(t).Attributes.Text("occi.core.title"); got != title {
				t.Errorf("%s: got title %q in the answer, want %q", location, got, title)
			}
			if got := s.want(t, http.StatusOK, http.MethodGet, location).message(t).Attributes.Text("occi.core.title"); got != title {
				t.Errorf("%s: got title %q afterwards, want %q", location, got, title)
			}
		}
	}
}

func titleAndSummary(t *testing.T, s *suite) {
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(categoryLine(occi.NetworkID, "kind"),
		attributeLine("occi.core.title", prefix+"early"), attributeLine("occi.core.summary", "at first"))))
	for _, want := range [][2]string{{prefix + "early", "at first"}, {prefix + "late", "at last"}} {
		m := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
		got := [2]string{m.Attributes.Text("occi.core.title"), m.Attributes.Text("occi.core.summary")}
		if got != want {
			t.Errorf("got title and summary %q, want %q", got, want)
		}
		s.want(t, http.StatusOK, http.MethodPost, location, text(
			attributeLine("occi.core.title", prefix+"late"), attributeLine("occi.core.summary", "at last")))
	}
	s.remove(t, location)
}

func linkInFullUpdate(t *testing.T, s *suite) {
	location := s.sharedCompute(t)
	before := s.want(t, http.StatusOK, http.MethodGet, location)
	s.want(t, http.StatusOK, http.MethodPut, location, text(before.Body))
	a := s.do(t, http.MethodPut, location, text(before.Body, `Link: <`+s.sharedStorage(t)+`>; rel="`+occi.StorageID.String()+
		`"; category="`+occi.StorageLinkID.String()+`"`))
	if a.Status != http.StatusBadRequest {
		t.Errorf("a new link: got status %d, want 400; body %q", a.Status, a.Body)
	}
	after := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
	if got, want := len(linksTo(after, occi.StorageID)), 0; got != want {
		t.Errorf("got %d storage links afterwards, want %d", got, want)
	}
}

func fullUpdate(t *testing.T, s *suite) {
	location := s.sharedCompute(t)
	read := s.want(t, http.StatusOK, http.MethodGet, location)
	title := read.message(t).Attributes.Text("occi.core.title")
	changed := strings.Replace(read.Body, `occi.core.title="`+title+`"`, `occi.core.title="`+title+` 2"`, 1)
	a := s.want(t, http.StatusOK, http.MethodPut, location, text(changed))
	if got := a.message(t).Attributes.Text("occi.core.title"); got != title+" 2" {
		t.Errorf("got title %q, want %q", got, title+" 2")
	}
	if got, want := len(a.message(t).Links), len(read.message(t).Links); got != want {
		t.Errorf("got %d links after the update, want %d", got, want)
	}
	s.want(t, http.StatusOK, http.MethodPut, location, text(read.Body))
}

func immutableAttribute(t *testing.T, s *suite) {
	s.want(t, http.StatusForbidden, http.MethodPost, s.sharedCompute(t), text(attributeLine("occi.compute.state", "suspended")))
	s.want(t, http.StatusForbidden, http.MethodPost, "/network/", text(
		categoryLine(occi.NetworkID, "kind"), attributeLine("occi.network.state", "active")))
}

func kindChange(t *testing.T, s *suite) {
	s.want(t, http.StatusBadRequest, http.MethodPost, s.sharedNetwork(t), text(categoryLine(occi.StorageID, "kind")))
}

func resize(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	before := s.template(t, occi.ResourceTemplateID)
	for _, id := range s.templates(t, occi.ResourceTemplateID)[1:] {
		a := s.do(t, http.MethodPost, compute, text(categoryLine(id, "mixin")))
		if a.Status == http.StatusForbidden {
			continue // beyond the project's quota
		}
		if a.Status != http.StatusOK {
			t.Fatalf("resize to %s: got status %d, want 200; body %q", id, a.Status, a.Body)
		}
		if _, ok := category(a.message(t), id); !ok {
			t.Errorf("the compute does not show its new template %s", id)
		}
		s.awaitState(t, compute, "occi.compute.state", "active")
		s.want(t, http.StatusOK, http.MethodPost, compute, text(categoryLine(before, "mixin")))
		return
	}
	t.Fatal("no second resource template can be used")
}

func rebuild(t *testing.T, s *suite) {
	compute, before := s.sharedCompute(t), s.sharedTemplate(t, occi.OSTemplateID)
	for _, id := range s.templates(t, occi.OSTemplateID) {
		if id == before {
			continue
		}
		a := s.do(t, http.MethodPost, compute, text(categoryLine(id, "mixin")))
		if a.Status == http.StatusBadRequest || a.Status == http.StatusConflict {
			continue // too large for the compute, or still being saved
		}
		if a.Status != http.StatusOK {
			t.Fatalf("OS template %s: got status %d, want 200; body %q", id, a.Status, a.Body)
		}
		if _, ok := category(a.message(t), id); !ok {
			t.Errorf("the compute does not show its new template %s", id)
		}
		if _, ok := category(a.message(t), before); ok {
			t.Errorf("the compute still shows its old template %s", before)
		}
		s.awaitState(t, compute, "occi.compute.state", "active")
		s.want(t, http.StatusOK, http.MethodPost, compute, text(categoryLine(before, "mixin")))
		return
	}
	t.Fatal("no second OS template can be used")
}

func putCreate(t *testing.T, s *suite) {
	s.want(t, http.StatusBadRequest, http.MethodPut, "/network/123", text(
		categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.title", prefix+"put")))
}

// deleteCases: the end of instances.
func deleteCases() []Case {
	return []Case{
		{"delete", "DELETE: 200 with OK, then 404 at once", deleteCompute, anyone},
		{"delete", "DELETE of an attached storage: 409", deleteAttached, anyone},
	}
}

func deleteCompute(t *testing.T, s *suite) {
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(s.computeLines(t, "gone")...)))
	s.want(t, http.StatusOK, http.MethodGet, location)
	if a := s.want(t, http.StatusOK, http.MethodDelete, location); a.Body != "OK" {
		t.Errorf("got body %q, want OK", a.Body)
	}
	s.want(t, http.StatusNotFound, http.MethodGet, location)
	if m := s.want(t, http.StatusOK, http.MethodGet, "/compute/").message(t); strings.Contains(strings.Join(m.Locations, " "), location) {
		t.Errorf("the collection still lists %s", location)
	}
}

func deleteAttached(t *testing.T, s *suite) {
	compute, storage := s.sharedCompute(t), s.sharedStorage(t)
	self := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/storagelink/",
		text(linkLines(occi.StorageLinkID, compute, storage)...)))
	s.want(t, http.StatusConflict, http.MethodDelete, storage)
	s.remove(t, self)
}
