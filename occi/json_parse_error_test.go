package occi_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// TestParseJSONErrors checks that a message says where it is wrong and how.
func TestParseJSONErrors(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for _, c := range []struct{ body, want string }{
		{`"compute"`, `the body: want an object or an array, got a string`},
		{`null`, `the body: want an object or an array, got null`},
		{`7`, `the body: want an object or an array, got a number`},
		{`{`, `line 1, column 1: unexpected end of JSON input`},
		{"{\n \"kind\": }", `line 2, column 10: invalid character '}' looking for beginning of value`},
		{`{"a":1} {}`, `line 1, column 9: invalid character '{' after top-level value`},
		{`{"a":1}]`, `line 1, column 8: invalid character ']' after top-level value`},
		{`{"a":1,}`, `line 1, column 8: invalid character '}' looking for beginning of object key string`},
		{`{a:1}`, `line 1, column 2: invalid character 'a' looking for beginning of object key string`},
		{`[1,]`, `line 1, column 4: invalid character ']' looking for beginning of value`},
		{`{"a":01}`, `line 1, column 7: invalid character '1' after object key:value pair`},
		{`{"a":NaN}`, `line 1, column 6: invalid character 'N' looking for beginning of value`},
		{`{"title":"a` + "\n" + `b"}`, `line 1, column 12: invalid character '\n' in string literal`},
		{`{"title":"a` + "\x00" + `b"}`, `line 1, column 12: invalid character '\x00' in string literal`},
		{`{"title":"\x"}`, `line 1, column 12: invalid character 'x' in string escape code`},
		{"{\"title\":\"ž\xff\"}", `line 1, column 12: JSON has to be UTF-8`},
		{"\xef\xbb\xbf{}", `line 1, column 1: invalid character 'ï' looking for beginning of value`},
		{`{"title":"\ud800"}`, `title: a string's escapes give no valid UTF-8`},
		{`{"title":"\ud800\u0041"}`, `title: a string's escapes give no valid UTF-8`},
		{`{"title":"\ud800--dc00"}`, `title: a string's escapes give no valid UTF-8`},
		{`{"title":"\udc00\ud800"}`, `title: a string's escapes give no valid UTF-8`},
		{`{"\ud800":1}`, `the body: a string's escapes give no valid UTF-8`},
		{`{"kind":"` + kindText + `","kind":"` + kindText + `"}`, `kind: is given twice`},
		{`{"x":[{"a b":1,"a b":null}]}`, `x[0]["a b"]: is given twice`},
		{`{"attributes":` + deep(16) + `}`, `attributes.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a: values are nested more than 16 deep`},
		{strings.Repeat("[", 20000), `line 1, column 10001: invalid character '[' exceeded max depth`},

		{`{"kind":7}`, `kind: want a string, got a number`},
		{`{"kind":"compute"}`, `kind: "compute" is no type identifier: want scheme#term`},
		{`{"kind":"http://a b#compute"}`, `kind: "http://a b#compute" is no type identifier: want scheme#term`},
		{`{"kind":"http://a#a b"}`, `kind: "http://a#a b" is no type identifier: want scheme#term`},
		{`{"mixins":"` + mixinText + `"}`, `mixins: want an array, got a string`},
		{`{"mixins":["` + mixinText + `",null]}`, `mixins[1]: want a string, got null`},
		{`{"mixins":["x",{}]}`, `mixins[0]: "x" is no type identifier: want scheme#term`},
		{`{"title":1}`, `title: want a string, got a number`},
		{`{"id":{}}`, `id: want a string, got an object`},
		{`{"summary":false}`, `summary: want a string, got a boolean`},
		{`{"actions":{}}`, `actions: want an array, got an object`},
		{`{"actions":[7]}`, `actions[0]: want a string, got a number`},
		{`{"attributes":[]}`, `attributes: want an object, got an array`},
		{`{"attributes":{"occi":{"compute":{"cores":1e999}}}}`, `attributes.occi.compute.cores: the number 1e999 is too large or too long`},
		{`{"attributes":{"a":1e99999999999999999999}}`, `attributes.a: the number 1e99999999999999999999 is too large or too long`},
		{`{"attributes":{"a":1e-401}}`, `attributes.a: the number 1e-401 is too large or too long`},
		{`{"attributes":{"a":` + strings.Repeat("9", 401) + `}}`, `attributes.a: the number ` + strings.Repeat("9", 80) + `… is too large or too long`},
		{`{"attributes":{"a":-` + strings.Repeat("9", 350) + `}}`, `attributes.a: the number -` + strings.Repeat("9", 79) + `… is too large or too long`},
		{`{"attributes":{"a b":1}}`, `attributes["a b"]: "a b" is no attribute name`},
		{`{"attributes":{"":1}}`, `attributes[""]: "" is no attribute name`},
		{`{"attributes":{"a":{"b\n":1}}}`, `attributes.a["b\n"]: "a.b\n" is no attribute name`},
		{`{"attributes":{"` + strings.Repeat("a", 200) + `":{"` + strings.Repeat("b", 55) + `":1}}}`, `attributes["` + strings.Repeat("a", 80) + `…"]["` + strings.Repeat("b", 55) + `"]: "` + strings.Repeat("a", 80) + `…" is no attribute name`},
		{`{"title":"a","attributes":{"occi.core.title":"b"}}`, `attributes["occi.core.title"]: occi.core.title is given twice, with different values`},
		{`{"attributes":{"a":{"b":1},"a.b":2}}`, `attributes["a.b"]: a.b is given twice, with different values`},
		{`{"target":{"location":"/a"},"attributes":{"occi":{"core":{"target":"/b"}}}}`, `attributes.occi.core.target: occi.core.target is given twice, with different values`},
		{`{"source":7}`, `source: want an object or a URL, got a number`},
		{`{"source":{}}`, `source: has no location`},
		{`{"source":""}`, `source: the URL is empty`},
		{`{"target":{"location":"/a b"}}`, `target.location: a URL cannot have the character " "`},
		{`{"target":{"location":["/a"]}}`, `target.location: want a string, got an array`},
		{`{"target":{"location":"/a","kind":"storage"}}`, `target.kind: "storage" is no type identifier: want scheme#term`},
		{`{"links":{}}`, `links: want an array, got an object`},
		{`{"links":[7]}`, `links[0]: want an object, got a number`},
		{`{"links":[{"id":"a"}]}`, `links[0]: a link needs a target`},
		{`{"links":[{"target":"/a"},{"target":{"location":""}}]}`, `links[1].target.location: the URL is empty`},
		{`{"links":[{"target":"/a","links":[{"target":"/b"}]}]}`, `links[0]: a link cannot have links of its own`},
		{`{"resources":{}}`, `resources: want an array, got an object`},
		{`{"resources":["/compute/1"]}`, `resources[0]: want an object, got a string`},
		{`{"resources":[{},{"links":[{"target":{"location":"/a"},"attributes":{"b":{"c d":1}}}]}]}`, `resources[1].links[0].attributes.b["c d"]: "b.c d" is no attribute name`},
		{`{"resources":[],"links":["/storagelink/1"]}`, `links[0]: want an object, got a string`},
		{`["/a",7]`, `[1]: want a string, got a number`},
		{`["<a>"]`, `[0]: a URL cannot have the character "<"`},
		{`{"locations":"/a"}`, `locations: want an array, got a string`},
		{`{"action":["` + actionText + `"]}`, `action: want a string, got an array`},
		{`{"action":"` + actionText + `","attributes":7}`, `attributes: want an object, got a number`},
		{`{"action":"` + actionText + `","kind":"` + kindText + `"}`, `the body: "kind" and "action" exclude each other`},
		{`{"resources":[],"term":"a"}`, `the body: "term" and "resources" exclude each other`},
		{`{"kind":"` + kindText + `","mixins":[{"term":"a","scheme":"b#"}]}`, `the body: a collection cannot have "kind"`},
		{`{"locations":[],"attributes":{}}`, `the body: a collection cannot have "attributes"`},
		{`{"kind":"` + kindText + `","resources":[]}`, `the body: "kind" and "resources" exclude each other`},

		{`{"scheme":"http://a#"}`, `the body: "" is no term`},
		{`{"term":"a"}`, `the body: "" is no scheme: it has to end in "#"`},
		{`{"term":"a","scheme":"http://a"}`, `the body: "http://a" is no scheme: it has to end in "#"`},
		{`{"mixins":[{"term":"a b","scheme":"http://a#"}]}`, `mixins[0]: "a b" is no term`},
		{`{"mixins":[{"term":"a","scheme":"http://a#"},"http://a#b"]}`, `mixins[1]: want an object, got a string`},
		{`{"kinds":7}`, `kinds: want an array, got a number`},
		{`{"actions":[{"term":7,"scheme":"http://a#"}]}`, `actions[0].term: want a string, got a number`},
		{`{"term":"a","scheme":"http://a#","parent":["http://a#b"]}`, `parent: want a string, got an array`},
		{`{"term":"a","scheme":"http://a#","depends":"http://a#b"}`, `depends: want an array, got a string`},
		{`{"term":"a","scheme":"http://a#","applies":["b"]}`, `applies[0]: "b" is no type identifier: want scheme#term`},
		{`{"term":"a","scheme":"http://a#","attributes":["b"]}`, `attributes: want an object, got an array`},
		{`{"term":"a","scheme":"http://a#","attributes":{"b":7}}`, `attributes.b: want an object, got a number`},
		{`{"term":"a","scheme":"http://a#","attributes":{"b c":{}}}`, `attributes["b c"]: "b c" is no attribute name`},
		{`{"term":"a","scheme":"http://a#","attributes":{"b":{"c":{}},"b.c":{}}}`, `attributes["b.c"]: attribute b.c is described twice`},
		{`{"term":"a","scheme":"http://a#","attributes":{"b":{"type":"integer"}}}`, `attributes.b.type: "integer" is no type: want "string", "number", "boolean", "array" or "object"`},
		{`{"term":"a","scheme":"http://a#","attributes":{"b":{"mutable":"yes"}}}`, `attributes.b.mutable: want a boolean, got a string`},
		{`{"term":"a","scheme":"http://a#","attributes":{"b":{"type":"number","default":"x"}}}`, `attributes.b.default: want a value of type number, got a string`},
		{`{"term":"a","scheme":"http://a#","attributes":{"b":{"default":{},"type":"string"}}}`, `attributes.b.default: want a value of type string, got an object`},
	} {
		m, err := occi.Parse(occi.JSON, nil, []byte(c.body), occi.Limits{})
		if err == nil {
			t.Errorf("%.200s: got %+v, want the error %s", c.body, m, c.want)
			continue
		}
		if m != nil || occi.CodeOf(err) != occi.Invalid || err.Error() != c.want {
			t.Errorf("%.200s:\n got %v, %v\nwant nil, %s", c.body, m, err, c.want)
		}
	}
}

