package occi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// A list can be read back from text as it was, but from header fields, which lists are only shown in.
func TestRulesInText(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure()
	const rules = `[{"protocol":"tcp","port":"22"},{"note":"a;b \"c\" \\ č'"}]`
	e := &occi.Entity{Kind: model.Kind(occi.SecurityGroupID), ID: "g"}
	e.Attributes.Set(occi.SecurityGroupRules, occi.List(rules))
	for _, format := range []occi.Format{occi.TextPlain, occi.OCCIPlain, occi.JSON} {
		rendering, err := occi.Renderer{Format: format, URLs: exampleURLs}.Entity(e)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(rendering.Body)) {
			if format == occi.TextPlain && strings.Contains(line, "rules") && strings.Contains(line, ";") {
				t.Errorf("pOCCI splits at the semicolon in %q", line)
			}
		}
		m, err := occi.Parse(format, headerOf(rendering), rendering.Body, occi.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		change, err := m.BindChange(model, exampleURLs, e.Kind)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		read := func(text string) (value any) {
			if err := json.Unmarshal([]byte(text), &value); err != nil {
				t.Fatalf("%s: %v in %q", format, err, text)
			}
			return value
		}
		if diff := cmp.Diff(read(rules), read(change.Attributes.Text(occi.SecurityGroupRules))); diff != "" {
			t.Errorf("%s (-rendered +read):\n%s", format, diff)
		}
	}
}

// What rOCCI-server 2 and ooi were sent, in both renderings.
func TestRulesOfClients(t *testing.T) {
	t.Parallel()
	const category = `Category: securitygroup; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n"
	for _, test := range []struct {
		format occi.Format
		body   string
		want   string
	}{
		{
			occi.TextPlain, category + `X-OCCI-Attribute: occi.securitygroup.rules="[{\"protocol\":\"TCP\",\"type\":\"inbound\"}]"`,
			`[{"protocol":"TCP","type":"inbound"}]`,
		},
		{
			occi.JSON, `{"kind": "http://schemas.ogf.org/occi/infrastructure#securitygroup",
				"attributes": {"occi.securitygroup.rules": [{"protocol":"TCP","type":"inbound","port":80}]}}`,
			`[{"protocol":"TCP","type":"inbound","port":80}]`,
		},
		{occi.TextPlain, category + `X-OCCI-Attribute: occi.securitygroup.rules="open"`, ""},
	} {
		m, err := occi.Parse(test.format, nil, []byte(test.body), occi.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := m.BindEntity(occi.Infrastructure(), exampleURLs)
		if test.want == "" {
			if occi.CodeOf(err) != occi.Invalid {
				t.Errorf("%s: got %v, want Invalid", test.body, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", test.body, err)
		}
		if got := e.Attributes.Text(occi.SecurityGroupRules); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}
