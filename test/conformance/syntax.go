package conformance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// badInputCases: what malformed and impossible requests get.
func badInputCases() []Case {
	return []Case{
		{"statuses", "malformed Category, Link or attribute: 400 that quotes the offence", malformed, anyone},
		{"a category is its scheme and term", "a well-formed but unknown kind or mixin: 404", unknownCategory, anyone},
		{"statuses", "no kind, two kinds, a mixin of another kind, an unknown attribute: 400", contradictions, anyone},
		{"statuses", "a body over the limit: 413", bodyTooLarge, anyone},
		{"statuses", "too many categories, attributes or links: 400", tooMany, anyone},
	}
}

func malformed(t *testing.T, s *suite) {
	kind := categoryLine(occi.NetworkID, "kind")
	for _, c := range []struct {
		lines []string
		names []string // what the answer has to say
	}{
		{[]string{`Category: network; sheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"`}, []string{"Category[1]", "scheme"}},
		{[]string{kind, `X-OCCI-Attribute: =bad`}, []string{"X-OCCI-Attribute[1], column 1", `"="`}},
		{[]string{kind, `Link: no-angle; rel="x#y"`}, []string{"Link[1], column 1", `"n`}},
		{[]string{kind, `X-OCCI-Attribute: occi.core.title="unfinished`}, []string{"X-OCCI-Attribute[1], column 17", "quote"}},
	} {
		a := s.want(t, http.StatusBadRequest, http.MethodPost, "/network/", text(c.lines...))
		for _, name := range c.names {
			if !strings.Contains(a.Body, name) {
				t.Errorf("the answer to %q does not say %s: %q", c.lines, name, a.Body)
			}
		}
	}
}

func unknownCategory(t *testing.T, s *suite) {
	s.want(t, http.StatusNotFound, http.MethodPost, "/network/",
		text(categoryLine(occi.ID{Scheme: "http://example.org/occi#", Term: "teapot"}, "kind")))
	s.want(t, http.StatusNotFound, http.MethodPost, "/network/", text(categoryLine(occi.NetworkID, "kind"),
		categoryLine(occi.ID{Scheme: "http://example.org/occi#", Term: "teapot"}, "mixin")))
	s.want(t, http.StatusNotFound, http.MethodPost, "/compute/", text(categoryLine(occi.ComputeID, "kind"),
		categoryLine(occi.ID{Scheme: "http://schemas.openstack.org/template/os#", Term: "no-such-image"}, "mixin"),
		categoryLine(s.template(t, occi.ResourceTemplateID), "mixin")))
}

func contradictions(t *testing.T, s *suite) {
	network := categoryLine(occi.NetworkID, "kind")
	for _, lines := range [][]string{
		{attributeLine("occi.core.title", "no kind")},
		{network, categoryLine(occi.StorageID, "kind")},
		{network, categoryLine(s.template(t, occi.OSTemplateID), "mixin")},
		{network, attributeLine("com.example.unknown", "1")},
		{network, attributeLine("occi.core.title", "one"), attributeLine("occi.core.title", "two")},
		{network, categoryLine(occi.IPNetworkID, "mixin"), attributeLine("occi.network.address", "not a range")},
	} {
		s.want(t, http.StatusBadRequest, http.MethodPost, "/network/", text(lines...))
	}
	s.want(t, http.StatusBadRequest, http.MethodPost, "/compute/", text(categoryLine(occi.NetworkID, "kind")))
}

