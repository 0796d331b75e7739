package conformance

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
)

// suite is a run against one target: its client, its model, and the entities that cases share.
type suite struct {
	target  Target
	client  *http.Client
	version string   // of OCCI that the client of the case speaks, "" if it does not say
	made    []string // URLs to delete at the end, newest first
	compute string
	storage string
	network string
	group   group
	tags    []tag // mixins to remove at the end
}

// prefix of everything the suite creates, so that people can tell it from their own.
const prefix = "occi-conformance-"

func newSuite(t *testing.T, target Target) *suite {
	t.Helper()
	target.Endpoint = strings.TrimSuffix(target.Endpoint, "/")
	transport := &http.Transport{}
	s := &suite{target: target, client: &http.Client{
		Transport:     transport,
		Timeout:       2 * time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	t.Cleanup(func() {
		for _, left := range s.tags {
			s.do(t, http.MethodDelete, "/-/", text(categoryLine(left.id, "mixin")))
		}
		for len(s.made) > 0 {
			s.remove(t, s.made[0])
		}
		transport.CloseIdleConnections()
	})
	return s
}

// created remembers an entity for deletion and returns its URL.
func (s *suite) created(t *testing.T, a answer) string {
	t.Helper()
	location := a.Header.Get("Location")
	if location == "" {
		t.Fatalf("the creation gave no Location; body %q", a.Body)
	}
	s.made = slices.Insert(s.made, 0, location)
	return location
}

// remove deletes an entity and waits until it is gone; a busy one is tried again.
func (s *suite) remove(t *testing.T, location string) {
	t.Helper()
	s.await(t, "deletion of "+location, func() bool {
		status := s.do(t, http.MethodDelete, location).Status
		return status == http.StatusOK || status == http.StatusNotFound
	})
	s.awaitGone(t, location)
	s.made = slices.DeleteFunc(s.made, func(other string) bool { return other == location })
}

// await polls until done reports true, at most for the target's settling time.
func (s *suite) await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(s.target.Settle)
	defer deadline.Stop()
	pause := time.NewTicker(s.target.Poll)
	defer pause.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("waited %v in vain for %s", s.target.Settle, what)
		case <-pause.C:
		}
	}
}

// awaitGone polls an entity until there is none.
func (s *suite) awaitGone(t *testing.T, location string) {
	t.Helper()
	s.await(t, location+" to be gone", func() bool {
		return s.do(t, http.MethodGet, location).Status == http.StatusNotFound
	})
}

// awaitState polls an entity until one of its attributes has the value.
func (s *suite) awaitState(t *testing.T, location, attribute, value string) {
	t.Helper()
	s.await(t, attribute+" "+value+" of "+location, func() bool {
		a := s.want(t, http.StatusOK, http.MethodGet, location)
		return a.message(t).Attributes.Text(attribute) == value
	})
}

// model returns the whole model as the endpoint has it now.
func (s *suite) model(t *testing.T) *occi.Message {
	t.Helper()
	return s.want(t, http.StatusOK, http.MethodGet, "/-/", accept("text/plain")).message(t)
}

// template returns the first template that depends on the root, in model order.
func (s *suite) template(t *testing.T, root occi.ID) occi.ID {
	t.Helper()
	if found := s.templates(t, root); len(found) > 0 {
		return found[0]
	}
	t.Fatalf("the model has no mixin with rel %s", root)
	return occi.ID{}
}

func (s *suite) templates(t *testing.T, root occi.ID) []occi.ID {
	t.Helper()
	var found []occi.ID
	for _, c := range s.model(t).Categories {
		if slices.Contains(c.Rel, root) {
			found = append(found, c.ID)
		}
	}
	return found
}

// categoryLine names a category as clients do.
func categoryLine(id occi.ID, class string) string {
	return `Category: ` + id.Term + `; scheme="` + id.Scheme + `"; class="` + class + `"`
}

func attributeLine(name, value string) string {
	return `X-OCCI-Attribute: ` + name + `="` + value + `"`
}

// computeLines are the lines that create a compute from the first templates on the suite's network.
func (s *suite) computeLines(t *testing.T, title string) []string {
	t.Helper()
	return []string{
		categoryLine(occi.ComputeID, "kind"),
		categoryLine(s.template(t, occi.OSTemplateID), "mixin"),
		categoryLine(s.template(t, occi.ResourceTemplateID), "mixin"),
		attributeLine("occi.core.title", prefix+title),
		s.interfaceLine(t),
	}
}

// interfaceLine is an inline link to the suite's network.
func (s *suite) interfaceLine(t *testing.T) string {
	t.Helper()
	return `Link: <` + s.sharedNetwork(t) + `>; rel="` + occi.NetworkID.String() +
		`"; category="` + occi.NetworkInterfaceID.String() + `"`
}

// sharedCompute returns the URL of an active compute.
func (s *suite) sharedCompute(t *testing.T) string {
	t.Helper()
	if s.compute == "" {
		a := s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(s.computeLines(t, "shared")...))
		s.compute = s.created(t, a)
	}
	s.awaitState(t, s.compute, "occi.compute.state", "active")
	return s.compute
}

// sharedTemplate returns the template that the shared compute has of the root. The first of the model may be a newer
// one: saving makes some.
func (s *suite) sharedTemplate(t *testing.T, root occi.ID) occi.ID {
	t.Helper()
	for _, c := range s.want(t, http.StatusOK, http.MethodGet, s.sharedCompute(t)).message(t).Categories {
		if slices.Contains(c.Rel, root) {
			return c.ID
		}
	}
	t.Fatalf("the compute has no template of %s", root)
	return occi.ID{}
}

// sharedStorage returns the URL of a storage that is online.
func (s *suite) sharedStorage(t *testing.T) string {
	t.Helper()
	if s.storage == "" {
		a := s.want(t, http.StatusCreated, http.MethodPost, "/storage/", text(
			categoryLine(occi.StorageID, "kind"),
			attributeLine("occi.core.title", prefix+"shared"),
			"X-OCCI-Attribute: occi.storage.size=1"))
		s.storage = s.created(t, a)
	}
	s.awaitState(t, s.storage, "occi.storage.state", "online")
	return s.storage
}

// sharedNetwork returns the URL of a network with a subnet.
func (s *suite) sharedNetwork(t *testing.T) string {
	t.Helper()
	if s.network == "" {
		a := s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
			categoryLine(occi.NetworkID, "kind"),
			categoryLine(occi.IPNetworkID, "mixin"),
			attributeLine("occi.core.title", prefix+"shared"),
			attributeLine("occi.network.address", "10.77.0.0/24"),
			attributeLine("occi.network.allocation", "dynamic")))
		s.network = s.created(t, a)
	}
	return s.network
}
