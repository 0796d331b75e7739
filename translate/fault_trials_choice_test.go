package translate

import (
	"context"
	"testing"

	"github.com/occigate/occigate/occi"
)

// choiceTrials are the changes in which the client chooses what something is made of, or where.
func choiceTrials() map[string]trial {
	storage := func(t *testing.T, b *bench) occi.Ref {
		t.Helper()
		return b.storage(t, "data")
	}
	return map[string]trial{
		"compute with links of all kinds, in a zone and a group": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			e := b.newCompute(t, "title", "one", openStackKeyData, edKey)
			e.Mixins = append(e.Mixins, computeZone("nova"), b.group(t, "apart"))
			e.Links = []occi.Entity{
				*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "private")),
				*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "public")),
				*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "private")),
				*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.must(t, b.entity(occi.IPReservationID)).Ref()),
				*b.link(occi.StorageLinkID, occi.Ref{}, b.storage(t, "data")),
				*b.link(occi.SecurityGroupLinkID, occi.Ref{}, b.must(t, b.securityGroup("web", "")).Ref()),
			}
			return e
		})},
		"compute saved": {prepare: acting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.server(t, "worker")
		}, occi.SaveID)},
		"compute started": {prepare: acting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			b.act(t, compute, occi.StopID)
			b.waitFor(t, compute, "occi.compute.state", "inactive")
			return compute
		}, occi.StartID)},
		"storage backed up": {prepare: func(t *testing.T, b *bench) func(context.Context) error {
			t.Helper()
			b.ServeBackups()
			return acting(storage, occi.BackupID)(t, b)
		}},
		"storage that nobody backs up": {prepare: func(t *testing.T, b *bench) func(context.Context) error {
			t.Helper()
			backUp := acting(storage, occi.BackupID)(t, b)
			return func(ctx context.Context) error {
				err := backUp(ctx)
				if occi.CodeOf(err) == occi.Unimplemented {
					return nil // so it goes without faults
				}
				return err
			}
		}},
		"storage of another type": {prepare: updating(func(t *testing.T, b *bench) *occi.Change {
			t.Helper()
			fast := volumeType{ID: b.AddVolumeType("fast", false)}.mixin()
			return b.change(b.storage(t, "data"), []*occi.Mixin{fast, blueTag()}, "title", "results", "occi.storage.size", "2")
		})},
		"storage from an image": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			e := b.entity(occi.StorageID, "title", "system", "occi.storage.size", "1", storageImage, b.template(t, "cirros").String())
			e.Mixins = append(e.Mixins, b.translator.base.Mixin(volumeImageID))
			return e
		})},
		"storage from a snapshot": {prepare: creating(func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			e := b.entity(occi.StorageID, "title", "copy", "occi.storage.size", "1")
			e.Mixins = append(e.Mixins, b.act(t, b.storage(t, "data"), occi.SnapshotID))
			return e
		})},
		"snapshot gone": {again: true, prepare: func(t *testing.T, b *bench) func(context.Context) error {
			t.Helper()
			made := b.act(t, b.storage(t, "data"), occi.SnapshotID)
			return func(ctx context.Context) error { return b.cloud.Undefine(ctx, []*occi.Mixin{made}) }
		}},
		"securitygroup gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.securityGroup("web", `[`+ssh+`]`)).Ref()
		})},
		"ipreservation gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.entity(occi.IPReservationID)).Ref()
		})},
		"link to a reservation": {prepare: func(t *testing.T, b *bench) func(context.Context) error {
			t.Helper()
			link := b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.must(t, b.entity(occi.IPReservationID)).Ref())
			return func(ctx context.Context) error {
				_, err := b.cloud.Create(ctx, link)
				return err
			}
		}},
		"link to a reservation gone": {again: true, prepare: deleting(func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.must(t, b.entity(occi.IPReservationID)).Ref())).Ref()
		})},
		"storage gone": {again: true, prepare: deleting(storage)},
	}
}

// tagTrials put a user's mixin on what there is, and take it off.
func tagTrials() map[string]trial {
	carriers := map[string]func(*testing.T, *bench) occi.Ref{
		"compute": func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.server(t, "worker")
		},
		"storage": func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.storage(t, "data")
		},
		"network": func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.entity(occi.NetworkID, "title", "lan")).Ref()
		},
		"storagelink": func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.link(occi.StorageLinkID, b.server(t, "worker"), b.storage(t, "data"))).Ref()
		},
		"networkinterface": func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.network(t, "private"))).Ref()
		},
		"securitygrouplink": func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.link(occi.SecurityGroupLinkID, b.server(t, "worker"), b.must(t, b.securityGroup("web", "")).Ref())).Ref()
		},
	}
	all := make(map[string]trial)
	for kind, there := range carriers {
		all[kind+" given a mixin"] = trial{again: true, prepare: tagging(there)}
		all[kind+" without a mixin"] = trial{again: true, prepare: losingTag(there)}
	}
	return all
}
