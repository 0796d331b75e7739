package translate

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestStorageLinkFromAttachingToDetaching(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	made := b.must(t, b.link(occi.StorageLinkID, compute, storage, "occi.storagelink.deviceid", "/dev/vdk"))
	device := made.Attributes.Text("occi.storagelink.deviceid")
	want := []string{
		"storagelink " + compute.ID + "_" + storage.ID,
		"occi.storagelink.deviceid=" + device, "occi.storagelink.state=active",
		"source compute " + compute.ID, "target storage " + storage.ID,
	}
	checkOutline(t, *made, want...)
	if !strings.HasSuffix(device, "dk") {
		t.Errorf("device %q, want one like /dev/vdk", device)
	}
	read, err := b.cloud.Get(t.Context(), made.Ref())
	if err != nil {
		t.Fatal(err)
	}
	checkOutline(t, *read, want...)
	all, err := b.cloud.List(t.Context(), made.Kind, occi.Query{}, true)
	if err != nil || len(all) != 1 {
		t.Fatalf("got %d links and error %v, want one link", len(all), err)
	}
	checkOutline(t, all[0], want...)

	checkCode(t, b.cloud.Delete(t.Context(), storage), occi.Conflict)

	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref())
	checkCode(t, b.cloud.Delete(t.Context(), made.Ref()), occi.NotFound)
	if err := b.cloud.Delete(t.Context(), storage); err != nil {
		t.Errorf("the storage cannot be deleted right after its link: %v", err)
	}
}

func TestStorageLinkRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage, other := b.server(t, "worker"), b.storage(t, "data"), b.storage(t, "spare")
	b.must(t, b.link(occi.StorageLinkID, compute, storage))
	for _, test := range []struct {
		name string
		link *occi.Entity
		code occi.Code
		says string
	}{
		{"missing storage", b.link(occi.StorageLinkID, compute, b.ref(occi.StorageID, nobody)), occi.Invalid, "storage \"" + nobody},
		{"missing compute", b.link(occi.StorageLinkID, b.ref(occi.ComputeID, nobody), other), occi.Invalid, "compute \"" + nobody},
		{"impossible compute", b.link(occi.StorageLinkID, b.ref(occi.ComputeID, "im-1"), other), occi.Invalid, "im-1"},
		{"wrong way round", b.link(occi.StorageLinkID, other, compute), occi.Invalid, "source"},
		{"attached already", b.link(occi.StorageLinkID, compute, storage), occi.Conflict, "already attached"},
		{"impossible device", b.link(occi.StorageLinkID, compute, other, "occi.storagelink.deviceid", "disk"), occi.Invalid, "device"},
		{"mount point", b.link(occi.StorageLinkID, compute, other, "occi.storagelink.mountpoint", "/data"), occi.Unimplemented, "mountpoint"},
	} {
		_, err := b.cloud.Create(t.Context(), test.link)
		checkCode(t, err, test.code)
		if err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q does not mention %q", test.name, err, test.says)
		}
	}
	if links := b.ids(t, occi.StorageLinkID); len(links) != 1 {
		t.Errorf("there are the links %v, want the first alone", links)
	}
}

func TestStorageLinkCannotBeChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	made := b.must(t, b.link(occi.StorageLinkID, compute, storage))
	_, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *made})
	checkCode(t, err, 0)
	moved := *made
	moved.Target.ID = nobody
	_, err = b.cloud.Update(t.Context(), &occi.Change{Entity: moved})
	checkCode(t, err, occi.Forbidden)
}

// A link that does not come about is taken back.
func TestStorageLinkThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	b.AddFault(openstacktest.Fault{
		Service: "cinder", Method: http.MethodGet, Path: regexp.MustCompile(storage.ID), Status: http.StatusInternalServerError,
	})
	_, err := b.cloud.Create(t.Context(), b.link(occi.StorageLinkID, compute, storage))
	checkCode(t, err, occi.BadUpstream)
	b.ClearFaults()
	b.waitFor(t, storage, "occi.storage.state", "online")
	b.checkGone(t, b.ref(occi.StorageLinkID, linkID(compute.ID, storage.ID)))
}

// What cannot be taken back, or may exist although nobody said so, is named.
func TestStorageLinkLeftBehindIsNamed(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile("os-volume_attachments")
	for _, test := range []struct {
		name   string
		faults []openstacktest.Fault
	}{
		{"undoing fails", []openstacktest.Fault{
			{Service: "cinder", Method: http.MethodGet, Status: http.StatusInternalServerError},
			{Service: "nova", Method: http.MethodDelete, Path: id, Status: http.StatusInternalServerError},
		}},
		{"the answer is lost, and the look at it", []openstacktest.Fault{
			{Service: "nova", Method: http.MethodPost, Path: id, Mode: openstacktest.ResetAfter},
			{Service: "nova", Method: http.MethodGet, Path: id, Status: http.StatusInternalServerError},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			compute, storage := b.server(t, "worker"), b.storage(t, "data")
			for _, f := range test.faults {
				b.AddFault(f)
			}
			_, err := b.cloud.Create(t.Context(), b.link(occi.StorageLinkID, compute, storage))
			if err == nil || !tellsOfRest(err) || !strings.Contains(err.Error(), `storagelink "`+linkID(compute.ID, storage.ID)+`"`) {
				t.Errorf("got %v, want the link named", err)
			}
		})
	}
}

func TestStorageLinkWithoutCinderIsReadable(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	made := b.must(t, b.link(occi.StorageLinkID, compute, storage))
	b.AddFault(openstacktest.Fault{Service: "cinder", Status: http.StatusInternalServerError})
	read, err := b.cloud.Get(t.Context(), made.Ref())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := outline(*read), outline(*made); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The answer waits for OpenStack to finish: who reads next, sees the link, or sees it gone.
func TestStorageLinkWaits(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 6 * time.Second}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	var made *occi.Entity
	calls, _ := b.counted(func() { made = b.must(t, b.link(occi.StorageLinkID, compute, storage)) })
	if state := made.Attributes.Text("occi.storagelink.state"); state != "active" || calls < 3 {
		t.Errorf("state %q after %d calls, want active after more than one look", state, calls)
	}
	calls, _ = b.counted(func() {
		if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
			t.Fatal(err)
		}
	})
	if calls < 3 {
		t.Errorf("detached after %d calls, want more than one look", calls)
	}
	b.checkGone(t, made.Ref())
	checkCode(t, b.cloud.Delete(t.Context(), storage), 0)
}

func TestStorageLinkThatTakesTooLong(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 6 * time.Second}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	clock.stop()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := b.cloud.Create(ctx, b.link(occi.StorageLinkID, compute, storage))
	checkCode(t, err, occi.Timeout)
	if err == nil || !strings.Contains(err.Error(), "still being attached") {
		t.Errorf("got %v, want what OpenStack is doing", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = b.cloud.Delete(ctx, b.ref(occi.StorageLinkID, linkID(compute.ID, storage.ID)))
	checkCode(t, err, occi.Conflict)
	e, ok := errors.AsType[*occi.Error](err)
	if !ok || e.RetryAfter != busyRetryAfter || !strings.Contains(e.Message, "the volume is being attached") {
		t.Errorf("got %v, want what OpenStack is doing, and when to try again", err)
	}
}
