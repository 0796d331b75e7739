package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestStorageFromCreationToDeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	made := b.must(t, b.entity(occi.StorageID, "title", "data", "summary", "of the run", "occi.storage.size", "0.1"))
	checkOutline(t, *made,
		"storage "+made.ID, "title data", "summary of the run", "mixin "+b.template(t, "__DEFAULT__").Term, "mixin nova",
		"occi.storage.size=1",
		"occi.storage.state=offline", "occi.storage.state.message=the volume is being created",
	)
	b.waitFor(t, made.Ref(), "occi.storage.state", "online")
	if ids := b.ids(t, occi.StorageID); !slices.Contains(ids, made.ID) {
		t.Errorf("the list %v lacks %s", ids, made.ID)
	}
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref())
	if ids := b.ids(t, occi.StorageID); slices.Contains(ids, made.ID) {
		t.Errorf("the list still has %s", made.ID)
	}
	checkCode(t, b.cloud.Delete(t.Context(), made.Ref()), occi.NotFound)
}

func TestStorageBeingDeletedIsGone(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{})
	made := b.must(t, b.entity(occi.StorageID, "title", "data", "occi.storage.size", "1"))
	clock.advance(time.Minute)
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref()) // Cinder has it, deleting, until the clock moves
	if ids := b.ids(t, occi.StorageID); slices.Contains(ids, made.ID) {
		t.Errorf("the list still has %s", made.ID)
	}
	checkCode(t, b.cloud.Delete(t.Context(), made.Ref()), occi.NotFound)
}

func TestStorageUpdate(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.storage(t, "data")
	for _, test := range []struct {
		name   string
		change []string
		code   occi.Code
		calls  int
		title  string
	}{
		{"nothing", nil, 0, 1, "data"},
		{"what was read", []string{"title", "data", "occi.storage.size", "1", "occi.storage.state", "online"}, 0, 1, "data"},
		{"the title", []string{"title", "results"}, 0, 2, "results"},
		{"the summary", []string{"summary", "of the run"}, 0, 2, "results"},
		{"the size", []string{"occi.storage.size", "2"}, 0, 3, "results"},
		{"another size", []string{"occi.storage.size", "1.2"}, 0, 1, "results"},
		{"a smaller size", []string{"occi.storage.size", "1"}, occi.Invalid, 1, ""},
		{"the state", []string{"occi.storage.state", "offline"}, occi.Forbidden, 1, ""},
	} {
		change := &occi.Change{Entity: *b.entity(occi.StorageID, test.change...)}
		change.ID = ref.ID
		var now *occi.Entity
		var err error
		calls, _ := b.counted(func() { now, err = b.cloud.Update(t.Context(), change) })
		checkCode(t, err, test.code)
		if calls != test.calls {
			t.Errorf("%s: %d calls, want %d", test.name, calls, test.calls)
		}
		if err == nil && now.Title != test.title {
			t.Errorf("%s: title %q, want %q", test.name, now.Title, test.title)
		}
	}
}

func TestStorageRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	_, err := b.cloud.Create(t.Context(), b.entity(occi.StorageID, "title", "huge", "occi.storage.size", "1000000"))
	checkCode(t, err, occi.Forbidden)
	if err == nil || !strings.Contains(err.Error(), "quota") {
		t.Errorf("got %v, want Cinder's words about the quota", err)
	}
	for _, action := range []occi.ID{occi.OnlineID, occi.OfflineID, occi.BackupID, occi.SnapshotID} {
		_, err = b.cloud.Act(t.Context(), b.ref(occi.StorageID, nobody), b.order(action))
		checkCode(t, err, occi.NotFound)
	}
	_, err = b.cloud.Act(t.Context(), b.ref(occi.StorageID, volumeC), b.order(occi.StartID))
	checkCode(t, err, occi.Invalid)
}

func TestStorageOfAnotherProjectIsNotThere(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.storage(t, "data")
	other := b.as(t, "other", "other")
	_, err := other.Get(t.Context(), ref)
	checkCode(t, err, occi.NotFound)
	checkCode(t, other.Delete(t.Context(), ref), occi.NotFound)
}

func TestListsFollowPages(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{PageSize: 2}, Options{})
	want := len(b.ids(t, occi.StorageID))
	for range 5 {
		b.must(t, b.entity(occi.StorageID, "occi.storage.size", "1"))
		want++
	}
	networks := len(b.ids(t, occi.NetworkID))
	for range 5 {
		b.must(t, b.entity(occi.NetworkID, "title", "lan"))
	}
	if got := len(b.ids(t, occi.StorageID)); got != want {
		t.Errorf("%d storages, want %d", got, want)
	}
	if got := len(b.ids(t, occi.NetworkID)); got != networks+5 {
		t.Errorf("%d networks, want %d", got, networks+5)
	}
}

// Ids that none of OpenStack's can be are refused without asking, since they would become part of a URL.
func TestImpossibleIDs(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	for _, kind := range []occi.ID{occi.StorageID, occi.NetworkID, occi.StorageLinkID, occi.NetworkInterfaceID} {
		for _, id := range []string{
			"", "x", "detail", "..", "../../servers", strings.ToUpper(serverA),
			serverA + "?all_tenants=1", serverA + "_", serverA + "_10.0.0", "_" + volumeC, serverA + "_" + volumeC + "/x",
		} {
			ref := b.ref(kind, id)
			change := &occi.Change{Entity: *b.entity(kind, "id", id, "title", "new")}
			calls, _ := b.counted(func() {
				_, err := b.cloud.Get(t.Context(), ref)
				checkCode(t, err, occi.NotFound)
				_, err = b.cloud.Update(t.Context(), change)
				checkCode(t, err, occi.NotFound)
				checkCode(t, b.cloud.Delete(t.Context(), ref), occi.NotFound)
			})
			if calls != 0 {
				t.Errorf("%s %q: %d calls, want none", kind.Term, id, calls)
			}
		}
	}
}

// Whatever Cinder answers, the client gets a defined error.
func TestStorageWithCinderBroken(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.storage(t, "data")
	for _, test := range []struct {
		name  string
		fault openstacktest.Fault
		code  occi.Code
	}{
		{"away", openstacktest.Fault{Mode: openstacktest.Refuse}, occi.Unavailable},
		{"behind a proxy that is lost", openstacktest.Fault{Mode: openstacktest.HTML}, occi.BadUpstream},
		{"cut short", openstacktest.Fault{Mode: openstacktest.Truncate}, occi.BadUpstream},
		{"failing", openstacktest.Fault{Status: http.StatusInternalServerError}, occi.BadUpstream},
		{"busy", openstacktest.Fault{Status: http.StatusServiceUnavailable}, occi.Unavailable},
		{"token revoked", openstacktest.Fault{Status: http.StatusUnauthorized}, occi.Unauthenticated},
		{"nonsense", openstacktest.Fault{Status: http.StatusOK, Body: `{"volume": 7, "volumes": 7}`}, occi.BadUpstream},
	} {
		test.fault.Service, test.fault.Path = "cinder", regexp.MustCompile(`/volumes`)
		b.AddFault(test.fault)
		_, err := b.cloud.Get(t.Context(), ref)
		checkCode(t, err, test.code)
		_, err = b.cloud.List(t.Context(), ref.Kind, occi.Query{}, true)
		checkCode(t, err, test.code)
		b.ClearFaults()
	}
}
