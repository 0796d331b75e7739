package translate

import (
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// The values of occi.storage.state (GFD.224 §3.3). OCCI 1.1 has backup, snapshot, resize and degraded as well;
// these are offline with a message, since clients of both versions wait for online.
const (
	storageOnline  = "online"
	storageOffline = "offline"
	storageError   = "error"
)

// volumeStatus is what a status of Cinder means in OCCI.
type volumeStatus struct {
	state   string
	message string    // occi.storage.state.message; "" if the state says everything
	actions []occi.ID // that can be performed in this status
	busy    bool      // Cinder is working on the volume, and refuses changes until that ends
	gone    bool      // the storage exists no more for a client
}

// volumeStatuses are all statuses that Cinder documents. Block Storage API v3: "Volumes", table of statuses; the rest are
// of its class VolumeStatus.
//
// A volume at a server cannot be taken offline: it has to be detached first.
var volumeStatuses = map[string]volumeStatus{
	"available": {
		state:   storageOnline,
		actions: []occi.ID{occi.OfflineID, occi.BackupID, occi.SnapshotID, occi.ResizeID},
	},
	"in-use": {
		state:   storageOnline,
		actions: []occi.ID{occi.BackupID, occi.SnapshotID, occi.ResizeID},
	},
	"attaching":         {state: storageOffline, busy: true, message: "the volume is being attached"},
	"awaiting-transfer": {state: storageOffline, message: "the volume is waiting to be transferred to another project"},
	"backing-up":        {state: storageOffline, busy: true, message: "the volume is being backed up"},
	"creating":          {state: storageOffline, busy: true, message: "the volume is being created"},
	"deleted":           {state: storageOffline, gone: true, message: "the volume has been deleted"},
	"deleting":          {state: storageOffline, gone: true, message: "the volume is being deleted"},
	"detaching":         {state: storageOffline, busy: true, message: "the volume is being detached"},
	"downloading":       {state: storageOffline, busy: true, message: "the volume is being filled from an image"},
	"error":             {state: storageError, message: "the volume has failed"},
	"error_backing-up":  {state: storageError, message: "the volume could not be backed up"},
	"error_deleting":    {state: storageError, message: "the volume could not be deleted"},
	"error_extending":   {state: storageError, message: "the volume could not be extended"},
	"error_managing":    {state: storageError, message: "the volume could not be taken over"},
	"error_restoring":   {state: storageError, message: "a backup could not be restored to the volume"},
	"error_unmanaging":  {state: storageError, message: "the volume could not be given up"},
	"extending":         {state: storageOffline, busy: true, message: "the volume is being extended"},
	"maintenance":       {state: storageOffline, message: "the volume is locked for maintenance"},
	"managing":          {state: storageOffline, busy: true, message: "the volume is being taken over"},
	"reserved":          {state: storageOffline, busy: true, message: "the volume is being attached"},
	"restoring-backup":  {state: storageOffline, busy: true, message: "a backup is being restored to the volume"},
	"retyping":          {state: storageOffline, busy: true, message: "the type of the volume is being changed"},
	"reverting":         {state: storageOffline, busy: true, message: "the volume is being reverted to a snapshot"},
	"unmanaging":        {state: storageOffline, busy: true, message: "the volume is being given up"},
	"uploading":         {state: storageOffline, busy: true, message: "the volume is being copied to an image"},
}

// takenOffline is what a volume is that the action offline has reserved.
var takenOffline = volumeStatus{
	state: storageOffline, message: "the storage was taken offline", actions: []occi.ID{occi.OnlineID},
}

// volumeStatusOf tells what the status of a volume means. One that Cinder does not document leaves the storage offline,
// without actions, and is named in the message.
func volumeStatusOf(v *volumes.Volume) volumeStatus {
	if isTakenOffline(v) {
		return takenOffline
	}
	if is, known := volumeStatuses[v.Status]; known {
		return is
	}
	return volumeStatus{state: storageOffline, message: fmt.Sprintf("the volume has the status %q", clip(v.Status, 40))}
}

// isTakenOffline reports whether the action offline has reserved the volume.
func isTakenOffline(v *volumes.Volume) bool {
	return v.Status == "reserved" && v.Metadata[offlineKey] != ""
}

// isGone reports whether a volume's status means that it exists no more for a client: Cinder shows a volume
// until its data are erased, and clients ask for 404 right after deleting it (pOCCI, jOCCI).
func isGone(status string) bool { return volumeStatuses[status].gone }

// storageLinkState maps the status of an attached volume to occi.storagelink.state and its message
// (GFD.224 §3.4.2). An empty status, when Cinder was not asked, means that Nova's word is taken for it.
func storageLinkState(status string) (state, message string) {
	switch status {
	case "", "in-use":
		return linkActive, ""
	case "available", "reserved", "attaching":
		return linkInactive, "the volume is being attached"
	case "detaching":
		return linkInactive, "the volume is being detached"
	}
	is := volumeStatusOf(&volumes.Volume{Status: status})
	if is.state == storageError {
		return linkError, is.message
	}
	return linkActive, is.message // extending, uploading and the like leave the volume attached
}
