package translate

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servergroups"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestComputeZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, term, location string }{
		{"nova", "nova", "/availability_zone/compute/nova/"},
		{"Zone 1", "x--_5aone_201", "/availability_zone/compute/x--_5aone_201/"},
		{"größer", "x--gr_c3_b6_c3_9fer", "/availability_zone/compute/x--gr_c3_b6_c3_9fer/"},
	} {
		x := computeZone(c.name)
		if x.Term != c.term || x.Location != c.location || x.Title != c.name || !x.DependsOn(availabilityZoneID) {
			t.Errorf("computeZone(%q) = %+v", c.name, x)
		}
		if x.AppliesTo(occi.StorageID) {
			t.Errorf("the zone %q of Nova applies to storage", c.name)
		}
	}
}

func TestServerGroupMixin(t *testing.T) {
	t.Parallel()
	x := serverGroup(servergroups.ServerGroup{ID: netE, Name: "apart", Policies: []string{"anti-affinity"}})
	if x.Term != netE || x.Title != "apart" || x.Attributes[0].Default != occi.String("anti-affinity") {
		t.Errorf("serverGroup = %+v", x)
	}
	if nameless := serverGroup(servergroups.ServerGroup{ID: netE}); nameless.Title != netE {
		t.Errorf("a group without a name has the title %q", nameless.Title)
	}
}

// group makes a server group by Nova's own means.
func (b *bench) group(t *testing.T, name string) *occi.Mixin {
	t.Helper()
	nova, err := b.cloud.nova()
	if err != nil {
		t.Fatal(err)
	}
	made, err := servergroups.Create(t.Context(), nova, servergroups.CreateOpts{Name: name, Policies: []string{"affinity"}}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	b.translator.templates.drop(b.cloud.templateKey())
	return b.template(t, made.Name)
}

func TestComputeInAZoneAndAServerGroup(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	zone, group := b.template(t, "nova"), b.group(t, "together")
	wanted := b.newCompute(t, "title", "one")
	wanted.Mixins = append(wanted.Mixins, zone, group)
	made := b.must(t, wanted)
	b.waitFor(t, made.Ref(), "occi.compute.state", "active")
	read, err := b.cloud.Get(t.Context(), made.Ref())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []*occi.Entity{made, read} {
		if e.Mixin(zone.ID) == nil || e.Mixin(group.ID) == nil {
			t.Errorf("mixins %v, want the zone and the group among them", e.Mixins)
		}
	}
	elsewhere := b.must(t, b.newCompute(t, "title", "two"))
	for _, x := range []*occi.Mixin{group, zone} {
		all, err := b.cloud.List(t.Context(), made.Kind, occi.Query{Mixins: []*occi.Mixin{x}}, false)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, e := range all {
			ids = append(ids, e.ID)
		}
		want := []string{made.ID}
		if x == zone { // where Nova has put both
			want = append(want, elsewhere.ID)
		}
		slices.Sort(ids) // made within the same second
		slices.Sort(want)
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("computes with %s (-want +got):\n%s", x.Title, diff)
		}
	}
}

func TestPlacesThatAComputeCannotHave(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	for _, c := range []struct {
		name   string
		places []*occi.Mixin
		code   occi.Code
	}{
		{"two zones", []*occi.Mixin{b.template(t, "nova"), computeZone("other")}, occi.Invalid},
		{"a zone that is gone since", []*occi.Mixin{computeZone("other")}, occi.Invalid},
		{"a group that is gone since", []*occi.Mixin{serverGroup(servergroups.ServerGroup{ID: nobody})}, occi.Invalid},
	} {
		wanted := b.newCompute(t, "title", "one")
		wanted.Mixins = append(wanted.Mixins, c.places...)
		_, err := b.cloud.Create(t.Context(), wanted)
		if codeOf(err) != c.code {
			t.Errorf("%s: error %v, want code %d", c.name, err, c.code)
		}
	}
	ref := b.compute(t, "title", "two")
	for _, x := range []*occi.Mixin{computeZone("other"), serverGroup(servergroups.ServerGroup{ID: nobody})} {
		_, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{x}))
		checkCode(t, err, occi.Unimplemented)
	}
	if n := len(b.Servers("demo")); n != 1 {
		t.Errorf("%d servers, want one", n)
	}
}

func TestListingsThatNovaDoesNotPermitLeaveTheTemplates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path    string
		status  int
		partial bool // to be asked for again soon
	}{
		{"os-availability-zone", http.StatusForbidden, false},
		{"os-server-groups", http.StatusForbidden, false},
		{"os-server-groups", http.StatusNotFound, false},
		{"os-server-groups", http.StatusInternalServerError, true},
	} {
		b := newBench(t, openstacktest.Options{}, Options{})
		b.AddFault(openstacktest.Fault{Path: regexp.MustCompile(c.path), Status: c.status})
		model, err := b.cloud.Model(t.Context())
		if err != nil || model.Mixin(occi.ID{Scheme: osTemplateScheme, Term: "cirros"}) == nil {
			t.Errorf("%s with status %d: the model lacks the OS template: %v", c.path, c.status, err)
		}
		if loaded, err := b.cloud.templates(t.Context()); err != nil || loaded.isPartial() != c.partial {
			t.Errorf("%s with status %d: partial is %v (error %v)", c.path, c.status, !c.partial, err)
		}
	}
}
