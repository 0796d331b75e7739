package translate

import (
	"testing"

	"github.com/occigate/occigate/occi"
)

func TestOnlyTexts(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	attributes := func(pairs ...string) (a occi.Attributes) {
		for i := 0; i < len(pairs); i += 2 {
			a.SetText(pairs[i], pairs[i+1])
		}
		return a
	}
	link := occi.Entity{Kind: m.Kind(occi.NetworkInterfaceID), Target: occi.Ref{Kind: m.Kind(occi.NetworkID), ID: netE}}
	now := occi.Entity{
		Kind:       m.Kind(occi.NetworkID),
		Title:      "lan",
		Mixins:     []*occi.Mixin{m.Mixin(occi.IPNetworkID)},
		Attributes: attributes("occi.network.state", "active", "occi.network.address", "10.0.0.0/24"),
	}
	for _, test := range []struct {
		name   string
		change occi.Entity
		code   occi.Code
	}{
		{"nothing", occi.Entity{}, 0},
		{"title and summary", occi.Entity{Title: "wan", Summary: "outside"}, 0},
		{"what was read", now, 0},
		{"the state", occi.Entity{Attributes: attributes("occi.network.state", "inactive")}, occi.Forbidden},
		{"the address", occi.Entity{Attributes: attributes("occi.network.address", "10.1.0.0/24")}, occi.Unimplemented},
		{"an attribute it has not", occi.Entity{Attributes: attributes("occi.network.label", "blue")}, occi.Unimplemented},
		{"a mixin it has not", occi.Entity{Mixins: []*occi.Mixin{m.Mixin(occi.UserDataID)}}, occi.Unimplemented},
		{"a link", occi.Entity{Links: []occi.Entity{link}}, occi.Invalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkCode(t, onlyTexts(&now, &occi.Change{Entity: test.change}), test.code)
		})
	}
}

func TestNoChange(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	now := storageLinkEntity(m, attachment{serverID: serverA, volumeID: volumeC, device: "/dev/vdb"})
	other, moved, retargeted := now, now, now
	other.Attributes = occi.Attributes{{Name: "occi.storagelink.deviceid", Value: occi.String("/dev/vdc")}}
	moved.Source.ID = serverB
	retargeted.Target.ID = nobody
	for _, test := range []struct {
		name   string
		change occi.Entity
		code   occi.Code
	}{
		{"nothing", occi.Entity{}, 0},
		{"what was read", now, 0},
		{"another device", other, occi.Unimplemented},
		{"another source", moved, occi.Forbidden},
		{"another target", retargeted, occi.Forbidden},
		{"a title", occi.Entity{Title: "disk"}, occi.Unimplemented},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkCode(t, noChange(&now, &occi.Change{Entity: test.change}), test.code)
		})
	}
}

func TestNoAction(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	storage := m.Kind(occi.StorageID)
	checkCode(t, noAction(storage, &occi.Invocation{Action: m.Action(occi.OfflineID)}), occi.Unimplemented)
	checkCode(t, noAction(storage, &occi.Invocation{Action: m.Action(occi.StopID)}), occi.Invalid)
}

func TestCheckEnds(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	compute := occi.Ref{Kind: m.Kind(occi.ComputeID), ID: serverA}
	storage := occi.Ref{Kind: m.Kind(occi.StorageID), ID: volumeC}
	for _, test := range []struct {
		name           string
		source, target occi.Ref
		title          string
		code           occi.Code
	}{
		{"compute to storage", compute, storage, "", 0},
		{"storage to compute", storage, compute, "", occi.Invalid},
		{"compute to compute", compute, compute, "", occi.Invalid},
		{"with a title", compute, storage, "disk", occi.Unimplemented},
		{"from an id that cannot be", occi.Ref{Kind: compute.Kind, ID: "im-1"}, storage, "", occi.Invalid},
		{"to an id that cannot be", compute, occi.Ref{Kind: storage.Kind, ID: "../x"}, "", occi.Invalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			link := occi.Entity{Kind: m.Kind(occi.StorageLinkID), Source: test.source, Target: test.target, Title: test.title}
			checkCode(t, checkEnds(&link, occi.StorageID), test.code)
		})
	}
}
