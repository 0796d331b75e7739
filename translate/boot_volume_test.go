package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestBootStorage(t *testing.T) {
	t.Parallel()
	all := testTemplates()
	osTpl := []*occi.Mixin{all.osTemplateOf(cirros.ID)}
	roots := []*occi.Mixin{testModel().Mixin(occi.OSTemplateID)}
	link := func(id, device string) occi.Entity {
		if device == "" {
			return linkTo(occi.StorageLinkID, occi.StorageID, id)
		}
		return linkTo(occi.StorageLinkID, occi.StorageID, id, "occi.storagelink.deviceid", device)
	}
	for _, c := range []struct {
		name      string
		mixins    []*occi.Mixin
		links     []occi.Entity
		byDefault string
		want      string
	}{
		{"no links", nil, nil, "", ""},
		{"the only storage", nil, []occi.Entity{link(volumeC, "")}, "", volumeC},
		{"the only storage, root mixin named", roots, []occi.Entity{link(volumeC, "")}, "", volumeC},
		{"the only storage, as another disk", nil, []occi.Entity{link(volumeC, "/dev/vdb")}, "", volumeC},
		{"the only storage beside a default", nil, []occi.Entity{link(volumeC, "")}, "cirros", ""},
		{"first disk beside a default", nil, []occi.Entity{link(volumeC, "/dev/vda")}, "cirros", volumeC},
		{"first of two disks", nil, []occi.Entity{link(volumeC, ""), link(nobody, "/dev/sda")}, "", nobody},
		{"none of two is the first", nil, []occi.Entity{link(volumeC, ""), link(nobody, "/dev/vdb")}, "", ""},
		{"OS template", osTpl, []occi.Entity{link(volumeC, "/dev/vda")}, "", ""},
		{"a network is no disk", nil, []occi.Entity{linkTo(occi.NetworkInterfaceID, occi.NetworkID, netE)}, "", ""},
	} {
		e := newCompute(func(e *occi.Entity) { e.Mixins, e.Links = c.mixins, c.links })
		if got := bootStorage(e, c.byDefault); got != c.want {
			t.Errorf("%s: boots from %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBootDevice(t *testing.T) {
	t.Parallel()
	plain := blockDevice{SourceType: "image", DestinationType: "local", UUID: cirros.ID, DeleteOnTermination: true}
	onVolume := func(size int, kind string, keep bool) blockDevice {
		return blockDevice{
			SourceType: "image", DestinationType: "volume", UUID: cirros.ID, VolumeSize: size, VolumeType: kind, DeleteOnTermination: !keep,
		}
	}
	for _, c := range []struct {
		name   string
		mixin  bool
		pairs  []string
		flavor flavors.Flavor
		want   blockDevice
		code   occi.Code
	}{
		{"host's disk", false, nil, scratch, plain, 0},
		{"the flavor's size", true, nil, scratch, onVolume(10, "", false), 0},
		{"the image's size", true, nil, large, onVolume(1, "", false), 0},
		{"everything", true, []string{bootVolumeSize, "4", bootVolumeType, "fast", bootVolumeKeep, "true"}, tiny, onVolume(4, "fast", true), 0},
		{"a fraction", true, []string{bootVolumeSize, "2.1"}, tiny, onVolume(3, "", false), 0},
		{"not to be kept", true, []string{bootVolumeKeep, "false"}, tiny, onVolume(1, "", false), 0},
		{"no size", true, []string{bootVolumeSize, "0"}, tiny, blockDevice{}, occi.Invalid},
		{"negative", true, []string{bootVolumeSize, "-1"}, tiny, blockDevice{}, occi.Invalid},
		{"too large", true, []string{bootVolumeSize, "2147483648"}, tiny, blockDevice{}, occi.Invalid},
	} {
		e := newCompute(func(e *occi.Entity) { e.Attributes = texts(c.pairs...) })
		if c.mixin {
			e.Mixins = []*occi.Mixin{bootVolumeMixin()}
		}
		got, err := bootDevice(e, &cirros, &c.flavor)
		if codeOf(err) != c.code {
			t.Errorf("%s: %v, want code %d", c.name, err, c.code)
		}
		if diff := cmp.Diff(c.want, got); err == nil && diff != "" {
			t.Errorf("%s: device (-want +got):\n%s", c.name, diff)
		}
	}
}

// bootable makes a volume from cirros by Cinder's own means.
func (b *bench) bootable(t *testing.T, title string) occi.Ref {
	t.Helper()
	cinder, err := b.cloud.cinder()
	if err != nil {
		t.Fatal(err)
	}
	made, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{
		Size: 1, Name: title, ImageID: b.template(t, "cirros").Term,
	}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	ref := b.ref(occi.StorageID, made.ID)
	b.waitFor(t, ref, "occi.storage.state", "online")
	return ref
}

func TestComputeThatBootsFromAStorage(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	system, data := b.bootable(t, "system"), b.storage(t, "data")
	wanted := b.entity(occi.ComputeID, "title", "one")
	wanted.Mixins = []*occi.Mixin{b.template(t, "m1.tiny")}
	wanted.Links = []occi.Entity{
		*b.link(occi.StorageLinkID, occi.Ref{}, data),
		*b.link(occi.StorageLinkID, occi.Ref{}, system, "occi.storagelink.deviceid", "/dev/vda"),
	}
	made := b.must(t, wanted)
	b.waitFor(t, made.Ref(), "occi.compute.state", "active")
	read, err := b.cloud.Get(t.Context(), made.Ref())
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]*occi.Entity{"made": made, "read": read} {
		var targets []string
		for _, l := range e.Links {
			if l.Kind.ID == occi.StorageLinkID {
				targets = append(targets, l.Target.ID)
			}
		}
		slices.Sort(targets)
		want := []string{system.ID, data.ID}
		slices.Sort(want)
		if diff := cmp.Diff(want, targets); diff != "" || len(e.MixinsOf(occi.OSTemplateID)) > 0 {
			t.Errorf("%s: mixins %v, linked storages (-want +got):\n%s", name, e.Mixins, diff)
		}
	}
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []occi.Ref{system, data} {
		if _, err := b.cloud.Get(t.Context(), ref); err != nil {
			t.Errorf("a linked storage went with the compute: %v", err)
		}
	}
}

func TestComputeWithABootVolume(t *testing.T) {
	t.Parallel()
	for keep, left := range map[string]int{"false": 0, "true": 1} {
		b := newBench(t, openstacktest.Options{}, Options{})
		wanted := b.newCompute(t, "title", "one", bootVolumeSize, "2", bootVolumeType, "__DEFAULT__", bootVolumeKeep, keep)
		wanted.Mixins = append(wanted.Mixins, b.translator.base.Mixin(bootVolumeID))
		made := b.must(t, wanted)
		b.waitFor(t, made.Ref(), "occi.compute.state", "active")
		read, err := b.cloud.Get(t.Context(), made.Ref())
		if err != nil {
			t.Fatal(err)
		}
		disk := read.Links[1] // between its interface and its security group
		if disk.Kind.ID != occi.StorageLinkID || len(read.MixinsOf(occi.OSTemplateID)) > 0 {
			t.Fatalf("the compute has mixins %v and the links %v", read.Mixins, read.Links)
		}
		volume, err := b.cloud.Get(t.Context(), disk.Target)
		if err != nil || volume.Attributes.Text("occi.storage.size") != "2" {
			t.Errorf("boot disk %+v, %v, want 2 GiB", volume, err)
		}
		_, err = b.cloud.Update(t.Context(), b.change(made.Ref(), []*occi.Mixin{b.template(t, otherImage)}))
		if codeOf(err) != occi.Invalid || !strings.Contains(err.Error(), "volume-backed") {
			t.Errorf("another OS template: %v, want Nova's refusal", err)
		}
		if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
			t.Fatal(err)
		}
		b.checkGone(t, made.Ref())
		if ids := b.ids(t, occi.StorageID); len(ids) != left {
			t.Errorf("kept %s: %d storages after the deletion, want %d", keep, len(ids), left)
		}
	}
}

func TestWhatCannotBoot(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	tiny, onVolume := b.template(t, "m1.tiny"), b.translator.base.Mixin(bootVolumeID)
	data, system := b.storage(t, "data"), b.bootable(t, "system")
	for _, c := range []struct {
		name   string
		mixins []*occi.Mixin
		target occi.Ref
		pairs  []string
		code   occi.Code
		saying string
	}{
		{"an empty storage", []*occi.Mixin{tiny}, data, nil, occi.Invalid, "not bootable"},
		{"a storage that is not there", []*occi.Mixin{tiny}, b.ref(occi.StorageID, nobody), nil, occi.Invalid, nobody},
		{"a storage and a boot volume", []*occi.Mixin{tiny, onVolume}, system, nil, occi.Invalid, "boots from a storage"},
		{"an unknown volume type", []*occi.Mixin{b.template(t, "cirros"), tiny, onVolume}, occi.Ref{}, []string{bootVolumeType, "none"}, occi.Invalid, "none"},
	} {
		wanted := b.entity(occi.ComputeID, append([]string{"title", "one"}, c.pairs...)...)
		wanted.Mixins = c.mixins
		if !c.target.IsZero() {
			wanted.Links = []occi.Entity{*b.link(occi.StorageLinkID, occi.Ref{}, c.target)}
		}
		_, err := b.cloud.Create(t.Context(), wanted)
		if codeOf(err) != c.code || !strings.Contains(err.Error(), c.saying) {
			t.Errorf("%s: %v, want code %d and %q", c.name, err, c.code, c.saying)
		}
	}
	if n := len(b.Servers("demo")); n > 0 {
		t.Errorf("%d servers, want none", n)
	}
	if n := len(b.ids(t, occi.StorageID)); n != 2 {
		t.Errorf("%d storages, want the two there were", n)
	}
}

func TestATypeOfBootVolumeThatNovaCannotChoose(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{NovaMax: "2.60"}, Options{})
	wanted := b.newCompute(t, "title", "one", bootVolumeType, "__DEFAULT__")
	wanted.Mixins = append(wanted.Mixins, b.translator.base.Mixin(bootVolumeID))
	_, err := b.cloud.Create(t.Context(), wanted)
	checkCode(t, err, occi.Unimplemented)
}

