package conformance

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// versionCases: what the two versions show differently.
func versionCases() []Case {
	return []Case{
		{"compute and its attributes", "speed is of 1.1, share of 1.2", speedAndShare, eachClient},
		{"messages of states", "only 1.2 has messages of states", stateMessages, eachClient},
		{"storage: backup, snapshot, resize", "only 1.1 lists backup, snapshot and resize", storageActions, eachClient},
		{"states of a compute", "both versions read the same states of entities that work", statesOfEntities, eachClient},
		{"Accept of the server", "Accept names what may be sent, JSON to 1.2 only", acceptOfServer, eachClient},
	}
}

// lists reports whether the category has the attribute.
func lists(m *occi.Message, id occi.ID, name string) bool {
	c, _ := category(m, id)
	return slices.ContainsFunc(c.Attributes, func(a occi.Attribute) bool { return a.Name == name })
}

func speedAndShare(t *testing.T, s *suite) {
	for _, mediaType := range []string{"text/plain", occiJSON} {
		m := s.want(t, http.StatusOK, http.MethodGet, "/-/", accept(mediaType)).message(t)
		for name, version := range map[string]string{"occi.compute.speed": "1.1", "occi.compute.share": "1.2"} {
			if got, want := lists(m, occi.ComputeID, name), s.version == version; got != want {
				t.Errorf("%s: is %s listed? got %t, want %t", mediaType, name, got, want)
			}
		}
		for _, name := range []string{"occi.compute.cores", "occi.compute.memory", "occi.compute.hostname", "occi.compute.state"} {
			if !lists(m, occi.ComputeID, name) {
				t.Errorf("%s: %s is not listed", mediaType, name)
			}
		}
	}
}

func stateMessages(t *testing.T, s *suite) {
	m := s.model(t)
	for _, id := range []occi.ID{occi.ComputeID, occi.StorageID, occi.NetworkID, occi.StorageLinkID, occi.NetworkInterfaceID} {
		name := "occi." + id.Term + ".state.message"
		if got, want := lists(m, id, name), s.version == "1.2"; got != want {
			t.Errorf("is %s listed? got %t, want %t", name, got, want)
		}
	}
	for _, location := range []string{s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t)} {
		a := s.want(t, http.StatusOK, http.MethodGet, location)
		if s.version == "1.1" && strings.Contains(a.Body, "state.message") {
			t.Errorf("%s shows a message of its state:\n%s", location, a.Body)
		}
	}
}

func storageActions(t *testing.T, s *suite) {
	m := s.model(t)
	kind, _ := category(m, occi.StorageID)
	for _, id := range []occi.ID{occi.BackupID, occi.SnapshotID, occi.ResizeID} {
		_, defined := category(m, id)
		if want := s.version == "1.1"; slices.Contains(kind.Actions, id) != want || defined != want {
			t.Errorf("is %s of storage? got %q, defined: %t", id, kind.Actions, defined)
		}
	}
	for _, id := range []occi.ID{occi.OnlineID, occi.OfflineID} {
		if _, defined := category(m, id); !defined || !slices.Contains(kind.Actions, id) {
			t.Errorf("%s is not of storage: %q", id, kind.Actions)
		}
	}
}

func statesOfEntities(t *testing.T, s *suite) {
	s.awaitState(t, s.sharedCompute(t), "occi.compute.state", "active")
	s.awaitState(t, s.sharedStorage(t), "occi.storage.state", "online")
	s.awaitState(t, s.sharedNetwork(t), "occi.network.state", "active")
}

func acceptOfServer(t *testing.T, s *suite) {
	for _, path := range []string{"/-/", "/nowhere"} {
		got := s.do(t, http.MethodGet, path).Header.Get("Accept")
		for _, mediaType := range []string{"text/plain", "text/occi"} {
			if !strings.Contains(got, mediaType) {
				t.Errorf("GET %s: got Accept %q, want %s in it", path, got, mediaType)
			}
		}
		if strings.Contains(got, occiJSON) != (s.version == "1.2") {
			t.Errorf("GET %s: got Accept %q for a client of %s", path, got, s.version)
		}
	}
}
