package occi_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/occigate/occigate/occi"
)

func mustRenderJSON(tb testing.TB, e *occi.Entity) []byte {
	tb.Helper()
	r, err := occi.Renderer{Format: occi.JSON, URLs: exampleURLs}.Entity(e)
	if err != nil {
		tb.Fatal(err)
	}
	return r.Body
}

// TestJSONStrings checks that texts from the provider neither break the JSON nor get lost in it.
func TestJSONStrings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`say "hello"; a\b`:    `"say \"hello\"; a\\b"`,
		"a\r\n\tb":            `"a\r\n\tb"`,
		"\x00\x1b[1m\x7f":     `"\u0000\u001b[1m\u007f"`,
		"\u0085\u2028\u2029":  `"\u0085\u2028\u2029"`,
		"<a href='x'>&amp;":   `"<a href='x'>&amp;"`,
		"žluť 一 😀 \ufffd":     `"žluť 一 😀 ` + "\ufffd" + `"`,
		"\xff a\xc4 \xed\xa0": `"` + "\ufffd a\ufffd \ufffd\ufffd" + `"`,
	} {
		body := string(mustRenderJSON(t, &occi.Entity{Kind: occi.Infrastructure().Kind(occi.NetworkID), ID: "1", Title: text}))
		_, got, _ := strings.Cut(body, `"title":`)
		if got = strings.TrimSuffix(got, "}"); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("\"\\\x00\x1f\u007f\u009f\u2028 a")))).Draw(t, "text")
		e := exampleEntity("a", occi.String("x"+want))
		r, err := occi.Renderer{Format: occi.JSON, URLs: exampleURLs}.Entity(e)
		if err != nil {
			t.Fatal(err)
		}
		var read struct{ Attributes map[string]string }
		if err := json.Unmarshal(r.Body, &read); err != nil {
			t.Fatalf("%v\n%s", err, r.Body)
		}
		if got := read.Attributes["a"]; got != strings.ToValidUTF8("x"+want, "\ufffd") {
			t.Errorf("got %q, want %q", got, "x"+want)
		}
	})
}

// TestJSONValues checks that values have the type in JSON that they have here, unless JSON cannot tell them so.
func TestJSONValues(t *testing.T) {
	t.Parallel()
	parsed := func(line string) occi.Value {
		return mustParse(t, "X-OCCI-Attribute: a="+line).Attributes.Get("a")
	}
	for _, c := range []struct {
		value occi.Value
		want  string
	}{
		{occi.Integer(4), `4`},
		{occi.Integer(-1), `-1`},
		{occi.Integer(0), `0`},
		{occi.Integer(math.MaxInt64), `9223372036854775807`},
		{occi.Number(0.5), `0.5`},
		{occi.Number(-0.5), `-0.5`},
		{occi.Number(1e21), `1000000000000000000000`},
		{occi.Number(math.Inf(1)), `"+Inf"`},
		{occi.Number(math.NaN()), `"NaN"`},
		{parsed(`007`), `"007"`},
		{parsed(`-00.5`), `"-00.5"`},
		{occi.Boolean(true), `true`},
		{occi.Boolean(false), `false`},
		{occi.String("4"), `"4"`},
		{occi.String("true"), `"true"`},
		{occi.List(`["a", {"b": [1]}]`), `["a", {"b": [1]}]`},
		{occi.List(`["a"`), `"[\"a\""`},
		{occi.List(`[], "b": 1`), `"[], \"b\": 1"`},
		{occi.List(`{"a":1}`), `"{\"a\":1}"`},
		{occi.List("[\"\xff\"]"), "\"[\\\"\ufffd\\\"]\""},
		{occi.Hash(`{"a": [1]}`), `{"a": [1]}`},
		{occi.Hash(`{"a"`), `"{\"a\""`},
		{occi.Hash(`["a"]`), `"[\"a\"]"`},
	} {
		body := string(mustRenderJSON(t, exampleEntity("a", c.value)))
		_, got, _ := strings.Cut(body, `"attributes":{"a":`)
		got, _, _ = strings.Cut(got, `},"id":"1"}`)
		if got != c.want {
			t.Errorf("%q: got %s, want %s", c.value.Text(), got, c.want)
		}
	}
}

