package conformance

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// queryCases: the query interface and what the model has to contain.
func queryCases() []Case {
	return []Case{
		{"entity, resource and link are listed", "the kinds entity, resource and link are listed, first", coreKinds, anyone},
		{"parents of kinds", "the relation chain of every kind ends at entity", kindChain, anyone},
		{"provider's names stay apart", "provider categories stay outside the scheme of the standard", providerSchemes, anyone},
		{"locations of categories", "every kind and mixin has a location with a trailing slash, no action has one", locations, anyone},
		{"well-known path", "the well-known path answers as the query interface does", wellKnown, anyone},
		{"query interface", "the answer's order is stable", stableOrder, anyone},
		{"compute and its attributes", "the kinds have all attributes of OCCI 1.1 and 1.2", kindAttributes, anyone},
		{"actions and their parameters", "the kinds have all actions, each listed as a category of its own", kindActions, anyone},
		{"actions and their parameters", "actions list their parameters", actionParameters, anyone},
		{"ipnetworkinterface", "ipnetwork and ipnetworkinterface have all attributes", ipMixins, anyone},
		{"resource templates", "OS templates relate to os_tpl, resource templates to resource_tpl", templates, anyone},
		{"ssh_key", "contextualization is offered in both families", contextMixins, anyone},
		{"Category", "every line of the model follows the Category grammar", categoryGrammar, anyone},
		{"characters of terms", "terms, titles and attribute names are readable by the strictest known client", modelCharset, anyone},
	}
}

func coreKinds(t *testing.T, s *suite) {
	m := s.model(t)
	if len(m.Categories) < 3 {
		t.Fatalf("got %d categories", len(m.Categories))
	}
	for i, want := range []occi.ID{occi.EntityID, occi.ResourceID, occi.LinkID} {
		if got := m.Categories[i]; got.ID != want || got.Class != occi.ClassKind {
			t.Errorf("category %d: got %s of class %s, want the kind %s", i, got.ID, got.Class, want)
		}
	}
}

func kindChain(t *testing.T, s *suite) {
	m := s.model(t)
	for _, c := range m.Categories {
		if c.Class != occi.ClassKind {
			continue
		}
		at := c
		for range 5 {
			if at.ID == occi.EntityID {
				break
			}
			if len(at.Rel) == 0 {
				t.Errorf("%s: the chain ends at %s", c.ID, at.ID)
				break
			}
			parent, ok := category(m, at.Rel[0])
			if !ok {
				t.Errorf("%s: parent %s is not in the model", c.ID, at.Rel[0])
				break
			}
			at = parent
		}
	}
}

func providerSchemes(t *testing.T, s *suite) {
	standard := occi.Infrastructure()
	for _, c := range s.model(t).Categories {
		known := standard.Kind(c.ID) != nil || standard.Mixin(c.ID) != nil || standard.Action(c.ID) != nil ||
			c.Scheme == profileScheme
		if !known && strings.HasPrefix(c.Scheme, "http://schemas.ogf.org/occi/") {
			t.Errorf("%s claims a scheme of the standard", c.ID)
		}
	}
}

func locations(t *testing.T, s *suite) {
	seen := map[string]occi.ID{}
	for _, c := range s.model(t).Categories {
		switch {
		case c.Class == occi.ClassAction && c.Location != "":
			t.Errorf("action %s has the location %q", c.ID, c.Location)
		case c.Class != occi.ClassAction && (!strings.HasPrefix(c.Location, "/") || !strings.HasSuffix(c.Location, "/")):
			t.Errorf("%s: got location %q, want an absolute path with a trailing slash", c.ID, c.Location)
		case c.Class != occi.ClassAction && seen[c.Location] != occi.ID{}:
			t.Errorf("%s and %s share the location %q", c.ID, seen[c.Location], c.Location)
		}
		seen[c.Location] = c.ID
	}
}

func wellKnown(t *testing.T, s *suite) {
	query := s.want(t, http.StatusOK, http.MethodGet, "/-/")
	known := s.want(t, http.StatusOK, http.MethodGet, "/.well-known/org/ogf/occi/-/")
	if diff := cmp.Diff(query.Body, known.Body); diff != "" {
		t.Errorf("the two differ (-query +well-known):\n%s", diff)
	}
	s.want(t, http.StatusUnauthorized, http.MethodGet, "/.well-known/org/ogf/occi/-/", noToken)
}

func stableOrder(t *testing.T, s *suite) {
	first := s.want(t, http.StatusOK, http.MethodGet, "/-/").Body
	if diff := cmp.Diff(first, s.want(t, http.StatusOK, http.MethodGet, "/-/").Body); diff != "" {
		t.Errorf("two answers differ:\n%s", diff)
	}
}

func kindAttributes(t *testing.T, s *suite) {
	m := s.model(t)
	for id, want := range map[occi.ID][]string{
		occi.ComputeID: {
			"occi.compute.architecture", "occi.compute.cores", "occi.compute.hostname", "occi.compute.share",
			"occi.compute.speed", "occi.compute.memory", "occi.compute.state", "occi.compute.state.message",
		},
		occi.StorageID: {"occi.storage.size", "occi.storage.state", "occi.storage.state.message"},
		occi.NetworkID: {"occi.network.vlan", "occi.network.label", "occi.network.state", "occi.network.state.message"},
		occi.StorageLinkID: {
			"occi.storagelink.deviceid", "occi.storagelink.mountpoint", "occi.storagelink.state",
			"occi.storagelink.state.message", "occi.core.source", "occi.core.target",
		},
		occi.NetworkInterfaceID: {
			"occi.networkinterface.interface", "occi.networkinterface.mac", "occi.networkinterface.state",
			"occi.networkinterface.state.message", "occi.core.source", "occi.core.target",
		},
	} {
		wantAttributes(t, m, id, want)
	}
	for _, name := range []string{"occi.compute.state", "occi.storage.state", "occi.network.state"} {
		if !isImmutable(m, name) {
			t.Errorf("%s is not flagged immutable", name)
		}
	}
}

