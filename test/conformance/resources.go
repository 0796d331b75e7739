package conformance

import (
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// networkCases: network as a resource.
func networkCases() []Case {
	return []Case{
		{"create at the kind", "network: create answers 201 with Location and one X-OCCI-Location line", createAnswer, anyone},
		{"ipnetwork", "network: read shows state, address, gateway and allocation", readNetwork, anyone},
		{"collections of kinds", "network: the collection lists absolute URLs", listNetwork, anyone},
		{"network, up and down", "network: creation without an address", bareNetwork, anyone},
		{"ipnetwork", "network: the allocation changes, to neither of both: 400", reallocateNetwork, anyone},
		{"network, up and down", "network: PUBLIC, as ooi called it, is one of those that are listed", readPublic, anyone},
		{"collections of kinds", "an empty or foreign collection path never leaks: list is 200 for every kind", listEveryKind, anyone},
	}
}

func createAnswer(t *testing.T, s *suite) {
	a := s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
		categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.title", prefix+"answer")))
	location := s.created(t, a)
	if !strings.HasPrefix(location, s.target.Endpoint+"/network/") || strings.HasSuffix(location, "/") {
		t.Errorf("got Location %q, want %s/network/ID", location, s.target.Endpoint)
	}
	if got, want := a.Body, "X-OCCI-Location: "+location; got != want {
		t.Errorf("got body %q, want %q without a newline behind it", got, want)
	}
	if list := s.want(t, http.StatusOK, http.MethodGet, "/network/").message(t); !slices.Contains(list.Locations, location) {
		t.Errorf("the collection lacks the new network: %q", list.Locations)
	}
	s.remove(t, location)
}

func reallocateNetwork(t *testing.T, s *suite) {
	network := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
		categoryLine(occi.NetworkID, "kind"), categoryLine(occi.IPNetworkID, "mixin"),
		attributeLine("occi.core.title", prefix+"allocation"), attributeLine("occi.network.address", "10.79.0.0/24"))))
	change := func(allocation string) []option {
		return []option{text(categoryLine(occi.IPNetworkID, "mixin"), attributeLine("occi.network.allocation", allocation))}
	}
	s.want(t, http.StatusOK, http.MethodPost, network, change("static")...)
	s.want(t, http.StatusBadRequest, http.MethodPost, network, change("lottery")...)
	m := s.want(t, http.StatusOK, http.MethodGet, network).message(t)
	if got := m.Attributes.Text("occi.network.allocation"); got != "static" {
		t.Errorf("got allocation %q, want static", got)
	}
	s.remove(t, network)
}

func readPublic(t *testing.T, s *suite) {
	e := s.readJSON(t, publicNetwork)
	listed := s.locations(t, "/network/")
	if !slices.ContainsFunc(listed, func(l string) bool { return idOf(t, l) == e.ID }) {
		t.Errorf("got network %q, which is not among %q", e.ID, listed)
	}
	s.want(t, http.StatusForbidden, http.MethodDelete, publicNetwork)
}

