package conformance

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// jsonCases: what answers in JSON look like.
func jsonCases() []Case {
	return []Case{
		{"application/occi+json", "JSON is given to whoever asks for it, also by the name application/json", jsonNegotiation, anyone},
		{"JSON resources", "JSON: a compute is complete, with its links inside", jsonCompute, anyone},
		{"JSON links", "JSON: a link has its ends as objects, and is the same inside its source and alone", jsonLink, anyone},
		{"JSON definitions", "JSON: the model has the same categories as in text", jsonModel, anyone},
		{"attributes are described", "JSON: attributes have types, flags, descriptions and defaults", jsonDescribed, anyone},
		{"descriptions of attributes", "JSON: type, mutable and required of an attribute are never left out", jsonFlags, anyone},
		{"relations of mixins", "JSON: templates depend on their root and apply to compute", jsonRelations, anyone},
		{"locations in definitions", "JSON: kinds and mixins have a location, actions have none", jsonLocations, anyone},
		{"collections of entities", "JSON: collections have complete entities", jsonCollection, anyone},
		{"collections of categories", "JSON: a filter leaves the collections of categories that it selects", jsonFiltered, eachClient},
		{"values have their types", "JSON: numbers are numbers, names of attributes are flat", jsonTypes, anyone},
		{"no other members", "JSON: nothing has members that the schema does not know", jsonMembers, anyone},
		{"JSON errors", "JSON: errors have code and message", jsonErrors, anyone},
	}
}

func jsonNegotiation(t *testing.T, s *suite) {
	location := s.sharedNetwork(t)
	first := s.want(t, http.StatusOK, http.MethodGet, location, accept(occiJSON))
	for _, asked := range []string{occiJSON, "application/json", "application/occi+json, text/plain;q=0.5", "application/*"} {
		a := s.want(t, http.StatusOK, http.MethodGet, location, accept(asked))
		got := a.Header.Get("Content-Type")
		if want, _, _ := strings.Cut(asked, ","); got != want && (asked != "application/*" || got != occiJSON) {
			t.Errorf("Accept %q: got Content-Type %q", asked, got)
		}
		if diff := cmp.Diff(first.Body, a.Body); diff != "" {
			t.Errorf("Accept %q (-%s +got):\n%s", asked, occiJSON, diff)
		}
	}
}

func jsonCompute(t *testing.T, s *suite) {
	location := s.sharedCompute(t)
	e := s.readJSON(t, location)
	if e.Kind != occi.ComputeID.String() || e.ID != idOf(t, location) || e.Title != prefix+"shared" {
		t.Errorf("got kind %q, id %q, title %q", e.Kind, e.ID, e.Title)
	}
	for _, root := range []occi.ID{occi.OSTemplateID, occi.ResourceTemplateID} {
		if want := s.sharedTemplate(t, root).String(); !slices.Contains(e.Mixins, want) {
			t.Errorf("got mixins %q, want %s among them", e.Mixins, want)
		}
	}
	if !slices.Contains(e.Actions, occi.StopID.String()) || slices.Contains(e.Actions, occi.StartID.String()) {
		t.Errorf("an active compute offers stop and not start; got %q", e.Actions)
	}
	if got := linksOf(e, occi.NetworkInterfaceID); len(got) != 1 || got[0].Target.Location != s.sharedNetwork(t) {
		t.Errorf("got links %v, want one to %s", e.Links, s.sharedNetwork(t))
	}
	text := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
	for _, p := range text.Attributes {
		if _, ok := e.Attributes[p.Name]; !ok && !strings.HasPrefix(p.Name, "occi.core.") {
			t.Errorf("JSON lacks %s, which text has", p.Name)
		}
	}
}

