package occi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/occigate/occigate/occi"
)

// TestRoundTrip checks that what the Renderer writes, Parse and BindChange read as the same entity, in every format
// that has entities: in text as long as its texts have only what every client can read, in JSON always. With
// -rapid.checks=100000 it does so for as many entities of each format.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	plain := rapid.StringMatching(`[ -!#-:<-\[\]-~À-ž一-十]{1,200}`)
	for format, text := range map[occi.Format]*rapid.Generator[string]{
		occi.TextPlain:   plain,
		occi.OCCIPlain:   plain,
		occi.TextOCCI:    rapid.StringMatching(`[ -!#-+\--:<-\[\]-~]{1,200}`),
		occi.JSON:        rapid.StringN(1, 200, -1),
		occi.GenericJSON: rapid.StringN(1, 200, -1),
	} {
		t.Run(format.String(), func(t *testing.T) {
			t.Parallel()
			typed := []occi.Attribute{
				{Name: "org.example.spot", Type: occi.BooleanType},
				{Name: "org.example.sizes", Type: occi.ListType},
			}
			if format != occi.TextOCCI { // which only shows hashes
				typed = append(typed, occi.Attribute{Name: "org.example.labels", Type: occi.HashType})
			}
			model := exampleModel().With(&occi.Mixin{
				ID: occi.ID{Scheme: "http://a/b#", Term: "typed"}, Location: "/typed/", Attributes: typed,
			})
			rapid.Check(t, func(t *rapid.T) {
				want := drawEntity(t, model, text)
				rendering, err := occi.Renderer{Format: format, URLs: exampleURLs, HeaderLimit: 1 << 20}.Entity(want)
				if err != nil {
					t.Fatal(err)
				}
				m, err := occi.Parse(format, headerOf(rendering), rendering.Body, occi.Limits{})
				if err != nil {
					t.Fatalf("%v\n%s", err, renderingText(rendering))
				}
				got, err := m.BindChange(model, exampleURLs, want.Kind)
				if err != nil {
					t.Fatalf("%v\n%s", err, renderingText(rendering))
				}
				if diff := cmp.Diff(summaryOf(want), summaryOf(&got.Entity), byContent, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("(-rendered +read):\n%s\n%s", diff, renderingText(rendering))
				}
				if got.Summary != want.Summary {
					t.Errorf("summary: got %q, want %q", got.Summary, want.Summary)
				}
			})
		})
	}
}

// TestListingRoundTrip checks that listings lead to the entities that are listed, in every format.
func TestListingRoundTrip(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	formats := []occi.Format{occi.TextPlain, occi.OCCIPlain, occi.TextOCCI, occi.URIList, occi.JSON, occi.GenericJSON}
	rapid.Check(t, func(t *rapid.T) {
		var listed []occi.Entity
		for range rapid.IntRange(0, 5).Draw(t, "entities") {
			listed = append(listed, occi.Entity{Kind: model.Kind(occi.NetworkID), ID: drawID(t)})
		}
		for _, f := range formats {
			rendering, err := occi.Renderer{Format: f, URLs: exampleURLs}.Entities(listed)
			if err != nil {
				t.Fatal(err)
			}
			m, err := occi.Parse(f, headerOf(rendering), rendering.Body, occi.Limits{})
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			var got []occi.Entity
			for _, url := range m.Locations {
				ref, err := exampleURLs.Resolve(model, url)
				if err != nil {
					t.Fatalf("%s: %v", f, err)
				}
				got = append(got, occi.Entity{Kind: ref.Kind, ID: ref.ID})
			}
			for _, e := range jsonMembers(m) {
				change, err := e.BindChange(model, exampleURLs, model.Kind(occi.NetworkID))
				if err != nil {
					t.Fatalf("%s: %v", f, err)
				}
				got = append(got, change.Entity)
			}
			if diff := cmp.Diff(listed, got, byValue, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-listed +read):\n%s", f, diff)
			}
		}
	})
}

// jsonMembers returns the entities that are in a message themselves: a collection of one is that one.
func jsonMembers(m *occi.Message) []occi.Message {
	if len(m.Categories) > 0 {
		return []occi.Message{*m}
	}
	return m.Members
}

// headerOf returns the header as net/http reads it.
func headerOf(r occi.Rendering) http.Header {
	h := http.Header{}
	for _, f := range r.Header {
		h.Add(f.Name, f.Value)
	}
	return h
}

