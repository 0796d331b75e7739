package translate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestProfileMeansFlavors(t *testing.T) {
	t.Parallel()
	all := []flavors.Flavor{
		{ID: "big", Name: "m1.big", VCPUs: 8, RAM: 32 << 10, Disk: 80},
		{ID: "exact", Name: "m1.exact", VCPUs: 2, RAM: 2 << 10, Disk: 5, Ephemeral: 15},
		{ID: "diskless", Name: "m1.diskless", VCPUs: 4, RAM: 4 << 10},
		{ID: "one", Name: "m1.one", VCPUs: 1, RAM: 1 << 10, Disk: 10},
	}
	for name, c := range map[string]struct {
		options Options
		all     []flavors.Flavor
		want    map[string]string // term to the name of a flavor
	}{
		"off": {Options{}, all, map[string]string{}},
		"best fit": {Options{Profile: true}, all, map[string]string{
			"small": "m1.one", "medium": "m1.exact", "large": "m1.big", "mem_small": "m1.big", "mem_medium": "m1.big", "mem_large": "m1.big",
		}},
		"without what fits": {Options{Profile: true}, all[1:], map[string]string{"small": "m1.one", "medium": "m1.exact"}},
		"by id, name, and one that is not there": {
			Options{Profile: true, ProfileFlavors: map[string]string{"small": "big", "medium": "m1.diskless", "large": "none"}},
			all,
			map[string]string{
				"small": "m1.big", "medium": "m1.diskless", "mem_small": "m1.big", "mem_medium": "m1.big", "mem_large": "m1.big",
			},
		},
	} {
		got := map[string]string{}
		for _, x := range profileMixins(c.all, c.options) {
			if !x.DependsOn(occi.ResourceTemplateID) {
				t.Errorf("%s: %s is no resource template", name, x.Term)
			}
			for _, a := range x.Attributes {
				if a.Name == "org.openstack.flavor.name" {
					got[x.Term] = a.Default.Text()
				}
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: flavors (-want +got):\n%s", name, diff)
		}
	}
}

func TestComputeByTheProfile(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{
		Profile: true, ConfirmResize: true, ProfileFlavors: map[string]string{"small": "m1.tiny", "medium": "m1.small"},
	})
	tiny, small := b.template(t, "m1.tiny"), b.template(t, "m1.small")
	wanted := b.newCompute(t, "title", "one")
	wanted.Mixins[1] = b.template(t, "A small Compute instance")
	made := b.must(t, wanted)
	if made.Mixin(tiny.ID) == nil {
		t.Errorf("made: %v, want it to have %s", outline(*made), tiny.Term)
	}
	b.waitFor(t, made.Ref(), "occi.compute.state", "active")
	medium := b.template(t, "A medium Compute instance")
	if err := b.cloud.Associate(t.Context(), made.Ref(), medium); err != nil {
		t.Fatal(err)
	}
	for _, x := range []*occi.Mixin{medium, small} {
		all, err := b.cloud.List(t.Context(), made.Kind, occi.Query{Mixins: []*occi.Mixin{x}}, true)
		if err != nil || len(all) != 1 || all[0].Mixin(small.ID) == nil {
			t.Errorf("computes of %s: %v, %v", x.ID, all, err)
		}
	}
	wanted.Mixins[1] = &occi.Mixin{ID: occi.ID{Scheme: profileScheme, Term: "giant"}, Depends: []occi.ID{occi.ResourceTemplateID}}
	_, err := b.cloud.Create(t.Context(), wanted)
	checkCode(t, err, occi.NotFound)
}