func TestJSONLimits(t *testing.T) {
	t.Parallel()
	list := func(item string, n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
	}
	named := func(from, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"a%d":1`, from+i)
		}
		return "{" + strings.TrimPrefix(b.String(), ",") + "}"
	}
	const link = `{"target":"/a","attributes":{"b":1}}` // occi.core.target counts as well
	for _, c := range []struct {
		name, body string
		limits     occi.Limits
		want       string // "" for success
	}{
		{"body fits", `{}` + strings.Repeat(" ", 8), occi.Limits{Body: 10}, ""},
		{"body", `{}` + strings.Repeat(" ", 9), occi.Limits{Body: 10}, `the body has more than 10 bytes`},
		{"string fits", `{"title":"` + strings.Repeat("a", 128<<10) + `"}`, occi.Limits{Body: 1 << 20}, ""},
		{"string", `{"title":"` + strings.Repeat("a", 128<<10+1) + `"}`, occi.Limits{Body: 1 << 20}, `title: a string has more than 131072 bytes`},
		{"name", `{"` + strings.Repeat("a", 128<<10+1) + `":1}`, occi.Limits{Body: 1 << 20}, `the body: a string has more than 131072 bytes`},
		{"keys fit", `{"a":[{"b":1},{"b":1}]}`, occi.Limits{Keys: 3}, ""},
		{"keys", `{"a":[{"b":1},{"b":1}]}`, occi.Limits{Keys: 2}, `a[1]: the message has more than 2 keys`},
		{"default keys fit", named(0, 4096), occi.Limits{}, ""},
		{"default keys", named(0, 4097), occi.Limits{}, `the body: the message has more than 4096 keys`},
		{"elements fit", `{"a":[[1],[2]]}`, occi.Limits{Elements: 4}, ""},
		{"elements", `{"a":[[1],[2]]}`, occi.Limits{Elements: 3}, `a[1]: the message has more than 3 array elements`},
		{"default elements fit", `{"a":` + list("1", 8192) + `}`, occi.Limits{}, ""},
		{"default elements", `{"a":` + list("1", 8193) + `}`, occi.Limits{}, `a: the message has more than 8192 array elements`},
		{"mixins fit", `{"mixins":` + list(`"http://a/b#c"`, 256) + `}`, occi.Limits{}, ""},
		{"mixins", `{"mixins":` + list(`"http://a/b#c"`, 257) + `}`, occi.Limits{}, `the body: the message has more than 256 categories`},
		{"definitions", `{"mixins":` + list(`{"term":"c","scheme":"http://a/b#"}`, 257) + `}`, occi.Limits{}, `the body: the message has more than 256 categories`},
		{"descriptions", `{"term":"c","scheme":"http://a/b#","attributes":{"a":{},"b":{}}}`, occi.Limits{Attributes: 1}, `attributes.b: the message has more than 1 attributes`},
		{"attributes fit", `{"attributes":` + named(0, 1024) + `}`, occi.Limits{}, ""},
		{"attributes", `{"attributes":` + named(0, 1025) + `}`, occi.Limits{}, `attributes.a1024: the message has more than 1024 attributes`},
		{"attributes of links fit", `{"title":"t","links":` + list(link, 2) + `}`, occi.Limits{Attributes: 5}, ""},
		{"attributes of links", `{"title":"t","links":` + list(link, 2) + `}`, occi.Limits{Attributes: 4}, `the body: the message has more than 4 attributes`},
		{"links fit", `{"links":` + list(link, 128) + `}`, occi.Limits{}, ""},
		{"links", `{"links":` + list(link, 129) + `}`, occi.Limits{}, `the body: the message has more than 128 links`},
		{"links beside a resource", `{"resources":[{}],"links":` + list(link, 129) + `}`, occi.Limits{}, `the body: the message has more than 128 links`},
		{"locations fit", list(`"/a"`, 4096), occi.Limits{}, ""},
		{"locations", list(`"/a"`, 4097), occi.Limits{}, `the body: the message has more than 4096 locations`},
		{"resources fit", `{"resources":` + list(`{}`, 1024) + `}`, occi.Limits{}, ""},
		{"resources", `{"resources":` + list(`{}`, 1025) + `}`, occi.Limits{}, `the body: the message has more than 1024 resources`},
		{"links with one from beside", `{"resources":[{"id":"r","links":` + list(link, 2) + `}],"links":[{"target":"/a","source":"/r"}]}`, occi.Limits{Links: 2}, `resources[0]: the message has more than 2 links`},
		{"links of two resources fit", `{"resources":[{"links":` + list(link, 2) + `},{"links":` + list(link, 2) + `}]}`, occi.Limits{Links: 2}, ""},
		{"links of a resource", `{"resources":[{},{"links":` + list(link, 3) + `}]}`, occi.Limits{Links: 2}, `resources[1]: the message has more than 2 links`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := occi.Parse(occi.JSON, nil, []byte(c.body), c.limits)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want || (m == nil) != (err != nil) {
				t.Errorf("got %v, %q, want %q", m != nil, got, c.want)
			}
		})
	}
}

// TestJSONMemory checks that no body of 128 KiB costs more than 10 MB, however it is made. It does not run beside
// other tests, whose memory would count.
func TestJSONMemory(t *testing.T) {
	const size = 128 << 10
	fill := func(begin, item, end string) string {
		return begin + strings.Repeat(item, (size-len(begin)-len(end))/len(item)) + end
	}
	numbered := func(begin, format, end string) string {
		var b strings.Builder
		b.WriteString(begin)
		for i := 0; b.Len()+len(end)+40 < size; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String() + end
	}
	for name, body := range map[string]string{
		"brackets":           fill("", "[", ""),
		"braces":             fill("", `{"":`, ""),
		"numbers":            fill("[", "1,", "1]"),
		"strings":            fill("[", `"",`, `""]`),
		"empty objects":      fill("[", "{},", "{}]"),
		"names":              numbered("{", `"%d":1,`, `"":1}`),
		"attributes":         numbered(`{"attributes":{`, `"%d":1,`, `"a":1}}`),
		"an exponent":        `{"attributes":{"a":1e99999999}}`,
		"another exponent":   `{"attributes":{"a":1e-99999999}}`,
		"exponents":          numbered(`{"attributes":{`, `"%d":1e300,`, `"a":1}}`),
		"long prefix":        numbered(`{"attributes":{"`+strings.Repeat("a", 250)+`":{`, `"%d":1,`, `"a":1}}}`),
		"longer prefix":      numbered(`{"attributes":{"`+strings.Repeat("a", 60000)+`":{`, `"%d":1,`, `"a":1}}}`),
		"resources":          fill(`{"resources":[`, "{},", "{}]}"),
		"links":              fill(`{"links":[`, `{"target":"/a"},`, `{"target":"/a"}]}`),
		"links of resources": fill(`{"resources":[`, `{"id":"a","links":["a","b"]},`, `{}],"links":[{"id":"a","target":"/a"}]}`),
		"mixins":             fill(`{"mixins":[`, `"http://a#b",`, `"http://a#b"]}`),
		"definitions":        fill(`{"mixins":[`, `{"term":"a","scheme":"b#"},`, `{}]}`),
		"descriptions":       numbered(`{"term":"a","scheme":"b#","attributes":{`, `"%d":{},`, `"a":{}}}`),
		"a list":             fill(`{"attributes":{"a":[`, `{},`, `1]}}`),
		"a hash":             numbered(`{"attributes":{"a.b":{`, `"%d":"\u0001",`, `"a":1}}}`),
		"a long string":      fill(`{"title":"`, `\u2028`, `"}`),
		"control characters": fill(`{"attributes":{"a":["`, `\u0001`, `"]}}`),
		"surrogates":         fill(`{"title":"`, `\\\ufffd`, `"}`),
		"blanks":             fill(`{}`, " ", ""),
		"no UTF-8":           fill(`{"`, "ž", "\xff"),
	} {
		used := allocated()
		m, err := occi.Parse(occi.JSON, nil, []byte(body), occi.Limits{Body: size})
		used = allocated() - used
		checkOutcome(t, m, err)
		if used > 10<<20 {
			t.Errorf("%s: %d bytes cost %d KiB", name, len(body), used>>10)
		}
	}
}

// allocated returns how many bytes the process has allocated so far.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}
