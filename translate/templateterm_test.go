package translate

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTemplateTerm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ id, term string }{
		{"9355f793-dd92-4a88-b4a5-f0a32deb0b48", "9355f793-dd92-4a88-b4a5-f0a32deb0b48"},
		{"7", "7"},
		{"m1_small", "m1_small"},
		{"m1.small", "x--m1_2esmall"},
		{"M1", "x--_4d1"},
		{"-a", "x---a"},
		{"_a", "x--_5fa"},
		{"x--a", "x--x--a"},
		{"größer 1", "x--gr_c3_b6_c3_9fer_201"},
		{"", "x--"},
	} {
		if got := templateTerm(c.id); got != c.term {
			t.Errorf("templateTerm(%q) = %q, want %q", c.id, got, c.term)
		}
		if got, ok := templateID(c.term); got != c.id || !ok {
			t.Errorf("templateID(%q) = %q, %t, want %q, true", c.term, got, ok, c.id)
		}
	}
}

func TestTemplateIDOfForeignTerms(t *testing.T) {
	t.Parallel()
	for _, term := range []string{"", "M1", "a.b", "x--m1", "x--a_2", "x--a_", "x--a_zz", "x--a_2E", "x--M", "_a"} {
		if id, ok := templateID(term); ok {
			t.Errorf("templateID(%q) = %q, true, want false", term, id)
		}
	}
}

func TestTemplateTermRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.String(), rapid.StringMatching(`(x--)?[a-zA-Z0-9._-]{1,12}`)).Draw(t, "id")
		term := templateTerm(id)
		if !isTerm(term) {
			t.Fatalf("templateTerm(%q) = %q is no term", id, term)
		}
		if back, ok := templateID(term); back != id || !ok {
			t.Fatalf("templateID(%q) = %q, %t, want %q", term, back, ok, id)
		}
	})
}

func TestTemplateIDRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		term := rapid.OneOf(rapid.String(), rapid.StringMatching(`x--([a-z0-9_-]|_[0-9a-f]{2}){0,9}`)).Draw(t, "term")
		id, ok := templateID(term)
		if ok && templateTerm(id) != term {
			t.Fatalf("templateID(%q) = %q, whose term is %q", term, id, templateTerm(id))
		}
	})
}

func TestNameSlug(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"m1.tiny":            "m1-tiny",
		" Debian 12 ":        "debian_12",
		"Debian 12 – größer": "debian_12_–_größer",
		"":                   "",
	} {
		if got := nameSlug(name); got != want {
			t.Errorf("nameSlug(%q) = %q, want %q", name, got, want)
		}
	}
}
