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

// textRenderingCases: the structures of text in answers.
func textRenderingCases() []Case {
	return []Case{
		{"text/occi+plain", "text/occi+plain is text/plain, in both directions", occiPlain, anyone},
		{"properties of attributes", "what is required and what is immutable is flagged", flags, anyone},
		{"Link", "a link names target, kind of the target, itself, its categories and its ends", linkFields, anyone},
		{"links to actions", "a link to an action is the entity's URL with the action's term", actionLinks, anyone},
		{"X-OCCI-Attribute", "numbers are bare, strings are quoted", bareNumbers, anyone},
		{"X-OCCI-Location", "a listing is one absolute URL a line", locationLines, anyone},
		{"joined fields in headers", "text/occi has one header field of each name", oneField, anyone},
		{"no header is truncated", "the model in text/occi is whole, or refused", wholeHeader, anyone},
		{"core attributes", "entities show their core attributes by name", coreAttributes, anyone},
		{"rel of a mixin", "the rel of a mixin is the first it depends on", relOfMixin, anyone},
		{"definitions of actions", "actions are defined without rel, location and actions", actionDefinitions, anyone},
		{"actions of links", "links offer the actions of their kinds, which have none", actionsOfLinks, anyone},
	}
}

func occiPlain(t *testing.T, s *suite) {
	location := s.sharedNetwork(t)
	for _, path := range []string{"/-/", "/network/", location} {
		a := s.want(t, http.StatusOK, http.MethodGet, path, accept("text/occi+plain"))
		if got, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";"); got != "text/occi+plain" {
			t.Errorf("GET %s: got Content-Type %q", path, got)
		}
		if diff := cmp.Diff(s.want(t, http.StatusOK, http.MethodGet, path, accept("text/plain")).Body, a.Body); diff != "" {
			t.Errorf("GET %s (-text/plain +text/occi+plain):\n%s", path, diff)
		}
	}
	s.want(t, http.StatusOK, http.MethodPost, location, header("Content-Type", "text/occi+plain"),
		text(attributeLine("occi.core.title", prefix+"shared")))
}

func flags(t *testing.T, s *suite) {
	model := s.want(t, http.StatusOK, http.MethodGet, "/-/").Body
	for _, want := range []string{
		"occi.storage.size{required}", "occi.core.source{required}", "occi.core.target{required}",
		"occi.compute.state{immutable}", "occi.core.id{immutable}", "occi.network.state{immutable}",
	} {
		if !strings.Contains(model, want) {
			t.Errorf("the model does not say %s", want)
		}
	}
}

// linkLine is GFD.229 §4.2 with the parameters in their order.
var linkLine = regexp.MustCompile(`^Link: <[^>]+>; rel="[^" ]+#[^" ]+"; self="[^"]+"; category="[^"]+"(; [a-z0-9_.-]+=("[^"]*"|[0-9.]+))+$`)

