package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// placementCases: what a provider's mixins do to a new compute.
func placementCases() []Case {
	return []Case{
		{"mixins at creation and later", "compute: a zone is chosen at creation, shown, and not changed", zone, anyone},
		{"mixins at creation and later", "compute: the console is shown to who asks with its mixin", showConsole, anyone},
		{"mixins at creation and later", "compute: the administrator gets a password, first and anew, that is never shown", givePassword, anyone},
		{"mixins at creation and later", "compute: the boot disk is a volume, shown as a link, and goes with the compute", bootVolume, anyone},
		{"compute and its attributes", "compute: scratch disk that no template has is refused: 400", tooMuchScratch, anyone},
	}
}

var (
	zoneID       = occi.ID{Scheme: "http://schemas.openstack.org/infrastructure#", Term: "availability_zone"}
	bootVolumeID = occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "boot_volume"}
)

// computeZones are the zones for computes: those for storage have the same root.
func (s *suite) computeZones(t *testing.T) []occi.ID {
	t.Helper()
	var zones []occi.ID
	for _, id := range s.templates(t, zoneID) {
		if strings.Contains(id.Scheme, "/compute/") {
			zones = append(zones, id)
		}
	}
	return zones
}

func zone(t *testing.T, s *suite) {
	zones := s.computeZones(t)
	if len(zones) == 0 {
		t.Fatal("the model has no zone for computes")
	}
	lines := append(s.computeLines(t, "zone"), categoryLine(zones[0], "mixin"))
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)))
	s.awaitState(t, location, "occi.compute.state", "active")
	if _, ok := category(s.want(t, http.StatusOK, http.MethodGet, location).message(t), zones[0]); !ok {
		t.Errorf("the compute does not show its zone %s", zones[0])
	}
	s.want(t, http.StatusOK, http.MethodPost, location, text(categoryLine(zones[0], "mixin"))) // as it is
	s.remove(t, location)
	elsewhere := occi.ID{Scheme: zones[0].Scheme, Term: "nowhere"}
	s.want(t, http.StatusNotFound, http.MethodPost, "/compute/", text(append(s.computeLines(t, "zone"), categoryLine(elsewhere, "mixin"))...))
}

func bootVolume(t *testing.T, s *suite) {
	lines := append(s.computeLines(t, "volume"), categoryLine(bootVolumeID, "mixin"),
		"X-OCCI-Attribute: org.openstack.compute.boot_volume.size=1")
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)))
	s.awaitState(t, location, "occi.compute.state", "active")
	disks := linksTo(s.want(t, http.StatusOK, http.MethodGet, location).message(t), occi.StorageID)
	if len(disks) != 1 {
		t.Fatalf("got the storage links %v, want one to the boot disk", disks)
	}
	s.remove(t, location)
	s.awaitGone(t, disks[0].Target)
	lines[len(lines)-1] = "X-OCCI-Attribute: org.openstack.compute.boot_volume.size=0"
	s.want(t, http.StatusBadRequest, http.MethodPost, "/compute/", text(lines...))
}

func tooMuchScratch(t *testing.T, s *suite) {
	s.want(t, http.StatusBadRequest, http.MethodPost, "/compute/", text(
		append(s.computeLines(t, "scratch"), "X-OCCI-Attribute: occi.compute.ephemeral_storage.size=1000000")...))
}

// showConsole asks for the console: only the answer to that has it.
func showConsole(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	s.awaitState(t, compute, "occi.compute.state", "active")
	console := occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "console"}
	const url = "org.openstack.compute.console.url"
	a := s.want(t, http.StatusOK, http.MethodPost, compute, text(categoryLine(console, "mixin")))
	if got := a.message(t).Attributes.Text(url); !strings.HasPrefix(got, "http") && !strings.HasPrefix(got, "ws") {
		t.Errorf("the answer has the URL %q: %s", got, a.Body)
	}
	if read := s.want(t, http.StatusOK, http.MethodGet, compute); strings.Contains(read.Body, url) {
		t.Errorf("the console is shown to who has not asked: %s", read.Body)
	}
}

// givePassword gives the administrator of a compute a password, then another one.
func givePassword(t *testing.T, s *suite) {
	id := occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "admin_password"}
	const password = "X-OCCI-Attribute: org.openstack.credentials.admin_pwd="
	mixin := categoryLine(id, "mixin")
	lines := append(s.computeLines(t, "password"), mixin)
	s.want(t, http.StatusBadRequest, http.MethodPost, "/compute/", text(lines...))
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(append(lines, password+`"first secret"`)...)))
	s.awaitState(t, location, "occi.compute.state", "active")
	updated := s.want(t, http.StatusOK, http.MethodPost, location, text(mixin, password+`"second secret"`))
	alone := s.want(t, http.StatusOK, http.MethodPost, location, text(password+`"third secret"`))
	read := s.want(t, http.StatusOK, http.MethodGet, location)
	for _, a := range []answer{updated, alone, read} {
		if strings.Contains(a.Body, " secret") || strings.Contains(a.Body, id.Term) {
			t.Errorf("the password shows: %s", a.Body)
		}
	}
	s.want(t, http.StatusBadRequest, http.MethodPost, location, text(mixin))
	s.want(t, http.StatusBadRequest, http.MethodPost, location, text(mixin, password+`""`))
	s.want(t, http.StatusBadRequest, http.MethodPost, location, text(password+`""`))
	s.remove(t, location)
}
