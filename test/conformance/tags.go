package conformance

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// definitionCases: mixins that users add to the model.
func definitionCases() []Case {
	return []Case{
		{"defining mixins", "POST adds a mixin to the model, with an empty collection", defineMixin, anyone},
		{"defining mixins", "JSON: a mixin, or a collection of them", defineJSON, anyone},
		{"defining mixins", "an identifier or a location that is taken: 409", defineTaken, anyone},
		{"defining mixins", "a scheme of the standard or the provider: 403, anything but a whole mixin: 400", defineRefused, anyone},
		{"removing mixins", "DELETE takes a mixin out of the model", undefineMixin, anyone},
		{"removing mixins", "a mixin of the provider: 403, an unknown one: 404, none: 400", undefineRefused, anyone},
		{"removed mixins leave entities", "entities lose a mixin with its definition", undefineLeaves, anyone},
	}
}

// tag is a mixin that the suite has defined.
type tag struct {
	id  occi.ID
	url string // of its collection
}

// tagScheme is the scheme of all that the suite defines.
const tagScheme = "http://conformance.example.org/tags#"

// unique returns a name that nothing else has.
func unique(name string) string { return prefix + name + "-" + strings.ToLower(rand.Text()[:8]) }

// newTag invents a mixin.
func (s *suite) newTag(name string) tag {
	term := unique(name)
	return tag{occi.ID{Scheme: tagScheme, Term: term}, s.target.Endpoint + "/" + term + "/"}
}

// line defines the mixin.
func (g tag) line() string {
	return categoryLine(g.id, "mixin") + `; title="of the conformance suite"; location="` + g.url + `"`
}

// define adds a new mixin to the model.
func (s *suite) define(t *testing.T, name string) tag {
	t.Helper()
	g := s.newTag(name)
	s.want(t, http.StatusOK, http.MethodPost, "/-/", text(g.line()))
	s.tags = append(s.tags, g)
	return g
}

// undefine takes a mixin out of the model.
func (s *suite) undefine(t *testing.T, g tag) {
	t.Helper()
	s.want(t, http.StatusOK, http.MethodDelete, "/-/", text(categoryLine(g.id, "mixin")))
	s.tags = slices.DeleteFunc(s.tags, func(other tag) bool { return other == g })
}

// members names entities.
func members(locations ...string) option {
	var lines []string
	for _, location := range locations {
		lines = append(lines, "X-OCCI-Location: "+location)
	}
	return text(lines...)
}

func defineMixin(t *testing.T, s *suite) {
	g := s.newTag("defined")
	related := occi.ID{Scheme: tagScheme, Term: "nobody"}
	s.want(t, http.StatusOK, http.MethodPost, "/-/", text(g.line()+`; rel="`+related.String()+`"`))
	s.tags = append(s.tags, g)
	c, ok := category(s.model(t), g.id)
	if !ok || c.Class != occi.ClassMixin || c.Title != "of the conformance suite" || !slices.Contains(c.Rel, related) {
		t.Errorf("got %+v in the model, want the mixin with title and rel", c)
	}
	if got := s.collectionOf(t, g.id); got != g.url {
		t.Errorf("got location %s, want %s", got, g.url)
	}
	if got := s.modelIDs(t, asksFor(g.id)); !slices.Equal(got, []string{g.id.String()}) {
		t.Errorf("got %q for a filter by the mixin, want it alone", got)
	}
	if got := s.locations(t, g.url); len(got) > 0 {
		t.Errorf("got members %q of a new mixin", got)
	}
	s.undefine(t, g)
}

func defineJSON(t *testing.T, s *suite) {
	object := func(g tag) map[string]any {
		return map[string]any{"term": g.id.Term, "scheme": g.id.Scheme, "title": "of the conformance suite", "location": g.url}
	}
	one, two, three := s.newTag("one"), s.newTag("two"), s.newTag("three")
	s.tags = append(s.tags, one, two, three)
	s.want(t, http.StatusOK, http.MethodPost, "/-/", toJSON(t, object(one)))
	s.want(t, http.StatusOK, http.MethodPost, "/-/", toJSON(t, map[string]any{"mixins": []any{object(two), object(three)}}))
	m := s.listJSON(t, "/-/")
	for _, g := range []tag{one, two, three} {
		if got := find(t, m.Mixins, g.id); !strings.HasSuffix(g.url, got.Location) || got.Title != "of the conformance suite" {
			t.Errorf("got %+v, want the mixin with location and title", got)
		}
	}
	s.want(t, http.StatusOK, http.MethodDelete, "/-/", toJSON(t, map[string]any{"mixins": []any{object(one), object(two)}}))
	s.want(t, http.StatusOK, http.MethodDelete, "/-/", toJSON(t, object(three)))
	s.tags = slices.DeleteFunc(s.tags, func(g tag) bool { return g == one || g == two || g == three })
}

