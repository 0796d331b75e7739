package occi_test

import (
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

func mixin(term string, aliases ...string) *occi.Mixin {
	return &occi.Mixin{
		ID: occi.ID{Scheme: "http://a#", Term: term}, Location: "/" + term + "/", Aliases: aliases,
		Depends: []occi.ID{occi.OSTemplateID}, Applies: []occi.ID{occi.ComputeID},
	}
}

func TestMixinByTerm(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure().With(
		mixin("one", "first", "shared", "two"), mixin("two", "second", "shared"), mixin("three", "shared", "third", "three"),
		mixin("Capital"),
	)
	for term, want := range map[string]string{
		"one":     "one",
		"ONE":     "one",
		"first":   "one",
		"First":   "one",
		"two":     "two", // a term counts more than an alias
		"second":  "two",
		"third":   "three",
		"three":   "three",
		"Capital": "Capital",
		"capital": "Capital",
		"CAPITAL": "Capital",
		"shared":  "", // three of them
		"unknown": "",
	} {
		got := ""
		if m := model.Mixin(occi.ID{Scheme: "http://a#", Term: term}); m != nil {
			got = m.Term
		}
		if got != want {
			t.Errorf("%q: got mixin %q, want %q", term, got, want)
		}
	}
	if m := model.Mixin(occi.ID{Scheme: "http://b#", Term: "one"}); m != nil {
		t.Errorf("another scheme: got %s, want nil", m.ID)
	}
}

func TestModelPaths(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure().With(mixin("one"))
	for path, want := range map[string]occi.ID{
		"/compute/":          occi.ComputeID,
		"/compute":           occi.ComputeID,
		"/networkinterface/": occi.NetworkInterfaceID,
		"/networklink/":      occi.NetworkInterfaceID,
		"/nowhere/":          {},
		"/":                  {},
		"":                   {},
		"/one/":              {},
	} {
		var got occi.ID
		if k := model.KindAt(path); k != nil {
			got = k.ID
		}
		if got != want {
			t.Errorf("KindAt(%q): got %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]bool{"/one/": true, "/one": true, "/os_tpl/": true, "/compute/": false, "": false} {
		if got := model.MixinAt(path) != nil; got != want {
			t.Errorf("MixinAt(%q): found %t, want %t", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"/compute/1":       "1",
		"/compute/1/":      "1",
		"/networklink/a_b": "a_b",
		"/compute/":        "",
		"/compute//":       "",
		"/compute/.":       "",
		"/compute/..":      "",
		"/compute/1?a=b":   "",
		"/compute/1#a":     "",
		"/compute/a b":     "",
		"/compute/1/2":     "",
		"/nowhere/1":       "",
		"1":                "",
		"":                 "",
		"/":                "",
	} {
		ref, ok := model.EntityAt(path)
		if ref.ID != want || ok != (want != "") || ok == ref.IsZero() {
			t.Errorf("EntityAt(%q): got %q, %t, want %q", path, ref.ID, ok, want)
		}
	}
}

func TestIsID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"d5ef1c5e-3b80-4b8e-94a6-6d2c1b8f3e0f": true,
		"a_10.0.0.5":                           true,
		"a_2001:db8::5":                        true,
		"...":                                  true,
		strings.Repeat("a", 255):               true,
		strings.Repeat("a", 256):               false,
		"":                                     false,
		".":                                    false,
		"..":                                   false,
		"a/b":                                  false,
		"a%2fb":                                false,
		"a?b":                                  false,
		"a b":                                  false,
		"a\n":                                  false,
		"č":                                    false,
	} {
		if got := occi.IsID(id); got != want {
			t.Errorf("IsID(%q): got %t, want %t", id, got, want)
		}
	}
}

func TestMixinRelations(t *testing.T) {
	t.Parallel()
	m := mixin("one")
	if !m.DependsOn(occi.OSTemplateID) || m.DependsOn(occi.ResourceTemplateID) {
		t.Errorf("DependsOn: want the OS template alone, depends %v", m.Depends)
	}
	if !m.AppliesTo(occi.ComputeID) || m.AppliesTo(occi.StorageID) {
		t.Errorf("AppliesTo: want compute alone, applies %v", m.Applies)
	}
	if tag := (&occi.Mixin{}); !tag.AppliesTo(occi.StorageID) {
		t.Error("a mixin that applies to nothing in particular applies to all")
	}
	e := &occi.Entity{Mixins: []*occi.Mixin{m, occi.Infrastructure().Mixin(occi.SSHKeyID)}}
	if got := e.MixinsOf(occi.OSTemplateID); len(got) != 1 || got[0] != m {
		t.Errorf("MixinsOf: got %v, want the first alone", got)
	}
	if e.Mixin(m.ID) != m || e.Mixin(occi.UserDataID) != nil {
		t.Error("Mixin: want the entity's mixin with the id, or nil")
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]occi.ID{
		"http://a/b#c":   {Scheme: "http://a/b#", Term: "c"},
		"http://a#b#c.d": {Scheme: "http://a#b#", Term: "c.d"},
		"a#b":            {Scheme: "a#", Term: "b"},
	} {
		id, err := occi.ParseID(s)
		if err != nil || id != want || id.String() != s {
			t.Errorf("ParseID(%q): got %#v, %v, want %#v", s, id, err, want)
		}
	}
	for _, s := range []string{"", "#", "a", "#a", "a#"} {
		if id, err := occi.ParseID(s); occi.CodeOf(err) != occi.Invalid || !id.IsZero() {
			t.Errorf("ParseID(%q): got %v, %v, want Invalid", s, id, err)
		}
	}
}
