package translate

import (
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// Every status of Cinder's field VolumeStatus, those that its manager sets besides, and one that nobody knows.
func TestStorageState(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status, storage, link string
		gone                  bool
		actions               []occi.ID
	}{
		{status: "available", storage: "online", link: "inactive", actions: []occi.ID{occi.OfflineID, occi.BackupID, occi.SnapshotID, occi.ResizeID}},
		{status: "in-use", storage: "online", link: "active", actions: []occi.ID{occi.BackupID, occi.SnapshotID, occi.ResizeID}},
		{status: "creating", storage: "offline", link: "active"},
		{status: "downloading", storage: "offline", link: "active"},
		{status: "uploading", storage: "offline", link: "active"},
		{status: "reserved", storage: "offline", link: "inactive"},
		{status: "attaching", storage: "offline", link: "inactive"},
		{status: "detaching", storage: "offline", link: "inactive"},
		{status: "extending", storage: "offline", link: "active"},
		{status: "retyping", storage: "offline", link: "active"},
		{status: "backing-up", storage: "offline", link: "active"},
		{status: "restoring-backup", storage: "offline", link: "active"},
		{status: "reverting", storage: "offline", link: "active"},
		{status: "awaiting-transfer", storage: "offline", link: "active"},
		{status: "maintenance", storage: "offline", link: "active"},
		{status: "managing", storage: "offline", link: "active"},
		{status: "unmanaging", storage: "offline", link: "active"},
		{status: "deleting", storage: "offline", link: "active", gone: true},
		{status: "deleted", storage: "offline", link: "active", gone: true},
		{status: "error", storage: "error", link: "error"},
		{status: "error_deleting", storage: "error", link: "error"},
		{status: "error_extending", storage: "error", link: "error"},
		{status: "error_backing-up", storage: "error", link: "error"},
		{status: "error_restoring", storage: "error", link: "error"},
		{status: "error_managing", storage: "error", link: "error"},
		{status: "error_unmanaging", storage: "error", link: "error"},
		{status: "hibernating", storage: "offline", link: "active"},
	} {
		is := volumeStatusOf(&volumes.Volume{Status: test.status})
		if is.state != test.storage {
			t.Errorf("the state of %q is %q, want %q", test.status, is.state, test.storage)
		}
		if (is.message == "") != (is.state == storageOnline) {
			t.Errorf("the message of %q is %q: all but online have one", test.status, is.message)
		}
		if got := slices.Equal(is.actions, test.actions); !got {
			t.Errorf("the actions of %q are %v, want %v", test.status, is.actions, test.actions)
		}
		if state, _ := storageLinkState(test.status); state != test.link {
			t.Errorf("storageLinkState(%q) = %q, want %q", test.status, state, test.link)
		}
		if got := isGone(test.status); got != test.gone {
			t.Errorf("isGone(%q) = %t", test.status, got)
		}
	}
}

func TestStorageLinkStateOfNovaAlone(t *testing.T) {
	t.Parallel()
	if state, message := storageLinkState(""); state != "active" || message != "" {
		t.Errorf("got %q, %q, want active without a message", state, message)
	}
}

// A volume that is reserved is about to be attached, unless the action offline has reserved it.
func TestStorageThatWasTakenOffline(t *testing.T) {
	t.Parallel()
	marked := map[string]string{offlineKey: "yes"}
	for _, test := range []struct {
		status   string
		metadata map[string]string
		offline  bool
	}{
		{"reserved", marked, true},
		{"reserved", nil, false},
		{"available", marked, false}, // a mark that was left behind
		{"in-use", marked, false},
	} {
		v := volumes.Volume{Status: test.status, Metadata: test.metadata}
		offered := slices.Contains(volumeStatusOf(&v).actions, occi.OnlineID)
		if got := isTakenOffline(&v); got != test.offline || offered != test.offline {
			t.Errorf("%s with %v: taken offline %t, can go online %t, want %t", test.status, test.metadata, got, offered, test.offline)
		}
	}
}
