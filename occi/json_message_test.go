package occi_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/occigate/occigate/occi"
)

// messageJSON writes a message such that parsing gives it again. The Renderer cannot serve for that: it writes what
// an entity means, not what was said.
func messageJSON(m *occi.Message) any {
	if len(m.Attributes) == 0 && !slices.ContainsFunc(m.Links, isActionLink) {
		return collectionJSON(m)
	}
	return entityJSON(m)
}

func entityJSON(m *occi.Message) any {
	o := map[string]any{"attributes": attributesJSON(m.Attributes)}
	var mixins, actions []string
	for _, c := range m.Categories {
		switch c.Class {
		case occi.ClassKind:
			o["kind"] = c.String()
		case occi.ClassAction:
			o["action"] = c.String()
		default:
			mixins = append(mixins, c.String())
		}
	}
	var links []any
	for _, l := range m.Links {
		if isActionLink(l) {
			actions = append(actions, l.Rel[0].String())
		} else {
			links = append(links, linkJSON(l))
		}
	}
	o["mixins"], o["actions"], o["links"] = mixins, actions, links
	return o
}

func isActionLink(l occi.Link) bool {
	return strings.HasPrefix(l.Target, "?action=") && len(l.Attributes) == 0
}

func attributesJSON(pairs occi.Attributes) map[string]any {
	o := map[string]any{}
	for _, p := range pairs {
		if p.Value.Type() == occi.StringType {
			o[p.Name] = p.Value.Text()
		} else {
			o[p.Name] = json.RawMessage(p.Value.Text())
		}
	}
	return o
}

func linkJSON(l occi.Link) any {
	o := map[string]any{"attributes": attributesJSON(l.Attributes)}
	var mixins []string
	for _, id := range l.Categories {
		mixins = append(mixins, id.String())
	}
	o["mixins"] = mixins
	if len(l.Rel) > 0 {
		o["target"] = map[string]string{"location": l.Target, "kind": l.Rel[0].String()}
	}
	return o
}

func collectionJSON(m *occi.Message) any {
	o := map[string][]any{}
	for _, c := range m.Categories {
		name := map[occi.Class]string{occi.ClassKind: "kinds", occi.ClassMixin: "mixins", occi.ClassAction: "actions"}[c.Class]
		o[name] = append(o[name], definitionJSON(c))
	}
	for _, l := range m.Links {
		o["links"] = append(o["links"], linkJSON(l))
	}
	for _, url := range m.Locations {
		o["locations"] = append(o["locations"], url)
	}
	for i := range m.Members {
		o["resources"] = append(o["resources"], entityJSON(&m.Members[i]))
	}
	return o
}

func definitionJSON(c occi.Category) any {
	described := map[string]any{}
	for _, a := range c.Attributes {
		d := map[string]any{"type": a.Type.String(), "mutable": !a.Immutable, "required": a.Required, "description": a.Description}
		if !a.Default.IsZero() {
			d["default"] = attributesJSON(occi.Attributes{{Name: "x", Value: a.Default}})["x"]
		}
		described[a.Name] = d
	}
	words := func(ids []occi.ID) []string {
		var words []string
		for _, id := range ids {
			words = append(words, id.String())
		}
		return words
	}
	return map[string]any{
		"term": c.Term, "scheme": c.Scheme, "title": c.Title, "location": c.Location, "attributes": described,
		"actions": words(c.Actions), "depends": words(c.Rel), "applies": words(c.Applies),
	}
}

// unordered compares messages without regard to what objects do not order.
var unordered = cmp.Options{
	byValue,
	cmpopts.EquateEmpty(),
	cmpopts.SortSlices(func(a, b occi.Pair) bool { return a.Name < b.Name }),
	cmpopts.SortSlices(func(a, b occi.Attribute) bool { return a.Name < b.Name }),
	cmpopts.SortSlices(func(a, b occi.Category) bool {
		return a.Class < b.Class || a.Class == b.Class && a.String() < b.String()
	}),
	cmpopts.SortSlices(func(a, b occi.Link) bool { return isActionLink(a) && !isActionLink(b) }),
}

