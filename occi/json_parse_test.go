package occi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

const (
	kindText   = "http://schemas.ogf.org/occi/infrastructure#compute"
	mixinText  = "http://a/b#m"
	actionText = "http://a/b#start"
)

var (
	kindItem   = occi.Category{ID: occi.ComputeID, Class: occi.ClassKind}
	mixinItem  = occi.Category{ID: occi.ID{Scheme: "http://a/b#", Term: "m"}, Class: occi.ClassMixin}
	actionItem = occi.Category{ID: occi.ID{Scheme: "http://a/b#", Term: "start"}, Class: occi.ClassAction}
)

func text(name, value string) occi.Pair { return occi.Pair{Name: name, Value: occi.String(value)} }

func mustParseJSON(tb testing.TB, body string) *occi.Message {
	tb.Helper()
	m, err := occi.Parse(occi.JSON, nil, []byte(body), occi.Limits{})
	if err != nil {
		tb.Fatalf("%s: %v", body, err)
	}
	return m
}

// TestParseJSON reads everything that clients say in JSON.
func TestParseJSON(t *testing.T) {
	t.Parallel()
	link := occi.Link{Target: "/storage/1", Attributes: occi.Attributes{text("occi.core.target", "/storage/1")}}
	invoked := occi.Link{Target: "?action=start", Rel: []occi.ID{actionItem.ID}}
	for _, c := range []struct {
		name, body string
		want       occi.Message
	}{
		{"nothing", ``, occi.Message{}},
		{"blanks", " \r\n\t", occi.Message{}},
		{"empty object", `{}`, occi.Message{}},
		{"empty array", `[]`, occi.Message{}},
		{"kind", `{"kind":"` + kindText + `"}`, occi.Message{Categories: []occi.Category{kindItem}}},
		{
			"kind behind mixins", `{"mixins":["` + mixinText + `"],"kind":"` + kindText + `"}`,
			occi.Message{Categories: []occi.Category{kindItem, mixinItem}},
		},
		{
			"core attributes", `{"title":"t","summary":"","id":"i"}`,
			occi.Message{Attributes: occi.Attributes{text("occi.core.id", "i"), text("occi.core.title", "t"), text("occi.core.summary", "")}},
		},
		{
			"core attributes again", `{"title":"t","attributes":{"a":1,"occi.core.title":"t","occi.core.id":"i"}}`,
			occi.Message{Attributes: occi.Attributes{
				text("occi.core.title", "t"), {Name: "a", Value: occi.Integer(1)}, text("occi.core.id", "i"),
			}},
		},
		{
			"values", `{"attributes":{"a":"x","b":-1,"c":0.5,"d":true,"e":false,"f":[1,"a",{"b":[]},null,true],"g.h":{"b c":1e2,"d":{}}}}`,
			occi.Message{Attributes: occi.Attributes{
				text("a", "x"),
				{Name: "b", Value: occi.Integer(-1)},
				{Name: "c", Value: occi.Number(0.5)},
				{Name: "d", Value: occi.Boolean(true)},
				{Name: "e", Value: occi.Boolean(false)},
				{Name: "f", Value: occi.List(`[1,"a",{"b":[]},null,true]`)},
				{Name: "g.h", Value: occi.Hash(`{"b c":1e2,"d":{}}`)},
			}},
		},
		{
			"strings", `{"title":"a\"b\\c\/\n\u00e9\ud83d\ude00\\ud800 <&> \u2028"}`,
			occi.Message{Attributes: occi.Attributes{text("occi.core.title", "a\"b\\c/\né😀\\ud800 <&> \u2028")}},
		},
		{"replacement character", `{"title":"\ufffd�"}`, occi.Message{Attributes: occi.Attributes{text("occi.core.title", "��")}}},
		{
			"nested names", `{"attributes":{"occi":{"core":{"id":"i"},"compute":{"cores":2}},"occi.compute.memory":1,"org":{}}}`,
			occi.Message{Attributes: occi.Attributes{
				text("occi.core.id", "i"), {Name: "occi.compute.cores", Value: occi.Integer(2)}, {Name: "occi.compute.memory", Value: occi.Integer(1)},
			}},
		},
		{
			"nested and flat agree", `{"attributes":{"occi":{"compute":{"cores":2}},"occi.compute.cores":"2"}}`,
			occi.Message{Attributes: occi.Attributes{{Name: "occi.compute.cores", Value: occi.Integer(2)}}},
		},
		{
			"null is nothing", `{"kind":null,"mixins":null,"attributes":{"a":null,"b":{"c":null}},"title":null,"links":null,"resources":null}`,
			occi.Message{},
		},
		{
			"unknown members", `{"kind":"` + kindText + `","location":7,"rel":{"x":[1]},"$schema":"x","":""}`,
			occi.Message{Categories: []occi.Category{kindItem}},
		},
		{"applicable actions", `{"actions":["` + actionText + `"]}`, occi.Message{Links: []occi.Link{invoked}}},
		{"link", `{"links":[{"target":"/storage/1"}]}`, occi.Message{Links: []occi.Link{link}}},
		{
			"complete link",
			`{"title":"t","links":[{"kind":"` + kindText + `","mixins":["` + mixinText + `"],"attributes":{"a":1},"actions":["` + actionText + `"],
			"id":"l","source":{"location":"/compute/1","kind":"` + kindText + `"},"target":{"location":"/storage/1","kind":"` + kindText + `"},"title":"lt"}]}`,
			occi.Message{
				Attributes: occi.Attributes{text("occi.core.title", "t")},
				Links: []occi.Link{{
					Target: "/storage/1", Rel: []occi.ID{occi.ComputeID}, Categories: []occi.ID{occi.ComputeID, mixinItem.ID},
					Attributes: occi.Attributes{
						text("occi.core.id", "l"), text("occi.core.title", "lt"), text("occi.core.source", "/compute/1"),
						text("occi.core.target", "/storage/1"), text("occi.core.target.kind", kindText),
						{Name: "a", Value: occi.Integer(1)},
					},
				}},
			},
		},
		{"links by URL", `{"title":"t","links":["/storagelink/1"]}`, occi.Message{Attributes: occi.Attributes{text("occi.core.title", "t")}}},
		{
			"link alone", `{"source":"/compute/1","target":{"location":"/storage/1"}}`,
			occi.Message{Attributes: occi.Attributes{text("occi.core.source", "/compute/1"), text("occi.core.target", "/storage/1")}},
		},
		{
			"action", `{"action":"` + actionText + `","attributes":{"method":"cold"}}`,
			occi.Message{Categories: []occi.Category{actionItem}, Attributes: occi.Attributes{text("method", "cold")}},
		},
		{"URLs", `["/a","http://b/c"]`, occi.Message{Locations: []string{"/a", "http://b/c"}}},
		{"locations", `{"locations":["/a"]}`, occi.Message{Locations: []string{"/a"}}},
		{"one resource", `{"resources":[{"title":"t"}]}`, occi.Message{Attributes: occi.Attributes{text("occi.core.title", "t")}}},
		{"no resources", `{"resources":[]}`, occi.Message{}},
		{
			"resources", `{"resources":[{"title":"t"},{}]}`,
			occi.Message{Members: []occi.Message{{Attributes: occi.Attributes{text("occi.core.title", "t")}}, {}}},
		},
		{
			"a resource and a link", `{"resources":[{"title":"t"}],"links":[{"target":"/storage/1"}]}`,
			occi.Message{
				Members: []occi.Message{{Attributes: occi.Attributes{text("occi.core.title", "t")}}},
				Links:   []occi.Link{link},
			},
		},
		{
			"a resource and its link, by URL", `{"resources":[{"links":["http://gw/storagelink/l/"]}],"links":[{"id":"l","target":"/storage/1"}]}`,
			occi.Message{Links: []occi.Link{{
				Target: "/storage/1", Attributes: occi.Attributes{text("occi.core.id", "l"), text("occi.core.target", "/storage/1")},
			}}},
		},
		{
			"kinds", `{"kinds":[{"term":"compute","scheme":"http://schemas.ogf.org/occi/infrastructure#","title":"Compute",
			"parent":"http://a/b#m","actions":["` + actionText + `"],"location":"/compute/"}]}`,
			occi.Message{Categories: []occi.Category{{
				ID: occi.ComputeID, Class: occi.ClassKind, Title: "Compute", Rel: []occi.ID{mixinItem.ID},
				Actions: []occi.ID{actionItem.ID}, Location: "/compute/",
			}}},
		},
		{
			"kind alone", `{"term":"compute","scheme":"http://schemas.ogf.org/occi/infrastructure#","parent":"http://a/b#m"}`,
			occi.Message{Categories: []occi.Category{{ID: occi.ComputeID, Class: occi.ClassKind, Rel: []occi.ID{mixinItem.ID}}}},
		},
		{
			"mixin alone", `{"term":"m","scheme":"http://a/b#"}`,
			occi.Message{Categories: []occi.Category{mixinItem}},
		},
		{
			"mixins and actions", `{"actions":[{"term":"start","scheme":"http://a/b#"}],
			"mixins":[{"term":"m","scheme":"http://a/b#","depends":["` + kindText + `","` + actionText + `"],"applies":["` + kindText + `"]}]}`,
			occi.Message{Categories: []occi.Category{
				{ID: mixinItem.ID, Class: occi.ClassMixin, Rel: []occi.ID{occi.ComputeID, actionItem.ID}, Applies: []occi.ID{occi.ComputeID}},
				actionItem,
			}},
		},
		{
			"related", `{"kinds":[{"term":"compute","scheme":"http://schemas.ogf.org/occi/infrastructure#","related":["` + mixinText + `"]}]}`,
			occi.Message{Categories: []occi.Category{{ID: occi.ComputeID, Class: occi.ClassKind, Rel: []occi.ID{mixinItem.ID}}}},
		},
		{
			"descriptions", `{"term":"m","scheme":"http://a/b#","attributes":{
			"a":{}, "b":{"mutable":true,"required":true,"type":"number","default":1e1,"description":"d","pattern":{"x":1}},
			"c":{"type":"boolean","default":true}, "d":{"type":"array","default":["x"]}, "e":{"type":"string","default":5,"pattern":".*"}, "f":null}}`,
			occi.Message{Categories: []occi.Category{{ID: mixinItem.ID, Class: occi.ClassMixin, Attributes: []occi.Attribute{
				{Name: "a", Type: occi.StringType, Immutable: true},
				{Name: "b", Type: occi.NumberType, Required: true, Default: occi.Number(10), Description: "d"},
				{Name: "c", Type: occi.BooleanType, Immutable: true, Default: occi.Boolean(true)},
				{Name: "d", Type: occi.ListType, Immutable: true, Default: occi.List(`["x"]`)},
				{Name: "e", Type: occi.StringType, Immutable: true, Default: occi.String("5")},
			}}}},
		},
		{
			"nested descriptions", `{"term":"m","scheme":"http://a/b#","attributes":{"a":{"b":{"mutable":true},"type":{"required":true}},"c":{"pattern":".*"}}}`,
			occi.Message{Categories: []occi.Category{{ID: mixinItem.ID, Class: occi.ClassMixin, Attributes: []occi.Attribute{
				{Name: "a.b", Type: occi.StringType},
				{Name: "a.type", Type: occi.StringType, Immutable: true, Required: true},
				{Name: "c", Type: occi.StringType, Immutable: true},
			}}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, f := range []occi.Format{occi.JSON, occi.GenericJSON} {
				got, err := occi.Parse(f, nil, []byte(c.body), occi.Limits{})
				if err != nil {
					t.Fatalf("%s: %v", c.body, err)
				}
				if diff := cmp.Diff(&c.want, got, byValue); diff != "" {
					t.Errorf("%s (-want +got):\n%s", c.body, diff)
				}
			}
		})
	}
}

// TestJSONNumbers checks that numbers keep the digits they were given with, but no exponent.
func TestJSONNumbers(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]occi.Value{
		"0": occi.Integer(0), "-1": occi.Integer(-1), "9223372036854775807": occi.Integer(9223372036854775807),
		"0.1": occi.Number(0.1), "-0.5": occi.Number(-0.5),
		"1e0": occi.Integer(1), "1E3": occi.Integer(1000), "1.5e+1": occi.Integer(15), "-12e-1": occi.Number(-1.2),
		"1.25e1": occi.Number(12.5), "1e-3": occi.Number(0.001), "0.001e2": occi.Number(0.1), "0e5": occi.Integer(0),
		"123.456e-2": occi.Number(1.23456), "0.5e-1": occi.Number(0.05), "1e21": occi.Number(1e21), "5e-324": occi.Number(5e-324),
	} {
		m := mustParseJSON(t, `{"attributes":{"a":`+number+`}}`)
		if got := m.Attributes.Get("a"); got.Text() != want.Text() {
			t.Errorf("%s: got %s, want %s", number, got.Text(), want.Text())
		}
	}
	for number, want := range map[string]string{
		"1.0": "number", "1.00e1": "number", "1": "whole number", "1e2": "whole number", "10e-1": "number",
	} {
		if got := mustParseJSON(t, `{"attributes":{"a":`+number+`}}`).Attributes.Get("a").Type().String(); got != want {
			t.Errorf("%s: got a %s, want a %s", number, got, want)
		}
	}
}