func readNetwork(t *testing.T, s *suite) {
	m := s.want(t, http.StatusOK, http.MethodGet, s.sharedNetwork(t)).message(t)
	for name, want := range map[string]string{
		"occi.core.id":            idOf(t, s.sharedNetwork(t)),
		"occi.core.title":         prefix + "shared",
		"occi.network.address":    "10.77.0.0/24",
		"occi.network.gateway":    "10.77.0.1",
		"occi.network.allocation": "dynamic",
		"occi.network.state":      "active",
	} {
		if got := m.Attributes.Text(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, id := range []occi.ID{occi.NetworkID, occi.IPNetworkID} {
		if _, ok := category(m, id); !ok {
			t.Errorf("the network does not show %s", id)
		}
	}
	if !offers(m, occi.DownID) || offers(m, occi.UpID) {
		t.Errorf("an active network offers down and not up; got links %v", m.Links)
	}
}

func listNetwork(t *testing.T, s *suite) {
	location := s.sharedNetwork(t)
	m := s.want(t, http.StatusOK, http.MethodGet, "/network/").message(t)
	if !slices.Contains(m.Locations, location) {
		t.Errorf("the list lacks %s: %q", location, m.Locations)
	}
	for _, got := range m.Locations {
		if !strings.HasPrefix(got, s.target.Endpoint+"/network/") {
			t.Errorf("got %q, want a URL below %s/network/", got, s.target.Endpoint)
		}
	}
}

func bareNetwork(t *testing.T, s *suite) {
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
		categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.title", prefix+"bare"))))
	m := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
	if got := m.Attributes.Text("occi.network.address"); got != "" {
		t.Errorf("got address %q for a network without one", got)
	}
	s.remove(t, location)
}

func listEveryKind(t *testing.T, s *suite) {
	for _, path := range []string{"/compute/", "/storage/", "/network/", "/storagelink/", "/networkinterface/", "/networklink/"} {
		a := s.want(t, http.StatusOK, http.MethodGet, path)
		if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
			t.Errorf("GET %s: got Content-Type %q", path, got)
		}
	}
}

// storageCases: storage as a resource.
func storageCases() []Case {
	return []Case{
		{"storage and its size", "storage: create, read, size and state", readStorage, anyone},
		{"storage and its size", "storage: fractions, quoted numbers and 1.0 are accepted as sizes, rounded up", storageSizes, anyone},
		{"storage and its size", "storage: a size is required", storageNeedsSize, anyone},
	}
}

func readStorage(t *testing.T, s *suite) {
	location := s.sharedStorage(t)
	m := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
	if size, ok := m.Attributes.Get("occi.storage.size").Float(); !ok || size != 1 {
		t.Errorf("got size %q, want 1", m.Attributes.Text("occi.storage.size"))
	}
	if got := m.Attributes.Text("occi.core.id"); got != idOf(t, location) {
		t.Errorf("got id %q, want %q", got, idOf(t, location))
	}
	if list := s.want(t, http.StatusOK, http.MethodGet, "/storage/").message(t); !slices.Contains(list.Locations, location) {
		t.Errorf("the collection lacks %s", location)
	}
}

func storageSizes(t *testing.T, s *suite) {
	for size, want := range map[string]float64{"0.1": 1, "1.0": 1, `"1"`: 1, "1.2": 2} {
		location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/storage/", text(
			categoryLine(occi.StorageID, "kind"),
			attributeLine("occi.core.title", prefix+"size"),
			"X-OCCI-Attribute: occi.storage.size="+size)))
		m := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
		if got, _ := m.Attributes.Get("occi.storage.size").Float(); got != want {
			t.Errorf("size %s: got %v, want %v", size, got, want)
		}
		s.remove(t, location)
	}
}

func storageNeedsSize(t *testing.T, s *suite) {
	for _, lines := range [][]string{
		{categoryLine(occi.StorageID, "kind")},
		{categoryLine(occi.StorageID, "kind"), "X-OCCI-Attribute: occi.storage.size=0"},
		{categoryLine(occi.StorageID, "kind"), `X-OCCI-Attribute: occi.storage.size="much"`},
	} {
		s.want(t, http.StatusBadRequest, http.MethodPost, "/storage/", text(lines...))
	}
}

// computeCases: compute as a resource.
func computeCases() []Case {
	return []Case{
		{"read with links and actions", "compute: created from templates it becomes active", readCompute, anyone},
		{"templates give defaults", "compute: cores and memory are those of the resource template, memory in GiB", computeSize, anyone},
		{"OS templates", "an instance shows its kind first and only categories of the model", instanceCategories, anyone},
		{"text/plain", "an instance follows the grammar line by line", instanceGrammar, anyone},
		{"collections of kinds", "compute: the list has it", listCompute, anyone},
		{"text/occi", "create in text/occi: headers in, headers out", createTextOCCI, anyone},
		{"text/uri-list", "create answered as text/uri-list: the URL alone", createURIList, anyone},
		{"create at the root", "create at the root of the service", createAtRoot, anyone},
		{"ids are unique and opaque", "an id that the client invents does not matter", clientID, anyone},
		{"ids are unique and opaque", "compute: a creation repeated with the client's id makes no second one", repeatedCreation, anyone},
		{"compute and its attributes", "compute: names may hold any letters", unicodeTitle, anyone},
		{"profile of compute templates", "compute: small is a size that is called the same everywhere", profileTemplate, anyone},
		{"a default OS template", "compute: without an OS template the default, or 400 that names it", defaultTemplate, anyone},
		{"no storagelink for the OS", "compute: its OS is a template, not a link to a storage", noSystemDisk, anyone},
	}
}