func drawEntity(t *rapid.T, model *occi.Model, text *rapid.Generator[string]) *occi.Entity {
	kinds := []occi.ID{occi.ComputeID, occi.StorageID, occi.NetworkID, occi.StorageLinkID, occi.NetworkInterfaceID}
	kind := model.Kind(rapid.SampledFrom(kinds).Draw(t, "kind"))
	e := drawPlainEntity(t, model, kind, text)
	if kind.IsLink() {
		e.Source = drawRef(t, model, "source")
		e.Target = drawRef(t, model, "target")
		return e
	}
	e.Summary = strings.TrimSpace(text.Draw(t, "summary"))
	e.Actions = kind.Actions
	for range rapid.IntRange(0, 3).Draw(t, "links") {
		link := drawPlainEntity(t, model, model.Kind(rapid.SampledFrom(kinds[3:]).Draw(t, "link")), text)
		link.Target = drawRef(t, model, "target")
		e.Links = append(e.Links, *link)
	}
	return e
}

func drawPlainEntity(t *rapid.T, model *occi.Model, kind *occi.Kind, text *rapid.Generator[string]) *occi.Entity {
	e := &occi.Entity{Kind: kind, ID: drawID(t), Title: strings.TrimSpace(text.Draw(t, "title"))}
	defined := kind.Attributes
	for _, m := range model.Mixins() {
		if m.AppliesTo(kind.ID) && rapid.Bool().Draw(t, m.Term) {
			e.Mixins = append(e.Mixins, m)
			defined = append(slices.Clip(defined), m.Attributes...)
		}
	}
	for _, a := range defined {
		if strings.HasPrefix(a.Name, "occi.core.") || rapid.Bool().Draw(t, a.Name) {
			continue
		}
		switch a.Type {
		case occi.IntegerType:
			e.Attributes.Set(a.Name, occi.Integer(rapid.Int64Range(0, 1<<52).Draw(t, a.Name)))
		case occi.NumberType:
			e.Attributes.Set(a.Name, occi.Number(rapid.Float64Range(0, 1e9).Draw(t, a.Name)))
		case occi.BooleanType:
			e.Attributes.Set(a.Name, occi.Boolean(rapid.Bool().Draw(t, a.Name)))
		case occi.ListType:
			e.Attributes.Set(a.Name, occi.List(fmt.Sprintf("[%d]", rapid.Int().Draw(t, a.Name))))
		case occi.HashType:
			members := rapid.MapOfN(text, text, 0, 5).Draw(t, a.Name)
			text, err := json.Marshal(members)
			if err != nil {
				t.Fatal(err)
			}
			e.Attributes.Set(a.Name, occi.Hash(string(text)))
		default:
			e.Attributes.Set(a.Name, occi.String(text.Draw(t, a.Name)))
		}
	}
	return e
}

// byContent lets cmp compare attribute values, hashes by their members.
var byContent = cmp.Comparer(func(a, b occi.Value) bool {
	if a.Type() != occi.HashType || b.Type() != occi.HashType {
		return a == b
	}
	var x, y map[string]string
	return json.Unmarshal([]byte(a.Text()), &x) == nil && json.Unmarshal([]byte(b.Text()), &y) == nil && maps.Equal(x, y)
})

func drawID(t *rapid.T) string {
	return rapid.StringMatching(`[a-z0-9][A-Za-z0-9._:-]{0,40}`).Draw(t, "id")
}

func drawRef(t *rapid.T, model *occi.Model, label string) occi.Ref {
	return occi.Ref{Kind: rapid.SampledFrom(model.Kinds()).Draw(t, label), ID: drawID(t)}
}

// What the strictest clients read, put together from jOCCI, rOCCI and pOCCI.
var (
	strictCategory = regexp.MustCompile(`^[A-Za-z0-9_.-]+; scheme="[^"\\;, ]+"; class="(kind|mixin|action)"` +
		`(; title="[^"\\;]+")?(; rel="[^"\\;, ]+")?(; location="[^"\\;, ]+")?(; attributes="[^"\\;,]+")?(; actions="[^"\\;,]+")?$`)
	strictAttribute = regexp.MustCompile(`^[A-Za-z0-9_.-]+=("[^"\\;]+"|[0-9]+(\.[0-9]+)?|true|false)$`)
	strictLink      = regexp.MustCompile(`^<[^<>"\\;, ]+>; rel="[^"\\;, ]+"` +
		`(; self="[^"\\;, ]+"; category="[^"\\;,]+"(; [A-Za-z0-9_.-]+=("[^"\\;]+"|[0-9]+(\.[0-9]+)?|true|false))+)?$`)
	strictItems = map[string]*regexp.Regexp{
		"Category": strictCategory, "X-OCCI-Attribute": strictAttribute, "Link": strictLink,
	}
)

