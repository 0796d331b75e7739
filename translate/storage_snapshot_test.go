package translate

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestStorageSnapshot(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.server(t, "worker")
	storage := b.must(t, b.entity(occi.StorageID, "title", "größer", "occi.storage.size", "2")).Ref()
	b.waitFor(t, storage, "occi.storage.state", "online")
	b.must(t, b.link(occi.StorageLinkID, compute, storage)) // a snapshot can be made of what is in use
	made := b.act(t, storage, occi.SnapshotID)
	if made == nil || made.Scheme != "http://schemas.openstack.org/storage/snapshot#" || !strings.HasPrefix(made.Title, "größer 20") {
		t.Fatalf("the snapshot is %v, want a mixin named after the storage and the time", made)
	}
	model, err := b.cloud.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	offered := model.Mixin(made.ID)
	if offered == nil || offered.Attributes[0].Default != occi.Integer(2) || offered.Attributes[1].Default != occi.String(storage.ID) {
		t.Fatalf("the model has %+v, want the snapshot's size and storage", offered)
	}
	small := b.entity(occi.StorageID, "occi.storage.size", "1")
	small.Mixins = []*occi.Mixin{offered}
	_, err = b.cloud.Create(t.Context(), small)
	checkCode(t, err, occi.Invalid)
	if err == nil || !strings.Contains(err.Error(), "cannot be smaller than the snapshot size 2GB") {
		t.Errorf("got %v, want Cinder's words", err)
	}
	copied := b.entity(occi.StorageID, "title", "copy", "occi.storage.size", "3")
	copied.Mixins = []*occi.Mixin{offered}
	again := b.must(t, copied).Ref()
	b.waitFor(t, again, "occi.storage.state", "online")
	all, err := b.cloud.List(t.Context(), storage.Kind, occi.Query{Mixins: []*occi.Mixin{offered}}, false)
	if err != nil || len(all) != 1 || all[0].ID != again.ID {
		t.Errorf("storages from the snapshot: %v, %v, want the copy", all, err)
	}
	if err := b.cloud.Undefine(t.Context(), []*occi.Mixin{offered}); err != nil {
		t.Fatal(err)
	}
	if model, err = b.cloud.Model(t.Context()); err != nil || model.Mixin(made.ID) != nil {
		t.Errorf("the snapshot is in the model, though it was removed: %v", err)
	}
	checkCode(t, b.cloud.Undefine(t.Context(), []*occi.Mixin{offered}), occi.NotFound)
}

func TestStorageSnapshotRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	storage := b.storage(t, "data")
	if err := b.SetQuota("demo", "snapshots", 0); err != nil {
		t.Fatal(err)
	}
	_, err := b.cloud.Act(t.Context(), storage, b.order(occi.SnapshotID))
	checkCode(t, err, occi.Forbidden)
	if err == nil || !strings.Contains(err.Error(), "Maximum number of snapshots") {
		t.Errorf("got %v, want Cinder's words", err)
	}
	if err := b.SetQuota("demo", "snapshots", 9); err != nil {
		t.Fatal(err)
	}
	b.AddFault(openstacktest.Fault{Method: http.MethodPost, Path: regexp.MustCompile(`/snapshots$`), Mode: openstacktest.ResetAfter})
	b.AddFault(openstacktest.Fault{Method: http.MethodGet, Path: regexp.MustCompile(`/snapshots/detail$`), Status: http.StatusInternalServerError})
	_, err = b.cloud.Act(t.Context(), storage, b.order(occi.SnapshotID))
	b.ClearFaults()
	checkCode(t, err, occi.Unavailable)
	if err == nil || !strings.Contains(err.Error(), `it is not known whether a snapshot named "data `) {
		t.Errorf("got %v, want what may be left behind", err)
	}
	checkCode(t, b.cloud.Delete(t.Context(), storage), occi.Conflict) // there is the snapshot
	other := volumeSnapshot{ID: nobody}.mixin()
	checkCode(t, b.cloud.Undefine(t.Context(), []*occi.Mixin{other}), occi.NotFound)
	if err := b.SetVolumeStatus(storage.ID, "error"); err != nil {
		t.Fatal(err)
	}
	_, err = b.cloud.Act(t.Context(), storage, b.order(occi.SnapshotID))
	checkCode(t, err, occi.Conflict)
	if err == nil || !strings.Contains(err.Error(), "the volume has failed") {
		t.Errorf("got %v, want the state", err)
	}
}

func TestSnapshotName(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 18, 30, 0, 0, time.FixedZone("", 3600))
	for volume, want := range map[string]string{
		"data":                   "data 2026-11-23 17:30:00",
		"":                       "2026-11-23 17:30:00",
		strings.Repeat("ä", 130): strings.Repeat("ä", 100) + "… 2026-11-23 17:30:00",
	} {
		if got := snapshotName(volume, at); got != want {
			t.Errorf("snapshotName(%q) = %q, want %q", volume, got, want)
		}
	}
}

func TestStorageBackup(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	_, err := b.cloud.Act(t.Context(), storage, b.order(occi.BackupID))
	checkCode(t, err, occi.Unimplemented)
	if err == nil || !strings.Contains(err.Error(), "Service not found") || !strings.Contains(err.Error(), "left behind: backup") {
		t.Errorf("without the service: %v, want what Cinder says and what it leaves", err)
	}
	b.ServeBackups()
	b.act(t, storage, occi.BackupID)
	b.must(t, b.link(occi.StorageLinkID, compute, storage))
	b.act(t, storage, occi.BackupID)
}

// A backup takes as long as it takes: the answer does not wait for its end.
func TestStorageBackupThatTakesLong(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 10 * time.Second}, Options{})
	b.ServeBackups()
	storage := b.storage(t, "data")
	clock.stop()
	b.act(t, storage, occi.BackupID)
	if got, want := b.storageOutline(t, storage), "offline (the volume is being backed up)"; got != want {
		t.Errorf("meanwhile: %q, want %q", got, want)
	}
}
