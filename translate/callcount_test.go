package translate

import (
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// How many calls an operation makes, and in how many rounds: calls in one round run together. Waiting for
// something adds a look per interval; in the simulated cloud the first look after the answer sees the end.
func TestCallsAndRoundsOfStorageAndNetwork(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second) // Nova is asked for the order of ports of one age
	b := newBench(t, openstacktest.Options{Now: clock.now, Latency: 150 * time.Millisecond}, Options{AttachRouter: true})
	compute, storage, private := b.server(t, "worker"), b.storage(t, "data"), b.network(t, "private")
	if _, err := b.cloud.Model(t.Context()); err != nil { // which every creation has bound its request to
		t.Fatal(err)
	}
	b.cloud.novaVersion(t.Context()) // asked for once an hour, as are Cinder's
	b.cloud.session.VolumeVersion(t.Context())
	kind := b.translator.base.Kind
	var lan, volume, disk, nic, kept, out *occi.Entity
	for _, test := range []struct {
		name          string
		run           func() error
		calls, rounds int
	}{
		{"list storage", func() error { return b.list(t, kind(occi.StorageID), true) }, 1, 1},
		{"get storage", func() error { return b.get(t, storage) }, 1, 1},
		{"create storage", func() (err error) {
			volume, err = b.cloud.Create(t.Context(), b.entity(occi.StorageID, "title", "scratch", "occi.storage.size", "1"))
			return err
		}, 1, 1},
		{"delete storage", func() error { return b.cloud.Delete(t.Context(), volume.Ref()) }, 1, 1},

		{"offline storage", func() error { _, err := b.cloud.Act(t.Context(), storage, b.order(occi.OfflineID)); return err }, 3, 3},
		{"online storage", func() error { _, err := b.cloud.Act(t.Context(), storage, b.order(occi.OnlineID)); return err }, 4, 4},
		{"resize storage", func() error {
			_, err := b.cloud.Act(t.Context(), storage, b.order(occi.ResizeID, "size", "2"))
			return err
		}, 3, 3},
		{"list network", func() error { return b.list(t, kind(occi.NetworkID), false) }, 1, 1},
		{"list network in full", func() error { return b.list(t, kind(occi.NetworkID), true) }, 2, 1},
		{"get network", func() error { return b.get(t, private) }, 2, 1},
		{"create network with router", func() (err error) {
			lan, err = b.cloud.Create(t.Context(), b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24"))
			return err
		}, 5, 4},
		{"down network", func() error {
			_, err := b.cloud.Act(t.Context(), lan.Ref(), b.invocation(occi.DownID))
			return err
		}, 1, 1},

		{"create storagelink", func() (err error) {
			disk, err = b.cloud.Create(t.Context(), b.link(occi.StorageLinkID, compute, storage))
			return err
		}, 2, 2},
		{"list storagelink", func() error { return b.list(t, kind(occi.StorageLinkID), true) }, 1, 1},
		{"get storagelink", func() error { return b.get(t, disk.Ref()) }, 2, 1},
		{"delete storagelink", func() error { return b.cloud.Delete(t.Context(), disk.Ref()) }, 2, 2},

		{"create networkinterface", func() (err error) {
			nic, err = b.cloud.Create(t.Context(), b.link(occi.NetworkInterfaceID, compute, lan.Ref()))
			return err
		}, 7, 3},
		{"list networkinterface", func() error { return b.list(t, kind(occi.NetworkInterfaceID), false) }, 2, 1},
		{"list networkinterface in full", func() error { return b.list(t, kind(occi.NetworkInterfaceID), true) }, 3, 1},
		{"get networkinterface", func() error { return b.get(t, nic.Ref()) }, 3, 1},
		{"delete networkinterface", func() error { return b.cloud.Delete(t.Context(), nic.Ref()) }, 4, 3},

		{"create ipreservation", func() (err error) {
			kept, err = b.cloud.Create(t.Context(), b.entity(occi.IPReservationID))
			return err
		}, 2, 2},
		{"list ipreservation", func() error { return b.list(t, kind(occi.IPReservationID), true) }, 1, 1},
		{"get ipreservation", func() error { return b.get(t, kept.Ref()) }, 1, 1},
		{"link ipreservation", func() (err error) {
			out, err = b.cloud.Create(t.Context(), b.link(occi.NetworkInterfaceID, compute, kept.Ref()))
			return err
		}, 4, 4},
		{"unlink ipreservation", func() error { return b.cloud.Delete(t.Context(), out.Ref()) }, 3, 2},
		{"delete ipreservation", func() error { return b.cloud.Delete(t.Context(), kept.Ref()) }, 2, 2},
		{"link external network", func() (err error) {
			out, err = b.cloud.Create(t.Context(), b.link(occi.NetworkInterfaceID, compute, b.ref(occi.NetworkID, "PUBLIC")))
			return err
		}, 3, 3},
		{"get link to external network", func() error { return b.get(t, out.Ref()) }, 3, 1},
		{"unlink external network", func() error { return b.cloud.Delete(t.Context(), out.Ref()) }, 3, 2},
		{"delete network with router", func() error { return b.cloud.Delete(t.Context(), lan.Ref()) }, 4, 3},
	} {
		var err error
		calls, rounds := b.counted(func() { err = test.run() })
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if calls != test.calls || rounds != test.rounds {
			t.Errorf("%s: %d calls in %d rounds, want %d in %d", test.name, calls, rounds, test.calls, test.rounds)
		}
	}
}

func (b *bench) list(t *testing.T, kind *occi.Kind, full bool) error {
	t.Helper()
	_, err := b.cloud.List(t.Context(), kind, occi.Query{}, full)
	return err
}

func (b *bench) get(t *testing.T, ref occi.Ref) error {
	t.Helper()
	_, err := b.cloud.Get(t.Context(), ref)
	return err
}
