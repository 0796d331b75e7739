package openstacktest

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestPythonQuoting(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`null`: "None", `true`: "True", `false`: "False", `1`: "1", `1.5`: "1.5", `"a"`: "'a'", `"it's"`: `"it's"`,
		`"\"it's\""`: `'"it\'s"'`, `[1, "a", null]`: "[1, 'a', None]", `{"b": 1, "a": {}}`: "{'a': {}, 'b': 1}",
	} {
		if got := python(parse(t, text)); got != want {
			t.Errorf("python(%s) = %s, want %s", text, got, want)
		}
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	body := properties{
		"name": {required: true, rule: text(1, 3)}, "size": {rule: number(1, 10)}, "new": {rule: boolean, since: 5}, "old": {until: 4},
		"list": {rule: list(oneOf("a", "b"))}, "map": {rule: dict(orNone(uuid))}, "any": {rule: either(null, matching("^x"))},
		"later": {rule: from(5, text(0, 9), list(text(0, 9)))}, "sub": {rule: properties{"a": {required: true}}.object},
	}
	for _, test := range []struct {
		body  string
		minor int
		want  string
	}{
		{`{"name": "a"}`, 1, ""},
		{`{}`, 1, "'name' is a required property"},
		{`{"name": ""}`, 1, "Invalid input for field/attribute name. Value: . '' is too short"},
		{`{"name": "äöüß"}`, 1, "Invalid input for field/attribute name. Value: äöüß. 'äöüß' is too long"},
		{`{"name": 1}`, 1, "Invalid input for field/attribute name. Value: 1. 1 is not of type 'string'"},
		{`{"name": "a", "wish": 1}`, 1, "Additional properties are not allowed ('wish' was unexpected)"},
		{`{"name": "a", "size": "10"}`, 1, ""},
		{`{"name": "a", "size": 11}`, 1, "Invalid input for field/attribute size. Value: 11. 11 is greater than the maximum of 10"},
		{`{"name": "a", "size": "x"}`, 1, "Invalid input for field/attribute size. Value: x. 'x' does not match '^[0-9]+$'"},
		{`{"name": "a", "size": 1.5}`, 1, "Invalid input for field/attribute size. Value: 1.5. 1.5 is not of type 'integer', 'string'"},
		{`{"name": "a", "new": true}`, 4, "Additional properties are not allowed ('new' was unexpected)"},
		{`{"name": "a", "new": "True"}`, 5, ""},
		{`{"name": "a", "old": 1}`, 4, ""},
		{`{"name": "a", "old": 1}`, 5, "Additional properties are not allowed ('old' was unexpected)"},
		{`{"name": "a", "list": ["a", "c"]}`, 1, "Invalid input for field/attribute 1. Value: c. 'c' is not one of ['a', 'b']"},
		{`{"name": "a", "map": {"k": null, "l": "m"}}`, 1, "Invalid input for field/attribute l. Value: m. 'm' is not a 'uuid'"},
		{`{"name": "a", "any": null}`, 1, ""},
		{`{"name": "a", "any": "y"}`, 1, "Invalid input for field/attribute any. Value: y. 'y' is not valid under any of the given schemas"},
		{`{"name": "a", "later": []}`, 4, "Invalid input for field/attribute later. Value: []. [] is not of type 'string'"},
		{`{"name": "a", "later": []}`, 5, ""},
		{`{"name": "a", "sub": {}}`, 1, "Invalid input for field/attribute sub. Value: {}. 'a' is a required property"},
		{`{"name": "a", "sub": null}`, 1, "Invalid input for field/attribute sub. Value: None. None is not of type 'object'"},
	} {
		got := ""
		if f := body.check(parse(t, test.body).(object), test.minor); f != nil {
			got = f.Error()
		}
		if got != test.want {
			t.Errorf("check(%s) at %d = %q, want %q", test.body, test.minor, got, test.want)
		}
	}
}

// parse reads JSON as the cloud does: numbers stay as written.
func parse(t *testing.T, text string) any {
	t.Helper()
	var v any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
