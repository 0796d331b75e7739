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

const otherImage = "Debian 12 – größer"

func TestRebuild(t *testing.T) {
	t.Parallel()
	for name, full := range map[string]bool{"POST": false, "PUT": true} {
		b := newBench(t, openstacktest.Options{}, Options{})
		ref := b.must(t, b.newCompute(t, "title", "one", openStackUserData, "I2Nsb3VkLWNvbmZpZwo=", openStackKeyName, "demo")).Ref()
		b.waitFor(t, ref, "occi.compute.state", "active")
		before := b.Servers("demo")[0]
		debian := b.template(t, otherImage)
		change := b.change(ref, []*occi.Mixin{debian}, "title", "two")
		if full {
			now, err := b.cloud.Get(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			change = &occi.Change{Entity: *now, Full: true}
			change.Title, change.Mixins = "two", []*occi.Mixin{debian, now.MixinsOf(occi.ResourceTemplateID)[0]}
		}
		now, err := b.cloud.Update(t.Context(), change)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if now.Mixin(debian.ID) == nil || len(now.MixinsOf(occi.OSTemplateID)) != 1 || now.Title != "two" ||
			now.Attributes.Text("occi.compute.state") != "active" || len(now.Links) != 2 {
			t.Errorf("%s: after the rebuild: %v", name, outline(*now))
		}
		after := b.Servers("demo")[0]
		if after.UserData != before.UserData || after.KeyName != "demo" {
			t.Errorf("%s: key %q and user data %q, want them as they were", name, after.KeyName, after.UserData)
		}
		b.ResetCalls()
		if _, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{debian})); err != nil {
			t.Errorf("%s: same template: %v", name, err)
		}
		for _, call := range b.Calls() {
			if call.Method != http.MethodGet {
				t.Errorf("%s: same template: %s %s", name, call.Method, call.Path)
			}
		}
	}
}

func TestRebuildByAssociation(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	b.act(t, ref, occi.StopID)
	b.waitFor(t, ref, "occi.compute.state", "inactive")
	debian := b.template(t, otherImage)
	if err := b.cloud.Associate(t.Context(), ref, debian); err != nil {
		t.Fatal(err)
	}
	now, err := b.cloud.Get(t.Context(), ref)
	if err != nil || now.Mixin(debian.ID) == nil || now.Attributes.Text("occi.compute.state") != "inactive" {
		t.Errorf("after the association: %v, %v", outline(*now), err)
	}
	checkCode(t, b.cloud.Dissociate(t.Context(), ref, debian), occi.Forbidden)
}

func TestFaultsOfARebuild(t *testing.T) {
	t.Parallel()
	action, read := regexp.MustCompile("/action$"), regexp.MustCompile("/servers/[^/]+$")
	unsure := "not known whether the compute is being rebuilt"
	for _, c := range []struct {
		name    string
		fault   openstacktest.Fault
		code    occi.Code
		saying  string
		rebuilt bool
	}{
		{"refused", openstacktest.Fault{Path: action, Status: http.StatusBadRequest, Body: `{"badRequest": {"message": "Flavor's memory is too small"}}`}, occi.Invalid, "too small", false},
		{"quota", openstacktest.Fault{Path: action, Status: http.StatusForbidden, Body: `{"forbidden": {"message": "Quota exceeded"}}`}, occi.Forbidden, "Quota exceeded", false},
		{"busy", openstacktest.Fault{Path: action, Status: http.StatusConflict}, occi.Conflict, "", false},
		{"unavailable", openstacktest.Fault{Path: action, Status: http.StatusServiceUnavailable}, occi.Unavailable, "", false},
		{"500", openstacktest.Fault{Path: action, Status: http.StatusInternalServerError}, occi.BadUpstream, unsure, false},
		{"reset before", openstacktest.Fault{Path: action, Mode: openstacktest.Refuse}, occi.Unavailable, unsure, false},
		{"reset after", openstacktest.Fault{Path: action, Mode: openstacktest.ResetAfter}, occi.Unavailable, unsure, true},
		{"a proxy's page", openstacktest.Fault{Path: action, Mode: openstacktest.HTML}, occi.BadUpstream, unsure, false},
		{"cannot be watched", openstacktest.Fault{Path: read, Method: "GET", Status: http.StatusInternalServerError, Skip: 1}, occi.BadUpstream, "the compute is still being rebuilt", true},
		{"cannot be reached to watch", openstacktest.Fault{Path: read, Method: "GET", Mode: openstacktest.Refuse, Skip: 1}, occi.Unavailable, "the compute is still being rebuilt", true},
		{"answers half while watched", openstacktest.Fault{Path: read, Method: "GET", Mode: openstacktest.Truncate, Skip: 1}, occi.BadUpstream, "the compute is still being rebuilt", true},
	} {
		b := newBench(t, openstacktest.Options{}, Options{})
		ref := b.compute(t, "title", "one")
		debian := b.template(t, otherImage)
		b.AddFault(c.fault)
		_, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{debian}, "title", "two"))
		if codeOf(err) != c.code || !strings.Contains(err.Error(), c.saying) {
			t.Errorf("%s: %v, want code %d and %q", c.name, err, c.code, c.saying)
		}
		if c.saying != unsure && strings.Contains(err.Error(), unsure) {
			t.Errorf("%s: %v, although it is known", c.name, err)
		}
		b.ClearFaults()
		now, err := b.cloud.Get(t.Context(), ref)
		if err != nil || now.Title != "one" || (now.Mixin(debian.ID) != nil) != c.rebuilt {
			t.Errorf("%s: afterwards %v, %v", c.name, outline(*now), err)
		}
	}
}

func TestRebuildThatTakesTooLong(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{})
	ref := b.must(t, b.newCompute(t, "title", "one")).Ref()
	clock.advance(time.Minute)
	change := b.change(ref, []*occi.Mixin{b.template(t, otherImage)}, "title", "two")
	ctx, cancel := contextFor(t, time.Second)
	defer cancel()
	_, err := b.cloud.Update(ctx, change)
	if codeOf(err) != occi.Timeout || !strings.Contains(err.Error(), "still being rebuilt") {
		t.Errorf("update: %v, want a time-out that says what goes on", err)
	}
	clock.advance(time.Minute)
	if s := b.Servers("demo")[0]; s.Status != "ACTIVE" || s.Name != "two" {
		t.Errorf("in the end: %s %s, want two ACTIVE", s.Name, s.Status)
	}
	if _, err := b.cloud.Update(t.Context(), change); err != nil {
		t.Errorf("the request repeated: %v", err)
	}
}

func TestRebuildThatNovaGivesUp(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{})
	ref := b.must(t, b.newCompute(t, "title", "one")).Ref()
	clock.advance(time.Minute)
	change := b.change(ref, []*occi.Mixin{b.template(t, otherImage)})
	done := make(chan error)
	go func() {
		_, err := b.cloud.Update(t.Context(), change)
		done <- err
	}()
	waitFor(t, func() bool { return b.Servers("demo")[0].Status == "REBUILD" })
	if err := b.SetServerState(ref.ID, "error", ""); err != nil {
		t.Fatal(err)
	}
	checkCode(t, <-done, occi.BadUpstream)
}