// TestJSONModel checks that clients read the whole model as it is, with the types, defaults and descriptions that text
// has no place for.
func TestJSONModel(t *testing.T) {
	t.Parallel()
	mixin := &occi.Mixin{
		ID: occi.ID{Scheme: "http://a/b#", Term: "m"}, Title: `"m"; the first`, Location: "/m/",
		Depends: []occi.ID{occi.OSTemplateID, occi.ResourceTemplateID}, Applies: []occi.ID{occi.ComputeID, occi.StorageID},
		Actions: []occi.ID{occi.StartID},
		Attributes: []occi.Attribute{
			{Name: "a", Type: occi.NumberType, Default: occi.Number(0.5), Description: "first\nsecond"},
			{Name: "b", Type: occi.BooleanType, Required: true, Immutable: true, Default: occi.Boolean(false)},
			{Name: "c", Type: occi.ListType, Default: occi.List(`["x"]`)},
			{Name: "d", Type: occi.HashType, Default: occi.Hash(`{"x":"y"}`)},
		},
	}
	model := exampleModel().With(mixin)
	r, err := occi.Renderer{Format: occi.JSON, URLs: occi.URLs{Mount: "/occi1.2"}}.Model(model.Kinds(), model.Mixins(), model.Actions())
	if err != nil {
		t.Fatal(err)
	}
	m, err := occi.Parse(occi.JSON, nil, r.Body, occi.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var want []occi.Category
	described := func(attributes []occi.Attribute) []occi.Attribute {
		var read []occi.Attribute
		for _, a := range attributes {
			a.Aliases = nil
			if a.Type == occi.IntegerType {
				a.Type = occi.NumberType
			}
			read = append(read, a)
		}
		return read
	}
	for _, k := range model.Kinds() {
		c := occi.Category{
			ID: k.ID, Class: occi.ClassKind, Title: k.Title, Location: "/occi1.2" + k.Location,
			Attributes: described(k.Attributes), Actions: k.Actions,
		}
		if !k.Parent.IsZero() {
			c.Rel = []occi.ID{k.Parent}
		}
		want = append(want, c)
	}
	for _, x := range model.Mixins() {
		want = append(want, occi.Category{
			ID: x.ID, Class: occi.ClassMixin, Title: x.Title, Location: "/occi1.2" + x.Location, Rel: x.Depends,
			Applies: x.Applies, Attributes: described(x.Attributes), Actions: x.Actions,
		})
	}
	for _, a := range model.Actions() {
		want = append(want, occi.Category{ID: a.ID, Class: occi.ClassAction, Title: a.Title, Attributes: described(a.Attributes)})
	}
	if diff := cmp.Diff(&occi.Message{Categories: want}, m, byValue); diff != "" {
		t.Errorf("(-model +read):\n%s", diff)
	}
}

// TestJSONCollections checks that resources and links are told apart.
func TestJSONCollections(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	compute := exampleCompute(model)
	link := compute.Links[0]
	link.Source = compute.Ref()
	resource, inner := string(mustRenderJSON(t, compute)), string(mustRenderJSON(t, &link))
	for want, entities := range map[string][]occi.Entity{
		`{"resources":[]}`:                                                       nil,
		`{"resources":[` + resource + `]}`:                                       {*compute},
		`{"resources":[` + resource + `,` + resource + `]}`:                      {*compute, *compute},
		`{"links":[` + inner + `]}`:                                              {link},
		`{"resources":[` + resource + `],"links":[` + inner + `,` + inner + `]}`: {link, *compute, link},
	} {
		r, err := occi.Renderer{Format: occi.JSON, URLs: exampleURLs}.Entities(entities)
		if err != nil {
			t.Fatal(err)
		}
		if string(r.Body) != want || !utf8.Valid(r.Body) {
			t.Errorf("%d entities:\n got %s\nwant %s", len(entities), r.Body, want)
		}
	}
}

// TestSameRendering checks the formats that are others by another name.
func TestSameRendering(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	compute := exampleCompute(model)
	for other, f := range map[occi.Format]occi.Format{occi.OCCIPlain: occi.TextPlain, occi.GenericJSON: occi.JSON} {
		for name, render := range map[string]func(occi.Renderer) (occi.Rendering, error){
			"entity":   func(r occi.Renderer) (occi.Rendering, error) { return r.Entity(compute) },
			"entities": func(r occi.Renderer) (occi.Rendering, error) { return r.Entities([]occi.Entity{*compute}) },
			"created":  func(r occi.Renderer) (occi.Rendering, error) { return r.Created(compute) },
			"mixin":    func(r occi.Renderer) (occi.Rendering, error) { return r.Mixin(model.Mixins()[0]) },
			"ok":       func(r occi.Renderer) (occi.Rendering, error) { return r.OK(), nil },
			"error": func(r occi.Renderer) (occi.Rendering, error) {
				return r.Error(404, occi.Errorf(occi.NotFound, "there is none")), nil
			},
			"model": func(r occi.Renderer) (occi.Rendering, error) {
				return r.Model(model.Kinds(), model.Mixins(), model.Actions())
			},
		} {
			want, err := render(occi.Renderer{Format: f, URLs: exampleURLs})
			if err != nil {
				t.Fatal(err)
			}
			got, err := render(occi.Renderer{Format: other, URLs: exampleURLs})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-%s +%s):\n%s", name, f, other, diff)
			}
		}
	}
}
