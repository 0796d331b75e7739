package translate

import (
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestVolumeOffersHaveTerms(t *testing.T) {
	t.Parallel()
	o := newVolumeOffers(
		[]volumeType{{ID: volumeC, Name: "Größer & besser"}},
		[]string{"Zone 1"},
		[]volumeSnapshot{
			{ID: serverA, Name: "a\r\nSet-Cookie: b", Status: "available", VolumeID: volumeC, Size: 3},
			{ID: serverB, Status: "error"},
		},
	)
	want := []struct{ id, location string }{
		{volumeTypeScheme + volumeC, "/volume_type/" + volumeC + "/"},
		{volumeZoneScheme + "x--_5aone_201", "/availability_zone/storage/x--_5aone_201/"},
		{volumeSnapshotScheme + serverA, "/snapshot/" + serverA + "/"},
	}
	if len(o.mixins) != len(want) {
		t.Fatalf("%d mixins, want %d", len(o.mixins), len(want))
	}
	for i, x := range o.mixins {
		if x.String() != want[i].id || x.Location != want[i].location || x.AppliesTo(occi.ComputeID) || !x.AppliesTo(occi.StorageID) {
			t.Errorf("mixin %+v, want %s at %s for storage alone", x, want[i].id, want[i].location)
		}
	}
	made := o.of(&volumes.Volume{VolumeType: "Größer & besser", AvailabilityZone: "Zone 1", SnapshotID: serverA})
	if len(made) != 3 {
		t.Errorf("a volume of all of them has %v", made)
	}
	if made := o.of(&volumes.Volume{VolumeType: "hidden", AvailabilityZone: "elsewhere", SnapshotID: nobody}); len(made) != 0 {
		t.Errorf("a volume of what the project does not have has %v", made)
	}
	var none *volumeOffers
	base := occi.Infrastructure()
	if none.of(&volumes.Volume{}) != nil || none.model(base) != base {
		t.Error("no offers offer something")
	}
	if m := o.model(base); m != o.model(base) || m.Mixin(o.mixins[0].ID) == nil {
		t.Error("the model with the offers lacks them, or is made for each request")
	}
}

func TestStorageOfATypeInAZoneFromAnImage(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.AddVolumeType("fast", false)
	b.AddVolumeZone("west")
	fast, west, image := b.template(t, "fast"), b.template(t, "west"), b.translator.base.Mixin(volumeImageID)
	cirros := b.template(t, "cirros").ID
	wanted := b.entity(occi.StorageID, "title", "system", "occi.storage.size", "1", storageImage, cirros.String())
	wanted.Mixins = []*occi.Mixin{fast, west, image}
	made := b.must(t, wanted)
	b.waitFor(t, made.Ref(), "occi.storage.state", "online")
	read, err := b.cloud.Get(t.Context(), made.Ref())
	if err != nil {
		t.Fatal(err)
	}
	all, err := b.cloud.List(t.Context(), made.Kind, occi.Query{}, true)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d storages, %v", len(all), err)
	}
	for _, e := range []*occi.Entity{made, read, &all[0]} {
		for _, x := range wanted.Mixins {
			if e.Mixin(x.ID) == nil || len(e.Mixins) != len(wanted.Mixins) {
				t.Errorf("mixins %v, want %v", e.Mixins, wanted.Mixins)
			}
		}
		if got := e.Attributes.Text(storageImage); got != cirros.Term {
			t.Errorf("made from the image %q, want %q", got, cirros.Term)
		}
	}
	other := b.storage(t, "other")
	for _, x := range wanted.Mixins {
		all, err := b.cloud.List(t.Context(), made.Kind, occi.Query{Mixins: []*occi.Mixin{x}}, false)
		if err != nil || len(all) != 1 || all[0].ID != made.ID {
			t.Errorf("storages with %s: %v, %v, want the one", x.ID, all, err)
		}
	}
	for _, x := range []*occi.Mixin{west, image} {
		_, err := b.cloud.Update(t.Context(), b.change(other, []*occi.Mixin{x}))
		checkCode(t, err, occi.Unimplemented)
	}
	if _, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *read, Full: true}); err != nil {
		t.Errorf("what was read, put back: %v", err)
	}
}

