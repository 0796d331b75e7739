package translate

import "fmt"

// The values of occi.storage.state (GFD.224 §3.3). OCCI 1.1 has backup, snapshot, resize and degraded as well;
// these are offline with a message, since clients of both versions wait for online.
const (
	storageOnline  = "online"
	storageOffline = "offline"
	storageError   = "error"
)

// storageState maps a volume's status to occi.storage.state and its message, which is empty when the state
// says everything. Block Storage API v3: volume statuses.
func storageState(status string) (state, message string) {
	switch status {
	case "available", "in-use":
		return storageOnline, ""
	case "creating":
		return storageOffline, "the volume is being created"
	case "downloading":
		return storageOffline, "the volume is being filled from an image"
	case "uploading":
		return storageOffline, "the volume is being copied to an image"
	case "reserved", "attaching":
		return storageOffline, "the volume is being attached"
	case "detaching":
		return storageOffline, "the volume is being detached"
	case "extending":
		return storageOffline, "the volume is being extended"
	case "retyping":
		return storageOffline, "the type of the volume is being changed"
	case "backing-up":
		return storageOffline, "the volume is being backed up"
	case "restoring-backup":
		return storageOffline, "a backup is being restored to the volume"
	case "reverting":
		return storageOffline, "the volume is being reverted to a snapshot"
	case "awaiting-transfer":
		return storageOffline, "the volume is waiting to be transferred to another project"
	case "maintenance":
		return storageOffline, "the volume is locked for maintenance"
	case "managing":
		return storageOffline, "the volume is being taken over"
	case "unmanaging":
		return storageOffline, "the volume is being given up"
	case "deleting", "deleted":
		return storageOffline, "the volume is being deleted"
	case "error":
		return storageError, "the volume has failed"
	case "error_deleting":
		return storageError, "the volume could not be deleted"
	case "error_extending":
		return storageError, "the volume could not be extended"
	case "error_backing-up":
		return storageError, "the volume could not be backed up"
	case "error_restoring":
		return storageError, "a backup could not be restored to the volume"
	case "error_managing", "error_unmanaging":
		return storageError, "the volume could not be taken over or given up"
	default:
		return storageOffline, fmt.Sprintf("the volume has the status %q", status)
	}
}

// isGone reports whether a volume's status means that it exists no more for a client: Cinder shows a volume
// until its data are erased, and clients ask for 404 right after deleting it (pOCCI, jOCCI).
func isGone(status string) bool { return status == "deleting" || status == "deleted" }

// storageLinkState maps the status of an attached volume to occi.storagelink.state and its message
// (GFD.224 §3.4.2). An empty status, when Cinder was not asked, means that Nova's word is taken for it.
func storageLinkState(volumeStatus string) (state, message string) {
	switch volumeStatus {
	case "", "in-use":
		return linkActive, ""
	case "available", "reserved", "attaching":
		return linkInactive, "the volume is being attached"
	case "detaching":
		return linkInactive, "the volume is being detached"
	}
	state, message = storageState(volumeStatus)
	if state == storageError {
		return linkError, message
	}
	return linkActive, message // extending, uploading and the like leave the volume attached
}
