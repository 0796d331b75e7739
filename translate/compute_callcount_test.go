package translate

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// How many calls the operations on computes make, and in how many rounds, once the templates are known.
func TestCallsAndRoundsOfCompute(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{Latency: 150 * time.Millisecond}, Options{ConfirmResize: true, RepeatWindow: time.Minute})
	ref := b.compute(t, "title", "one")
	kind := ref.Kind
	plain, keyed := b.newCompute(t, "title", "two"), b.newCompute(t, "title", "three", openStackKeyData, edKey)
	small, debian := b.template(t, "m1.small"), b.template(t, otherImage)
	var made *occi.Entity
	for _, c := range []struct {
		name          string
		run           func() error
		calls, rounds int
	}{
		{"model", func() error { _, err := b.cloud.Model(t.Context()); return err }, 0, 0},
		{"list", func() error { return b.list(t, kind, false) }, 2, 1},
		{"list in full", func() error { return b.list(t, kind, true) }, 4, 1},
		{"get", func() error { return b.get(t, ref) }, 4, 1},
		{"create", func() (err error) { made, err = b.cloud.Create(t.Context(), plain); return err }, 1, 1},
		{"delete", func() error { return b.cloud.Delete(t.Context(), made.Ref()) }, 3, 2},
		{"create with the client's id", func() (err error) {
			made, err = b.cloud.Create(t.Context(), b.numbered(t, "numbered", "x"))
			return err
		}, 2, 2},
		{"delete", func() error { return b.cloud.Delete(t.Context(), made.Ref()) }, 3, 2},
		{"create with a key", func() error { _, err := b.cloud.Create(t.Context(), keyed); return err }, 3, 3},
		{"restart", func() error { _, err := b.cloud.Act(t.Context(), ref, b.order(occi.RestartID)); return err }, 1, 1},
		{"stop", func() error { _, err := b.cloud.Act(t.Context(), ref, b.order(occi.StopID)); return err }, 1, 1},
		{"start", func() error { _, err := b.cloud.Act(t.Context(), ref, b.order(occi.StartID)); return err }, 2, 2},
		{"rename", func() error { _, err := b.cloud.Update(t.Context(), b.change(ref, nil, "title", "x")); return err }, 5, 2},
		{"first metadata", func() error {
			_, err := b.cloud.Update(t.Context(), b.change(ref, nil, computeMetadata, `{"a":"1","b":"2"}`))
			return err
		}, 5, 2},
		{"other metadata", func() error {
			_, err := b.cloud.Update(t.Context(), b.change(ref, nil, computeMetadata, `{"c":"3"}`))
			return err
		}, 7, 3},
		{"another password", func() error {
			_, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{b.translator.base.Mixin(adminPasswordID)}, adminPassword, "p"))
			return err
		}, 5, 2},
		{"no change", func() error { _, err := b.cloud.Update(t.Context(), b.change(ref, nil, "title", "x")); return err }, 4, 1},
		{"resize", func() error {
			_, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{small}))
			return err
		}, 12, 6},
		{"rebuild", func() error {
			_, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{debian}))
			return err
		}, 10, 4},
		{"save by name", func() error { _, err := b.cloud.Act(t.Context(), ref, b.order(occi.SaveID, "name", "n")); return err }, 1, 1},
		{"model after save", func() error { _, err := b.cloud.Model(t.Context()); return err }, 5, 1},
	} {
		var err error
		calls, rounds := b.counted(func() { err = c.run() })
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if calls != c.calls || rounds != c.rounds {
			t.Errorf("%s: %d calls in %d rounds, want %d in %d", c.name, calls, rounds, c.calls, c.rounds)
		}
	}
}

func TestCallsDoNotGrowWithServers(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{PageSize: 100}, Options{})
	ids, err := b.AddServers("demo", 250)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.cloud.Model(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.cloud.novaVersion(t.Context())
	b.ResetCalls()
	all, err := b.cloud.List(t.Context(), b.cloud.kind(occi.ComputeID), occi.Query{}, true)
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, e := range all {
		listed = append(listed, e.ID)
		if len(e.Links) != 2 || len(e.Mixins) != 3 {
			t.Fatalf("%v has %d links, want two, and two templates and a zone", outline(e), len(e.Links))
		}
	}
	slices.Sort(ids)
	slices.Sort(listed)
	if diff := cmp.Diff(ids, listed); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	perService := map[string]int{}
	for _, call := range b.Calls() {
		perService[call.Service]++
	}
	if diff := cmp.Diff(map[string]int{"nova": 3, "neutron": 4, "cinder": 1}, perService); diff != "" {
		t.Errorf("calls for three pages (-want +got):\n%s", diff)
	}
}
