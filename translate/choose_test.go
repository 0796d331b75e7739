package translate

import (
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
)

func TestChooseTemplates(t *testing.T) {
	t.Parallel()
	all := newTemplates(testModel(), []image{cirros, {ID: "nameless", Status: "active"}}, []flavors.Flavor{large, scratch, tiny})
	osTpl := all.osTemplateOf(cirros.ID)
	flavor := func(id string) *occi.Mixin { return all.resourceTemplateOf(id) }
	unknown := resourceTemplate(tiny)
	unknown.Term = "unknown"
	roots := []*occi.Mixin{testModel().Mixin(occi.OSTemplateID), testModel().Mixin(occi.ResourceTemplateID)}
	for _, c := range []struct {
		name     string
		mixins   []*occi.Mixin
		sizes    occi.Attributes
		defaults Options
		image    string
		flavor   string
		code     occi.Code
	}{
		{"both named", []*occi.Mixin{osTpl, flavor("s.2")}, nil, Options{}, "cirros", "scratch", 0},
		{"template before sizes", []*occi.Mixin{osTpl, flavor("1")}, texts("occi.compute.cores", "8"), Options{}, "cirros", "m1.tiny", 0},
		{"sizes, as IM", []*occi.Mixin{osTpl}, texts("occi.compute.cores", "1", "occi.compute.memory", "1"), Options{}, "cirros", "scratch", 0},
		{"sizes before the default", []*occi.Mixin{osTpl}, texts("occi.compute.cores", "8"), Options{ResourceTemplate: "m1.tiny"}, "cirros", "m1.large", 0},
		{"defaults by name", nil, nil, Options{OSTemplate: "cirros", ResourceTemplate: "scratch"}, "cirros", "scratch", 0},
		{"defaults by id", nil, nil, Options{OSTemplate: cirros.ID, ResourceTemplate: "3"}, "cirros", "m1.large", 0},
		{"roots say nothing", roots, nil, Options{OSTemplate: "cirros", ResourceTemplate: "1"}, "cirros", "m1.tiny", 0},
		{"no image, though one has no name", []*occi.Mixin{flavor("1")}, nil, Options{}, "", "", occi.Invalid},
		{"no flavor", []*occi.Mixin{osTpl}, nil, Options{}, "", "", occi.Invalid},
		{"default hidden from the project", []*occi.Mixin{osTpl}, nil, Options{ResourceTemplate: "m9"}, "", "", occi.Invalid},
		{"no flavor fits", []*occi.Mixin{osTpl}, texts("occi.compute.cores", "9"), Options{}, "", "", occi.Invalid},
		{"two flavors", []*occi.Mixin{osTpl, flavor("1"), flavor("3")}, nil, Options{}, "", "", occi.Invalid},
		{"flavor gone since", []*occi.Mixin{osTpl, unknown}, nil, Options{}, "", "", occi.NotFound},
	} {
		e := newCompute(func(e *occi.Entity) { e.Mixins, e.Attributes = c.mixins, c.sizes })
		i, f, err := chooseTemplates(all, e, c.defaults)
		if codeOf(err) != c.code {
			t.Errorf("%s: error %v, want code %d", c.name, err, c.code)
		}
		if err == nil && (i.Name != c.image || f.Name != c.flavor) {
			t.Errorf("%s: %s and %s, want %s and %s", c.name, i.Name, f.Name, c.image, c.flavor)
		}
	}
}
