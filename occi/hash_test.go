package occi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// labels is a mixin with a hash.
var labels = &occi.Mixin{
	ID: occi.ID{Scheme: "http://example.org/mixins#", Term: "labels"}, Applies: []occi.ID{occi.ComputeID}, Location: "/labels/",
	Attributes: []occi.Attribute{
		{Name: "org.example.labels", Type: occi.HashType}, {Name: "org.example.labels.owner", Type: occi.StringType},
	},
}

// Where an object is a value, and where it is part of a name.
func TestHashesOfClients(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure().With(labels)
	inJSON := func(attributes string) string {
		return `{"kind":"` + occi.ComputeID.String() + `","mixins":["` + labels.String() + `"],"attributes":` + attributes + `}`
	}
	inText := func(attribute string) string {
		return `Category: compute; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n" +
			`Category: labels; scheme="http://example.org/mixins#"; class="mixin"` + "\n" + `X-OCCI-Attribute: ` + attribute
	}
	for _, test := range []struct {
		format occi.Format
		body   string
		want   string // "" is Invalid
	}{
		{occi.JSON, inJSON(`{"org.example.labels":{"role":"web"}}`), `{"role":"web"}`},
		{occi.JSON, inJSON(`{"org.example.labels":{}}`), `{}`},
		{occi.JSON, inJSON(`{"org.example.labels":{"a.b c":"","d":{"e":1}}}`), `{"a.b c":"","d":{"e":1}}`},
		{occi.JSON, inJSON(`{"org.example.labels":"{\"role\":\"web\"}"}`), `{"role":"web"}`},
		{occi.JSON, inJSON(`{"org":{"example":{"labels":"{\"role\":\"web\"}"}}}`), `{"role":"web"}`},
		{occi.JSON, inJSON(`{"org":{"example.labels":{"role":"web"}}}`), `{"role":"web"}`},
		{occi.JSON, inJSON(`{"org":{"example":{"labels":{"role":"web"}}}}`), ""},
		{occi.JSON, inJSON(`{"org.example.labels.role":"web"}`), ""},
		{occi.JSON, inJSON(`{"org.example":{"labels":{"role":"web"}}}`), ""},
		{occi.JSON, inJSON(`{"org.example.labels":["role"]}`), ""},
		{occi.JSON, inJSON(`{"org.example.labels":true}`), ""},
		{occi.JSON, inJSON(`{"occi.compute.hostname":{"role":"web"}}`), ""},
		{occi.TextPlain, inText(`org.example.labels="{\"role\":\"we\\\"b\"}"`), `{"role":"we\"b"}`},
		{occi.TextPlain, inText(`org.example.labels="{}"`), `{}`},
		{occi.TextPlain, inText(`org.example.labels="{'role':'web'}"`), ""},
		{occi.TextPlain, inText(`org.example.labels="role"`), ""},
		{occi.TextPlain, inText(`org.example.labels.role="web"`), ""},
	} {
		m, err := occi.Parse(test.format, nil, []byte(test.body), occi.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", test.body, err)
		}
		e, err := m.BindEntity(model, exampleURLs)
		switch {
		case test.want == "" && occi.CodeOf(err) != occi.Invalid:
			t.Errorf("%s: got %v, want Invalid", test.body, err)
		case test.want != "" && err != nil:
			t.Errorf("%s: %v", test.body, err)
		case test.want != "" && e.Attributes.Text("org.example.labels") != test.want:
			t.Errorf("%s: got %s, want %s", test.body, e.Attributes.Text("org.example.labels"), test.want)
		}
	}
}

// What is a list or an object where a string belongs is not quoted, since it may be a secret.
func TestStructuresInPlaceOfStringsAreNotQuoted(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`{"key":"canary"}`, `["canary"]`} {
		body := `{"kind":"` + occi.ComputeID.String() + `","attributes":{"occi.compute.hostname":` + value + `}}`
		m, err := occi.Parse(occi.JSON, nil, []byte(body), occi.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.BindEntity(occi.Infrastructure(), exampleURLs)
		if want := "attribute occi.compute.hostname is a string"; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %q", value, err, want)
		}
	}
}

// A member's name is no attribute's, unless it is defined; the error says what is.
func TestMembersOfHashes(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure().With(labels)
	change := func(line string) (*occi.Change, error) {
		m := mustParse(t, `Category: labels; scheme="http://example.org/mixins#"; class="mixin"`+"\nX-OCCI-Attribute: "+line)
		return m.BindChange(model, exampleURLs, model.Kind(occi.ComputeID))
	}
	_, err := change(`org.example.labels.role="web"`)
	if err == nil || !strings.Contains(err.Error(), "want all of org.example.labels, ") {
		t.Errorf("got %v, want an error that names the hash", err)
	}
	if c, err := change(`org.example.labels.owner="me"`); err != nil || c.Attributes.Text("org.example.labels.owner") != "me" {
		t.Errorf("got %v, %v, want the attribute that is defined", c, err)
	}
}

// What text/occi shows is no JSON. In an update it is kept, to be recognized as no change.
func TestHashesSentBackFromHeaderFields(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure().With(labels)
	for _, text := range []string{`{"a":"b, c;\n\"ž\""}`, `{"a":"` + strings.Repeat("long", 400) + `"}`, `{"a":"b"}`, `{}`} {
		e := &occi.Entity{Kind: model.Kind(occi.ComputeID), ID: "1", Mixins: []*occi.Mixin{labels}}
		e.Attributes.Set("org.example.labels", occi.Hash(text))
		rendering, err := occi.Renderer{Format: occi.TextOCCI, URLs: exampleURLs}.Entity(e)
		if err != nil {
			t.Fatal(err)
		}
		m, err := occi.Parse(occi.TextOCCI, headerOf(rendering), nil, occi.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		change, err := m.BindChange(model, exampleURLs, e.Kind)
		if err != nil {
			t.Errorf("%.80s: %v", text, err)
		} else if got := change.Attributes.Text("org.example.labels"); !occi.Echoes(got, text) {
			t.Errorf("%.80s: got %.80s, which is not recognized", text, got)
		}
	}
	m := mustParse(t, `X-OCCI-Attribute: org.example.labels="'a':'b'"`)
	if _, err := m.BindChange(model, exampleURLs, model.Kind(occi.ComputeID)); occi.CodeOf(err) != occi.Invalid {
		t.Errorf("no rendering of a hash: got %v, want Invalid", err)
	}
}

// Whatever is in a hash, text/plain has one line for it that gives it back.
func TestHashesInText(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure().With(labels)
	want := map[string]string{
		"quotes": `"'\`, "ends": "a\r\nX-OCCI-Attribute: b=\"c\"\u0085\u2028\u2029", "controls": "\x00\x1b\x7f\u0080", "marks": "a;b, c=d #{e}", "": "ž😀",
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	e := &occi.Entity{Kind: model.Kind(occi.ComputeID), ID: "1", Mixins: []*occi.Mixin{labels}}
	e.Attributes.Set("org.example.labels", occi.Hash(string(text)))
	for _, format := range []occi.Format{occi.TextPlain, occi.JSON} {
		rendering, err := occi.Renderer{Format: format, URLs: exampleURLs}.Entity(e)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(rendering.Body), "\n"); format == occi.TextPlain && got != 3 {
			t.Errorf("got %d line ends, want 3:\n%s", got, rendering.Body)
		}
		m, err := occi.Parse(format, nil, rendering.Body, occi.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		change, err := m.BindChange(model, exampleURLs, e.Kind)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		var got map[string]string
		if err := json.Unmarshal([]byte(change.Attributes.Text("org.example.labels")), &got); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-rendered +read):\n%s", format, diff)
		}
	}
}
