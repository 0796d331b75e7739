package conformance

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// jsonInputCases: requests in JSON.
func jsonInputCases() []Case {
	return []Case{
		{"application/occi+json", "JSON: create one, answered with the entity", jsonCreate, anyone},
		{"application/occi+json", "JSON: the nested attributes of rOCCI 4 are read", jsonNested, anyone},
		{"application/occi+json", "JSON: partial and full update", jsonUpdate, anyone},
		{"application/occi+json", "JSON: duplicate members, trailing data, wrong types: 400 that says where", jsonMalformed, anyone},
		{"create several", "JSON: several entities in one request", jsonCreateSeveral, anyone},
		{"all or nothing", "JSON: when one of several cannot be created, none is", jsonAllOrNothing, anyone},
		{"create with links", "JSON: a compute with its links inside", jsonInlineLinks, anyone},
		{"create links", "JSON: a link whose ends are objects, or URLs", jsonCreateLink, anyone},
		{"JSON actions", "JSON: an action with its parameters", jsonAction, anyone},
	}
}

// jsonNetwork is a network to create.
func jsonNetwork(title string) map[string]any {
	return map[string]any{"kind": occi.NetworkID.String(), "title": title}
}

func jsonCreate(t *testing.T, s *suite) {
	for _, mediaType := range []string{occiJSON, "application/json", occiJSON + "; charset=utf-8"} {
		a := s.want(t, http.StatusCreated, http.MethodPost, "/network/", accept(occiJSON),
			header("Content-Type", mediaType), toJSON(t, map[string]any{
				"kind":    occi.NetworkID.String(),
				"mixins":  []string{occi.IPNetworkID.String()},
				"title":   prefix + "json",
				"summary": `with "quotes"`,
				"attributes": map[string]any{
					"occi.network.address": "10.80.0.0/24", "occi.network.allocation": "dynamic",
				},
			}))
		location := s.created(t, a)
		var e jsonEntity
		a.decode(t, &e)
		if e.ID != idOf(t, location) || e.Title != prefix+"json" || e.Summary != `with "quotes"` ||
			e.Attributes["occi.network.address"] != "10.80.0.0/24" {
			t.Errorf("Content-Type %q: got %+v", mediaType, e)
		}
		s.remove(t, location)
	}
}

func jsonNested(t *testing.T, s *suite) {
	body := map[string]any{"resources": []any{map[string]any{
		"kind": occi.NetworkID.String(), "mixins": []string{occi.IPNetworkID.String()},
		"attributes": map[string]any{"occi": map[string]any{
			"core":    map[string]any{"title": prefix + "nested"},
			"network": map[string]any{"address": "10.81.0.0/24"},
		}},
		"links": []any{},
	}}}
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", toJSON(t, body)))
	e := s.readJSON(t, location)
	if e.Title != prefix+"nested" || e.Attributes["occi.network.address"] != "10.81.0.0/24" {
		t.Errorf("got %+v", e)
	}
	s.remove(t, location)
}

func jsonUpdate(t *testing.T, s *suite) {
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", toJSON(t, jsonNetwork(prefix+"before"))))
	var e jsonEntity
	s.want(t, http.StatusOK, http.MethodPost, location, accept(occiJSON),
		toJSON(t, map[string]any{"title": prefix + "after"})).decode(t, &e)
	if e.Title != prefix+"after" {
		t.Errorf("got title %q after a partial update, want %q", e.Title, prefix+"after")
	}
	whole := s.want(t, http.StatusOK, http.MethodGet, location, accept(occiJSON)).Body
	s.want(t, http.StatusOK, http.MethodPut, location, accept(occiJSON),
		jsonBody(strings.Replace(whole, prefix+"after", prefix+"again", 1))).decode(t, &e)
	if e.Title != prefix+"again" {
		t.Errorf("got title %q after a full update, want %q", e.Title, prefix+"again")
	}
	s.remove(t, location)
}

func jsonMalformed(t *testing.T, s *suite) {
	kind := `"kind":"` + occi.NetworkID.String() + `"`
	storage := `"kind":"` + occi.StorageID.String() + `"`
	for body, words := range map[string][]string{
		`{` + kind + `,"title":"a","title":"b"}`:                                    {"title"},
		`{` + kind + `,"attributes":{"occi.core.title":"a","occi.core.title":"b"}}`: {`attributes["occi.core.title"]`},
		`{` + kind + `} {}`:                      nil,
		`{` + kind + `,"title":7}`:               {"title", "string"},
		`{` + kind + `,"mixins":"x"}`:            {"mixins", "array"},
		`{` + kind + `,"links":[{"target":{}}]}`: {"links[0].target", "location"},
		`{"resources":[{` + kind + `},{` + kind + `,"mixins":["no-identifier"]}]}`: {"resources[1].mixins[0]"},
		`{` + storage + `,"attributes":{"occi.storage.size":"much"}}`:              {"occi.storage.size"},
		`"network"`:                               {"object"},
		`{` + kind + `,`:                          nil,
		strings.Repeat(`{"a":`, 500) + `1`:        nil,
		`{` + kind + `,"title":"` + "\xff" + `"}`: nil,
	} {
		path := "/network/"
		if strings.Contains(body, occi.StorageID.String()) {
			path = "/storage/"
		}
		a := s.want(t, http.StatusBadRequest, http.MethodPost, path, accept(occiJSON), jsonBody(body))
		wantJSONError(t, a, words...)
	}
}

// titled returns the URLs of a collection's members with the title.
func (s *suite) titled(t *testing.T, path, title string) []string {
	t.Helper()
	return s.want(t, http.StatusOK, http.MethodGet, path+"?occi.core.title="+url.QueryEscape(title)).message(t).Locations
}

