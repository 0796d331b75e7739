package translate

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// Clients delete a compute and its storage in a row.
func TestStorageOfADeletedCompute(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 10 * time.Second}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	b.must(t, b.link(occi.StorageLinkID, compute, storage))
	for _, ref := range []occi.Ref{compute, storage} {
		if err := b.cloud.Delete(t.Context(), ref); err != nil {
			t.Errorf("deleting the %s: %v", ref.Kind.Term, err)
		}
		b.checkGone(t, ref)
	}
}

// A boot disk that goes with its compute is gone when that has gone.
func TestBootDiskOfADeletedCompute(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 10 * time.Second}, Options{})
	wanted := b.newCompute(t, "title", "worker")
	wanted.Mixins = append(wanted.Mixins, b.translator.base.Mixin(bootVolumeID))
	compute := b.must(t, wanted).Ref()
	b.waitFor(t, compute, "occi.compute.state", "active")
	disks := b.ids(t, occi.StorageID)
	if err := b.cloud.Delete(t.Context(), compute); err != nil || len(disks) != 1 {
		t.Fatalf("error %v, storages %v", err, disks)
	}
	checkCode(t, b.cloud.Delete(t.Context(), b.ref(occi.StorageID, disks[0])), occi.NotFound)
}

func TestStorageOfAComputeThatDoesNotGo(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 10 * time.Second}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	b.must(t, b.link(occi.StorageLinkID, compute, storage))
	clock.stop()
	if err := b.cloud.Delete(t.Context(), compute); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := b.cloud.Delete(ctx, storage)
	checkSays(t, "delete", err, occi.Conflict, `storage "*" is still attached to a compute that is deleted or being deleted`)
	if e, ok := errors.AsType[*occi.Error](err); !ok || e.RetryAfter != busyRetryAfter {
		t.Errorf("got %v, want when to try again", err)
	}
}
