package translate

import (
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// How many calls the operations on tags make, and in how many rounds, once templates and definitions are known.
func TestCallsAndRoundsOfTags(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second) // Nova is asked for the order of ports of one age
	b := newTagBench(t, openstacktest.Options{Now: clock.now, Latency: 100 * time.Millisecond}, Options{})
	all := b.carriers(t)
	compute, storage, network, disk, nic := all[0].ref, all[1].ref, all[2].ref, all[3].ref, all[4].ref
	defined := b.define(t, tag("blue"), tag("red"))
	blue, red := defined[0], defined[1]
	kind := func(id occi.ID) *occi.Kind { return b.translator.base.Kind(id) }
	put := func(ref occi.Ref) func() error {
		return func() error { return b.cloud.Associate(t.Context(), ref, blue) }
	}
	take := func(ref occi.Ref) func() error {
		return func() error { return b.cloud.Dissociate(t.Context(), ref, blue) }
	}
	update := func(ref occi.Ref, full bool, mixins ...*occi.Mixin) func() error {
		return func() error { _, err := b.cloud.Update(t.Context(), changeOf(ref, full, mixins...)); return err }
	}
	for _, c := range []struct {
		name          string
		run           func() error
		calls, rounds int
	}{
		{"define", func() error { return b.cloud.Define(t.Context(), []*occi.Mixin{tag("green")}) }, 0, 0},
		{"model", func() error { _, err := b.cloud.Model(t.Context()); return err }, 0, 0},

		{"tag compute", put(compute), 1, 1},
		{"tag storage", put(storage), 1, 1},
		{"tag network", put(network), 1, 1},
		{"tag storagelink", put(disk), 2, 2},
		{"tag networkinterface", put(nic), 3, 2},

		{"get compute with tags", func() error { return b.get(t, compute) }, 4, 1},
		{"get storage with tags", func() error { return b.get(t, storage) }, 1, 1},
		{"get network with tags", func() error { return b.get(t, network) }, 2, 1},
		{"get storagelink with tags", func() error { return b.get(t, disk) }, 3, 1},
		{"get networkinterface with tags", func() error { return b.get(t, nic) }, 3, 1},
		{"list compute in full with tags", func() error { return b.list(t, compute.Kind, true) }, 4, 1},
		{"list storagelink with tags", func() error { return b.list(t, kind(occi.StorageLinkID), false) }, 1, 1},
		{"list storagelink in full with tags", func() error { return b.list(t, kind(occi.StorageLinkID), true) }, 2, 1},

		{"update compute, adding", update(compute, false, red), 5, 2},
		{"update storage, adding two", update(storage, false, red, tag("green")), 2, 2},
		{"update storage, removing two", update(storage, true, blue), 3, 2},
		{"update network, adding two", update(network, false, red, tag("green")), 4, 2},
		{"update networkinterface, adding", update(nic, false, red), 6, 3},

		{"take off compute", take(compute), 1, 1},
		{"take off storage", take(storage), 1, 1},
		{"take off network", take(network), 1, 1},
		{"take off network again", take(network), 1, 1},
		{"take off compute again", take(compute), 2, 2},
		{"take off networkinterface", take(nic), 3, 2},
		{"delete storagelink with tags", func() error { return b.cloud.Delete(t.Context(), disk) }, 4, 4},

		{"undefine what is on three things", func() error { return b.cloud.Undefine(t.Context(), []*occi.Mixin{red}) }, 9, 2},
		{"undefine what is on nothing", func() error { return b.cloud.Undefine(t.Context(), []*occi.Mixin{blue}) }, 6, 1},
	} {
		var err error
		calls, rounds := b.counted(func() { err = c.run() })
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if calls != c.calls || rounds != c.rounds {
			t.Errorf("%s: %d calls in %d rounds, want %d in %d", c.name, calls, rounds, c.calls, c.rounds)
		}
	}
}
