package translate

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// What cannot be deleted by its nature is no member of a collection that is to be.
func TestWhatCanBeDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	group := b.must(t, b.entity(occi.SecurityGroupID, "title", "web")).ID
	wanted := b.newCompute(t, "title", "worker")
	wanted.Mixins = append(wanted.Mixins, b.translator.base.Mixin(bootVolumeID))
	compute := b.must(t, wanted).Ref()
	b.waitFor(t, compute, "occi.compute.state", "active")
	data := b.must(t, b.link(occi.StorageLinkID, compute, b.storage(t, "data"))).ID

	foreign, err := b.AddNetwork("other", "shared", "10.99.0.0/24")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.ShareNetwork(foreign); err != nil {
		t.Fatal(err)
	}
	private, public := b.network(t, "private").ID, b.network(t, "public").ID
	for kind, want := range map[occi.ID][]string{
		occi.NetworkID:       {private},
		occi.SecurityGroupID: {group},
		occi.StorageLinkID:   {data},
	} {
		for _, full := range []bool{false, true} {
			all, err := b.cloud.List(t.Context(), b.translator.base.Kind(kind), occi.Query{Deletable: true}, full)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range all {
				got = append(got, e.ID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s to delete (-want +got):\n%s", kind.Term, diff)
			}
		}
	}
	if seen := b.ids(t, occi.NetworkID); !slices.Contains(seen, foreign) || !slices.Contains(seen, public) {
		t.Errorf("networks %v, want the shared and the external one among them", seen)
	}
	if seen := b.ids(t, occi.SecurityGroupID); len(seen) != 2 {
		t.Errorf("security groups %v, want the default one among them", seen)
	}
}

// Neither does a query by id find it.
func TestWhatCanBeDeletedByID(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	public := b.network(t, "public")
	q := having("occi.core.id", public.ID)
	q.Deletable = true
	all, err := b.cloud.List(t.Context(), public.Kind, q, false)
	if err != nil || len(all) != 0 {
		t.Errorf("got %v, error %v, want nothing", all, err)
	}
}
