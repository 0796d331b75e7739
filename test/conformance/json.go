package conformance

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

const occiJSON = "application/occi+json"

// jsonEntity is a resource or link (GFD.226 §3.1), with the members of its schema.
type jsonEntity struct {
	Kind       string         `json:"kind"`
	Mixins     []string       `json:"mixins"`
	Attributes map[string]any `json:"attributes"`
	Actions    []string       `json:"actions"`
	ID         string         `json:"id"`
	Links      []jsonEntity   `json:"links"`
	Title      string         `json:"title"`
	Summary    string         `json:"summary"`
	Source     jsonEnd        `json:"source"`
	Target     jsonEnd        `json:"target"`
}

// jsonEnd is where a link begins or ends (GFD.226 §3.1.2).
type jsonEnd struct {
	Location string `json:"location"`
	Kind     string `json:"kind"`
}

// jsonCategory is a kind, mixin or action (GFD.226 §3.2).
type jsonCategory struct {
	Term       string                     `json:"term"`
	Scheme     string                     `json:"scheme"`
	Title      string                     `json:"title"`
	Attributes map[string]jsonDescription `json:"attributes"`
	Parent     string                     `json:"parent"`
	Depends    []string                   `json:"depends"`
	Applies    []string                   `json:"applies"`
	Actions    []string                   `json:"actions"`
	Location   string                     `json:"location"`
}

// jsonDescription is what an attribute is (GFD.226 §3.5.1). Pointers tell what is left out.
type jsonDescription struct {
	Type        *string `json:"type"`
	Mutable     *bool   `json:"mutable"`
	Required    *bool   `json:"required"`
	Default     any     `json:"default"`
	Description string  `json:"description"`
}

// jsonCollections are those of entities (GFD.226 §3.3) and of categories (§3.4).
type jsonCollections struct {
	Resources []jsonEntity   `json:"resources"`
	Links     []jsonEntity   `json:"links"`
	Kinds     []jsonCategory `json:"kinds"`
	Mixins    []jsonCategory `json:"mixins"`
	Actions   []jsonCategory `json:"actions"`
}

// id is the type identifier.
func (c jsonCategory) id() string { return c.Scheme + c.Term }

// find returns the category with the identifier, which has to be there.
func find(t *testing.T, all []jsonCategory, id occi.ID) jsonCategory {
	t.Helper()
	for _, c := range all {
		if c.id() == id.String() {
			return c
		}
	}
	t.Fatalf("%s is not there", id)
	return jsonCategory{}
}

// jsonBody gives the request a body of the media type of OCCI, unless its header names another.
func jsonBody(body string) option {
	return func(r *http.Request) {
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", occiJSON)
		}
		text(body)(r)
	}
}

// toJSON is the body that says what v is.
func toJSON(t *testing.T, v any) option {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return jsonBody(string(body))
}

// decode reads the answer, which has to be in JSON and may have no members that v does not know.
func (a answer) decode(t *testing.T, v any) {
	t.Helper()
	if got := a.Header.Get("Content-Type"); got != occiJSON {
		t.Errorf("got Content-Type %q, want %q", got, occiJSON)
	}
	d := json.NewDecoder(bytes.NewReader([]byte(a.Body)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("the answer is not what it should be: %v\n%s", err, a.Body)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Errorf("something follows the answer: %s", a.Body)
	}
}

// readJSON reads an entity.
func (s *suite) readJSON(t *testing.T, location string) jsonEntity {
	t.Helper()
	var e jsonEntity
	s.want(t, http.StatusOK, http.MethodGet, location, accept(occiJSON)).decode(t, &e)
	return e
}

// linksOf returns the links of a kind.
func linksOf(e jsonEntity, kind occi.ID) []jsonEntity {
	return slices.DeleteFunc(slices.Clone(e.Links), func(l jsonEntity) bool { return l.Kind != kind.String() })
}

// listJSON reads a collection.
func (s *suite) listJSON(t *testing.T, path string, options ...option) jsonCollections {
	t.Helper()
	var c jsonCollections
	s.want(t, http.StatusOK, http.MethodGet, path, append(options, accept(occiJSON))...).decode(t, &c)
	return c
}

// entityWith returns the entity with the id, which has to be there.
func entityWith(t *testing.T, all []jsonEntity, id string) jsonEntity {
	t.Helper()
	for _, e := range all {
		if e.ID == id {
			return e
		}
	}
	t.Fatalf("there is no entity %q", id)
	return jsonEntity{}
}

// wantJSONError insists on the structure of an error, and on words in its message.
func wantJSONError(t *testing.T, a answer, words ...string) {
	t.Helper()
	var e struct {
		Error struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	a.decode(t, &e)
	if e.Error.Code != a.Status {
		t.Errorf("got code %d in the body of status %d", e.Error.Code, a.Status)
	}
	if e.Error.Message == "" {
		t.Errorf("status %d has no message", a.Status)
	}
	for _, word := range words {
		if !strings.Contains(e.Error.Message, word) {
			t.Errorf("the message does not say %s: %q", word, e.Error.Message)
		}
	}
}