func FuzzParseJSON(f *testing.F) {
	for _, g := range goldenFiles(f, "request-json-*.txtar") {
		_, body := goldenRequest(f, g)
		f.Add(body)
	}
	for _, g := range goldenFiles(f, "answer-*.txtar") {
		if answer, ok := g.section(occi.JSON.String()); ok {
			f.Add([]byte(strings.TrimSuffix(answer, "␄\n")))
		}
	}
	for _, body := range []string{
		`{"kind":"a#b","mixins":["a#c"],"attributes":{"a.b":-1.5e-3,"c":{"d":true,"e":["\ud83d\ude00",null]}},"title":"t","id":"i"}`,
		`{"links":[{"id":"1","source":"/a","target":{"location":"/b","kind":"a#b"}},{"target":"?action=x"}],"actions":["a#d"]}`,
		`{"resources":[{"id":"1","links":["/l/2"]},{}],"links":[{"id":"2","target":"/b"}],"locations":["/c"]}`,
		`{"kinds":[{"term":"a","scheme":"b#","parent":"a#b","attributes":{"a":{"type":"array","default":[],"mutable":true}}}]}`,
		`{"term":"a","scheme":"b#","related":["a#b"],"applies":["a#b"],"attributes":{"a":{"b":{"required":true}}}}`,
		`{"action":"a#b","attributes":{"c":0}}`,
		`["/a","http://b/c"]`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		used := allocated()
		m, err := occi.Parse(occi.JSON, nil, body, occi.Limits{Body: 128 << 10})
		if used = allocated() - used; used > 10<<20 {
			t.Errorf("%d bytes cost %d", len(body), used)
		}
		checkOutcome(t, m, err)
		if m == nil {
			return
		}
		checkJSONBounds(t, m, len(body))
		again, err := json.Marshal(messageJSON(m))
		if err != nil {
			t.Fatal(err)
		}
		read, err := occi.Parse(occi.JSON, nil, again, generous)
		if err != nil {
			t.Fatalf("%v\n%s", err, again)
		}
		if diff := cmp.Diff(m, read, unordered); diff != "" {
			t.Errorf("(-once +twice):\n%s\n%s", diff, again)
		}
	})
}

// generous lets a message be parsed again that grew when what it left out was written.
var generous = occi.Limits{Body: 1 << 30, Keys: 1 << 20, Elements: 1 << 20}

// checkJSONBounds insists that each entity of a message is within the limits, and that all together are not much
// larger than what they were read from: a number may lose its exponent, and a name is put together from parts.
func checkJSONBounds(t *testing.T, m *occi.Message, size int) {
	t.Helper()
	const perAttribute = 400 + 255
	text := 0
	pairs := func(pairs occi.Attributes) {
		for _, p := range pairs {
			text += max(0, len(p.Name)+len(p.Value.Text())-perAttribute)
		}
	}
	for _, e := range append(slices.Clone(m.Members), *m) {
		attributes := len(e.Attributes)
		pairs(e.Attributes)
		for _, l := range e.Links {
			attributes += len(l.Attributes)
			text += len(idsText(l.Categories))
			pairs(l.Attributes)
		}
		for _, c := range e.Categories {
			text += len(c.Scheme) + len(c.Term) + len(c.Title) + len(c.Location)
		}
		if len(e.Categories) > 256 || attributes > 1024 || len(e.Links) > 128 || len(e.Locations) > 4096 {
			t.Errorf("an entity has %d categories, %d attributes, %d links, %d locations",
				len(e.Categories), attributes, len(e.Links), len(e.Locations))
		}
	}
	if text > 2*size { // in a list, U+2028 has three bytes and its escape six
		t.Errorf("%d bytes gave %d bytes of text", size, text)
	}
	if len(m.Members) > 1024 {
		t.Errorf("the message has %d members", len(m.Members))
	}
}
