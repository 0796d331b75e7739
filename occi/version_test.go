package occi_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// The views of GFD.184 and GFD.224 differ from the whole in these names.
func TestModelAs(t *testing.T) {
	t.Parallel()
	whole := occi.Infrastructure().As(occi.AnyVersion)
	for version, want := range map[occi.Version][]string{
		occi.AnyVersion: nil,
		occi.Version11: {
			"occi.compute.share", "occi.compute.state.message", "occi.network.state.message", "occi.networkinterface.state.message",
			"occi.securitygroup.state.message", "occi.securitygrouplink.state.message",
			"occi.storage.state.message", "occi.storagelink.state.message",
		},
		occi.Version12: {"backup", "backup of storage", "occi.compute.speed", "resize", "resize of storage", "snapshot", "snapshot of storage"},
	} {
		seen := namesOf(occi.Infrastructure().As(version))
		missing := slices.DeleteFunc(namesOf(whole), func(name string) bool { return slices.Contains(seen, name) })
		slices.Sort(missing)
		if diff := cmp.Diff(want, slices.Compact(missing)); diff != "" && (len(want) > 0 || len(missing) > 0) {
			t.Errorf("version %d hides (-want +got):\n%s", version, diff)
		}
	}
}

// namesOf are the categories, attributes and the kinds' actions in the view.
func namesOf(v occi.View) []string {
	var names []string
	for _, k := range v.Kinds {
		names = append(names, k.Term)
		for _, a := range k.Attributes {
			names = append(names, a.Name)
		}
		for _, id := range k.Actions {
			names = append(names, fmt.Sprintf("%s of %s", id.Term, k.Term))
		}
	}
	for _, x := range v.Mixins {
		names = append(names, x.Term)
		for _, a := range x.Attributes {
			names = append(names, a.Name)
		}
	}
	for _, a := range v.Actions {
		names = append(names, a.Term)
	}
	return names
}

// A view is made once, and shares the mixins, of which there may be thousands.
func TestViewsAreCheap(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	for _, version := range []occi.Version{occi.AnyVersion, occi.Version11, occi.Version12} {
		first, again := model.As(version), model.As(version)
		if &first.Kinds[0] != &again.Kinds[0] || &first.Actions[0] != &again.Actions[0] {
			t.Errorf("version %d: the view was made twice, want once", version)
		}
		if &first.Mixins[0] != &model.Mixins()[0] {
			t.Errorf("version %d: the view has its own mixins, want the model's", version)
		}
	}
	if got := len(model.Kind(occi.ComputeID).Actions); got != 5 {
		t.Errorf("the model's compute has %d actions after the views were made, want 5 as before", got)
	}
}

func TestEntityAs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind                       occi.ID
		name                       string
		value                      occi.Value
		want11, want12, wantActual string
	}{
		{occi.ComputeID, "occi.compute.state", occi.String("error"), "inactive", "error", "error"},
		{occi.ComputeID, "occi.compute.state", occi.String("suspended"), "suspended", "suspended", "suspended"},
		{occi.NetworkID, "occi.network.state", occi.String("error"), "inactive", "error", "error"},
		{occi.NetworkInterfaceID, "occi.networkinterface.state", occi.String("error"), "inactive", "error", "error"},
		{occi.StorageLinkID, "occi.storagelink.state", occi.String("error"), "inactive", "error", "error"},
		{occi.StorageID, "occi.storage.state", occi.String("error"), "degraded", "error", "error"},
		{occi.StorageID, "occi.storage.state", occi.String("offline"), "offline", "offline", "offline"},
		{occi.ComputeID, "occi.compute.state.message", occi.String("error"), "", "error", "error"},
		{occi.ComputeID, "occi.compute.share", occi.Integer(2), "", "2", "2"},
		{occi.ComputeID, "occi.compute.speed", occi.Number(2.5), "2.5", "", "2.5"},
		{occi.ComputeID, "occi.compute.hostname", occi.String("error"), "error", "error", "error"},
		{occi.ComputeID, "org.example.state", occi.String("error"), "error", "error", "error"},
	}
	for _, tt := range tests {
		e := occi.Entity{Kind: occi.Infrastructure().Kind(tt.kind), ID: "1", Attributes: occi.Attributes{{Name: tt.name, Value: tt.value}}}
		owner := occi.Entity{ID: "2", Links: []occi.Entity{e}} // what holds for an entity holds for the links in it
		for version, want := range map[occi.Version]string{
			occi.Version11: tt.want11, occi.Version12: tt.want12, occi.AnyVersion: tt.wantActual,
		} {
			if got := e.As(version).Attributes.Text(tt.name); got != want {
				t.Errorf("%s=%s in version %d: got %q, want %q", tt.name, tt.value.Text(), version, got, want)
			}
			if got := owner.As(version).Links[0].Attributes.Text(tt.name); got != want {
				t.Errorf("%s=%s in a link in version %d: got %q, want %q", tt.name, tt.value.Text(), version, got, want)
			}
		}
		if got := e.Attributes.Text(tt.name); got != tt.wantActual {
			t.Errorf("%s: the entity itself became %q, want %q as before", tt.name, got, tt.wantActual)
		}
	}
}

func TestActionsOfAnEntityAs(t *testing.T) {
	t.Parallel()
	actions := []occi.ID{occi.SaveID, occi.OnlineID, occi.BackupID, occi.SnapshotID, occi.ResizeID}
	e := occi.Entity{Actions: slices.Clone(actions)}
	for version, want := range map[occi.Version][]occi.ID{
		occi.AnyVersion: actions,
		occi.Version11:  actions, // rOCCI, which says 1.1, saves
		occi.Version12:  {occi.SaveID, occi.OnlineID},
	} {
		if diff := cmp.Diff(want, e.As(version).Actions); diff != "" {
			t.Errorf("version %d (-want +got):\n%s", version, diff)
		}
	}
	if diff := cmp.Diff(actions, e.Actions); diff != "" {
		t.Errorf("the entity itself (-want +got):\n%s", diff)
	}
}
