package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// storageOutline is what a storage says about its state, and the actions that it offers.
func (b *bench) storageOutline(t *testing.T, ref occi.Ref) string {
	t.Helper()
	e, err := b.cloud.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	words := []string{e.Attributes.Text("occi.storage.state")}
	if message := e.Attributes.Text("occi.storage.state.message"); message != "" {
		words = append(words, "("+message+")")
	}
	for _, a := range e.Actions {
		words = append(words, a.Term)
	}
	return strings.Join(words, " ")
}

const (
	isOnline  = "online offline backup snapshot resize"
	isOffline = "offline (the storage was taken offline) online"
)

func TestStorageGoesOfflineAndOnline(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	link := b.link(occi.StorageLinkID, compute, storage)
	for range 2 { // once more, what is so already stays so
		b.act(t, storage, occi.OfflineID)
		if got := b.storageOutline(t, storage); got != isOffline {
			t.Errorf("offline: %q", got)
		}
	}
	_, err := b.cloud.Create(t.Context(), link)
	checkCode(t, err, occi.Conflict)
	if err == nil || !strings.Contains(err.Error(), "taken offline") {
		t.Errorf("attached while offline: %v, want why that cannot be", err)
	}
	for _, action := range []*occi.Invocation{b.order(occi.SnapshotID), b.order(occi.BackupID), b.order(occi.ResizeID, "size", "3")} {
		_, err := b.cloud.Act(t.Context(), storage, action)
		checkCode(t, err, occi.Conflict)
	}
	for range 2 {
		b.act(t, storage, occi.OnlineID)
		if got := b.storageOutline(t, storage); got != isOnline {
			t.Errorf("online: %q", got)
		}
	}
	if _, has := b.metadataOf(t, storage)[offlineKey]; has {
		t.Errorf("the item %s is left behind", offlineKey)
	}
	b.must(t, link)
	_, err = b.cloud.Act(t.Context(), storage, b.order(occi.OfflineID))
	checkCode(t, err, occi.Conflict)
	if err == nil || !strings.Contains(err.Error(), compute.ID) {
		t.Errorf("taken offline while attached: %v, want the compute named", err)
	}
}

// metadataOf returns what Cinder keeps with a storage.
func (b *bench) metadataOf(t *testing.T, ref occi.Ref) map[string]string {
	t.Helper()
	v, err := b.cloud.volume(t.Context(), addressed(occi.StorageID, ref.ID))
	if err != nil {
		t.Fatal(err)
	}
	return v.Metadata
}

func TestStorageThatIsOfflineIsDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	storage := b.storage(t, "data")
	b.act(t, storage, occi.OfflineID)
	if err := b.cloud.Delete(t.Context(), storage); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, storage)
}

// What keeps a storage keeps it offline, too.
func TestStorageThatIsOfflineStaysSoIfItIsNotDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	storage := b.storage(t, "data")
	b.act(t, storage, occi.SnapshotID)
	b.act(t, storage, occi.OfflineID)
	err := b.cloud.Delete(t.Context(), storage)
	checkCode(t, err, occi.Conflict)
	if err == nil || !strings.Contains(err.Error(), "have snapshots") {
		t.Errorf("got %v, want Cinder's reason", err)
	}
	if got := b.storageOutline(t, storage); got != isOffline {
		t.Errorf("after the refusal: %q", got)
	}
}

// A volume that another program has reserved is none of ours.
func TestStorageReservedByOthersIsNotBroughtOnline(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	storage := b.storage(t, "data")
	if err := (storages{b.cloud}).reserve(t.Context(), storage.ID); err != nil {
		t.Fatal(err)
	}
	_, err := b.cloud.Act(t.Context(), storage, b.order(occi.OnlineID))
	checkCode(t, err, occi.Conflict)
	if got := b.storageOutline(t, storage); got != "offline (the volume is being attached)" {
		t.Errorf("reserved by another: %q", got)
	}
}

// Whatever happens in between, the storage is online or offline afterwards, says so, and can be brought online.
func TestStorageOfflineWithCinderBroken(t *testing.T) {
	t.Parallel()
	for _, step := range []struct{ name, method, path string }{
		{"mark", http.MethodPost, `/metadata$`},
		{"reserve", http.MethodPost, `/attachments$`},
	} {
		for _, fault := range []openstacktest.Fault{
			{Status: http.StatusForbidden},
			{Status: http.StatusInternalServerError},
			{Mode: openstacktest.Refuse},
			{Mode: openstacktest.ResetAfter},
			{Mode: openstacktest.Truncate},
		} {
			b := newBench(t, openstacktest.Options{}, Options{})
			storage := b.storage(t, "data")
			fault.Method, fault.Path, fault.Times = step.method, regexp.MustCompile(step.path), 1
			b.AddFault(fault)
			_, err := b.cloud.Act(t.Context(), storage, b.order(occi.OfflineID))
			b.ClearFaults()
			want := isOnline
			if err == nil {
				want = isOffline
			}
			if got := b.storageOutline(t, storage); got != want {
				t.Errorf("%s, %+v: %q after error %v, want %q", step.name, fault, got, err, want)
			}
			b.act(t, storage, occi.OnlineID)
			if got := b.storageOutline(t, storage); got != isOnline {
				t.Errorf("%s, %+v: %q when online again", step.name, fault, got)
			}
		}
	}
}

// A storage that stays reserved stays offline for everybody, and can be brought online later.
func TestStorageOfflineThatCannotBeTakenBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	storage := b.storage(t, "data")
	reservations := regexp.MustCompile(`/attachments`)
	b.AddFault(openstacktest.Fault{Method: http.MethodPost, Path: reservations, Mode: openstacktest.ResetAfter})
	b.AddFault(openstacktest.Fault{Method: http.MethodGet, Path: reservations, Status: http.StatusInternalServerError})
	_, err := b.cloud.Act(t.Context(), storage, b.order(occi.OfflineID))
	b.ClearFaults()
	if err == nil || !strings.Contains(err.Error(), `left behind: the reservation of storage "`+storage.ID) {
		t.Errorf("got %v, want what is left behind", err)
	}
	if got := b.storageOutline(t, storage); got != isOffline {
		t.Errorf("afterwards: %q", got)
	}
	b.act(t, storage, occi.OnlineID)
	if got := b.storageOutline(t, storage); got != isOnline {
		t.Errorf("online again: %q", got)
	}
}

// While Cinder works on a volume the change waits.
func TestStorageThatIsBusyIsTakenOfflineLater(t *testing.T) {
	t.Parallel()
	clock := newClock(1e9)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 4e9}, Options{})
	made := b.must(t, b.entity(occi.StorageID, "title", "data", "occi.storage.size", "1")).Ref()
	b.act(t, made, occi.OfflineID)
	if got := b.storageOutline(t, made); got != isOffline {
		t.Errorf("got %q", got)
	}
}

func TestListedStoragesOfferActions(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	storage := b.storage(t, "data")
	all, err := b.cloud.List(t.Context(), storage.Kind, occi.Query{}, true)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d storages, %v", len(all), err)
	}
	if want := volumeStatusOf(&volumes.Volume{Status: "available"}).actions; !slices.Equal(all[0].Actions, want) {
		t.Errorf("actions %v, want %v", all[0].Actions, want)
	}
}
