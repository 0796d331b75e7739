package definitions

import (
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

func TestAddRefusesWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	s := open(t, Options{DSN: t.TempDir() + "/definitions.db"})
	project := newProject()
	for _, c := range []struct {
		name  string
		spoil func(m *occi.Mixin)
	}{
		{"scheme too long", func(m *occi.Mixin) { m.Scheme = strings.Repeat("s", 255) + "#" }},
		{"scheme without #", func(m *occi.Mixin) { m.Scheme = "http://example.com/" }},
		{"scheme of # alone", func(m *occi.Mixin) { m.Scheme = "#" }},
		{"no scheme", func(m *occi.Mixin) { m.Scheme = "" }},
		{"term too long", func(m *occi.Mixin) { m.Term = strings.Repeat("t", 256) }},
		{"term with #", func(m *occi.Mixin) { m.Term = "a#b" }},
		{"term with blank", func(m *occi.Mixin) { m.Term = "a b" }},
		{"term not UTF-8", func(m *occi.Mixin) { m.Term = "\xff" }},
		{"no term", func(m *occi.Mixin) { m.Term = "" }},
		{"title too long", func(m *occi.Mixin) { m.Title = strings.Repeat("é", 512) + "e" }},
		{"title not UTF-8", func(m *occi.Mixin) { m.Title = "caf\xe9" }},
		{"location too long", func(m *occi.Mixin) { m.Location = "/" + strings.Repeat("l", 254) + "/" }},
		{"location not closed", func(m *occi.Mixin) { m.Location = "/tag" }},
		{"location not open", func(m *occi.Mixin) { m.Location = "tag/" }},
		{"location of everything", func(m *occi.Mixin) { m.Location = "/" }},
		{"location of nothing", func(m *occi.Mixin) { m.Location = "//" }},
		{"no location", func(m *occi.Mixin) { m.Location = "" }},
		{"related to no identifier", func(m *occi.Mixin) { m.Depends = []occi.ID{{Term: "x"}} }},
		{"related to two in one", func(m *occi.Mixin) { m.Depends = []occi.ID{{Scheme: "a#b c#", Term: "d"}} }},
		{"related to too many", func(m *occi.Mixin) {
			m.Depends = slices.Repeat([]occi.ID{{Scheme: "http://d#", Term: "123456"}}, 257)
		}},
		{"applies to no identifier", func(m *occi.Mixin) { m.Applies = []occi.ID{{}} }},
		{"attributes", func(m *occi.Mixin) { m.Attributes = []occi.Attribute{{Name: "com.example.a"}} }},
		{"actions", func(m *occi.Mixin) { m.Actions = []occi.ID{{Scheme: "http://a#", Term: "go"}} }},
	} {
		bad := tag("bad")
		c.spoil(bad)
		if err := s.Add(t.Context(), project, "alice", []*occi.Mixin{tag("good"), bad}); codeOf(err) != occi.Invalid {
			t.Errorf("%s: Add = %v, want Invalid", c.name, err)
		}
	}
	if got := all(t, s, project); len(got) != 0 {
		t.Errorf("All = %v, want none", got)
	}
}

func TestAddRefusesOwnersThatAreNotKeystones(t *testing.T) {
	t.Parallel()
	s := open(t, Options{DSN: t.TempDir() + "/definitions.db"})
	for _, c := range []struct {
		project, user string
		code          occi.Code
	}{
		{"", "alice", occi.Internal},
		{strings.Repeat("p", 65), "alice", occi.Internal},
		{"p", strings.Repeat("u", 256), occi.Internal},
		{strings.Repeat("p", 64), strings.Repeat("u", 255), 0},
	} {
		err := s.Add(t.Context(), c.project, c.user, []*occi.Mixin{tag("a")})
		if codeOf(err) != c.code {
			t.Errorf("Add to %q by %q = %v, want code %d", c.project, c.user, err, c.code)
		}
	}
}

func TestCheckLeavesTheMixinAlone(t *testing.T) {
	t.Parallel()
	ids := []occi.ID{tag("a").ID, tag("b").ID}
	m := tag("c")
	m.Depends, m.Applies = ids[:1], []occi.ID{occi.ComputeID}
	if err := check(m); err != nil {
		t.Errorf("check(%v) = %v", m, err)
	}
	if ids[1] != tag("b").ID {
		t.Errorf("check wrote %q behind the dependencies", ids[1])
	}
}
