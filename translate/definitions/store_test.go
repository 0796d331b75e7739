package definitions

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/occigate/occigate/occi"
)

// awkward are definitions that a database might change: text that looks like a number, that differs in case, accents
// or normal form only, or that is as long as may be.
func awkward() []*occi.Mixin {
	unknown := occi.ID{Scheme: "http://doyouspeakocci.appspot.com/mixin#", Term: "do_you"}
	long := strings.Repeat("x", 255-len("http://#"))
	return []*occi.Mixin{
		{
			ID:    occi.ID{Scheme: "http://doyouspeakocci.appspot.com/mixin#", Term: "i_do"},
			Title: `Ünïcode 😀 "quoted" \ 'n; DROP TABLE`, Location: "/dyso/",
			Depends: []occi.ID{unknown, occi.OSTemplateID}, Applies: []occi.ID{occi.ComputeID, occi.StorageID},
		},
		tag("zebra"), tag("ape"), tag("Ape"), tag("apé"), tag("ape\u0301"), tag("007"), tag("7"), tag("1e5"), tag("100000"),
		{ID: occi.ID{Scheme: "1#", Term: "2"}, Title: "3 ", Location: "/4/"},
		{ID: occi.ID{Scheme: "1#", Term: "3"}, Location: "/4/5/"},
		{
			ID:    occi.ID{Scheme: "http://" + long + "#", Term: strings.Repeat("t", 255)},
			Title: strings.Repeat("é", 512), Location: "/" + strings.Repeat("l", 253) + "/",
			Depends: slices.Repeat([]occi.ID{{Scheme: "http://d#", Term: "123456"}}, 256),
		},
	}
}

func TestDefinitionsComeBackAsTheyWereInOrder(t *testing.T) {
	t.Parallel()
	for _, o := range emptyDatabases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			project, want := newProject(), awkward()
			s := open(t, o)
			if got := all(t, s, project); len(got) != 0 {
				t.Errorf("All of an empty project = %v, want none", got)
			}
			add(t, s, project, want[:3]...)
			for _, m := range want[3:] {
				add(t, s, project, m)
			}
			if diff := cmp.Diff(want, all(t, s, project)); diff != "" {
				t.Errorf("All differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, all(t, open(t, o), project)); diff != "" {
				t.Errorf("All of another store on the same database differs (-want +got):\n%s", diff)
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("Ping = %v", err)
			}
		})
	}
}

func TestProjectsDoNotMeet(t *testing.T) {
	t.Parallel()
	for _, o := range databases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s := open(t, o)
			mine, theirs := newProject(), newProject()
			add(t, s, mine, tag("a"))
			add(t, s, theirs, tag("a"), tag("b"))
			if err := s.Remove(t.Context(), mine, []occi.ID{tag("b").ID}); codeOf(err) != occi.NotFound {
				t.Errorf("Remove of another project's definition = %v, want NotFound", err)
			}
			if err := s.Remove(t.Context(), mine, []occi.ID{tag("a").ID}); err != nil {
				t.Errorf("Remove = %v", err)
			}
			if got := all(t, s, mine); len(got) != 0 {
				t.Errorf("All after Remove = %v, want none", got)
			}
			if diff := cmp.Diff([]*occi.Mixin{tag("a"), tag("b")}, all(t, s, theirs)); diff != "" {
				t.Errorf("the other project's definitions differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddRefusesAllIfOneIsTaken(t *testing.T) {
	t.Parallel()
	elsewhere := tag("old")
	elsewhere.Location = "/elsewhere/"
	squatter := tag("squatter")
	squatter.Location = tag("old").Location
	for _, o := range databases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s := open(t, o)
			for _, c := range []struct {
				name   string
				mixins []*occi.Mixin
				says   string
			}{
				{"the same again", []*occi.Mixin{tag("old")}, `the mixin "http://example.com/occi/tags#old" already`},
				{"same id", []*occi.Mixin{elsewhere}, `the mixin "http://example.com/occi/tags#old" already`},
				{"same location", []*occi.Mixin{squatter}, `is that of the mixin "http://example.com/occi/tags#old"`},
				{"the last one", []*occi.Mixin{tag("a"), tag("b"), squatter}, `the location "/tag/old/"`},
				{"twice in the request", []*occi.Mixin{tag("a"), tag("a")}, `#a" already`},
			} {
				project := newProject()
				add(t, s, project, tag("old"))
				err := s.Add(t.Context(), project, "bob", c.mixins)
				if codeOf(err) != occi.Conflict || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%s: Add = %v, want Conflict that says %q", c.name, err, c.says)
				}
				if diff := cmp.Diff([]*occi.Mixin{tag("old")}, all(t, s, project)); diff != "" {
					t.Errorf("%s: All differs after Add failed (-want +got):\n%s", c.name, diff)
				}
			}
		})
	}
}

