package occi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

const (
	lineCompute  = `Category: compute; scheme="http://schemas.ogf.org/occi/infrastructure#"` + "\n"
	lineStorage  = `Category: storage; scheme="http://schemas.ogf.org/occi/infrastructure#"` + "\n"
	lineResource = `Category: resource; scheme="http://schemas.ogf.org/occi/core#"` + "\n"
	lineLink     = `Category: link; scheme="http://schemas.ogf.org/occi/core#"` + "\n"
	lineOSTpl    = `Category: os_tpl; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="mixin"` + "\n"
	lineStart    = `Category: start; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"; class="action"` + "\n"
	lineBackup   = `Category: backup; scheme="http://schemas.ogf.org/occi/infrastructure/storage/action#"; class="action"` + "\n"
	lineUnknown  = `Category: unknown; scheme="http://example.org/occi#"` + "\n"
)

// circularModel has mixins that users have related to each other and to a kind.
func circularModel() *occi.Model {
	user := func(term string, depends ...occi.ID) *occi.Mixin {
		return &occi.Mixin{
			ID: occi.ID{Scheme: "http://example.org/tag#", Term: term}, Location: "/tag/" + term + "/", Depends: depends, User: true,
		}
	}
	egg, hen := user("egg"), user("hen")
	egg.Depends, hen.Depends = []occi.ID{hen.ID}, []occi.ID{egg.ID}
	return exampleModel().With(user("chick", hen.ID), egg, hen, user("server", occi.ComputeID))
}

func TestBindView(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, message string
		exact, want12 string // terms in order
	}{
		{"a kind", lineCompute, "compute", "compute server start stop restart suspend save"},
		{"two kinds in the order of the model", lineStorage + lineCompute + lineStorage, "compute storage", "compute storage server start stop restart suspend save online offline"},
		{"an abstract kind", lineLink, "link", "link storagelink networkinterface securitygrouplink"},
		{"the kinds below, and what is below them", lineResource, "resource", "resource compute storage network ipreservation securitygroup server start stop restart suspend save online offline up down"},
		{"a template root", lineOSTpl, "os_tpl", "os_tpl cirros"},
		{"a mixin by its alias", `Category: Cirros-Latest; scheme="` + templateOS + `"; class="mixin"`, "cirros", "cirros"},
		{"an action", lineStart, "start", "start"},
		{"an action that 1.2 does not show", lineBackup, "backup", ""},
		{"relations in a circle", `Category: egg; scheme="http://example.org/tag#"`, "egg", "chick egg hen"},
	}
	model := circularModel()
	for _, tt := range tests {
		for version, want := range map[occi.Version]string{
			occi.AnyVersion: tt.exact, occi.Version11: tt.exact, occi.Version12: tt.want12,
		} {
			view, err := mustParse(t, tt.message).BindView(model, version)
			if err != nil {
				t.Errorf("%s, version %d: got %v", tt.name, version, err)
			}
			if diff := cmp.Diff(want, strings.Join(termsOf(view), " ")); diff != "" {
				t.Errorf("%s, version %d (-want +got):\n%s", tt.name, version, diff)
			}
		}
	}
}

// termsOf are those of the view's categories, in its order.
func termsOf(v occi.View) []string {
	var terms []string
	for _, k := range v.Kinds {
		terms = append(terms, k.Term)
	}
	for _, x := range v.Mixins {
		terms = append(terms, x.Term)
	}
	for _, a := range v.Actions {
		terms = append(terms, a.Term)
	}
	return terms
}

func TestBindViewOfEverything(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	for _, version := range []occi.Version{occi.AnyVersion, occi.Version11, occi.Version12} {
		view, err := new(occi.Message).BindView(model, version)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(termsOf(model.As(version)), termsOf(view)); diff != "" {
			t.Errorf("version %d (-want +got):\n%s", version, diff)
		}
	}
}

func TestBindViewOfWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	_, err := mustParse(t, lineCompute+lineUnknown).BindView(exampleModel(), occi.Version11)
	if occi.CodeOf(err) != occi.NotFound || !strings.Contains(err.Error(), "http://example.org/occi#unknown") {
		t.Errorf("got %v, want NotFound with the identifier", err)
	}
}

// A query filtered by a root, in a model with as many templates as large clouds have.
func BenchmarkBindView(b *testing.B) {
	model := largeModel()
	message := mustParse(b, lineOSTpl)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := message.BindView(model, occi.Version12); err != nil {
			b.Fatal(err)
		}
	}
}

// A filter by an attribute of the last of many mixins.
func BenchmarkBindFilter(b *testing.B) {
	model := largeModel()
	message := mustParse(b, lineOSTpl+"X-OCCI-Attribute: org.example.last=1")
	kinds := kindsOf(model, allKinds)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := message.BindFilter(model, exampleURLs, kinds); err != nil {
			b.Fatal(err)
		}
	}
}

// largeModel has 2000 templates.
func largeModel() *occi.Model {
	templates := make([]*occi.Mixin, 2000)
	for i := range templates {
		term := fmt.Sprintf("3f2504e0-4f89-11d3-9a0c-%012d", i)
		templates[i] = &occi.Mixin{
			ID: occi.ID{Scheme: templateOS, Term: term}, Location: "/os_tpl/" + term + "/",
			Depends: []occi.ID{occi.OSTemplateID}, Applies: []occi.ID{occi.ComputeID},
		}
	}
	templates[len(templates)-1].Attributes = []occi.Attribute{{Name: "org.example.last", Type: occi.IntegerType}}
	return occi.Infrastructure().With(templates...)
}