func linkFields(t *testing.T, s *suite) {
	compute, network := s.sharedCompute(t), s.sharedNetwork(t)
	a := s.want(t, http.StatusOK, http.MethodGet, compute)
	for line := range strings.SplitSeq(a.Body, "\n") {
		if strings.HasPrefix(line, "Link: ") && !strings.Contains(line, "?action=") && !linkLine.MatchString(line) {
			t.Errorf("line %q does not follow the grammar", line)
		}
	}
	links := linksTo(a.message(t), occi.NetworkID)
	if len(links) != 1 {
		t.Fatalf("got links %v, want one to a network", links)
	}
	l := links[0]
	if len(l.Categories) == 0 || l.Categories[0] != occi.NetworkInterfaceID {
		t.Errorf("got categories %v, want networkinterface first", l.Categories)
	}
	for name, want := range map[string]string{
		"occi.core.id": idOf(t, l.Self), "occi.core.source": compute, "occi.core.target": network,
	} {
		if got := l.Attributes.Text(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func actionLinks(t *testing.T, s *suite) {
	compute := s.sharedCompute(t)
	seen := 0
	for _, l := range s.want(t, http.StatusOK, http.MethodGet, compute).message(t).Links {
		path, term, ok := strings.Cut(l.Target, "?action=")
		if !ok {
			continue
		}
		seen++
		if !strings.HasSuffix(compute, path) || len(l.Rel) != 1 || l.Rel[0].Term != term {
			t.Errorf("got link to %q with rel %v, want the compute and the action's term", l.Target, l.Rel)
		}
	}
	if seen == 0 {
		t.Error("an active compute offers no action")
	}
}

func bareNumbers(t *testing.T, s *suite) {
	number := regexp.MustCompile(`(?m)^X-OCCI-Attribute: occi\.(compute\.(cores|memory)|storage\.size)=[0-9]+(\.[0-9]+)?$`)
	quoted := regexp.MustCompile(`(?m)^X-OCCI-Attribute: occi\.(compute|storage)\.state="[a-z]+"$`)
	for location, numbers := range map[string]int{s.sharedCompute(t): 2, s.sharedStorage(t): 1} {
		body := s.want(t, http.StatusOK, http.MethodGet, location).Body
		if got := len(number.FindAllString(body, -1)); got != numbers {
			t.Errorf("got %d bare numbers, want %d:\n%s", got, numbers, body)
		}
		if !quoted.MatchString(body) {
			t.Errorf("the state is not quoted:\n%s", body)
		}
	}
}

func locationLines(t *testing.T, s *suite) {
	location := s.sharedNetwork(t)
	lines := strings.Split(s.want(t, http.StatusOK, http.MethodGet, "/network/").Body, "\n")
	for _, line := range lines {
		if !strings.HasPrefix(line, "X-OCCI-Location: "+s.target.Endpoint+"/network/") {
			t.Errorf("line %q is no location below %s", line, s.target.Endpoint)
		}
	}
	if !slices.Contains(lines, "X-OCCI-Location: "+location) {
		t.Errorf("the listing lacks %s", location)
	}
}

func oneField(t *testing.T, s *suite) {
	a := s.want(t, http.StatusOK, http.MethodGet, s.sharedCompute(t), accept("text/occi"))
	for _, name := range []string{"Category", "X-OCCI-Attribute", "Link"} {
		if got := a.Header.Values(name); len(got) != 1 || !strings.Contains(got[0], ",") {
			t.Errorf("%s: got %d fields %q, want one with several values", name, len(got), got)
		}
	}
}

func wholeHeader(t *testing.T, s *suite) {
	a := s.do(t, http.MethodGet, "/-/", accept("text/occi"))
	if a.Status == http.StatusNotAcceptable {
		if !strings.Contains(a.Body, "text/plain") {
			t.Errorf("the refusal names no other media type: %q", a.Body)
		}
		return
	}
	if got, want := len(a.message(t).Categories), len(s.model(t).Categories); a.Status != http.StatusOK || got != want {
		t.Errorf("got status %d and %d categories, want all %d", a.Status, got, want)
	}
}

func coreAttributes(t *testing.T, s *suite) {
	model := s.model(t)
	for id, names := range map[occi.ID][]string{
		occi.ComputeID:          {"occi.core.id", "occi.core.title", "occi.core.summary"},
		occi.NetworkInterfaceID: {"occi.core.id", "occi.core.title", "occi.core.source", "occi.core.target"},
	} {
		wantAttributes(t, model, id, names)
	}
	compute := s.sharedCompute(t)
	links := linksTo(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.NetworkID)
	if len(links) != 1 {
		t.Fatalf("got links %v, want one to a network", links)
	}
	m := s.want(t, http.StatusOK, http.MethodGet, links[0].Self).message(t)
	for name, want := range map[string]string{
		"occi.core.id": idOf(t, links[0].Self), "occi.core.source": compute, "occi.core.target": s.sharedNetwork(t),
	} {
		if got := m.Attributes.Text(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func relOfMixin(t *testing.T, s *suite) {
	m := s.model(t)
	for _, x := range s.listJSON(t, "/-/").Mixins {
		id, err := occi.ParseID(x.id())
		if err != nil {
			t.Fatal(err)
		}
		c, _ := category(m, id)
		var rel []string
		for _, r := range c.Rel {
			rel = append(rel, r.String())
		}
		if want := x.Depends[:min(len(x.Depends), 1)]; !slices.Equal(rel, want) {
			t.Errorf("%s: got rel %q, want %q", x.id(), rel, want)
		}
	}
}

func actionDefinitions(t *testing.T, s *suite) {
	for _, c := range s.model(t).Categories {
		if c.Class == occi.ClassAction && len(c.Rel)+len(c.Actions)+len(c.Location) > 0 {
			t.Errorf("action %s has rel %v, actions %v, location %q", c.ID, c.Rel, c.Actions, c.Location)
		}
	}
}

func actionsOfLinks(t *testing.T, s *suite) {
	m := s.model(t)
	for _, id := range []occi.ID{occi.StorageLinkID, occi.NetworkInterfaceID} {
		if kind, _ := category(m, id); len(kind.Actions) > 0 {
			t.Errorf("%s has actions %v", id, kind.Actions)
		}
	}
	links := linksTo(s.want(t, http.StatusOK, http.MethodGet, s.sharedCompute(t)).message(t), occi.NetworkID)
	if len(links) != 1 {
		t.Fatalf("got links %v, want one to a network", links)
	}
	if a := s.want(t, http.StatusOK, http.MethodGet, links[0].Self); strings.Contains(a.Body, "?action=") {
		t.Errorf("the link offers actions:\n%s", a.Body)
	}
}
