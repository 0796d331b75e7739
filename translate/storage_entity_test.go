package translate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

func TestStorageEntity(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	checkOutline(t, storageEntity(m, &volumes.Volume{
		ID: volumeC, Name: "data", Description: "of the run", Size: 12, Status: "in-use",
	}, volumeParts{}),
		"storage "+volumeC,
		"title data",
		"summary of the run",
		"occi.storage.size=12",
		"occi.storage.state=online",
		"action backup", "action snapshot", "action resize",
	)
	checkOutline(t, storageEntity(m, &volumes.Volume{ID: volumeC, Size: 1, Status: "error_extending"}, volumeParts{}),
		"storage "+volumeC,
		"occi.storage.size=1",
		"occi.storage.state=error",
		"occi.storage.state.message=the volume could not be extended",
	)
}

func TestVolumeCreateOpts(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	for _, test := range []struct {
		size occi.Value
		want int
		code occi.Code
	}{
		{size: occi.Integer(1), want: 1},
		{size: occi.Number(1.0), want: 1},
		{size: occi.String("1"), want: 1},
		{size: occi.Number(0.1), want: 1}, // pOCCI
		{size: occi.Number(2.5), want: 3},
		{size: occi.Integer(2147483647), want: 2147483647},
		{size: occi.Integer(2147483648), code: occi.Invalid},
		{size: occi.Integer(0), code: occi.Invalid},
		{size: occi.Number(-0.5), code: occi.Invalid},
		{size: occi.Integer(-3), code: occi.Invalid},
		{size: occi.String("much"), code: occi.Invalid},
		{code: occi.Invalid},
	} {
		e := occi.Entity{Kind: m.Kind(occi.StorageID), Title: "data", Summary: "of the run"}
		e.Attributes.Set("occi.storage.size", test.size)
		got, err := volumeCreateOpts(&e)
		checkCode(t, err, test.code)
		want := volumes.CreateOpts{Size: test.want, Name: "data", Description: "of the run"}
		if err == nil && !cmp.Equal(got, want) {
			t.Errorf("size %q gives %+v, want %+v", test.size.Text(), got, want)
		}
	}
}

func TestVolumeCreateOptsRefusesLinks(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	e := occi.Entity{Kind: m.Kind(occi.StorageID), Links: []occi.Entity{{Kind: m.Kind(occi.StorageLinkID)}}}
	e.Attributes.Set("occi.storage.size", occi.Integer(1))
	_, err := volumeCreateOpts(&e)
	checkCode(t, err, occi.Invalid)
}

func TestStorageLinkEntity(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	for _, test := range []struct {
		name string
		from attachment
		want []string
	}{
		{"from Cinder", attachment{serverID: serverA, volumeID: volumeC, device: "/dev/vdb", status: "in-use"}, []string{
			"occi.storagelink.deviceid=/dev/vdb", "occi.storagelink.state=active",
		}},
		{"from Nova", attachment{serverID: serverA, volumeID: volumeC, device: "/dev/vdb"}, []string{
			"occi.storagelink.deviceid=/dev/vdb", "occi.storagelink.state=active",
		}},
		{"not yet attached", attachment{serverID: serverA, volumeID: volumeC, status: "reserved"}, []string{
			"occi.storagelink.state=inactive", "occi.storagelink.state.message=the volume is being attached",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := append([]string{"storagelink " + serverA + "_" + volumeC}, test.want...)
			want = append(want, "source compute "+serverA, "target storage "+volumeC)
			checkOutline(t, storageLinkEntity(m, test.from), want...)
		})
	}
}

func TestVolumeAttachments(t *testing.T) {
	t.Parallel()
	got := volumeAttachments(&volumes.Volume{ID: volumeC, Status: "in-use", Attachments: []volumes.Attachment{
		{ServerID: serverA, Device: "/dev/vdb"},
		{HostName: "backup-host"}, // no server: not Nova's
		{ServerID: serverB, Device: "/dev/vdc"},
	}})
	want := []attachment{
		{serverID: serverA, volumeID: volumeC, device: "/dev/vdb", status: "in-use"},
		{serverID: serverB, volumeID: volumeC, device: "/dev/vdc", status: "in-use"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(attachment{})); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
}

func TestWantedDevice(t *testing.T) {
	t.Parallel()
	for device, code := range map[string]occi.Code{
		"": 0, "/dev/vdb": 0, "/dev/sda1": 0, "/dev/xvdc": 0,
		"vdb": occi.Invalid, "/dev/": occi.Invalid, "/dev/1": occi.Invalid, "/dev/vd_b": occi.Invalid,
		"/dev/VDB": occi.Invalid, "/dev/v1d": occi.Invalid, "/dev/disk/by-id": occi.Invalid, "/mnt/vdb": occi.Invalid,
	} {
		var link occi.Entity
		link.Attributes.SetText("occi.storagelink.deviceid", device)
		got, err := wantedDevice(&link)
		checkCode(t, err, code)
		if err == nil && got != device {
			t.Errorf("%q gives %q", device, got)
		}
	}
}
