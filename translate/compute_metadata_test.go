package translate

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/occigate/occigate/occi"
)

func TestUserItems(t *testing.T) {
	t.Parallel()
	metadata := map[string]string{
		"role": "web", " : _.-": "", "Größe": "1", "a/b": "", "": "", "ends\n": "", ".": "", "..": "", "...": "dots",
		markKey: "x", "OCCIGATE:ID": "", "occigate:": "", "Occigate: x": "", "occigate": "it",
		tagKey("p", tag("a").ID): "", linkTagKey(tagKey("p", tag("a").ID), volumeC): "", "occi.Mixin.x": "", "occi.mixin": "",
		strings.Repeat("k", 255): "long", strings.Repeat("k", 256): "",
	}
	want := map[string]string{
		"role": "web", " : _.-": "", "...": "dots", "occigate": "it", "occi.mixin": "", strings.Repeat("k", 255): "long",
	}
	if diff := cmp.Diff(want, userItems(metadata)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMetadataValue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		items map[string]string
		want  occi.Value
	}{
		{nil, occi.Value{}},
		{map[string]string{}, occi.Value{}},
		{map[string]string{"b": "", "a": "<ž>\n\""}, occi.Hash(`{"a":"<ž>\n\"","b":""}`)},
	} {
		got := metadataValue(c.items)
		if got != c.want {
			t.Errorf("got %s %q, want %q", got.Type(), got.Text(), c.want.Text())
		}
		back, err := parseItems(got)
		if err != nil || !maps.Equal(back, c.items) {
			t.Errorf("%s is read as %v, %v", got.Text(), back, err)
		}
	}
}

func TestParseItems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		said  string
		want  map[string]string
		fault string // in the message
	}{
		{said: `{}`, want: map[string]string{}},
		{said: `{"a":"b","c":""}`, want: map[string]string{"a": "b", "c": ""}},
		{said: ` {"n":3, "f":-0.50, "e":1E9, "t":true, "u":false} `, want: map[string]string{"n": "3", "f": "-0.50", "e": "1E9", "t": "true", "u": "false"}},
		{said: `{"a":null}`, fault: `item "a" is no text`},
		{said: `{"a":"b","c":["d"]}`, fault: `item "c" is no text`},
		{said: `{"a":{"b":"c"}}`, fault: `item "a" is no text`},
		{said: `{"a":"b","\u0061":"c"}`, fault: `item "a" is given twice`},
		{said: `{"a":"b"`, fault: "not an object"},
		{said: ``, fault: "not an object"},
	} {
		got, err := parseItems(occi.String(c.said))
		if c.fault != "" {
			if codeOf(err) != occi.Invalid || !strings.Contains(err.Error(), "attribute org.openstack.compute.metadata: "+c.fault) {
				t.Errorf("%s: got %v, want it to say %q", c.said, err, c.fault)
			}
			continue
		}
		if err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.said, got, err, c.want)
		}
	}
}

func TestCheckItem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, value string
		fault      string // in the message; "" if Nova takes it
	}{
		{"role", "", ""},
		{strings.Repeat("k", 255), strings.Repeat("ž", 255), ""},
		{"marks", "\x00\r\n\x1b\u2028\uffff\";\\", ""},
		{markKey, "x", `item "occigate:id" is not for users`},
		{"OcciGate:other", "x", `item "OcciGate:other" is not for users`},
		{"occi.mixin.0", "x", `item "occi.mixin.0" is not for users`},
		{"", "x", `"" is no key`},
		{"..", "x", `".." is no key`},
		{"a/b", "x", `"a/b" is no key`},
		{"ž", "x", `"ž" is no key`},
		{"a\r\nX-OCCI-Attribute: b", "x", `"a\r\nX-OCCI-Attribute: b" is no key`},
		{strings.Repeat("k", 256), "x", "is no key"},
		{"long", strings.Repeat("ž", 256), `item "long" has 256 characters, but Nova takes at most 255`},
		{"face", "a😀b", `item "face" has the character '😀', which Nova cannot keep`},
	} {
		err := checkItem(c.key, c.value)
		switch {
		case c.fault == "" && err != nil:
			t.Errorf("%q: %v", c.key, err)
		case c.fault != "" && (codeOf(err) != occi.Invalid || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%q: got %v, want it to say %s", c.key, err, c.fault)
		case len(told(err)) > 400:
			t.Errorf("%q: the message has %d bytes", c.key, len(told(err)))
		}
	}
}

func TestDiffItems(t *testing.T) {
	t.Parallel()
	type items = map[string]string
	for name, c := range map[string]struct {
		have, wanted items
		want         metadataChange
	}{
		"nothing":                {items{"a": "1"}, items{"a": "1"}, metadataChange{}},
		"from nothing":           {items{}, items{"a": "1"}, metadataChange{set: items{"a": "1"}}},
		"to nothing":             {items{"b": "2", "a": "1"}, items{}, metadataChange{drop: []string{"a", "b"}}},
		"some of each":           {items{"a": "1", "b": "2", "c": "3"}, items{"a": "1", "b": "4", "d": ""}, metadataChange{drop: []string{"c"}, set: items{"b": "4", "d": ""}}},
		"an empty one":           {items{}, items{"a": ""}, metadataChange{set: items{"a": ""}}},
		"in capitals":            {items{"role": "web"}, items{"Role": "web"}, metadataChange{drop: []string{"role"}, set: items{"Role": "web"}}},
		"one of two spellings":   {items{"role": "a", "Role": "b"}, items{"Role": "b"}, metadataChange{drop: []string{"role"}, set: items{"Role": "b"}}},
		"two spellings, a blank": {items{"a": "1", "a ": "2", "b": "3"}, items{"a": "1", "b": "3"}, metadataChange{drop: []string{"a "}, set: items{"a": "1"}}},
	} {
		if diff := cmp.Diff(c.want, diffItems(c.have, c.wanted), cmp.AllowUnexported(metadataChange{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Whatever there is and whatever is wanted, it is there afterwards, with a database that has its own mind of keys.
func TestDiffItemsLeadsToWhatIsWanted(t *testing.T) {
	t.Parallel()
	some := rapid.MapOf(rapid.StringMatching(`[abAB]{1,2} ?`), rapid.SampledFrom([]string{"", "1", "2"}))
	rapid.Check(t, func(t *rapid.T) {
		have, wanted := some.Draw(t, "have"), some.Draw(t, "wanted")
		plan := diffItems(have, wanted)
		got := maps.Clone(have)
		for _, key := range plan.drop {
			maps.DeleteFunc(got, func(other, _ string) bool {
				return strings.EqualFold(strings.TrimRight(other, " "), strings.TrimRight(key, " "))
			})
		}
		maps.Copy(got, plan.set)
		if !maps.Equal(got, wanted) {
			t.Errorf("from %q with %+v: got %q, want %q", have, plan, got, wanted)
		}
		for key, value := range plan.set {
			if old, had := have[key]; had && old == value && len(plan.drop) == 0 {
				t.Errorf("%q is set, though it is so", key)
			}
		}
	})
}
