package conformance

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// publicNetwork is the default external network by the name that ooi's users know.
const publicNetwork = "/network/PUBLIC"

// floatingPoolID is the root of the pools that public addresses come from.
var floatingPoolID = occi.ID{Scheme: "http://schemas.openstack.org/network#", Term: "floatingippool"}

// outsideCases: public addresses, as links bring them along and as reservations keep them.
func outsideCases() []Case {
	return []Case{
		{"networkinterface", "a link to an external network is a public address that goes with it", publicAddress, anyone},
		{"networkinterface", "an ipreservation: creation in a pool, read, list, link, which it outlives, deletion", ipReservation, anyone},
		{"links end with their source", "a compute created with a link to an external network, and its address gone with it", inlineAddress, anyone},
	}
}

// awaitAddress waits until a link works and returns its description.
func (s *suite) awaitAddress(t *testing.T, link string) *occi.Message {
	t.Helper()
	s.awaitState(t, link, "occi.networkinterface.state", "active")
	m := s.want(t, http.StatusOK, http.MethodGet, link).message(t)
	for _, name := range []string{"occi.networkinterface.address", "occi.networkinterface.mac", "occi.networkinterface.interface"} {
		if m.Attributes.Text(name) == "" {
			t.Errorf("the link does not show %s", name)
		}
	}
	return m
}

func publicAddress(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	pool := s.template(t, floatingPoolID)
	lines := append(linkLines(occi.NetworkInterfaceID, compute, publicNetwork), categoryLine(pool, "mixin"))
	link := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/networkinterface/", text(lines...)))
	m := s.awaitAddress(t, link)
	target := m.Attributes.Text("occi.core.target")
	if !strings.Contains(target, "/network/") || strings.HasSuffix(target, "PUBLIC") {
		t.Errorf("the target is %q, want the external network by its own id", target)
	}
	if !slices.ContainsFunc(m.Categories, func(c occi.Category) bool { return c.ID == pool }) {
		t.Errorf("the link does not show its pool %s: %v", pool, m.Categories)
	}
	shown := linksTo(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.NetworkID)
	if !slices.ContainsFunc(shown, func(x occi.Link) bool { return x.Self == link && x.Target == target }) {
		t.Errorf("the compute does not show the link %s: %v", link, shown)
	}
	if list := s.want(t, http.StatusOK, http.MethodGet, "/networkinterface/").message(t); !slices.Contains(list.Locations, link) {
		t.Errorf("the collection lacks %s: %q", link, list.Locations)
	}
	s.remove(t, link)
	s.noReservationOf(t, m.Attributes.Text("occi.networkinterface.address"))
}

// noReservationOf insists that nothing keeps an address.
func (s *suite) noReservationOf(t *testing.T, address string) {
	t.Helper()
	list := s.want(t, http.StatusOK, http.MethodGet, "/ipreservation/?occi.ipreservation.address="+address).message(t)
	if len(list.Locations) != 0 {
		t.Errorf("the address %s is left behind as %q", address, list.Locations)
	}
}

func ipReservation(t *testing.T, s *suite) {
	compute, pool := s.sharedCompute(t), s.template(t, floatingPoolID)
	kept := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/ipreservation/", text(
		categoryLine(occi.IPReservationID, "kind"), categoryLine(pool, "mixin"), attributeLine("occi.core.title", prefix+"address – größer"))))
	used := func(want string) string {
		t.Helper()
		m := s.want(t, http.StatusOK, http.MethodGet, kept).message(t)
		for name, want := range map[string]string{
			"occi.core.title": prefix + "address – größer", "occi.ipreservation.used": want, "occi.ipreservation.state": "active",
		} {
			if got := m.Attributes.Text(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
		return m.Attributes.Text("occi.ipreservation.address")
	}
	address := used("false")
	if list := s.want(t, http.StatusOK, http.MethodGet, "/ipreservation/").message(t); !slices.Contains(list.Locations, kept) {
		t.Errorf("the collection lacks %s: %q", kept, list.Locations)
	}
	link := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/networkinterface/",
		text(linkLines(occi.NetworkInterfaceID, compute, kept)...)))
	m := s.awaitAddress(t, link)
	if got := m.Attributes.Text("occi.networkinterface.address"); got != address {
		t.Errorf("the link has the address %q, want %q", got, address)
	}
	if got := m.Attributes.Text("occi.core.target"); got != kept {
		t.Errorf("the target is %q, want %q", got, kept)
	}
	used("true")
	s.want(t, http.StatusConflict, http.MethodDelete, kept)
	s.remove(t, link)
	used("false")
	s.remove(t, kept)
}

func inlineAddress(t *testing.T, s *suite) {
	lines := append(s.computeLines(t, "public"),
		`Link: <`+publicNetwork+`>; rel="`+occi.NetworkID.String()+`"; category="`+occi.NetworkInterfaceID.String()+`"`)
	compute := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)))
	links := linksTo(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.NetworkID)
	if len(links) != 2 {
		t.Fatalf("got the links %v, want one inside and one outside", links)
	}
	address := s.awaitAddress(t, links[1].Self).Attributes.Text("occi.networkinterface.address")
	s.remove(t, compute)
	for _, l := range links {
		s.awaitGone(t, l.Self)
	}
	s.noReservationOf(t, address)
}
