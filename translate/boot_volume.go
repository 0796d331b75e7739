package translate

import (
	"math"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
)

// bootVolumeID is the mixin that asks for a volume as the boot disk of a new compute.
var bootVolumeID = occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "boot_volume"}

// Its attributes.
const (
	bootVolumeSize = "org.openstack.compute.boot_volume.size"
	bootVolumeType = "org.openstack.compute.boot_volume.type"
	bootVolumeKeep = "org.openstack.compute.boot_volume.keep"
)

// bootVolumeMixin is the mixin with bootVolumeID. It acts at creation alone: later the volume is a storage like any other.
func bootVolumeMixin() *occi.Mixin {
	return &occi.Mixin{
		ID: bootVolumeID, Title: "Boot disk on a volume", Applies: []occi.ID{occi.ComputeID}, Location: "/boot_volume/",
		Attributes: []occi.Attribute{
			{Name: bootVolumeSize, Type: occi.NumberType, Description: "size in GiB; without it that of the resource template's disk"},
			{Name: bootVolumeType, Type: occi.StringType, Description: "volume type"},
			{Name: bootVolumeKeep, Type: occi.BooleanType, Description: "whether the volume stays when the compute is deleted"},
		},
	}
}

// bootStorage returns the id of the storage that a new compute boots from, "" if it boots from an OS template. Without an
// OS template of its own that is the storage linked as the first disk, such as /dev/vda, or, where the provider has no
// default OS template, the only one that is linked.
func bootStorage(e *occi.Entity, byDefault string) string {
	if len(e.MixinsOf(occi.OSTemplateID)) > 0 {
		return ""
	}
	var linked []string
	for _, l := range e.Links {
		switch {
		case l.Kind.ID != occi.StorageLinkID:
		case isFirstDisk(l.Attributes.Text("occi.storagelink.deviceid")):
			return l.Target.ID
		default:
			linked = append(linked, l.Target.ID)
		}
	}
	if byDefault == "" && len(linked) == 1 {
		return linked[0]
	}
	return ""
}

// isFirstDisk reports whether a device name is one of those that hypervisors give the first disk.
func isFirstDisk(device string) bool {
	switch strings.TrimPrefix(device, "/dev/") {
	case "vda", "sda", "xvda", "hda":
		return true
	}
	return false
}

// bootDevice returns the disk that a new server boots from, made from an image: one of the host's, or a volume if the
// compute asks for one.
func bootDevice(e *occi.Entity, i *image, f *flavors.Flavor) (blockDevice, error) {
	d := blockDevice{SourceType: "image", DestinationType: "local", UUID: i.ID, DeleteOnTermination: true}
	if e.Mixin(bootVolumeID) == nil {
		return d, nil
	}
	d.DestinationType, d.VolumeType = "volume", strings.TrimSpace(e.Attributes.Text(bootVolumeType))
	d.VolumeSize = max(f.Disk, i.MinDisk, 1)
	if asked := e.Attributes.Get(bootVolumeSize); !asked.IsZero() {
		size, _ := asked.Float()
		size = math.Ceil(size) // as of any storage
		if size < 1 || size > math.MaxInt32 {
			return d, occi.Errorf(occi.Invalid, "attribute %s: %q is no size in GiB between 1 and %d",
				bootVolumeSize, asked.Text(), math.MaxInt32)
		}
		d.VolumeSize = int(size)
	}
	d.DeleteOnTermination = e.Attributes.Text(bootVolumeKeep) != "true"
	return d, nil
}
