package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// negotiationCases: media types in both directions.
func negotiationCases() []Case {
	return []Case{
		{"Accept", "Accept decides the rendering: defaults, wildcards, q-values, lists", acceptDecides, anyone},
		{"Accept", "an Accept that names nothing we have: 406", notAcceptable, anyone},
		{"Content-Type", "a request of an unknown media type: 415", unsupportedMedia, anyone},
		{"Content-Type", "Content-Type on requests without a body is ignored", contentTypeWithoutBody, anyone},
		{"uri-list for listings only", "text/uri-list: locations of a collection, 400 for anything else", uriList, anyone},
		{"text/occi", "text/occi carries the answer in headers and OK in the body", textOCCIAnswer, anyone},
		{"statuses", "errors are rendered as the client asked", errorsNegotiated, anyone},
	}
}

func acceptDecides(t *testing.T, s *suite) {
	for asked, want := range map[string]string{
		"":                              "text/plain",
		"*/*":                           "text/plain",
		"text/*":                        "text/plain",
		"text/plain":                    "text/plain",
		"text/plain,text/occi":          "text/plain",
		"text/occi,text/plain":          "text/plain",
		"text/plain;q=0.2, text/occi":   "text/occi",
		"text/plain,text/occi;q=0.2":    "text/plain",
		"TEXT/OCCI":                     "text/occi",
		"text/html, */*;q=0.1":          "text/plain",
		"text/uri-list":                 "text/uri-list",
		"text/uri-list, text/plain;q=0": "text/uri-list",
	} {
		a := s.want(t, http.StatusOK, http.MethodGet, "/network/", accept(asked))
		if got, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";"); got != want {
			t.Errorf("Accept %q: got %q, want %q", asked, got, want)
		}
	}
}

func notAcceptable(t *testing.T, s *suite) {
	for _, asked := range []string{"text/html", "image/png, application/pdf", "text/plain;q=0"} {
		s.want(t, http.StatusNotAcceptable, http.MethodGet, "/network/", accept(asked))
	}
}

func unsupportedMedia(t *testing.T, s *suite) {
	for _, sent := range []string{"text/html", "application/x-www-form-urlencoded"} {
		s.want(t, http.StatusUnsupportedMediaType, http.MethodPost, "/network/",
			header("Content-Type", sent), text(categoryLine(occi.NetworkID, "kind")))
	}
}

func contentTypeWithoutBody(t *testing.T, s *suite) {
	for _, sent := range []string{"text/plain", "text/occi", "text/plain,text/occi"} {
		s.want(t, http.StatusOK, http.MethodGet, "/network/", header("Content-Type", sent))
	}
}

func uriList(t *testing.T, s *suite) {
	location := s.sharedNetwork(t)
	a := s.want(t, http.StatusOK, http.MethodGet, "/network/", accept("text/uri-list"))
	found := false
	for line := range strings.SplitSeq(strings.TrimSuffix(a.Body, "\n"), "\n") {
		if !strings.HasPrefix(line, s.target.Endpoint) || strings.HasSuffix(line, "\r") {
			t.Errorf("line %q is no URL below %s", line, s.target.Endpoint)
		}
		found = found || line == location
	}
	if !found {
		t.Errorf("the list lacks %s:\n%s", location, a.Body)
	}
	s.want(t, http.StatusBadRequest, http.MethodGet, location, accept("text/uri-list"))
	s.want(t, http.StatusBadRequest, http.MethodGet, "/-/", accept("text/uri-list"))
}

func textOCCIAnswer(t *testing.T, s *suite) {
	a := s.want(t, http.StatusOK, http.MethodGet, s.sharedNetwork(t), accept("text/occi"))
	if a.Body != "OK" {
		t.Errorf("got body %q, want OK", a.Body)
	}
	if got := a.Header.Get("Content-Type"); got != "text/occi" {
		t.Errorf("got Content-Type %q, want text/occi", got)
	}
	m := a.message(t)
	if _, ok := category(m, occi.NetworkID); !ok || m.Attributes.Text("occi.core.id") == "" {
		t.Errorf("got headers %v, want kind and id", a.Header)
	}
	list := s.want(t, http.StatusOK, http.MethodGet, "/network/", accept("text/occi"))
	if got := list.Header.Values("X-OCCI-Location"); len(got) != 1 || !strings.Contains(got[0], s.sharedNetwork(t)) {
		t.Errorf("got X-OCCI-Location %q, want one header with the network", got)
	}
}

func errorsNegotiated(t *testing.T, s *suite) {
	for _, asked := range []string{"text/plain", "text/occi", "text/uri-list"} {
		for _, a := range []answer{
			s.want(t, http.StatusNotFound, http.MethodGet, "/nowhere", accept(asked)),
			s.want(t, http.StatusUnauthorized, http.MethodGet, "/compute/", accept(asked), noToken),
		} {
			if got, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";"); got != asked {
				t.Errorf("Accept %s: got Content-Type %q on status %d", asked, got, a.Status)
			}
			if strings.TrimSpace(a.Body) == "" {
				t.Errorf("Accept %s: status %d has no text", asked, a.Status)
			}
		}
	}
}
