package occi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

const (
	allKinds     = "compute storage network storagelink networkinterface"
	lineCirros   = `Category: cirros; scheme="` + templateOS + `"; class="mixin"` + "\n"
	lineNetwork  = `Category: ipnetwork; scheme="http://schemas.ogf.org/occi/infrastructure/network#"` + "\n"
	lineHostname = "X-OCCI-Attribute: occi.compute.hostname=\"one\"\n"
)

// filterText is a filter in short: kinds; mixins; attributes.
func filterText(f occi.Filter) string {
	var kinds, mixins, attributes []string
	for _, k := range f.Kinds {
		kinds = append(kinds, k.Term)
	}
	for _, x := range f.Query.Mixins {
		mixins = append(mixins, x.Term)
	}
	for _, p := range f.Query.Attributes {
		attributes = append(attributes, p.Name+"="+p.Value.Text())
	}
	return strings.Join(kinds, " ") + "; " + strings.Join(mixins, " ") + "; " + strings.Join(attributes, " ")
}

func kindsOf(model *occi.Model, terms string) []*occi.Kind {
	var kinds []*occi.Kind
	for term := range strings.FieldsSeq(terms) {
		kinds = append(kinds, model.KindAt("/"+term))
	}
	return kinds
}

func TestBindFilter(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, kinds, message, want string }{
		{"nothing", allKinds, "", allKinds + "; ; "},
		{"a kind in its own collection (pOCCI)", "compute", lineCompute, "compute; ; "},
		{"an abstract kind above the collection's", "compute", lineResource, "compute; ; "},
		{"kinds are alternatives", allKinds, lineStorage + lineCompute, "compute storage; ; "},
		{"an abstract kind", allKinds, lineLink, "storagelink networkinterface; ; "},
		{"an abstract kind and one below it", allKinds, lineResource + lineCompute, "compute storage network; ; "},
		{"a mixin", "compute", lineCirros + lineCirros, "compute; cirros; "},
		{"all mixins", "compute", lineCirros + lineOSTpl, "compute; cirros os_tpl; "},
		{"a mixin restricts the kinds", allKinds, lineNetwork, "network; ipnetwork; "},
		{"a mixin that does not apply", "compute", lineNetwork, "; ipnetwork; "},
		{"an attribute restricts the kinds", allKinds, lineHostname, "compute; ; occi.compute.hostname=one"},
		{"a core attribute", allKinds, `X-OCCI-Attribute: occi.core.title="x"`, allKinds + "; ; occi.core.title=x"},
		{"the provider's attribute", "compute", `X-OCCI-Attribute: occi.compute.state="active"`, "compute; ; occi.compute.state=active"},
		{"an attribute of a mixin that is not named", allKinds, `X-OCCI-Attribute: occi.network.gateway="10.0.0.1"`, "network; ; occi.network.gateway=10.0.0.1"},
		{"an attribute's other name", "compute", `X-OCCI-Attribute: occi.compute.user_data="x"`, "compute; ; occi.compute.userdata=x"},
		{"a quoted number", "compute", `X-OCCI-Attribute: occi.compute.cores="4.0"`, "compute; ; occi.compute.cores=4"},
		{"the same value twice", "compute", "X-OCCI-Attribute: occi.compute.cores=4, occi.compute.cores=4.0", "compute; ; occi.compute.cores=4"},
		{"a string that looks like a number", "compute", "X-OCCI-Attribute: occi.compute.hostname=007", "compute; ; occi.compute.hostname=007"},
		{"two attributes", "compute", lineHostname + "X-OCCI-Attribute: occi.compute.memory=3.60", "compute; ; occi.compute.hostname=one occi.compute.memory=3.6"},
		{
			"a source as URL", allKinds, `X-OCCI-Attribute: occi.core.source="http://gw.example.org:8787/occi1.2//compute/1"`,
			"storagelink networkinterface; ; occi.core.source=/compute/1",
		},
		{"a target as path", "storagelink", `X-OCCI-Attribute: occi.core.target="/storage/2"`, "storagelink; ; occi.core.target=/storage/2"},
	}
	model := exampleModel()
	for _, tt := range tests {
		f, err := mustParse(t, tt.message).BindFilter(model, exampleURLs, kindsOf(model, tt.kinds))
		if err != nil {
			t.Errorf("%s: got %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, filterText(f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestFiltersThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, kinds, message string
		code                 occi.Code
		text                 string
	}{
		{"unknown category", allKinds, lineUnknown, occi.NotFound, "example.org"},
		{"action", "compute", lineStart, occi.Invalid, "action"},
		{"another kind than the collection's", "compute", lineStorage, occi.Invalid, "storage"},
		{"two kinds in the collection of one", "compute", lineCompute + lineStorage, occi.Invalid, "storage"},
		{"a link among resources", "compute storage network", lineLink, occi.Invalid, "link"},
		{"unknown attribute", allKinds, `X-OCCI-Attribute: org.example.x="1"`, occi.Invalid, "org.example.x"},
		{"another kind's attribute", "storage", lineHostname, occi.Invalid, "occi.compute.hostname"},
		{"attributes of two kinds", allKinds, lineHostname + "X-OCCI-Attribute: occi.storage.size=1", occi.Invalid, "occi.storage.size"},
		{"two values", "compute", lineHostname + `X-OCCI-Attribute: occi.compute.hostname="two"`, occi.Invalid, "twice"},
		{"a word for a number", "compute", `X-OCCI-Attribute: occi.compute.cores="four"`, occi.Invalid, "four"},
		{"a source elsewhere", allKinds, `X-OCCI-Attribute: occi.core.source="http://example.org/compute/1"`, occi.Invalid, "example.org"},
	}
	model := exampleModel()
	for _, tt := range tests {
		f, err := mustParse(t, tt.message).BindFilter(model, exampleURLs, kindsOf(model, tt.kinds))
		if occi.CodeOf(err) != tt.code || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: got %s and %v, want code %d with %q", tt.name, filterText(f), err, tt.code, tt.text)
		}
	}
}

// The kinds that a filter begins with are shared by requests.
func TestBindFilterLeavesTheKindsAlone(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	kinds := kindsOf(model, allKinds)
	if _, err := mustParse(t, lineStorage).BindFilter(model, exampleURLs, kinds); err != nil {
		t.Fatal(err)
	}
	if got := filterText(occi.Filter{Kinds: kinds}); got != allKinds+"; ; " {
		t.Errorf("got %q, want the kinds as before", got)
	}
}

func TestBindLocations(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	refs, err := mustParse(t, "X-OCCI-Location: http://gw.example.org:8787/compute/1, /occi1.2/compute/1\nX-OCCI-Location: /storage/2").
		BindLocations(model, exampleURLs)
	want := []string{"compute 1", "storage 2"}
	var got []string
	for _, ref := range refs {
		got = append(got, ref.Kind.Term+" "+ref.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("got error %v, (-want +got):\n%s", err, diff)
	}
	for _, location := range []string{"http://example.org/compute/1", "/compute/", "/nowhere/1", "/compute/1?action=start"} {
		refs, err := mustParse(t, "X-OCCI-Location: "+location).BindLocations(model, exampleURLs)
		if occi.CodeOf(err) != occi.Invalid {
			t.Errorf("%s: got %v and %v, want Invalid", location, refs, err)
		}
	}
}
