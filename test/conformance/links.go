package conformance

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// exampleKey is a well-formed public key that belongs to nobody.
const exampleKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8Fh7vG2kXbQ0s3dZp1xg4m6w9yT5rQ2nUeVtXcLhOa conformance"

// contextCases: keys and user data in every spelling that clients send.
func contextCases() []Case {
	data := base64.StdEncoding.EncodeToString([]byte("#cloud-config\n"))
	const openstack = "http://schemas.openstack.org/"
	openstackUserData := occi.ID{Scheme: openstack + "compute/instance#", Term: "user_data"}
	openstackKey := occi.ID{Scheme: openstack + "instance/credentials#", Term: "public_key"}
	return []Case{
		{
			"user_data", "contextualization as rOCCI and IM send it",
			contextCase(openstackUserData, openstackKey, "org.openstack.compute.user_data", data, "org.openstack.credentials.publickey.data"),
			anyone,
		},
		{
			"ssh_key", "contextualization as OCCI 1.2 has it",
			contextCase(occi.UserDataID, occi.SSHKeyID, "occi.compute.userdata", "#cloud-config", "occi.credentials.ssh.publickey"),
			anyone,
		},
		{
			"user_data", "contextualization in the spelling ooi read",
			contextCase(occi.UserDataID, occi.SSHKeyID, "occi.compute.user_data", data, "occi.credentials.ssh_key"),
			anyone,
		},
		{"user_data", "user data beyond 65535 bytes and no public key: 400", badContext, anyone},
	}
}

func contextCase(dataMixin, keyMixin occi.ID, dataName, data, keyName string) func(*testing.T, *suite) {
	return func(t *testing.T, s *suite) {
		lines := append(s.computeLines(t, "context"),
			categoryLine(dataMixin, "mixin"), categoryLine(keyMixin, "mixin"),
			attributeLine(dataName, data), attributeLine(keyName, exampleKey))
		location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)))
		a := s.want(t, http.StatusOK, http.MethodGet, location)
		if strings.Contains(a.Body, data) || strings.Contains(a.Body, exampleKey) {
			t.Errorf("the compute shows its contextualization:\n%s", a.Body)
		}
		s.remove(t, location)
	}
}

func badContext(t *testing.T, s *suite) {
	big := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 65_536)))
	s.want(t, http.StatusBadRequest, http.MethodPost, "/compute/", text(append(s.computeLines(t, "big"),
		categoryLine(occi.UserDataID, "mixin"), attributeLine("occi.compute.userdata", big))...))
	s.want(t, http.StatusBadRequest, http.MethodPost, "/compute/", text(append(s.computeLines(t, "key"),
		categoryLine(occi.SSHKeyID, "mixin"), attributeLine("occi.credentials.ssh.publickey", "not a key"))...))
}

// linkCases: storagelink and networkinterface, made directly and inline.
func linkCases() []Case {
	return []Case{
		{"storagelink", "storagelink: direct creation, read, list, shown by the compute, deletion", storageLink, anyone},
		{"networkinterface", "networkinterface: direct creation, read, list, shown by the compute, deletion", networkInterface, anyone},
		{"networkinterface", "compute: its interfaces have the order of the links that it was created with", interfaceOrder, anyone},
		{"links end with their source", "inline links to storage and network at creation, gone with their compute", inlineLinks, anyone},
		{"targets of links", "a link to a foreign host, a missing resource or without a target is refused", badLinks, anyone},
	}
}

// linkLines create a link of the kind between two entities.
func linkLines(kind occi.ID, source, target string) []string {
	return []string{
		categoryLine(kind, "kind"), attributeLine("occi.core.id", "Link_1699"),
		attributeLine("occi.core.source", source), attributeLine("occi.core.target", target),
	}
}

func storageLink(t *testing.T, s *suite) {
	compute, storage := s.sharedCompute(t), s.sharedStorage(t)
	s.linkLife(t, link{
		kind: occi.StorageLinkID, path: "/storagelink/", target: storage, targetKind: occi.StorageID,
		wantID: idOf(t, compute) + "_" + idOf(t, storage), state: "occi.storagelink.state",
		attributes: []string{"occi.storagelink.deviceid"},
	})
	s.awaitState(t, storage, "occi.storage.state", "online")
}

func networkInterface(t *testing.T, s *suite) {
	network := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
		categoryLine(occi.NetworkID, "kind"), categoryLine(occi.IPNetworkID, "mixin"),
		attributeLine("occi.core.title", prefix+"second"), attributeLine("occi.network.address", "10.78.0.0/24"))))
	s.linkLife(t, link{
		kind: occi.NetworkInterfaceID, path: "/networkinterface/", target: network, targetKind: occi.NetworkID,
		state: "occi.networkinterface.state",
		attributes: []string{
			"occi.networkinterface.interface", "occi.networkinterface.mac",
			"occi.networkinterface.address", "occi.networkinterface.allocation",
		},
	})
	s.remove(t, network)
}