func wantAttributes(t *testing.T, m *occi.Message, id occi.ID, want []string) {
	t.Helper()
	c, ok := category(m, id)
	if !ok {
		t.Errorf("%s is not in the model", id)
		return
	}
	for _, name := range want {
		if !slices.ContainsFunc(c.Attributes, func(a occi.Attribute) bool { return a.Name == name }) {
			t.Errorf("%s does not list %s", id, name)
		}
	}
}

func isImmutable(m *occi.Message, name string) bool {
	for _, c := range m.Categories {
		for _, a := range c.Attributes {
			if a.Name == name {
				return a.Immutable
			}
		}
	}
	return false
}

func kindActions(t *testing.T, s *suite) {
	m := s.model(t)
	for id, want := range map[occi.ID][]occi.ID{
		occi.ComputeID: {occi.StartID, occi.StopID, occi.RestartID, occi.SuspendID, occi.SaveID},
		occi.NetworkID: {occi.UpID, occi.DownID},
		occi.StorageID: {occi.OnlineID, occi.OfflineID, occi.BackupID, occi.SnapshotID, occi.ResizeID},
	} {
		kind, _ := category(m, id)
		for _, action := range want {
			if !slices.Contains(kind.Actions, action) {
				t.Errorf("%s does not list the action %s", id, action)
			}
			if c, ok := category(m, action); !ok || c.Class != occi.ClassAction {
				t.Errorf("action %s is no category of the model", action)
			}
		}
	}
}

func actionParameters(t *testing.T, s *suite) {
	m := s.model(t)
	for _, id := range []occi.ID{occi.StopID, occi.RestartID, occi.SuspendID} {
		wantAttributes(t, m, id, []string{"method"})
	}
	wantAttributes(t, m, occi.SaveID, []string{"method", "name"})
	wantAttributes(t, m, occi.ResizeID, []string{"size"})
}

func ipMixins(t *testing.T, s *suite) {
	m := s.model(t)
	wantAttributes(t, m, occi.IPNetworkID,
		[]string{"occi.network.address", "occi.network.gateway", "occi.network.allocation"})
	wantAttributes(t, m, occi.IPNetworkInterfaceID, []string{
		"occi.networkinterface.address", "occi.networkinterface.gateway", "occi.networkinterface.allocation",
	})
}

func templates(t *testing.T, s *suite) {
	m := s.model(t)
	for root, scheme := range map[occi.ID]string{
		occi.OSTemplateID:       "http://schemas.openstack.org/template/os#",
		occi.ResourceTemplateID: "http://schemas.openstack.org/template/resource#",
	} {
		if _, ok := category(m, root); !ok {
			t.Errorf("the root %s is not in the model", root)
		}
		for _, id := range s.templates(t, root) {
			if id.Scheme != scheme && id.Scheme != profileScheme {
				t.Errorf("template %s: want scheme %s", id, scheme)
			}
		}
		s.template(t, root)
	}
	wantAttributes(t, m, s.template(t, occi.ResourceTemplateID), []string{"occi.compute.cores", "occi.compute.memory"})
}

func contextMixins(t *testing.T, s *suite) {
	m := s.model(t)
	openstack := func(scheme, term string) occi.ID {
		return occi.ID{Scheme: "http://schemas.openstack.org/" + scheme, Term: term}
	}
	wantAttributes(t, m, occi.SSHKeyID, []string{"occi.credentials.ssh.publickey"})
	wantAttributes(t, m, occi.UserDataID, []string{"occi.compute.userdata"})
	wantAttributes(t, m, openstack("compute/instance#", "user_data"), []string{"org.openstack.compute.user_data"})
	wantAttributes(t, m, openstack("instance/credentials#", "public_key"),
		[]string{"org.openstack.credentials.publickey.name", "org.openstack.credentials.publickey.data"})
}

// categoryLineGrammar is GFD.229 §4.1 with the parameters in their order.
var categoryLineGrammar = regexp.MustCompile(`^Category: [a-z0-9][a-z0-9_-]*; scheme="[^"; ]+#"; class="(kind|mixin|action)"` +
	`(; title="[^"]+")?(; rel="[^" ]+#[^" ]+")?(; location="[^" ]+")?(; attributes="[^"]+")?(; actions="[^"]+")?$`)

func categoryGrammar(t *testing.T, s *suite) {
	a := s.want(t, http.StatusOK, http.MethodGet, "/-/")
	for line := range strings.SplitSeq(a.Body, "\n") {
		if !categoryLineGrammar.MatchString(line) {
			t.Errorf("line %q does not follow the grammar", line)
		}
	}
}

func modelCharset(t *testing.T, s *suite) {
	seen := map[occi.ID]bool{}
	attribute := regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*$`)
	for _, c := range s.model(t).Categories {
		if seen[c.ID] {
			t.Errorf("%s is listed twice", c.ID)
		}
		seen[c.ID] = true
		if strings.ContainsAny(c.Title, "\\;\"\n") || len(c.Title) > 1300 {
			t.Errorf("%s: title %q", c.ID, c.Title)
		}
		for _, a := range c.Attributes {
			if !attribute.MatchString(a.Name) {
				t.Errorf("%s: attribute %q", c.ID, a.Name)
			}
		}
	}
}
