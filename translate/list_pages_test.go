package translate

import (
	"fmt"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// The model has what OpenStack lists on later pages, too.
func TestModelOfSeveralPages(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{PageSize: 2}, Options{})
	b.AddImages(4)
	b.AddFlavors(4)
	b.AddVolumeType("fast", false)
	b.AddVolumeType("slow", false)
	for i := range 4 {
		if _, err := b.AddExternalNetwork(fmt.Sprintf("outside-%d", i), fmt.Sprintf("198.51.100.%d/30", 4*i)); err != nil {
			t.Fatal(err)
		}
	}
	data := b.storage(t, "data")
	for range 5 {
		b.act(t, data, occi.SnapshotID)
	}
	model, err := b.cloud.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	have := make(map[string]int)
	for _, x := range model.Mixins() {
		have[x.Scheme]++
	}
	for scheme, want := range map[string]int{
		osTemplateScheme: 6, resourceTemplateScheme: 8, volumeTypeScheme: 3, volumeSnapshotScheme: 5, floatingPoolScheme: 5,
	} {
		if have[scheme] != want {
			t.Errorf("%d mixins of %s, want %d", have[scheme], scheme, want)
		}
	}
}

// The listings of the kinds that TestOrderOfListings has not.
func TestListingsOfSeveralPages(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, PageSize: 2}, Options{})
	for i := range 5 {
		b.must(t, b.entity(occi.SecurityGroupID, "title", fmt.Sprintf("group-%d", i)))
		b.must(t, b.entity(occi.IPReservationID, "title", fmt.Sprintf("address-%d", i)))
	}
	for kind, want := range map[occi.ID]int{occi.SecurityGroupID: 6, occi.IPReservationID: 5} {
		if got := len(b.ids(t, kind)); got != want {
			t.Errorf("%d entities of %s, want %d", got, kind.Term, want)
		}
	}
}
