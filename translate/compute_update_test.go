package translate

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// change is what a client wants of an entity that exists.
func (b *bench) change(ref occi.Ref, mixins []*occi.Mixin, pairs ...string) *occi.Change {
	e := b.entity(ref.Kind.ID, pairs...)
	e.ID, e.Mixins = ref.ID, mixins
	return &occi.Change{Entity: *e}
}

func TestComputeTexts(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{Latency: 150 * time.Millisecond}, Options{})
	ref := b.compute(t, "title", "one")
	now, err := b.cloud.Update(t.Context(), b.change(ref, nil, "title", "two", "summary", "words", "occi.compute.hostname", "host-two"))
	if err != nil {
		t.Fatal(err)
	}
	if now.Title != "two" || now.Summary != "words" || now.Attributes.Text("occi.compute.hostname") != "host-two" {
		t.Errorf("after the change: %v", outline(*now))
	}
	calls, rounds := b.counted(func() {
		_, err = b.cloud.Update(t.Context(), &occi.Change{Entity: *now, Full: true})
	})
	if err != nil || rounds != 1 || calls > 4 {
		t.Errorf("everything as it is: %v, %d calls in %d rounds", err, calls, rounds)
	}
}

func TestResize(t *testing.T) {
	t.Parallel()
	for name, full := range map[string]bool{"POST": false, "PUT": true} {
		b := newBench(t, openstacktest.Options{}, Options{ConfirmResize: true})
		ref := b.compute(t, "title", "one")
		small := b.template(t, "m1.small")
		change := b.change(ref, []*occi.Mixin{small})
		if full {
			now, err := b.cloud.Get(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			change = &occi.Change{Entity: *now, Full: true}
			change.Mixins = []*occi.Mixin{now.Mixins[0], small}
		}
		now, err := b.cloud.Update(t.Context(), change)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if now.Mixin(small.ID) == nil || len(now.MixinsOf(occi.ResourceTemplateID)) != 1 || now.Attributes.Text("occi.compute.memory") != "2" ||
			now.Attributes.Text("occi.compute.state") != "active" || len(now.Actions) == 0 {
			t.Errorf("%s: after the resize: %v", name, outline(*now))
		}
		b.ResetCalls()
		if _, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{small})); err != nil {
			t.Errorf("%s: same template: %v", name, err)
		}
		for _, call := range b.Calls() {
			if call.Method != http.MethodGet {
				t.Errorf("%s: same template: %s %s", name, call.Method, call.Path)
			}
		}
	}
}

func TestResizeOfAStoppedCompute(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{ConfirmResize: true})
	ref := b.compute(t, "title", "one")
	b.act(t, ref, occi.StopID)
	b.waitFor(t, ref, "occi.compute.state", "inactive")
	now, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{b.template(t, "m1.small")}))
	if err != nil {
		t.Fatal(err)
	}
	if now.Attributes.Text("occi.compute.state") != "inactive" || now.Attributes.Text("occi.compute.memory") != "2" {
		t.Errorf("after the resize: %v", outline(*now))
	}
}

func TestResizeLeftToNova(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	if _, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{b.template(t, "m1.small")})); err != nil {
		t.Fatal(err)
	}
	if got := b.Servers("demo")[0].Status; got != "VERIFY_RESIZE" {
		t.Errorf("status %s, want VERIFY_RESIZE", got)
	}
}

func TestResizeThatTakesTooLong(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{ConfirmResize: true})
	ref := b.must(t, b.newCompute(t, "title", "one")).Ref()
	clock.advance(time.Minute)
	change := b.change(ref, []*occi.Mixin{b.template(t, "m1.small")}, "title", "two")
	ctx, cancel := contextFor(t, time.Second)
	defer cancel()
	_, err := b.cloud.Update(ctx, change)
	if codeOf(err) != occi.Timeout || !strings.Contains(err.Error(), "repeat the request") {
		t.Errorf("update: %v, want a time-out that says what to do", err)
	}
	clock.advance(time.Minute)
	if s := b.Servers("demo")[0]; s.Status != "VERIFY_RESIZE" || s.Name != "two" {
		t.Errorf("meanwhile: %s %s, want two VERIFY_RESIZE", s.Name, s.Status)
	}
	done := make(chan error, 1)
	go func() {
		_, err := b.cloud.Update(t.Context(), change)
		done <- err
	}()
	waitFor(t, func() bool {
		clock.advance(time.Minute)
		return len(done) > 0
	})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := b.Servers("demo")[0].Status; got != "ACTIVE" {
		t.Errorf("status %s after the repeated request, want ACTIVE", got)
	}
}

func TestResizeRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{ConfirmResize: true})
	ref := b.compute(t, "title", "one")
	small := []*occi.Mixin{b.template(t, "m1.small")}
	action := regexp.MustCompile("/action$")
	for _, c := range []struct {
		name  string
		fault openstacktest.Fault
		code  occi.Code
	}{
		{"quota", openstacktest.Fault{Path: action, Status: http.StatusForbidden, Body: `{"forbidden": {"message": "Quota exceeded for ram"}}`}, occi.Forbidden},
		{"no host", openstacktest.Fault{Path: action, Status: http.StatusBadRequest, Body: `{"badRequest": {"message": "No valid host was found."}}`}, occi.Invalid},
		{"busy", openstacktest.Fault{Path: action, Status: http.StatusConflict}, occi.Conflict},
		{"Nova is away", openstacktest.Fault{Path: action, Mode: openstacktest.Refuse}, occi.Unavailable},
	} {
		b.ClearFaults()
		b.AddFault(c.fault)
		_, err := b.cloud.Update(t.Context(), b.change(ref, small, "title", "two", "summary", "words"))
		checkCode(t, err, c.code)
		if s := b.Servers("demo")[0]; s.Name != "one" || s.Description != "" {
			t.Errorf("%s: the compute is called %q (%q) after a change that failed", c.name, s.Name, s.Description)
		}
	}
	b.ClearFaults()
	unknown := *small[0]
	unknown.Term = "unknown"
	_, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{&unknown}))
	checkCode(t, err, occi.NotFound)
	if err := b.SetServerState(ref.ID, "suspended", ""); err != nil {
		t.Fatal(err)
	}
	_, err = b.cloud.Update(t.Context(), b.change(ref, small))
	checkCode(t, err, occi.Conflict)
}

func TestResizeThatNovaGivesUp(t *testing.T) {
	t.Parallel()
	for vmState, code := range map[string]occi.Code{"active": occi.Conflict, "error": occi.BadUpstream} {
		clock := newClock(0)
		b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{ConfirmResize: true})
		ref := b.must(t, b.newCompute(t, "title", "one")).Ref()
		clock.advance(time.Minute)
		change := b.change(ref, []*occi.Mixin{b.template(t, "m1.small")})
		done := make(chan error)
		go func() {
			_, err := b.cloud.Update(t.Context(), change)
			done <- err
		}()
		waitFor(t, func() bool { return b.Servers("demo")[0].Status == "RESIZE" })
		if err := b.SetServerState(ref.ID, vmState, ""); err != nil {
			t.Fatal(err)
		}
		checkCode(t, <-done, code)
	}
}

func TestLinkAddedByUpdate(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{ConfirmResize: true})
	ref, storage := b.compute(t, "title", "one"), b.storage(t, "data")
	change := b.change(ref, nil)
	change.Links = []occi.Entity{*b.link(occi.StorageLinkID, occi.Ref{}, storage)}
	now, err := b.cloud.Update(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	if len(now.Links) != 3 || now.Links[1].Target != storage {
		t.Errorf("links after the change: %+v", now.Links)
	}
	if now, err = b.cloud.Update(t.Context(), change); err != nil || len(now.Links) != 3 {
		t.Errorf("links after the same change: %v, %v", now, err)
	}

	change = b.change(ref, []*occi.Mixin{b.template(t, "m1.small")})
	change.Links = []occi.Entity{*b.link(occi.StorageLinkID, occi.Ref{}, b.storage(t, "more"))}
	b.AddFault(openstacktest.Fault{Path: regexp.MustCompile("/action$"), Status: http.StatusConflict})
	_, err = b.cloud.Update(t.Context(), change)
	checkCode(t, err, occi.Conflict)
	if n := len(b.Servers("demo")[0].VolumeIDs); n != 1 {
		t.Errorf("%d volumes after a change that failed, want 1", n)
	}
}

func TestUpdateNamesWhatItCannotTakeBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{ConfirmResize: true})
	ref := b.compute(t, "title", "one")
	b.AddFault(openstacktest.Fault{Path: regexp.MustCompile("/action$"), Status: http.StatusConflict})
	b.AddFault(openstacktest.Fault{Method: http.MethodPut, Status: http.StatusInternalServerError, Skip: 1})
	_, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{b.template(t, "m1.small")}, "title", "two"))
	if e, ok := errors.AsType[*occi.Error](err); !ok || e.Code != occi.Conflict || !strings.Contains(e.Message, "left behind: the new texts") {
		t.Errorf("update: %v, want a conflict that names what is left", err)
	}
}

func TestImpossibleChangesAskForNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	for _, c := range []struct {
		change *occi.Change
		code   occi.Code
	}{
		{b.change(ref, []*occi.Mixin{b.template(t, "Debian 12 – größer"), b.template(t, "m1.small")}, "title", "two"), occi.Invalid},
		{b.change(ref, []*occi.Mixin{b.template(t, "Debian 12 – größer"), b.template(t, "cirros")}, "title", "two"), occi.Invalid},
		{b.change(ref, nil, "title", "two", "occi.compute.cores", "4"), occi.Unimplemented},
		{b.change(ref, nil, "title", "two", "occi.compute.state", "inactive"), occi.Forbidden},
	} {
		b.ResetCalls()
		_, err := b.cloud.Update(t.Context(), c.change)
		checkCode(t, err, c.code)
		for _, call := range b.Calls() {
			if call.Method != http.MethodGet {
				t.Errorf("%s %s", call.Method, call.Path)
			}
		}
	}
}

// waitFor waits until a condition holds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	ctx, cancel := contextFor(t, 10*time.Second)
	defer cancel()
	err := waitUntil(ctx, time.Millisecond, func(context.Context) (bool, error) { return holds(), nil })
	if err != nil {
		t.Fatal(err)
	}
}