func defineTaken(t *testing.T, s *suite) {
	g, other := s.define(t, "taken"), s.newTag("other")
	for _, c := range []tag{g, {other.id, g.url}, {other.id, s.target.Endpoint + "/compute/"}, {g.id, other.url}} {
		s.want(t, http.StatusConflict, http.MethodPost, "/-/", text(c.line()))
	}
	// All or none: the first of the two is not added either.
	s.want(t, http.StatusConflict, http.MethodPost, "/-/", text(other.line(), g.line()))
	if _, ok := category(s.model(t), other.id); ok {
		t.Errorf("%s was added with one that was refused", other.id)
	}
	s.undefine(t, g)
}

func defineRefused(t *testing.T, s *suite) {
	g := s.newTag("refused")
	for _, scheme := range []string{"http://schemas.ogf.org/occi/infrastructure#", s.template(t, occi.OSTemplateID).Scheme} {
		s.want(t, http.StatusForbidden, http.MethodPost, "/-/", text(tag{occi.ID{Scheme: scheme, Term: g.id.Term}, g.url}.line()))
	}
	for _, line := range []string{
		categoryLine(g.id, "mixin"),
		categoryLine(g.id, "kind") + `; location="` + g.url + `"`,
		categoryLine(g.id, "mixin") + `; location="http://elsewhere.example.org/` + g.id.Term + `/"`,
		categoryLine(g.id, "mixin") + `; location="/no-slash-behind"`,
		attributeLine("occi.core.title", "no mixin"),
	} {
		s.want(t, http.StatusBadRequest, http.MethodPost, "/-/", text(line))
	}
	if _, ok := category(s.model(t), g.id); ok {
		t.Errorf("%s was added", g.id)
	}
}

func undefineMixin(t *testing.T, s *suite) {
	g := s.define(t, "removed")
	s.undefine(t, g)
	if _, ok := category(s.model(t), g.id); ok {
		t.Errorf("%s is still in the model", g.id)
	}
	s.want(t, http.StatusNotFound, http.MethodGet, g.url)
	s.want(t, http.StatusNotFound, http.MethodDelete, "/-/", text(categoryLine(g.id, "mixin")))
}

func undefineRefused(t *testing.T, s *suite) {
	for _, id := range []occi.ID{s.template(t, occi.OSTemplateID), occi.OSTemplateID, occi.IPNetworkID, occi.SSHKeyID} {
		s.want(t, http.StatusForbidden, http.MethodDelete, "/-/", text(categoryLine(id, "mixin")))
	}
	s.want(t, http.StatusForbidden, http.MethodDelete, "/-/", text(categoryLine(occi.ComputeID, "kind")))
	s.want(t, http.StatusNotFound, http.MethodDelete, "/-/", text(categoryLine(s.newTag("unknown").id, "mixin")))
	s.want(t, http.StatusBadRequest, http.MethodDelete, "/-/")
}

func undefineLeaves(t *testing.T, s *suite) {
	g := s.define(t, "left")
	all := []string{s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t)}
	s.want(t, http.StatusOK, http.MethodPost, g.url, members(all...))
	for _, location := range all {
		wantTag(t, s, location, g, true)
	}
	s.undefine(t, g)
	for _, location := range all {
		wantTag(t, s, location, g, false)
	}
	s.want(t, http.StatusNotFound, http.MethodGet, g.url)
	// A new mixin of the same name has no members from before.
	s.want(t, http.StatusOK, http.MethodPost, "/-/", text(g.line()))
	s.tags = append(s.tags, g)
	if got := s.locations(t, g.url); len(got) > 0 {
		t.Errorf("got members %q of the mixin that was defined again", got)
	}
	s.undefine(t, g)
}

// wantTag insists on whether an entity shows the mixin.
func wantTag(t *testing.T, s *suite, location string, g tag, want bool) {
	t.Helper()
	_, got := category(s.want(t, http.StatusOK, http.MethodGet, location).message(t), g.id)
	if got != want {
		t.Errorf("does %s show %s? got %t, want %t", location, g.id.Term, got, want)
	}
}
