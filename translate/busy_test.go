package translate

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestLinksWaitForABusyCompute(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{Settle: 200 * time.Millisecond}, Options{})
	storage := b.storage(t, "data")
	compute := b.must(t, b.newCompute(t, "title", "busy")).Ref() // which Nova is building
	disk := b.must(t, b.link(occi.StorageLinkID, compute, storage))
	b.act(t, compute, occi.RestartID)
	nic := b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")))
	for _, link := range []occi.Ref{disk.Ref(), nic.Ref()} {
		b.act(t, compute, occi.RestartID)
		if err := b.cloud.Delete(t.Context(), link); err != nil {
			t.Errorf("deleting the %s of a compute that restarts: %v", link.Kind.Term, err)
		}
	}
}

func TestLinksDoNotWaitForever(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	storage, compute := b.storage(t, "data"), b.compute(t, "title", "one")
	for _, state := range []struct {
		vm, task string
		again    time.Duration
	}{
		{"active", "resize_prep", busyRetryAfter},
		{"error", "", 0}, // it will stay so
	} {
		if err := b.SetServerState(compute.ID, state.vm, state.task); err != nil {
			t.Fatal(err)
		}
		for _, link := range []*occi.Entity{
			b.link(occi.StorageLinkID, compute, storage),
			b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")),
		} {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			_, err := b.cloud.Create(ctx, link)
			cancel()
			checkCode(t, err, occi.Conflict)
			if e, ok := errors.AsType[*occi.Error](err); ok && e.RetryAfter != state.again {
				t.Errorf("%s in state %s %s: try again after %v, want %v", link.Kind.Term, state.vm, state.task, e.RetryAfter, state.again)
			}
		}
	}
}
