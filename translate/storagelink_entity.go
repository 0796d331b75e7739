package translate

import (
	"strings"
	"time"

	"github.com/occigate/occigate/occi"
)

// attachment is a volume at a server.
type attachment struct {
	serverID, volumeID string
	device             string // the name that Nova or Cinder gives, such as "/dev/vdb"; may be empty
	status             string // of the volume in Cinder; empty if only Nova was asked, whose word is then taken
	since              time.Time
	mixins             []*occi.Mixin // that users have defined
}

// storageLinkEntity maps an attachment to the link of a compute to a storage (GFD.224 §3.4.2).
func storageLinkEntity(m *occi.Model, a attachment) occi.Entity {
	e := occi.Entity{
		Kind:   m.Kind(occi.StorageLinkID),
		Mixins: a.mixins,
		ID:     linkID(a.serverID, a.volumeID),
		Source: occi.Ref{Kind: m.Kind(occi.ComputeID), ID: a.serverID},
		Target: occi.Ref{Kind: m.Kind(occi.StorageID), ID: a.volumeID},
	}
	state, message := storageLinkState(a.status)
	e.Attributes.SetText("occi.storagelink.deviceid", a.device)
	e.Attributes.SetText("occi.storagelink.state", state)
	e.Attributes.SetText("occi.storagelink.state.message", message)
	return e
}

// wantedDevice reads which device name a client wants for a volume, "" if it leaves the choice to Nova, which
// takes names such as /dev/vdb or /dev/xvdb1 and no others.
func wantedDevice(link *occi.Entity) (string, error) {
	if point := link.Attributes.Text("occi.storagelink.mountpoint"); point != "" {
		return "", occi.Errorf(occi.Unimplemented,
			"a volume is mounted by the guest, not by OpenStack: leave occi.storagelink.mountpoint out")
	}
	device := link.Attributes.Text("occi.storagelink.deviceid")
	if device == "" {
		return "", nil
	}
	name, ok := strings.CutPrefix(device, "/dev/")
	letters := strings.TrimRight(name, "0123456789")
	if !ok || letters == "" || strings.Trim(letters, "abcdefghijklmnopqrstuvwxyz") != "" {
		return "", occi.Errorf(occi.Invalid,
			"attribute occi.storagelink.deviceid: %q is no device name such as /dev/vdb", clip(device, 80))
	}
	return device, nil
}
