package translate

import (
	"context"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// A link that is still being made, or already being removed, by whoever, is waited for.
func TestStorageLinkIsDeletedInTransition(t *testing.T) {
	t.Parallel()
	attach := func(ctx context.Context, nova *gophercloud.ServiceClient, server, volume string) error {
		return volumeattach.Create(ctx, nova, server, volumeattach.CreateOpts{VolumeID: volume}).Err
	}
	detach := func(ctx context.Context, nova *gophercloud.ServiceClient, server, volume string) error {
		return volumeattach.Delete(ctx, nova, server, volume).ExtractErr()
	}
	for _, test := range []struct {
		name     string
		attached bool // before
		change   func(ctx context.Context, nova *gophercloud.ServiceClient, server, volume string) error
	}{
		{"being made", false, attach},
		{"being removed", true, detach},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			clock := newClock(time.Second)
			b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 10 * time.Second}, Options{})
			compute, storage := b.server(t, "worker"), b.storage(t, "data")
			if test.attached {
				b.must(t, b.link(occi.StorageLinkID, compute, storage))
			}
			nova, err := b.cloud.nova()
			if err != nil {
				t.Fatal(err)
			}
			if err := test.change(t.Context(), nova, compute.ID, storage.ID); err != nil {
				t.Fatal(err)
			}
			link := b.ref(occi.StorageLinkID, linkID(compute.ID, storage.ID))
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if err := b.cloud.Delete(ctx, link); err != nil {
				t.Fatal(err)
			}
			b.checkGone(t, link)
			if err := b.cloud.Delete(t.Context(), storage); err != nil {
				t.Errorf("the storage cannot be deleted right after its link: %v", err)
			}
		})
	}
}

// What will stay as it is, is not waited for.
func TestStorageLinkOfTheBootDiskStays(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	wanted := b.newCompute(t, "title", "worker")
	wanted.Mixins = append(wanted.Mixins, b.translator.base.Mixin(bootVolumeID))
	compute := b.must(t, wanted)
	b.waitFor(t, compute.Ref(), "occi.compute.state", "active")
	links := b.ids(t, occi.StorageLinkID)
	if len(links) != 1 {
		t.Fatalf("there are the links %v, want that of the boot disk", links)
	}
	err := b.cloud.Delete(t.Context(), b.ref(occi.StorageLinkID, links[0]))
	checkSays(t, "delete", err, occi.Conflict, `storage "*" cannot be detached now: Cannot detach a root device volume`)
}
