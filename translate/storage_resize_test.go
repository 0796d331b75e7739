package translate

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// resized asks for a size in both ways that there are, and returns the error of each.
func (b *bench) resized(t *testing.T, ref occi.Ref, size string) []error {
	t.Helper()
	_, err := b.cloud.Act(t.Context(), ref, b.order(occi.ResizeID, "size", size))
	_, err2 := b.cloud.Update(t.Context(), b.change(ref, nil, "occi.storage.size", size))
	return []error{err, err2}
}

func (b *bench) checkSize(t *testing.T, ref occi.Ref, want string) {
	t.Helper()
	e, err := b.cloud.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Attributes.Text("occi.storage.size"); got != want {
		t.Errorf("size %s, want %s", got, want)
	}
}

func TestStorageResize(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage := b.server(t, "worker"), b.storage(t, "data")
	b.act(t, storage, occi.ResizeID, "size", "2")
	b.checkSize(t, storage, "2")
	now, err := b.cloud.Update(t.Context(), b.change(storage, nil, "occi.storage.size", "2.1", "title", "results"))
	if err != nil || now.Title != "results" || now.Attributes.Text("occi.storage.size") != "3" {
		t.Errorf("got %v and %v, want 3 GiB named results", now, err)
	}
	b.must(t, b.link(occi.StorageLinkID, compute, storage))
	b.act(t, storage, occi.ResizeID, "size", "4") // 3.42
	b.checkSize(t, storage, "4")
	for _, test := range []struct {
		size string
		code occi.Code
		says string
	}{
		{"1", occi.Invalid, "has 4 GiB and cannot be made smaller"},
		{"0", occi.Invalid, "no size in GiB"},
		{"-2", occi.Invalid, "no size in GiB"},
		{"1e300", occi.Invalid, "no size in GiB"},
		{"2000000", occi.Forbidden, "quota"},
	} {
		for _, err := range b.resized(t, storage, test.size) {
			checkCode(t, err, test.code)
			if err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("size %s: %q does not mention %q", test.size, err, test.says)
			}
		}
	}
	b.checkSize(t, storage, "4")
}

// The answer waits until the storage has its size.
func TestStorageResizeWaits(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 4 * time.Second}, Options{})
	storage := b.storage(t, "data")
	now, err := b.cloud.Update(t.Context(), b.change(storage, nil, "occi.storage.size", "2"))
	if err != nil || now.Attributes.Text("occi.storage.size") != "2" || now.Attributes.Text("occi.storage.state") != "online" {
		t.Errorf("got %v and %v, want 2 GiB online", now, err)
	}
	clock.stop()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = b.cloud.Act(ctx, storage, b.order(occi.ResizeID, "size", "3"))
	checkCode(t, err, occi.Timeout)
	if err == nil || !strings.Contains(err.Error(), "still being resized") {
		t.Errorf("got %v, want what OpenStack is doing", err)
	}
}

// A resize that fails takes back what the same update did before.
func TestStorageUpdateThatFails(t *testing.T) {
	t.Parallel()
	action := regexp.MustCompile(`/action$`)
	for name, fault := range map[string]openstacktest.Fault{
		"refused":              {Status: http.StatusForbidden, Method: http.MethodPost, Path: action},
		"failing":              {Status: http.StatusInternalServerError, Method: http.MethodPost, Path: action},
		"away":                 {Mode: openstacktest.Refuse, Method: http.MethodPost, Path: action},
		"failing to be looked": {Status: http.StatusInternalServerError, Method: http.MethodGet, Path: regexp.MustCompile(`/volumes/[^/]+$`), Skip: 1, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			storage := b.storage(t, "data")
			b.AddFault(fault)
			_, err := b.cloud.Update(t.Context(), b.change(storage, nil, "occi.storage.size", "2", "title", "results"))
			b.ClearFaults()
			if err == nil {
				t.Fatal("the update succeeded")
			}
			now, err := b.cloud.Get(t.Context(), storage)
			if err != nil || now.Title != "data" {
				t.Errorf("afterwards %v, %v: want the old title", now, err)
			}
		})
	}
}

// Cinder may fail later than it says yes.
func TestStorageResizeThatCinderGivesUp(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Hour}, Options{})
	made := b.must(t, b.entity(occi.StorageID, "title", "data", "occi.storage.size", "1")).Ref()
	clock.advance(time.Hour)
	done := make(chan error, 1)
	go func() {
		_, err := b.cloud.Act(t.Context(), made, b.order(occi.ResizeID, "size", "2"))
		done <- err
	}()
	b.waitFor(t, made, "occi.storage.state.message", "the volume is being extended")
	if err := b.SetVolumeStatus(made.ID, "error_extending"); err != nil {
		t.Fatal(err)
	}
	err := <-done
	checkCode(t, err, occi.BadUpstream)
	if err == nil || !strings.Contains(err.Error(), "has 1 GiB, as before") {
		t.Errorf("got %v, want the size that it has", err)
	}
}

func TestStorageRetype(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.AddVolumeType("fast", false)
	b.AddVolumeType("shared", true)
	fast, shared := b.template(t, "fast"), b.template(t, "shared")
	storage := b.storage(t, "data")
	now, err := b.cloud.Update(t.Context(), b.change(storage, []*occi.Mixin{fast}))
	if err != nil || now.Mixin(fast.ID) == nil || len(now.MixinsOf(volumeTypeID)) != 1 {
		t.Errorf("got %v and %v, want the new type alone", now, err)
	}
	calls, _ := b.counted(func() { _, err = b.cloud.Update(t.Context(), b.change(storage, []*occi.Mixin{fast})) })
	if err != nil || calls != 1 {
		t.Errorf("the same once more: %v after %d calls, want one look", err, calls)
	}
	_, err = b.cloud.Update(t.Context(), b.change(storage, []*occi.Mixin{shared}))
	checkCode(t, err, occi.Conflict) // the simulated driver cannot do that
	_, err = b.cloud.Update(t.Context(), b.change(storage, []*occi.Mixin{shared, b.template(t, "__DEFAULT__")}))
	checkCode(t, err, occi.Invalid)

	b.AddFault(openstacktest.Fault{Method: http.MethodPost, Path: regexp.MustCompile(`/action$`), Skip: 1, Times: 1, Status: http.StatusForbidden})
	_, err = b.cloud.Update(t.Context(), b.change(storage, []*occi.Mixin{b.template(t, "__DEFAULT__")}, "occi.storage.size", "9"))
	checkCode(t, err, occi.Forbidden)
	if now, err = b.cloud.Get(t.Context(), storage); err != nil || now.Mixin(fast.ID) == nil {
		t.Errorf("after a change that failed: %v, %v, want the type before", now, err)
	}
}