func bodyTooLarge(t *testing.T, s *suite) {
	s.want(t, http.StatusRequestEntityTooLarge, http.MethodPost, "/network/",
		text(categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.summary", strings.Repeat("x", 300_000))))
}

func tooMany(t *testing.T, s *suite) {
	kind := categoryLine(occi.NetworkID, "kind")
	for name, line := range map[string]func(int) string{
		"categories": func(i int) string {
			return categoryLine(occi.ID{Scheme: "http://a#", Term: fmt.Sprintf("t%d", i)}, "mixin")
		},
		"attributes": func(i int) string { return fmt.Sprintf("X-OCCI-Attribute: a.b%d=1", i) },
		"links":      func(i int) string { return fmt.Sprintf(`Link: </network/%d>; rel="http://a#b"`, i) },
	} {
		lines := []string{kind}
		for i := range 1100 {
			lines = append(lines, line(i))
		}
		a := s.want(t, http.StatusBadRequest, http.MethodPost, "/network/", text(lines...))
		if !strings.Contains(a.Body, "than") {
			t.Errorf("%s: the answer names no limit: %q", name, a.Body)
		}
	}
}

// textCases: spellings of text requests that clients in the wild send.
func textCases() []Case {
	return []Case{
		{"text/plain", "line ends, blank lines, folded lines, header case, trailing semicolons", lenientLines, anyone},
		{"repeated fields", "repeated fields and comma-joined values are the same", commaJoined, anyone},
		{"quotes and escapes", "quoted strings and escapes, as the standard and as Ruby write them", escapes, anyone},
		{"Content-Type", "Content-Type text/plain,text/occi", doubleContentType, anyone},
	}
}

// createdTitle creates a network from a raw body and returns the title it got.
func (s *suite) createdTitle(t *testing.T, body string, options ...option) string {
	t.Helper()
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", append(options, text(body))...))
	defer s.remove(t, location)
	return s.want(t, http.StatusOK, http.MethodGet, location).message(t).Attributes.Text("occi.core.title")
}

const networkScheme = `scheme="http://schemas.ogf.org/occi/infrastructure#"`

func lenientLines(t *testing.T, s *suite) {
	for _, body := range []string{
		"Category: network; " + networkScheme + "; class=\"kind\"\r\nX-OCCI-Attribute: occi.core.title=\"" + prefix + "a\"\r\n",
		"\ncategory:network;" + networkScheme + ";class=kind;\n\nx-occi-attribute:occi.core.title=\"" + prefix + "a\"\n\n",
		"Category: network;\n  " + networkScheme + ";\n\tclass=\"kind\"\nX-Occi-Attribute: occi.core.title = \"" + prefix + "a\"",
		"Category: network; " + networkScheme + "\nX-OCCI-Attribute: occi.core.title='" + prefix + "a'",
		"Category: network;class=\"kind\";location=\"/n/\";title=nil;" + networkScheme + "\n\rX-OCCI-Attribute: occi.core.title=\"" + prefix + "a\"",
	} {
		if got := s.createdTitle(t, body); got != prefix+"a" {
			t.Errorf("%q: got title %q, want %q", body, got, prefix+"a")
		}
	}
}

func commaJoined(t *testing.T, s *suite) {
	body := "Category: network; " + networkScheme + `; class="kind", ipnetwork; scheme="` + occi.IPNetworkID.Scheme + `"; class="mixin"` +
		"\nX-OCCI-Attribute: occi.core.title=\"" + prefix + "a, b; c\", occi.core.summary=\"x\",occi.network.address=\"10.79.0.0/24\""
	if got, want := s.createdTitle(t, body), prefix+"a, b  c"; len(got) != len(want) || !strings.HasPrefix(got, prefix+"a, b") {
		t.Errorf("got title %q, want the comma kept and the semicolon replaced", got)
	}
}

func escapes(t *testing.T, s *suite) {
	kind := "Category: network; " + networkScheme + "; class=\"kind\"\nX-OCCI-Attribute: occi.core.title="
	for value, want := range map[string]string{
		`"` + prefix + `Quote m'kay? \", occi.core.summary=\"1.0"`: prefix + "Quote m'kay? ', occi.core.summary='1.0",
		`"` + prefix + `\#{a} \xC4\x8D \u010D"`:                    prefix + "#{a} č č",
		"2024":                                                     "2024",
	} {
		if got := s.createdTitle(t, kind+value); got != want {
			t.Errorf("%s: got title %q, want %q", value, got, want)
		}
	}
}

func doubleContentType(t *testing.T, s *suite) {
	body := "Category: network;" + networkScheme + ";class=\"kind\"\nX-OCCI-Attribute: occi.core.title=\"" + prefix + "r\""
	if got := s.createdTitle(t, body, header("Content-Type", "text/plain,text/occi")); got != prefix+"r" {
		t.Errorf("got title %q, want %q", got, prefix+"r")
	}
}