func jsonLink(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	links := s.readJSON(t, compute).Links
	if len(links) == 0 {
		t.Fatal("the compute has no link")
	}
	inside := links[0]
	alone := s.readJSON(t, "/networkinterface/"+inside.ID)
	want := jsonEntity{
		Kind:   occi.NetworkInterfaceID.String(),
		ID:     inside.ID,
		Mixins: []string{occi.IPNetworkInterfaceID.String()},
		Source: jsonEnd{compute, occi.ComputeID.String()},
		Target: jsonEnd{s.sharedNetwork(t), occi.NetworkID.String()},
	}
	for where, got := range map[string]jsonEntity{"inside": inside, "alone": alone} {
		got.Attributes = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", where, diff)
		}
	}
	for _, name := range []string{"occi.networkinterface.mac", "occi.networkinterface.state", "occi.networkinterface.address"} {
		if inside.Attributes[name] == nil || inside.Attributes[name] != alone.Attributes[name] {
			t.Errorf("%s: got %v inside and %v alone", name, inside.Attributes[name], alone.Attributes[name])
		}
	}
}

func jsonModel(t *testing.T, s *suite) {
	m, text := s.listJSON(t, "/-/"), s.model(t)
	var got, want []string
	for _, all := range [][]jsonCategory{m.Kinds, m.Mixins, m.Actions} {
		for _, c := range all {
			got = append(got, c.id())
		}
	}
	for _, c := range text.Categories {
		want = append(want, c.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("categories (-text +JSON):\n%s", diff)
	}
	if got, want := find(t, m.Kinds, occi.ComputeID).Parent, occi.ResourceID.String(); got != want {
		t.Errorf("got parent %q of compute, want %q", got, want)
	}
	if got := find(t, m.Kinds, occi.NetworkID).Actions; !slices.Contains(got, occi.UpID.String()) {
		t.Errorf("got actions %q of network, want up among them", got)
	}
	if len(find(t, m.Actions, occi.StopID).Attributes) == 0 {
		t.Error("the action stop has no parameters")
	}
}

func jsonDescribed(t *testing.T, s *suite) {
	m := s.listJSON(t, "/-/")
	size := find(t, m.Kinds, occi.StorageID).Attributes["occi.storage.size"]
	if size.Type == nil || *size.Type != "number" || size.Required == nil || !*size.Required || size.Description == "" {
		t.Errorf("got %+v for occi.storage.size, want a required number with a description", size)
	}
	cores := find(t, m.Mixins, s.template(t, occi.ResourceTemplateID)).Attributes["occi.compute.cores"]
	if n, ok := cores.Default.(float64); !ok || n < 1 {
		t.Errorf("got the default %v for the cores of a resource template, want a number", cores.Default)
	}
}

func jsonFlags(t *testing.T, s *suite) {
	m := s.listJSON(t, "/-/")
	for _, all := range [][]jsonCategory{m.Kinds, m.Mixins, m.Actions} {
		for _, c := range all {
			for name, d := range c.Attributes {
				if d.Type == nil || d.Mutable == nil || d.Required == nil {
					t.Errorf("%s: %s lacks type, mutable or required", c.id(), name)
				}
			}
		}
	}
	state := find(t, m.Kinds, occi.ComputeID).Attributes["occi.compute.state"]
	if state.Mutable == nil || *state.Mutable {
		t.Error("occi.compute.state is not described as immutable")
	}
}

func jsonRelations(t *testing.T, s *suite) {
	m := s.listJSON(t, "/-/")
	for _, root := range []occi.ID{occi.OSTemplateID, occi.ResourceTemplateID} {
		template := find(t, m.Mixins, s.template(t, root))
		if diff := cmp.Diff([]string{root.String()}, template.Depends); diff != "" {
			t.Errorf("%s depends (-want +got):\n%s", template.id(), diff)
		}
		if diff := cmp.Diff([]string{occi.ComputeID.String()}, template.Applies); diff != "" {
			t.Errorf("%s applies (-want +got):\n%s", template.id(), diff)
		}
	}
	if got := find(t, m.Mixins, occi.IPNetworkID).Applies; !slices.Equal(got, []string{occi.NetworkID.String()}) {
		t.Errorf("ipnetwork applies to %q, want network", got)
	}
}

func jsonLocations(t *testing.T, s *suite) {
	m := s.listJSON(t, "/-/")
	for _, c := range slices.Concat(m.Kinds, m.Mixins) {
		if !strings.HasPrefix(c.Location, "/") || !strings.HasSuffix(c.Location, "/") {
			t.Errorf("%s: got location %q, want a path with a trailing slash", c.id(), c.Location)
		}
	}
	for _, c := range m.Actions {
		if c.Location != "" {
			t.Errorf("action %s has the location %q", c.id(), c.Location)
		}
	}
}

func jsonCollection(t *testing.T, s *suite) {
	network, storage := s.sharedNetwork(t), s.sharedStorage(t)
	for path, location := range map[string]string{"/network/": network, "/storage/": storage} {
		got := entityWith(t, s.listJSON(t, path).Resources, idOf(t, location))
		if diff := cmp.Diff(s.readJSON(t, location), got); diff != "" {
			t.Errorf("%s in %s (-alone +there):\n%s", location, path, diff)
		}
	}
	compute := s.sharedCompute(t)
	link := entityWith(t, s.listJSON(t, "/networkinterface/").Links, s.readJSON(t, compute).Links[0].ID)
	if link.Source.Location != compute || link.Target.Location != network {
		t.Errorf("got a link from %q to %q, want %q to %q", link.Source.Location, link.Target.Location, compute, network)
	}
	if got := entityWith(t, s.listJSON(t, "/compute/").Resources, idOf(t, compute)); len(linksOf(got, occi.NetworkInterfaceID)) != 1 {
		t.Errorf("got links %v of the compute in its collection, want one interface", got.Links)
	}
	none := s.want(t, http.StatusOK, http.MethodGet, "/network/?occi.core.title="+prefix+"nobody", accept(occiJSON))
	if want := `{"resources":[]}`; none.Body != want {
		t.Errorf("got %q for an empty collection, want %q", none.Body, want)
	}
}

func jsonFiltered(t *testing.T, s *suite) {
	m := s.listJSON(t, "/-/", asksFor(occi.StorageID))
	if len(m.Kinds) != 1 || m.Kinds[0].id() != occi.StorageID.String() || len(m.Mixins) != 0 {
		t.Errorf("got kinds %v and mixins %v, want storage alone", m.Kinds, m.Mixins)
	}
	if got, want := len(m.Actions), map[string]int{"1.1": 0, "1.2": 2}[s.version]; got != want {
		t.Errorf("got %d actions, want %d", got, want)
	}
}

func jsonTypes(t *testing.T, s *suite) {
	compute, storage := s.readJSON(t, s.sharedCompute(t)), s.readJSON(t, s.sharedStorage(t))
	for name, value := range map[string]any{
		"occi.compute.cores":  compute.Attributes["occi.compute.cores"],
		"occi.compute.memory": compute.Attributes["occi.compute.memory"],
		"occi.storage.size":   storage.Attributes["occi.storage.size"],
	} {
		if n, ok := value.(float64); !ok || n <= 0 {
			t.Errorf("%s: got %#v, want a number", name, value)
		}
	}
	if got := compute.Attributes["occi.compute.state"]; got != "active" {
		t.Errorf("got state %#v, want a string", got)
	}
}

// jsonMembers relies on decode, which takes no member that it does not know.
func jsonMembers(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	s.listJSON(t, "/-/")
	for _, path := range []string{"/compute/", "/network/", "/storage/", "/networkinterface/", "/"} {
		s.listJSON(t, path)
	}
	for _, location := range []string{compute, s.sharedNetwork(t), s.sharedStorage(t)} {
		if e := s.readJSON(t, location); e.Source != (jsonEnd{}) || e.Target != (jsonEnd{}) {
			t.Errorf("resource %s has the ends of a link", location)
		}
	}
	for _, link := range s.readJSON(t, compute).Links {
		if len(link.Links) > 0 || link.Summary != "" {
			t.Errorf("link %s has what only resources have", link.ID)
		}
	}
}

func jsonErrors(t *testing.T, s *suite) {
	wantJSONError(t, s.want(t, http.StatusNotFound, http.MethodGet, "/nowhere", accept(occiJSON)))
	wantJSONError(t, s.want(t, http.StatusUnauthorized, http.MethodGet, "/compute/", accept(occiJSON), noToken))
	wantJSONError(t, s.want(t, http.StatusBadRequest, http.MethodPost, "/network/", accept(occiJSON), jsonBody(`{`)))
	wantJSONError(t, s.want(t, http.StatusMethodNotAllowed, http.MethodPut, "/-/", accept(occiJSON)))
}