func jsonCreateSeveral(t *testing.T, s *suite) {
	title := unique("several")
	body := map[string]any{"resources": []any{jsonNetwork(title), jsonNetwork(title)}}
	a := s.want(t, http.StatusCreated, http.MethodPost, "/network/", accept(occiJSON), toJSON(t, body))
	first := s.created(t, a)
	var made jsonCollections
	a.decode(t, &made)
	listed := s.titled(t, "/network/", title)
	s.made = append(s.made, listed...)
	if len(made.Resources) != 2 || len(listed) != 2 || made.Resources[0].ID != idOf(t, first) || !slices.Contains(listed, first) {
		t.Errorf("got %v with Location %s, and the listing %q", made.Resources, first, listed)
	}
	inText := s.want(t, http.StatusCreated, http.MethodPost, "/", toJSON(t, body)).message(t).Locations
	s.made = append(s.made, inText...)
	if len(inText) != 2 || len(s.titled(t, "/network/", title)) != 4 {
		t.Errorf("got locations %q for two more", inText)
	}
	for _, location := range append(listed, inText...) {
		s.remove(t, location)
	}
}

func jsonAllOrNothing(t *testing.T, s *suite) {
	title := unique("atomic")
	a := s.do(t, http.MethodPost, "/", toJSON(t, map[string]any{"resources": []any{
		jsonNetwork(title),
		map[string]any{
			"kind": occi.StorageID.String(), "title": title,
			"attributes": map[string]any{"occi.storage.size": 9_000_000}, // more than any quota
		},
	}}))
	if a.Status < http.StatusBadRequest {
		t.Errorf("got status %d, want a failure; body %q", a.Status, a.Body)
	}
	for _, path := range []string{"/network/", "/storage/"} {
		left := s.titled(t, path, title)
		s.made = append(s.made, left...)
		if len(left) > 0 {
			t.Errorf("%s still has %q", path, left)
		}
	}
}

func jsonInlineLinks(t *testing.T, s *suite) {
	storage, network := s.sharedStorage(t), s.sharedNetwork(t)
	link := func(kind, targetKind occi.ID, target string) map[string]any {
		return map[string]any{
			"kind": kind.String(), "target": map[string]any{"location": target, "kind": targetKind.String()},
		}
	}
	compute := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", toJSON(t, map[string]any{
		"kind": occi.ComputeID.String(), "title": prefix + "json",
		"mixins": []string{
			s.template(t, occi.OSTemplateID).String(), s.template(t, occi.ResourceTemplateID).String(),
		},
		"links": []any{
			link(occi.StorageLinkID, occi.StorageID, storage), link(occi.NetworkInterfaceID, occi.NetworkID, network),
		},
	})))
	s.awaitState(t, compute, "occi.compute.state", "active")
	var targets []string
	e := s.readJSON(t, compute)
	links := append(linksOf(e, occi.StorageLinkID), linksOf(e, occi.NetworkInterfaceID)...)
	for _, l := range links {
		targets = append(targets, l.Target.Location)
	}
	if len(targets) != 2 || !slices.Contains(targets, storage) || !slices.Contains(targets, network) {
		t.Errorf("got links to %q, want %s and %s", targets, storage, network)
	}
	s.remove(t, compute)
	for _, l := range links {
		s.awaitGone(t, "/"+l.Kind[strings.LastIndexByte(l.Kind, '#')+1:]+"/"+l.ID)
	}
}

func jsonCreateLink(t *testing.T, s *suite) {
	compute, storage := s.sharedCompute(t), s.sharedStorage(t)
	for name, ends := range map[string]map[string]any{
		"objects": {
			"source": map[string]any{"location": compute, "kind": occi.ComputeID.String()},
			"target": map[string]any{"location": storage, "kind": occi.StorageID.String()},
		},
		"URLs": {"source": "/compute/" + idOf(t, compute), "target": storage},
	} {
		ends["kind"] = occi.StorageLinkID.String()
		a := s.want(t, http.StatusCreated, http.MethodPost, "/storagelink/", accept(occiJSON), toJSON(t, ends))
		self := s.created(t, a)
		var e jsonEntity
		a.decode(t, &e)
		if e.Source.Location != compute || e.Target.Location != storage || e.ID != idOf(t, self) {
			t.Errorf("ends as %s: got %+v", name, e)
		}
		s.remove(t, self)
		s.awaitState(t, storage, "occi.storage.state", "online")
	}
	wrong := map[string]any{
		"kind": occi.StorageLinkID.String(), "source": compute,
		"target": map[string]any{"location": storage, "kind": occi.NetworkID.String()},
	}
	s.want(t, http.StatusBadRequest, http.MethodPost, "/storagelink/", toJSON(t, wrong))
}

func jsonAction(t *testing.T, s *suite) {
	network, compute := s.sharedNetwork(t), s.sharedCompute(t)
	for _, c := range []struct {
		action occi.ID
		state  string
	}{{occi.DownID, "inactive"}, {occi.UpID, "active"}} {
		a := s.want(t, http.StatusOK, http.MethodPost, network+"?action="+c.action.Term, accept(occiJSON),
			toJSON(t, map[string]any{"action": c.action.String()}))
		a.decode(t, &jsonEntity{}) // the network, or nothing
		s.awaitState(t, network, "occi.network.state", c.state)
	}
	for body, words := range map[string][]string{
		`{"action":"` + occi.RestartID.String() + `","attributes":{"method":["warm"]}}`: {"method"},
		`{"action":"restart"}`:             {"action"},
		`{"attributes":{"method":"warm"}}`: nil,
	} {
		wantJSONError(t, s.want(t, http.StatusBadRequest, http.MethodPost, compute+"?action=restart",
			accept(occiJSON), jsonBody(body)), words...)
	}
}
