package translate

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// act performs an action that the test needs.
func (b *bench) act(t *testing.T, ref occi.Ref, action occi.ID, pairs ...string) *occi.Mixin {
	t.Helper()
	made, err := b.cloud.Act(t.Context(), ref, b.order(action, pairs...))
	if err != nil {
		t.Fatalf("%s: %v", action.Term, err)
	}
	return made
}

func TestComputeActions(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	for _, step := range []struct {
		action occi.ID
		method string
		state  string
	}{
		{occi.StopID, "", "inactive"},
		{occi.StartID, "", "active"},
		{occi.StopID, "graceful", "inactive"},
		{occi.StartID, "", "active"},
		{occi.StopID, "acpioff", "inactive"},
		{occi.StartID, "", "active"},
		{occi.StopID, "poweroff", "inactive"},
		{occi.StartID, "", "active"},
		{occi.SuspendID, "", "suspended"},
		{occi.StartID, "", "active"},
		{occi.SuspendID, "hibernate", "suspended"},
		{occi.StartID, "", "active"},
		{occi.SuspendID, "suspend", "suspended"},
		{occi.StartID, "", "active"},
		{occi.RestartID, "", "active"},
		{occi.RestartID, "warm", "active"},
		{occi.RestartID, "cold", "active"},
	} {
		var with []string
		if step.method != "" {
			with = []string{"method", step.method}
		}
		if made := b.act(t, ref, step.action, with...); made != nil {
			t.Errorf("%s answered %v", step.action.Term, made.ID)
		}
		b.waitFor(t, ref, "occi.compute.state", step.state)
	}
}

func TestSuspendByMethod(t *testing.T) {
	t.Parallel()
	for method, status := range map[string]string{"": "SUSPENDED", "hibernate": "SUSPENDED", "suspend": "PAUSED"} {
		b := newBench(t, openstacktest.Options{}, Options{})
		ref := b.compute(t, "title", "one")
		var with []string
		if method != "" {
			with = []string{"method", method}
		}
		b.act(t, ref, occi.SuspendID, with...)
		waitFor(t, func() bool { return b.Servers("demo")[0].Status == status })
		b.act(t, ref, occi.StartID)
		b.waitFor(t, ref, "occi.compute.state", "active")
	}
}

func TestRestartByMethod(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{})
	ref := b.must(t, b.newCompute(t, "title", "one")).Ref()
	for method, status := range map[string]string{"": "REBOOT", "graceful": "REBOOT", "warm": "REBOOT", "cold": "HARD_REBOOT"} {
		clock.advance(time.Minute)
		b.act(t, ref, occi.RestartID, "method", method)
		if got := b.Servers("demo")[0].Status; got != status {
			t.Errorf("restart by %q: status %s, want %s", method, got, status)
		}
	}
}

func TestStartFromEachStatus(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	for _, c := range []struct {
		vmState, task string
		code          occi.Code
	}{
		{"stopped", "", 0},
		{"suspended", "", 0},
		{"paused", "", 0},
		{"shelved", "", 0},
		{"shelved_offloaded", "", 0},
		{"active", "", occi.Conflict},
		{"resized", "", occi.Conflict},
		{"rescued", "", occi.Conflict},
		{"error", "", occi.Conflict},
		{"building", "spawning", occi.Conflict},
		{"stopped", "powering-on", occi.Conflict},
		{"soft-delete", "", occi.NotFound},
		{"active", "deleting", occi.NotFound},
	} {
		if err := b.SetServerState(ref.ID, c.vmState, c.task); err != nil {
			t.Fatal(err)
		}
		_, err := b.cloud.Act(t.Context(), ref, b.order(occi.StartID))
		if codeOf(err) != c.code || err != nil && strings.Contains(err.Error(), "it is not known") {
			t.Errorf("start from %s %s: %v, want code %d, and nothing in doubt", c.vmState, c.task, err, c.code)
		}
		if err == nil {
			b.waitFor(t, ref, "occi.compute.state", "active")
		}
	}
}

func TestActionRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	for _, c := range []struct {
		name  string
		order *occi.Invocation
		code  occi.Code
	}{
		{"unknown method", b.order(occi.StopID, "method", "plug"), occi.Invalid},
		{"method of another action", b.order(occi.RestartID, "method", "poweroff"), occi.Invalid},
		{"action of another kind", b.order(occi.UpID), occi.Invalid},
	} {
		b.ResetCalls()
		_, err := b.cloud.Act(t.Context(), ref, c.order)
		if codeOf(err) != c.code {
			t.Errorf("%s: %v, want code %d", c.name, err, c.code)
		}
		if calls := b.Calls(); len(calls) > 0 {
			t.Errorf("%s: %d calls for nothing", c.name, len(calls))
		}
	}
	if err := b.SetServerState(ref.ID, "stopped", ""); err != nil {
		t.Fatal(err)
	}
	_, err := b.cloud.Act(t.Context(), ref, b.order(occi.StopID))
	if codeOf(err) != occi.Conflict || !strings.Contains(err.Error(), "vm_state stopped") {
		t.Errorf("stop of a stopped compute: %v, want a conflict in Nova's words", err)
	}
	if err := b.SetServerState(ref.ID, "active", "image_snapshot"); err != nil {
		t.Fatal(err)
	}
	_, err = b.cloud.Act(t.Context(), ref, b.order(occi.SuspendID))
	if e, ok := errors.AsType[*occi.Error](err); !ok || e.Code != occi.Conflict || e.RetryAfter == 0 {
		t.Errorf("suspend of a busy compute: %v, want a conflict with a time to wait", err)
	}
}

func TestSave(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{})
	ref := b.must(t, b.newCompute(t, "title", "one")).Ref()
	clock.advance(time.Minute)
	saved := b.act(t, ref, occi.SaveID, "name", "my copy", "method", "hot")
	if saved.Title != "my copy" || !saved.DependsOn(occi.OSTemplateID) {
		t.Errorf("save answered %+v, want an OS template", saved)
	}
	if inModel := b.template(t, "my copy"); inModel.ID != saved.ID {
		t.Errorf("the model has %s, save answered %s", inModel.ID, saved.ID)
	}
	wanted := b.newCompute(t, "title", "two")
	wanted.Mixins[0] = b.template(t, "my copy")
	if _, err := b.cloud.Create(t.Context(), wanted); codeOf(err) != occi.Conflict {
		t.Errorf("create from an image that is being saved: %v, want a conflict", err)
	}
	clock.advance(time.Minute)
	clock.advance(time.Minute)
	byDefault := b.act(t, ref, occi.SaveID)
	if byDefault.Title != "one" {
		t.Errorf("a save without a name is called %q, want as the server", byDefault.Title)
	}
	clock.advance(time.Minute)
	b.must(t, wanted)
	second := b.Servers("demo")[1]
	if second.ImageID != saved.Term {
		t.Errorf("the copy was made from %s, want %s", second.ImageID, saved.Term)
	}
}

func TestSaveOfAnotherProjectStaysThere(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	saved := b.act(t, b.compute(t, "title", "one"), occi.SaveID, "name", "my copy")
	model, err := b.as(t, "other", "other").Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if x := model.Mixin(saved.ID); x != nil {
		t.Errorf("the other project has %s", x.ID)
	}
}

func TestModel(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{PageSize: 2}, Options{})
	b.AddImages(5)
	model, err := b.cloud.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, x := range model.Mixins() {
		if x.DependsOn(occi.OSTemplateID) || x.DependsOn(occi.ResourceTemplateID) {
			titles = append(titles, x.Title)
		}
	}
	slices.Sort(titles)
	want := []string{
		"Debian 12 – größer", "cirros", "hpc-große-Maschine_2", "image-0001", "image-0002", "image-0003", "image-0004", "image-0005",
		"m1.medium", "m1.small", "m1.tiny",
	}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Errorf("templates (-want +got):\n%s", diff)
	}
	for _, id := range []occi.ID{occi.ComputeID, occi.StorageID, occi.NetworkID, occi.StorageLinkID, occi.NetworkInterfaceID} {
		if model.Kind(id) == nil || model.Kind(id) != b.cloud.kind(id) {
			t.Errorf("the model has another kind %s than the entities", id)
		}
	}
	for _, id := range []occi.ID{openStackUserDataID, openStackPublicKeyID, occi.UserDataID, occi.SSHKeyID} {
		if model.Mixin(id) == nil {
			t.Errorf("the model lacks %s", id)
		}
	}
}

func TestModelWithoutAService(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"glance", "nova"} {
		for status, code := range map[int]occi.Code{
			http.StatusInternalServerError: occi.BadUpstream,
			http.StatusServiceUnavailable:  occi.Unavailable,
		} {
			b := newBench(t, openstacktest.Options{}, Options{})
			b.AddFault(openstacktest.Fault{Service: service, Path: regexp.MustCompile("images|flavors"), Status: status})
			_, err := b.cloud.Model(t.Context())
			checkCode(t, err, code)
			b.ClearFaults()
			if _, err := b.cloud.Model(t.Context()); err != nil {
				t.Errorf("%s was away: %v", service, err)
			}
			b.AddFault(openstacktest.Fault{Service: service, Status: status})
			if _, err := b.cloud.Model(t.Context()); err != nil {
				t.Errorf("%s is away, but the model is cached: %v", service, err)
			}
		}
	}
}