// TestNothingIsInjected fills every text of an entity with what separates, quotes and ends things, and insists that
// the rendering still has exactly the entity's items, each as the strictest client reads it.
func TestNothingIsInjected(t *testing.T) {
	t.Parallel()
	nasty := rapid.Map(rapid.StringOf(rapid.OneOf(
		rapid.SampledFrom([]rune("\"\\;,<>{}=\r\n\t\x00\x1b #?%/'\u0085\u2028\ufffdč")), rapid.Rune(),
	)), func(s string) string { return "x" + s })
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) string { return nasty.Draw(t, label) }
		m := &occi.Mixin{
			ID: occi.ID{Scheme: draw("scheme") + "#", Term: draw("term")}, Title: draw("mixin"), Location: "/" + draw("location") + "/",
			Depends: []occi.ID{{Scheme: draw("scheme"), Term: draw("term")}},
		}
		kind := *occi.Infrastructure().Kind(occi.ComputeID)
		kind.Title = draw("kind")
		e := &occi.Entity{
			Kind: &kind, Mixins: []*occi.Mixin{m}, ID: draw("id"), Title: draw("title"), Summary: draw("summary"),
			Attributes: occi.Attributes{
				{Name: draw("name"), Value: occi.String(draw("value"))},
				{Name: draw("name"), Value: occi.List(draw("value"))},
				{Name: draw("name"), Value: occi.Hash(draw("value"))},
			},
			Actions: []occi.ID{{Scheme: draw("scheme"), Term: draw("term")}},
		}
		link := occi.Entity{
			Kind: occi.Infrastructure().Kind(occi.StorageLinkID), Mixins: e.Mixins, ID: draw("id"), Title: draw("title"),
			Attributes: e.Attributes, Target: occi.Ref{Kind: &kind, ID: draw("id")},
		}
		e.Links = []occi.Entity{link}
		urls := occi.URLs{Base: "http://" + draw("host"), Mount: "/" + draw("mount")}
		want := map[string]int{"Category": 2, "X-OCCI-Attribute": 6, "Link": 2}
		for _, f := range []occi.Format{occi.TextPlain, occi.TextOCCI} {
			rendering, err := occi.Renderer{Format: f, URLs: urls, HeaderLimit: 1 << 20}.Entity(e)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for _, item := range itemsOf(t, f, rendering) {
				got[item.name]++
				if strict := strictItems[item.name]; strict == nil || !strict.MatchString(item.value) {
					t.Errorf("%s: no client reads %s: %q", f, item.name, item.value)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", f, diff, renderingText(rendering))
			}
		}
	})
}

// itemsOf takes a rendering apart as naive clients do: at line ends, and at commas within header fields.
func itemsOf(t *rapid.T, f occi.Format, r occi.Rendering) []fieldLine {
	var items []fieldLine
	if f == occi.TextPlain {
		for line := range strings.SplitSeq(string(r.Body), "\n") {
			if strings.ContainsAny(line, "\r\u0085\u2028\u2029") {
				t.Errorf("%q has a line end that Python knows", line)
			}
			name, value, _ := strings.Cut(line, ": ")
			items = append(items, fieldLine{name, value})
		}
		return items
	}
	for _, f := range r.Header {
		if strings.ContainsFunc(f.Value, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%s has characters that no header has: %q", f.Name, f.Value)
		}
		for value := range strings.SplitSeq(f.Value, ",") {
			items = append(items, fieldLine{f.Name, strings.TrimPrefix(value, " ")})
		}
	}
	return items
}

// TestEchoes checks that what a client reads and sends back is recognized as no change.
func TestEchoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ "\\;,ž]{0,300}`)).Draw(t, "text")
		for _, f := range []occi.Format{occi.TextPlain, occi.TextOCCI, occi.JSON} {
			e := &occi.Entity{Kind: occi.Infrastructure().Kind(occi.NetworkID), ID: "1", Title: text, Summary: text}
			r, err := occi.Renderer{Format: f, URLs: exampleURLs, HeaderLimit: 1 << 20}.Entity(e)
			if err != nil {
				t.Fatal(err)
			}
			m, err := occi.Parse(f, headerOf(r), r.Body, occi.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range m.Attributes[1:] {
				if !occi.Echoes(p.Value.Text(), text) {
					t.Errorf("%s: %q is shown as %q, but not recognized", p.Name, text, p.Value.Text())
				}
			}
		}
	})
	if !occi.Echoes("", "") || occi.Echoes("a", "b") || occi.Echoes("", "b") || occi.Echoes(" a", "a ") {
		t.Error("other texts are no echoes")
	}
}