func readCompute(t *testing.T, s *suite) {
	location := s.sharedCompute(t)
	m := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
	for name, want := range map[string]string{
		"occi.core.id":       idOf(t, location),
		"occi.core.title":    prefix + "shared",
		"occi.compute.state": "active",
	} {
		if got := m.Attributes.Text(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	interfaces := linksTo(m, occi.NetworkID)
	if len(interfaces) != 1 || interfaces[0].Target != s.sharedNetwork(t) {
		t.Fatalf("got network links %v, want one to %s", interfaces, s.sharedNetwork(t))
	}
	if !strings.HasPrefix(interfaces[0].Self, s.target.Endpoint+"/networkinterface/") {
		t.Errorf("got self %q, want a URL below /networkinterface/", interfaces[0].Self)
	}
	if address := interfaces[0].Attributes.Text("occi.networkinterface.address"); !strings.HasPrefix(address, "10.77.0.") {
		t.Errorf("got address %q, want one of 10.77.0.0/24", address)
	}
}

func computeSize(t *testing.T, s *suite) {
	m := s.want(t, http.StatusOK, http.MethodGet, s.sharedCompute(t)).message(t)
	cores, ok := m.Attributes.Get("occi.compute.cores").Int()
	if !ok || cores < 1 {
		t.Errorf("got cores %q", m.Attributes.Text("occi.compute.cores"))
	}
	memory, ok := m.Attributes.Get("occi.compute.memory").Float()
	if !ok || memory <= 0 || memory > 64 || memory*1024 != math.Trunc(memory*1024) {
		t.Errorf("got memory %q, want GiB", m.Attributes.Text("occi.compute.memory"))
	}
}

func instanceCategories(t *testing.T, s *suite) {
	model := s.model(t)
	for _, location := range []string{s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t)} {
		a := s.want(t, http.StatusOK, http.MethodGet, location)
		m := a.message(t)
		if len(m.Categories) == 0 || m.Categories[0].Class != occi.ClassKind || !strings.HasPrefix(a.Body, "Category: ") {
			t.Fatalf("the kind is not first:\n%s", a.Body)
		}
		for _, c := range m.Categories {
			if _, ok := category(model, c.ID); !ok {
				t.Errorf("%s shows %s, which is not in the model", location, c.ID)
			}
		}
	}
	m := s.want(t, http.StatusOK, http.MethodGet, s.sharedCompute(t)).message(t)
	for _, root := range []occi.ID{occi.OSTemplateID, occi.ResourceTemplateID} {
		if _, ok := category(m, s.template(t, root)); !ok {
			t.Errorf("the compute does not show the template of %s it was made from", root)
		}
	}
}

// instanceLine is one line of GFD.229 §5.1 as the strictest client reads it.
var instanceLine = regexp.MustCompile(`^(Category: [a-z0-9][a-z0-9_-]*; scheme="[^"]+"; class="(kind|mixin)"(; title="[^"]+")?(; rel="[^"]+")?(; location="[^"]+")?` +
	`|X-OCCI-Attribute: [a-z0-9_.-]+=("[^"\\;]*"|[0-9]+(\.[0-9]+)?|true|false)` +
	`|Link: <[^>]+\?action=[a-z]+>; rel="[^"]+"` +
	`|Link: <[^>]+>; rel="[^"]+"; self="[^"]+"; category="[^"]+"(; [a-z0-9_.-]+=("[^"\\;]*"|[0-9.]+|true|false))+)$`)

func instanceGrammar(t *testing.T, s *suite) {
	for _, location := range []string{s.sharedCompute(t), s.sharedStorage(t), s.sharedNetwork(t)} {
		a := s.want(t, http.StatusOK, http.MethodGet, location)
		for line := range strings.SplitSeq(a.Body, "\n") {
			if !instanceLine.MatchString(line) {
				t.Errorf("GET %s: line %q does not follow the grammar", location, line)
			}
		}
	}
}

func listCompute(t *testing.T, s *suite) {
	location := s.sharedCompute(t)
	if m := s.want(t, http.StatusOK, http.MethodGet, "/compute/").message(t); !slices.Contains(m.Locations, location) {
		t.Errorf("the collection lacks %s: %q", location, m.Locations)
	}
}

func createTextOCCI(t *testing.T, s *suite) {
	a := s.want(t, http.StatusCreated, http.MethodPost, "/network/", accept("text/occi"),
		header("Content-Type", "text/occi"),
		header("Category", `network;scheme="http://schemas.ogf.org/occi/infrastructure#";class="kind"`),
		header("X-OCCI-Attribute", `occi.core.title="`+prefix+`occi",occi.core.summary="one, two"`))
	location := s.created(t, a)
	if got := a.Header.Values("X-OCCI-Location"); len(got) != 1 || got[0] != location || a.Body != "OK" {
		t.Errorf("got X-OCCI-Location %q and body %q, want %q and OK", got, a.Body, location)
	}
	m := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
	if got := m.Attributes.Text("occi.core.summary"); got != "one, two" {
		t.Errorf("got summary %q, want %q", got, "one, two")
	}
	s.remove(t, location)
}

func createURIList(t *testing.T, s *suite) {
	a := s.want(t, http.StatusCreated, http.MethodPost, "/network/", accept("text/uri-list"),
		text(categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.title", prefix+"uri")))
	if location := s.created(t, a); a.Body != location {
		t.Errorf("got body %q, want %q", a.Body, location)
	}
	s.remove(t, a.Header.Get("Location"))
}

func createAtRoot(t *testing.T, s *suite) {
	a := s.want(t, http.StatusCreated, http.MethodPost, "/",
		text(categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.title", prefix+"root")))
	s.remove(t, s.created(t, a))
}

func clientID(t *testing.T, s *suite) {
	for _, id := range []string{"im-5281e14b-d133-458a-8a1b-247bc8830922", "Storagelink_1699"} {
		location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
			categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.id", id),
			attributeLine("occi.core.title", prefix+"id"))))
		s.want(t, http.StatusOK, http.MethodGet, location)
		s.remove(t, location)
	}
}

func unicodeTitle(t *testing.T, s *suite) {
	const title = prefix + "größer – 虚拟机"
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
		categoryLine(occi.NetworkID, "kind"), attributeLine("occi.core.title", title))))
	if got := s.want(t, http.StatusOK, http.MethodGet, location).message(t).Attributes.Text("occi.core.title"); got != title {
		t.Errorf("got title %q, want %q", got, title)
	}
	s.want(t, http.StatusOK, http.MethodGet, location, accept("text/occi"))
	s.remove(t, location)
}

func defaultTemplate(t *testing.T, s *suite) {
	lines := slices.DeleteFunc(s.computeLines(t, "default"), func(line string) bool {
		return line == categoryLine(s.template(t, occi.OSTemplateID), "mixin")
	})
	a := s.do(t, http.MethodPost, "/compute/", text(lines...))
	if a.Status == http.StatusCreated {
		location := s.created(t, a)
		m := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
		if !slices.ContainsFunc(m.Categories, func(c occi.Category) bool { return slices.Contains(c.Rel, occi.OSTemplateID) }) {
			t.Errorf("the compute shows no OS template: %v", m.Categories)
		}
		s.remove(t, location)
		return
	}
	if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "os_tpl") {
		t.Errorf("got status %d and body %q, want 400 that names os_tpl", a.Status, a.Body)
	}
}

func noSystemDisk(t *testing.T, s *suite) {
	m := s.want(t, http.StatusOK, http.MethodGet, s.sharedCompute(t)).message(t)
	if got := linksTo(m, occi.StorageID); len(got) > 0 {
		t.Errorf("a compute without storage has storage links %v", got)
	}
	if _, ok := category(m, s.sharedTemplate(t, occi.OSTemplateID)); !ok {
		t.Error("the compute does not show its OS template")
	}
}
