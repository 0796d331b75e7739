package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// storageActionCases: what is done to a storage.
func storageActionCases() []Case {
	return []Case{
		{"storage: online and offline", "storage: offline, which cannot be linked, and online", offlineOnline, anyone},
		{"storage: backup, snapshot, resize", "storage: snapshot answers a mixin that makes storages", snapshot, anyone},
		{"storage: backup, snapshot, resize", "storage: resize, never to a smaller size", resizeStorage, anyone},
		{"storage: backup, snapshot, resize", "storage: a backup is made, or the answer says why not", backup, anyone},
		{"storage: another size", "storage: POST and PUT of occi.storage.size, never a smaller one", updateSize, anyone},
	}
}

// newStorage makes a storage of 1 GiB and waits until it is online.
func (s *suite) newStorage(t *testing.T, title string, mixins ...occi.ID) string {
	t.Helper()
	lines := []string{
		categoryLine(occi.StorageID, "kind"), attributeLine("occi.core.title", prefix+title), "X-OCCI-Attribute: occi.storage.size=1",
	}
	for _, id := range mixins {
		lines = append(lines, categoryLine(id, "mixin"))
	}
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/storage/", text(lines...)))
	s.awaitState(t, location, "occi.storage.state", "online")
	return location
}

func offlineOnline(t *testing.T, s *suite) {
	compute, storage := s.sharedCompute(t), s.newStorage(t, "offline")
	if a := s.wantAct(t, storage, occi.OfflineID); a.Body != "OK" {
		t.Errorf("got body %q, want OK", a.Body)
	}
	m := s.want(t, http.StatusOK, http.MethodGet, storage).message(t)
	if got := m.Attributes.Text("occi.storage.state"); got != "offline" || !offers(m, occi.OnlineID) || offers(m, occi.OfflineID) {
		t.Errorf("got state %q and links %v, want offline, and online offered alone", got, m.Links)
	}
	s.want(t, http.StatusConflict, http.MethodPost, "/storagelink/", text(linkLines(occi.StorageLinkID, compute, storage)...))
	s.wantAct(t, storage, occi.OnlineID)
	m = s.want(t, http.StatusOK, http.MethodGet, storage).message(t)
	if got := m.Attributes.Text("occi.storage.state"); got != "online" || !offers(m, occi.OfflineID) || offers(m, occi.OnlineID) {
		t.Errorf("got state %q and links %v, want online, and offline offered alone", got, m.Links)
	}
	s.wantAct(t, storage, occi.OfflineID)
	s.remove(t, storage) // what is offline can be deleted
}

func snapshot(t *testing.T, s *suite) {
	storage := s.newStorage(t, "original")
	m := s.wantAct(t, storage, occi.SnapshotID).message(t)
	if len(m.Categories) != 1 || m.Categories[0].Class != occi.ClassMixin {
		t.Fatalf("got categories %v, want one mixin", m.Categories)
	}
	made := m.Categories[0].ID
	if _, ok := category(s.model(t), made); !ok {
		t.Errorf("the model lacks %s", made)
	}
	s.want(t, http.StatusConflict, http.MethodDelete, storage)
	s.await(t, "the snapshot to be made", func() bool { // when it can be used
		a := s.do(t, http.MethodPost, "/storage/", text(categoryLine(occi.StorageID, "kind"), categoryLine(made, "mixin"),
			attributeLine("occi.core.title", prefix+"copy"), "X-OCCI-Attribute: occi.storage.size=1"))
		if a.Status != http.StatusCreated {
			return false
		}
		location := s.created(t, a)
		s.awaitState(t, location, "occi.storage.state", "online")
		if _, ok := category(s.want(t, http.StatusOK, http.MethodGet, location).message(t), made); !ok {
			t.Errorf("the copy does not show %s", made)
		}
		s.remove(t, location)
		return true
	})
	s.await(t, "the snapshot to be removed", func() bool {
		return s.do(t, http.MethodDelete, "/-/", text(categoryLine(made, "mixin"))).Status == http.StatusOK
	})
	s.remove(t, storage)
}

func (s *suite) wantSize(t *testing.T, storage string, want float64) {
	t.Helper()
	m := s.want(t, http.StatusOK, http.MethodGet, storage).message(t)
	if got, ok := m.Attributes.Get("occi.storage.size").Float(); !ok || got != want {
		t.Errorf("got size %q, want %g", m.Attributes.Text("occi.storage.size"), want)
	}
	if got := m.Attributes.Text("occi.storage.state"); got != "online" {
		t.Errorf("got state %q, want online", got)
	}
}

func resizeStorage(t *testing.T, s *suite) {
	compute, storage := s.sharedCompute(t), s.newStorage(t, "growing")
	s.wantAct(t, storage, occi.ResizeID, "X-OCCI-Attribute: size=2.0")
	s.wantSize(t, storage, 2)
	for _, size := range []string{"size=1", "size=0", `size="much"`, "other=3"} {
		if a := s.act(t, storage, occi.ResizeID, "X-OCCI-Attribute: "+size); a.Status != http.StatusBadRequest {
			t.Errorf("resize with %s: got status %d, want 400", size, a.Status)
		}
	}
	if a := s.act(t, storage, occi.ResizeID); a.Status != http.StatusBadRequest {
		t.Errorf("resize without size: got status %d, want 400", a.Status)
	}
	link := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/storagelink/", text(linkLines(occi.StorageLinkID, compute, storage)...)))
	s.wantAct(t, storage, occi.ResizeID, "X-OCCI-Attribute: size=3")
	s.wantSize(t, storage, 3)
	s.remove(t, link)
	s.remove(t, storage)
}

func backup(t *testing.T, s *suite) {
	storage := s.newStorage(t, "backed-up")
	if a := s.act(t, storage, occi.BackupID); a.Status != http.StatusOK &&
		(a.Status == http.StatusInternalServerError || !strings.Contains(strings.ToLower(a.Body), "backup")) {
		t.Errorf("got status %d and body %q, want 200 or the reason", a.Status, a.Body)
	}
	s.awaitState(t, storage, "occi.storage.state", "online")
	s.remove(t, storage)
}

func updateSize(t *testing.T, s *suite) {
	storage := s.newStorage(t, "larger")
	s.want(t, http.StatusOK, http.MethodPost, storage, text("X-OCCI-Attribute: occi.storage.size=2"))
	s.wantSize(t, storage, 2)
	full := []string{
		categoryLine(occi.StorageID, "kind"), attributeLine("occi.core.title", prefix+"larger"), "X-OCCI-Attribute: occi.storage.size=2.5",
	}
	s.want(t, http.StatusOK, http.MethodPut, storage, text(full...))
	s.wantSize(t, storage, 3)
	a := s.want(t, http.StatusBadRequest, http.MethodPost, storage, text("X-OCCI-Attribute: occi.storage.size=1"))
	if !strings.Contains(a.Body, "smaller") {
		t.Errorf("got body %q, want why a storage does not shrink", a.Body)
	}
	a = s.want(t, http.StatusForbidden, http.MethodPost, storage, text("X-OCCI-Attribute: occi.storage.size=9000000"))
	if !strings.Contains(a.Body, "quota") {
		t.Errorf("got body %q, want OpenStack's words about the quota", a.Body)
	}
	s.wantSize(t, storage, 3)
	s.remove(t, storage)
}