func TestStorageOfWhatThereIsNot(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.act(t, b.storage(t, "data"), occi.SnapshotID)
	snapshot := func() *occi.Mixin {
		model, err := b.cloud.Model(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range model.Mixins() {
			if x.DependsOn(volumeSnapshotID) {
				return x
			}
		}
		t.Fatal("the model has no snapshot")
		return nil
	}()
	for name, test := range map[string]struct {
		mixins []*occi.Mixin
		code   occi.Code
		says   string
	}{
		"a type that has gone":       {[]*occi.Mixin{volumeType{ID: nobody}.mixin()}, occi.NotFound, nobody},
		"a zone that has gone":       {[]*occi.Mixin{volumeZone("moon")}, occi.Invalid, "moon"},
		"a snapshot that has gone":   {[]*occi.Mixin{volumeSnapshot{ID: nobody}.mixin()}, occi.NotFound, nobody},
		"from a snapshot and image":  {[]*occi.Mixin{snapshot, b.translator.base.Mixin(volumeImageID)}, occi.Invalid, "not from both"},
		"an image that there is not": {[]*occi.Mixin{b.translator.base.Mixin(volumeImageID)}, occi.Invalid, "image"},
		"in two zones":               {[]*occi.Mixin{volumeZone("a"), volumeZone("b")}, occi.Invalid, "two"},
	} {
		e := b.entity(occi.StorageID, "occi.storage.size", "1", storageImage, nobody)
		e.Mixins = test.mixins
		_, err := b.cloud.Create(t.Context(), e)
		checkCode(t, err, test.code)
		if err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q does not mention %q", name, err, test.says)
		}
	}
}

// Computes can be made while Cinder is away, or hangs.
func TestModelWithoutCinder(t *testing.T) {
	t.Parallel()
	for _, fault := range []openstacktest.Fault{{Status: 500}, {Mode: openstacktest.Refuse}, {Mode: openstacktest.Hang}} {
		b := newBench(t, openstacktest.Options{}, Options{})
		fault.Service = "cinder"
		b.AddFault(fault)
		ctx, cancel := contextFor(t, 2*time.Second)
		model, err := b.cloud.Model(ctx)
		cancel()
		if err != nil || len(model.Mixins()) == 0 {
			t.Errorf("%+v: the model is %v, %v", fault, model, err)
			continue
		}
		for _, x := range model.Mixins() {
			if x.DependsOn(volumeTypeID) {
				t.Errorf("%+v: the model has the volume type %s", fault, x.ID)
			}
		}
		checkGaps(t, model, volumeTypeScheme, volumeZoneScheme, volumeSnapshotScheme)
		b.ClearFaults()
	}
}

// What Cinder offers is asked for beside the templates, and once.
func TestModelAsksOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{Latency: 100 * time.Millisecond}, Options{})
	b.cloud.novaVersion(t.Context()) // asked for once an hour
	for _, want := range []struct{ cinder, rounds int }{{3, 1}, {0, 0}} {
		_, rounds := b.counted(func() {
			if _, err := b.cloud.Model(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
		asked := 0
		for _, call := range b.Calls() {
			if call.Service == "cinder" {
				asked++
			}
		}
		if asked != want.cinder || rounds != want.rounds {
			t.Errorf("%d calls of Cinder, %d rounds in all, want %d and %d", asked, rounds, want.cinder, want.rounds)
		}
	}
}

func TestStorageAtSeveralComputes(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.AddVolumeType("shared", true)
	one, two := b.server(t, "one"), b.server(t, "two")
	e := b.entity(occi.StorageID, "title", "data", "occi.storage.size", "1")
	e.Mixins = []*occi.Mixin{b.template(t, "shared")}
	storage := b.must(t, e).Ref()
	b.waitFor(t, storage, "occi.storage.state", "online")
	first, second := b.must(t, b.link(occi.StorageLinkID, one, storage)), b.must(t, b.link(occi.StorageLinkID, two, storage))
	if links := b.ids(t, occi.StorageLinkID); len(links) != 2 {
		t.Errorf("links %v, want both", links)
	}
	checkCode(t, b.cloud.Delete(t.Context(), storage), occi.Conflict)
	if err := b.cloud.Delete(t.Context(), first.Ref()); err != nil {
		t.Fatal(err)
	}
	if links := b.ids(t, occi.StorageLinkID); len(links) != 1 || links[0] != second.ID {
		t.Errorf("links %v, want the second", links)
	}
}

// A storage is linked as soon as it can be: clients link what they have just created.
func TestStorageThatIsBeingCreatedIsLinked(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 6 * time.Second}, Options{})
	compute := b.server(t, "worker")
	made := b.must(t, b.entity(occi.StorageID, "title", "data", "occi.storage.size", "1")).Ref()
	link := b.must(t, b.link(occi.StorageLinkID, compute, made))
	if got := link.Attributes.Text("occi.storagelink.state"); got != "active" {
		t.Errorf("the link is %s", got)
	}
}
