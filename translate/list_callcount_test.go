package translate

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// A list takes one round for each page of its longest listing, however many listings it joins. The ports of DHCP servers
// are on the same page as those of computes here.
func TestRoundsOfListsArePages(t *testing.T) {
	t.Parallel()
	const size = 10
	for _, pages := range []int{1, 2} {
		t.Run(strconv.Itoa(pages), func(t *testing.T) {
			t.Parallel()
			clock := newClock(time.Second) // Nova is asked for the order of ports of one age
			b := newBench(t, openstacktest.Options{Now: clock.now, PageSize: size, Latency: 100 * time.Millisecond}, Options{})
			if _, err := b.cloud.Model(t.Context()); err != nil {
				t.Fatal(err)
			}
			b.cloud.novaVersion(t.Context())
			wanted := (pages-1)*size + 3
			if _, err := b.AddServers("demo", wanted); err != nil {
				t.Fatal(err)
			}
			b.checkListRounds(t, occi.ComputeID, wanted, pages)
			for range wanted {
				b.must(t, b.entity(occi.StorageID, "title", "data", "occi.storage.size", "1"))
			}
			b.checkListRounds(t, occi.StorageID, wanted, pages)
			for n := range wanted - len(b.ids(t, occi.NetworkID)) {
				if _, err := b.AddNetwork("demo", "lan", fmt.Sprintf("10.77.%d.0/24", n)); err != nil {
					t.Fatal(err)
				}
			}
			b.checkListRounds(t, occi.NetworkID, wanted, pages)
		})
	}
}

func (b *bench) checkListRounds(t *testing.T, kind occi.ID, wantEntities, wantRounds int) {
	t.Helper()
	for _, full := range []bool{false, true} {
		var listed []occi.Entity
		var err error
		_, rounds := b.counted(func() {
			listed, err = b.cloud.List(t.Context(), b.cloud.kind(kind), occi.Query{}, full)
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(listed) != wantEntities || rounds != wantRounds {
			t.Errorf("%s, full %t: %d entities in %d rounds, want %d in %d",
				kind.Term, full, len(listed), rounds, wantEntities, wantRounds)
		}
	}
}