func TestFaultsOfACreationWithStorage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		fault   openstacktest.Fault
		code    occi.Code
		servers int
	}{
		{"volume reserved by somebody else", openstacktest.Fault{Status: http.StatusBadRequest, Body: `{"badRequest": {"message": "Invalid volume"}}`}, occi.Invalid, 0},
		{"quota of volumes", openstacktest.Fault{Status: http.StatusForbidden, Body: `{"forbidden": {"message": "Volume quota exceeded"}}`}, occi.Forbidden, 0},
		{"reset before", openstacktest.Fault{Mode: openstacktest.Refuse}, occi.Unavailable, 0},
		// Lost answers are recovered from: see the tests of marks.
		{"reset after", openstacktest.Fault{Mode: openstacktest.ResetAfter}, 0, 1},
		{"cut", openstacktest.Fault{Mode: openstacktest.Truncate}, 0, 1},
	} {
		b := newBench(t, openstacktest.Options{}, Options{})
		data := b.storage(t, "data")
		wanted := b.newCompute(t, "title", "one", openStackKeyData, edKey)
		wanted.Mixins = append(wanted.Mixins, b.translator.base.Mixin(bootVolumeID))
		wanted.Links = []occi.Entity{*b.link(occi.StorageLinkID, occi.Ref{}, data)}
		c.fault.Method, c.fault.Path = http.MethodPost, regexp.MustCompile("/servers$")
		b.AddFault(c.fault)
		_, err := b.cloud.Create(t.Context(), wanted)
		checkCode(t, err, c.code)
		if posts := b.posts("/servers"); posts != 1 {
			t.Errorf("%s: %d creations upstream, want one", c.name, posts)
		}
		b.ClearFaults()
		if n := len(b.Servers("demo")); n != c.servers {
			t.Errorf("%s: %d servers, want %d", c.name, n, c.servers)
		}
		if n := len(b.ids(t, occi.StorageID)); n != 1+c.servers {
			t.Errorf("%s: %d storages, want the one linked, and that of a server that was made", c.name, n)
		}
		if left := b.ownKeypairs(); len(left) > 0 {
			t.Errorf("%s: keypairs left: %v", c.name, left)
		}
	}
}
