package translate

import "testing"

// Every status of Cinder's field VolumeStatus, those that its manager sets besides, and one that nobody knows.
func TestStorageState(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status, storage, link string
		gone                  bool
	}{
		{status: "available", storage: "online", link: "inactive"},
		{status: "in-use", storage: "online", link: "active"},
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
		state, message := storageState(test.status)
		if state != test.storage {
			t.Errorf("storageState(%q) = %q, want %q", test.status, state, test.storage)
		}
		if (message == "") != (state == storageOnline) {
			t.Errorf("storageState(%q) has the message %q: all but online have one", test.status, message)
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
