package conformance

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// answer is what the endpoint said.
type answer struct {
	Status int
	Header http.Header
	Body   string
}

// option changes a request before it is sent.
type option func(*http.Request)

func header(name, value string) option {
	return func(r *http.Request) { r.Header.Add(name, value) }
}

func accept(mediaType string) option { return header("Accept", mediaType) }

func noToken(r *http.Request) { r.Header.Del("X-Auth-Token") }

// text gives the request a text/plain body of the given lines.
func text(lines ...string) option {
	return func(r *http.Request) {
		body := strings.Join(lines, "\n")
		r.Body = io.NopCloser(strings.NewReader(body))
		r.ContentLength = int64(len(body))
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", "text/plain")
		}
	}
}

// do sends a request; path is below the endpoint, or an absolute URL that the endpoint gave.
func (s *suite) do(t *testing.T, method, path string, options ...option) answer {
	t.Helper()
	target := path
	if strings.HasPrefix(path, "/") {
		target = s.target.Endpoint + path
	}
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", s.target.Token)
	for _, o := range options {
		o(r)
	}
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", s.userAgent())
	}
	response, err := s.client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: reading the body: %v", method, path, err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// userAgent names the version that the case is run for, if it is for one.
func (s *suite) userAgent() string {
	if s.version == "" {
		return "occigate-conformance"
	}
	return "occigate-conformance OCCI/" + s.version
}

// want sends a request and insists on a status.
func (s *suite) want(t *testing.T, status int, method, path string, options ...option) answer {
	t.Helper()
	a := s.do(t, method, path, options...)
	if a.Status != status {
		t.Fatalf("%s %s: got status %d, want %d; body %q", method, path, a.Status, status, a.Body)
	}
	return a
}

// message parses the answer as its Content-Type says.
func (a answer) message(t *testing.T) *occi.Message {
	t.Helper()
	format, err := occi.RequestFormat(a.Header.Get("Content-Type"), a.Header)
	if err != nil {
		t.Fatalf("Content-Type %q: %v", a.Header.Get("Content-Type"), err)
	}
	limits := occi.Limits{Categories: 100_000, Attributes: 100_000, Links: 100_000, Locations: 100_000}
	m, err := occi.Parse(format, a.Header, []byte(a.Body), limits)
	if err != nil {
		t.Fatalf("the answer does not parse: %v\n%s", err, a.Body)
	}
	return m
}

// category returns the category with the given identifier in the message.
func category(m *occi.Message, id occi.ID) (occi.Category, bool) {
	for _, c := range m.Categories {
		if c.ID == id {
			return c, true
		}
	}
	return occi.Category{}, false
}

// linksTo returns the links of the message whose target is of the given kind; actions have none.
func linksTo(m *occi.Message, kind occi.ID) []occi.Link {
	var found []occi.Link
	for _, l := range m.Links {
		if len(l.Rel) > 0 && l.Rel[0] == kind {
			found = append(found, l)
		}
	}
	return found
}

// offers reports whether the message has a link to the action.
func offers(m *occi.Message, action occi.ID) bool { return len(linksTo(m, action)) > 0 }

// idOf returns the last segment of an entity's URL.
func idOf(t *testing.T, location string) string {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatalf("location %q: %v", location, err)
	}
	return u.Path[strings.LastIndexByte(u.Path, '/')+1:]
}
