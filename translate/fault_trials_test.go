package translate

import (
	"testing"

	"github.com/occigate/occigate/occi"
)

// lifeTrials are how what there is of each kind comes, changes and goes, as far as that takes several steps.
func lifeTrials() map[string]trial {
	blue := []*occi.Mixin{blueTag()}
	storage := func(t *testing.T, b *bench) occi.Ref {
		t.Helper()
		return b.storage(t, "data")
	}
	offline := func(t *testing.T, b *bench) occi.Ref {
		t.Helper()
		ref := b.storage(t, "data")
		b.act(t, ref, occi.OfflineID)
		return ref
	}
	return map[string]trial{
		"compute with a key and an address": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			e := b.newCompute(t, "title", "one", openStackKeyData, edKey)
			e.Links = []occi.Entity{*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "public"))}
			return e
		})},
		"compute with storage and a boot volume": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			e := b.newCompute(t, "title", "one")
			e.Mixins = append(e.Mixins, b.translator.base.Mixin(bootVolumeID))
			e.Links = []occi.Entity{*b.link(occi.StorageLinkID, occi.Ref{}, b.storage(t, "data"))}
			return e
		})},
		"compute with metadata": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			return b.described(t, `{"role":"web"}`, "title", "one")
		})},
		"compute with new metadata": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			compute := b.must(t, b.described(t, `{"role":"web","site":"a","Tier":"1"}`, "title", "one")).Ref()
			b.waitFor(t, compute, "occi.compute.state", "active")
			return b.change(compute, blue, "title", "two", computeMetadata, `{"role":"db","tier":"1","new":"b"}`)
		})},
		"compute gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")))
			b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "public")))
			b.must(t, b.link(occi.NetworkInterfaceID, compute, b.must(t, b.entity(occi.IPReservationID)).Ref()))
			return compute
		})},
		"compute made anew": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			return b.change(b.compute(t, "title", "one"), append([]*occi.Mixin{b.template(t, otherImage)}, blue...), "title", "two")
		})},
		"compute resized": {options: Options{ConfirmResize: true}, prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			return b.change(b.compute(t, "title", "one"), append([]*occi.Mixin{b.template(t, "m1.small")}, blue...), "title", "two")
		})},
		"compute with another password": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			return b.change(b.compute(t, "title", "one"), append([]*occi.Mixin{b.translator.base.Mixin(adminPasswordID)}, blue...),
				"title", "two", adminPassword, "new")
		})},
		"compute with another password and size": {options: Options{ConfirmResize: true}, prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			mixins := append([]*occi.Mixin{b.template(t, "m1.small"), b.translator.base.Mixin(adminPasswordID)}, blue...)
			return b.change(b.compute(t, "title", "one"), mixins, "title", "two", adminPassword, "new")
		})},
		"compute linked by an update": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			change := b.change(b.compute(t, "title", "one"), blue, "title", "two")
			change.Links = []occi.Entity{
				*b.link(occi.StorageLinkID, change.Ref(), b.storage(t, "data")),
				*b.link(occi.NetworkInterfaceID, change.Ref(), b.network(t, "public")),
			}
			return change
		})},
		"storagelink": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			return b.link(occi.StorageLinkID, b.server(t, "worker"), b.storage(t, "data"))
		})},
		"storagelink gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.link(occi.StorageLinkID, b.server(t, "worker"), b.storage(t, "data"))).Ref()
		})},
		"networkinterface": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			return b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.network(t, "private"))
		})},
		"networkinterface of a compute with groups": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			compute, _ := b.grouped(t)
			return b.link(occi.NetworkInterfaceID, compute, b.network(t, "private"))
		})},
		"networkinterface gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.network(t, "private"))).Ref()
		})},
		"networkinterface with an address gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			inside := b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")))
			mac := inside.Attributes.Text("occi.networkinterface.mac")
			b.must(t, b.link(occi.NetworkInterfaceID, compute, b.must(t, b.entity(occi.IPReservationID)).Ref(), "occi.networkinterface.mac", mac))
			return inside.Ref()
		})},
		"link to the outside": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			return b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.network(t, "public"))
		})},
		"link to the outside gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.network(t, "public"))).Ref()
		})},
		"network": {options: Options{AttachRouter: true}, prepare: creating(func(_ *testing.T, b *bench) *occi.Entity {
			return b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")
		})},
		"network gone": {options: Options{AttachRouter: true}, again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")).Ref()
		})},
		"network changed": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			return b.change(b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")).Ref(), blue, "title", "wan")
		})},
		"ipreservation changed": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			return b.change(b.must(t, b.entity(occi.IPReservationID, "title", "mine")).Ref(), blue, "title", "ours")
		})},
		"ipreservation": {prepare: creating(func(_ *testing.T, b *bench) *occi.Entity { return b.entity(occi.IPReservationID) })},
		"securitygroup": {prepare: creating(func(_ *testing.T, b *bench) *occi.Entity {
			return b.securityGroup("web", `[`+ssh+`]`)
		})},
		"securitygroup changed": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			e := b.securityGroup("renamed", `[`+outHTTPS+`]`)
			e.ID, e.Mixins = b.must(t, b.securityGroup("web", `[`+ssh+`]`)).ID, blue
			return &occi.Change{Entity: *e}
		})},
		"securitygrouplink": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			compute := b.server(t, "worker")
			b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")))
			return b.link(occi.SecurityGroupLinkID, compute, b.must(t, b.securityGroup("web", "")).Ref())
		})},
		"securitygrouplink gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.link(occi.SecurityGroupLinkID, b.server(t, "worker"), b.must(t, b.securityGroup("web", "")).Ref())).Ref()
		})},
		"storage": {prepare: creating(func(_ *testing.T, b *bench) *occi.Entity {
			return b.entity(occi.StorageID, "title", "data", "occi.storage.size", "1")
		})},
		"storage changed": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			return b.change(b.storage(t, "data"), blue, "title", "results", "occi.storage.size", "2")
		})},
		"storage offline":      {prepare: acting(storage, occi.OfflineID)},
		"storage online":       {again: true, prepare: acting(offline, occi.OnlineID)},
		"storage offline gone": {again: true, prepare: deleting(offline)},
		"storage resized":      {prepare: acting(storage, occi.ResizeID, "size", "2")},
		"storage copied":       {prepare: acting(storage, occi.SnapshotID)},
	}
}
