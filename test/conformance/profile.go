package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// profileScheme is that of the Compute Resource Templates Profile (GFD.222 §2).
const profileScheme = "http://schemas.ogf.org/occi/infrastructure/compute/template/1.1#"

// profileTemplate makes a compute by a term of the Compute Resource Templates Profile: it has at least the sizes of the
// profile, which are those that the template tells.
func profileTemplate(t *testing.T, s *suite) {
	t.Helper()
	small := occi.ID{Scheme: profileScheme, Term: "small"}
	lines := s.computeLines(t, "small")
	for i, line := range lines {
		if strings.Contains(line, s.template(t, occi.ResourceTemplateID).Scheme) {
			lines[i] = categoryLine(small, "mixin")
		}
	}
	location := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)))
	read := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
	for name, least := range map[string]float64{"occi.compute.cores": 1, "occi.compute.memory": 1} {
		if got, ok := read.Attributes.Get(name).Float(); !ok || got < least {
			t.Errorf("%s is %q, want at least %g", name, read.Attributes.Text(name), least)
		}
	}
	listed := s.want(t, http.StatusOK, http.MethodGet, "/compute_template/small/").message(t)
	if !strings.Contains(strings.Join(listed.Locations, " "), location) {
		t.Errorf("the collection of %s lacks %s: %q", small, location, listed.Locations)
	}
	s.remove(t, location)
}