// link is what linkLife needs to know of a link.
type link struct {
	kind       occi.ID
	path       string
	target     string
	targetKind occi.ID
	wantID     string // "" if it cannot be known before
	state      string
	attributes []string // have to be there
}

// linkLife creates a link from the shared compute, reads it in every place where it shows, and deletes it.
func (s *suite) linkLife(t *testing.T, l link) {
	t.Helper()
	compute := s.sharedCompute(t)
	self := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, l.path, text(linkLines(l.kind, compute, l.target)...)))
	if l.wantID != "" && idOf(t, self) != l.wantID {
		t.Errorf("got id %q, want %q", idOf(t, self), l.wantID)
	}
	m := s.want(t, http.StatusOK, http.MethodGet, self).message(t)
	for name, want := range map[string]string{
		"occi.core.id": idOf(t, self), "occi.core.source": compute, "occi.core.target": l.target, l.state: "active",
	} {
		if got := m.Attributes.Text(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, name := range l.attributes {
		if m.Attributes.Text(name) == "" {
			t.Errorf("the link does not show %s", name)
		}
	}
	if list := s.want(t, http.StatusOK, http.MethodGet, l.path).message(t); !slices.Contains(list.Locations, self) {
		t.Errorf("%s lacks %s: %q", l.path, self, list.Locations)
	}
	shown := linksTo(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), l.targetKind)
	if !slices.ContainsFunc(shown, func(x occi.Link) bool { return x.Self == self && x.Target == l.target }) {
		t.Errorf("the compute does not show the link %s: %v", self, shown)
	}
	s.want(t, http.StatusOK, http.MethodDelete, self)
	s.awaitGone(t, self)
}

func inlineLinks(t *testing.T, s *suite) {
	storage := s.sharedStorage(t)
	lines := append(s.computeLines(t, "inline"),
		`Link: <`+storage+`>; rel="`+occi.StorageID.String()+`"; category="`+occi.StorageLinkID.String()+
			`"; occi.core.id="client-made"; occi.core.source="/compute/client-made"; occi.core.target="`+storage+`"`)
	compute := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)))
	s.awaitState(t, compute, "occi.compute.state", "active")
	m := s.want(t, http.StatusOK, http.MethodGet, compute).message(t)
	if got := linksTo(m, occi.StorageID); len(got) != 1 || got[0].Target != storage {
		t.Errorf("got storage links %v, want one to %s", got, storage)
	}
	if got := linksTo(m, occi.NetworkID); len(got) != 1 || got[0].Target != s.sharedNetwork(t) {
		t.Errorf("got network links %v, want one to %s", got, s.sharedNetwork(t))
	}
	s.remove(t, compute)
	for _, l := range append(linksTo(m, occi.StorageID), linksTo(m, occi.NetworkID)...) {
		s.awaitGone(t, l.Self)
	}
	s.awaitState(t, storage, "occi.storage.state", "online")
}

func badLinks(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	nobody := "00000000-0000-4000-8000-000000000000"
	for kind, path := range map[occi.ID]string{
		occi.StorageLinkID: "/storage/", occi.NetworkInterfaceID: "/network/", occi.SecurityGroupLinkID: "/securitygroup/",
	} {
		for target, test := range map[string]struct {
			wants []int
			says  string
		}{
			"http://elsewhere.example.org" + path + nobody: {[]int{http.StatusBadRequest}, "elsewhere.example.org"},
			path + nobody:        {[]int{http.StatusBadRequest, http.StatusNotFound}, nobody},
			"/nowhere/" + nobody: {[]int{http.StatusBadRequest, http.StatusNotFound}, nobody},
			compute:              {[]int{http.StatusBadRequest}, "compute"},
		} {
			a := s.do(t, http.MethodPost, "/"+kind.Term+"/", text(linkLines(kind, compute, target)...))
			if !slices.Contains(test.wants, a.Status) || !strings.Contains(a.Body, test.says) {
				t.Errorf("%s to %s: got status %d, body %q, want one of %v, naming %q", kind.Term, target, a.Status, a.Body, test.wants, test.says)
			}
		}
	}
	s.want(t, http.StatusBadRequest, http.MethodPost, "/storagelink/",
		text(categoryLine(occi.StorageLinkID, "kind"), attributeLine("occi.core.source", compute)))
}