func TestProjectsHaveABound(t *testing.T) {
	t.Parallel()
	for _, o := range databases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			o.PerProject = 3
			s, project := open(t, o), newProject()
			add(t, s, project, tags("t", 2)...)
			err := s.Add(t.Context(), project, "alice", []*occi.Mixin{tag("a"), tag("b")})
			if codeOf(err) != occi.Forbidden || !strings.Contains(err.Error(), "at most 3") {
				t.Errorf("Add beyond the bound = %v, want Forbidden that says at most 3", err)
			}
			add(t, s, project, tag("a"))
			if err := s.Add(t.Context(), project, "alice", []*occi.Mixin{tag("b")}); codeOf(err) != occi.Forbidden {
				t.Errorf("Add to a full project = %v, want Forbidden", err)
			}
			if err := s.Remove(t.Context(), project, []occi.ID{tag("a").ID}); err != nil {
				t.Errorf("Remove = %v", err)
			}
			add(t, s, project, tag("b"))
			add(t, s, newProject(), tags("t", 3)...)
		})
	}
}

func TestRemoveTakesAllOrNone(t *testing.T) {
	t.Parallel()
	for _, o := range emptyDatabases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s, project := open(t, o), newProject()
			add(t, s, project, tags("t", 4)...)
			for _, unknown := range []string{"t4", "T0", "t0 ", ""} {
				ids := []occi.ID{tag("t1").ID, tag(unknown).ID}
				err := s.Remove(t.Context(), project, ids)
				if codeOf(err) != occi.NotFound || !strings.Contains(err.Error(), tag(unknown).String()) {
					t.Errorf("Remove(%q) = %v, want NotFound that names the second", ids, err)
				}
			}
			if diff := cmp.Diff(tags("t", 4), all(t, s, project)); diff != "" {
				t.Errorf("All differs after Remove failed (-want +got):\n%s", diff)
			}
			ids := []occi.ID{tag("t3").ID, tag("t1").ID, tag("t3").ID}
			if err := s.Remove(t.Context(), project, ids); err != nil {
				t.Errorf("Remove(%q) = %v", ids, err)
			}
			add(t, s, project, tag("t1"))
			if diff := cmp.Diff([]*occi.Mixin{tag("t0"), tag("t2"), tag("t1")}, all(t, s, project)); diff != "" {
				t.Errorf("All differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingToChange(t *testing.T) {
	t.Parallel()
	for _, o := range databases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s, project := open(t, o), newProject()
			if err := s.Add(t.Context(), project, "alice", nil); err != nil {
				t.Errorf("Add of nothing = %v", err)
			}
			if err := s.Remove(t.Context(), project, nil); err != nil {
				t.Errorf("Remove of nothing = %v", err)
			}
		})
	}
}

// TestStoreBehavesLikeAList compares a store with a slice under any changes.
func TestStoreBehavesLikeAList(t *testing.T) {
	t.Parallel()
	for _, o := range databases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			o.PerProject = 6
			s := open(t, o)
			mixin := rapid.Custom(func(t *rapid.T) *occi.Mixin {
				m := tag(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "term"))
				m.Scheme = rapid.SampledFrom([]string{scheme, "http://other#"}).Draw(t, "scheme")
				m.Location = rapid.SampledFrom([]string{m.Location, "/shared/", "/o" + m.Location}).Draw(t, "location")
				return m
			})
			rapid.Check(t, func(r *rapid.T) {
				project := newProject()
				var want []*occi.Mixin
				for range rapid.IntRange(1, 8).Draw(r, "changes") {
					mixins := rapid.SliceOfN(mixin, 1, 3).Draw(r, "mixins")
					if rapid.Bool().Draw(r, "add") {
						admitted := admit(want, mixins, o.PerProject)
						if err := s.Add(t.Context(), project, "alice", mixins); codeOf(err) != codeOf(admitted) {
							r.Fatalf("Add(%v) to %v = %v, want %v", mixins, want, err, admitted)
						}
						if admitted == nil {
							want = append(want, mixins...)
						}
						continue
					}
					var ids []occi.ID
					rest := want
					unknown := false
					for _, m := range mixins {
						named := func(w *occi.Mixin) bool { return w.ID == m.ID }
						unknown = unknown || !slices.ContainsFunc(want, named)
						ids, rest = append(ids, m.ID), slices.DeleteFunc(slices.Clone(rest), named)
					}
					err := s.Remove(t.Context(), project, ids)
					if unknown != (codeOf(err) == occi.NotFound) || !unknown && err != nil {
						r.Fatalf("Remove(%q) from %v = %v", ids, want, err)
					}
					if !unknown {
						want = rest
					}
				}
				got, err := s.All(t.Context(), project)
				if diff := cmp.Diff(slices.Clip(want), got); err != nil || len(want)+len(got) > 0 && diff != "" {
					r.Fatalf("All: %v, differs (-want +got):\n%s", err, diff)
				}
			})
		})
	}
}
