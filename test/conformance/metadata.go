package conformance

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// metadataCases: Nova's metadata of a compute, a mixin with an attribute that has members.
func metadataCases() []Case {
	return []Case{
		{"mixins at creation and later", "compute: metadata from the beginning, changed as text, removed", metadataLife, anyone},
		{"values have their types", "compute: metadata are an object, and come back as they are", metadataJSON, anyone},
		{"quotes and escapes", "compute: metadata in header fields, and what text may not have in them", metadataMarks, anyone},
		{"collections of mixins", "compute: those with metadata, and those with some", metadataMembers, anyone},
		{"statuses", "compute: metadata that cannot be, 400 or 403, change nothing", badMetadata, anyone},
	}
}

var metadataID = occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "metadata"}

const metadataAttribute = "org.openstack.compute.metadata"

// metadataLine is the attribute as text.
func metadataLine(items string) string {
	return attributeLine(metadataAttribute, strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(items))
}

// described makes a compute with metadata.
func (s *suite) described(t *testing.T, title, items string) string {
	t.Helper()
	return s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(
		append(s.computeLines(t, title), categoryLine(metadataID, "mixin"), metadataLine(items))...)))
}

// wantMetadata insists that a compute shows items, alike in text and JSON, and has the mixin if there are any.
func (s *suite) wantMetadata(t *testing.T, location string, want map[string]string) {
	t.Helper()
	m := s.want(t, http.StatusOK, http.MethodGet, location).message(t)
	inText := map[string]string{}
	if said := m.Attributes.Text(metadataAttribute); said != "" {
		if err := json.Unmarshal([]byte(said), &inText); err != nil {
			t.Fatalf("the metadata %q: %v", said, err)
		}
	}
	if !maps.Equal(inText, want) {
		t.Errorf("got metadata %q in text, want %q", inText, want)
	}
	if _, ok := category(m, metadataID); ok != (len(want) > 0) {
		t.Errorf("the compute has the mixin: %t, metadata: %q", ok, want)
	}
	inJSON := map[string]string{}
	if members, ok := s.readJSON(t, location).Attributes[metadataAttribute].(map[string]any); ok {
		for key, value := range members {
			inJSON[key], _ = value.(string)
		}
	}
	if !maps.Equal(inJSON, want) {
		t.Errorf("got metadata %q in JSON, want %q", inJSON, want)
	}
}

func metadataLife(t *testing.T, s *suite) {
	compute := s.described(t, "described", `{"role":"web","note":"größer","empty":""}`)
	s.wantMetadata(t, compute, map[string]string{"role": "web", "note": "größer", "empty": ""})
	// At once: this waits until the compute is built.
	s.want(t, http.StatusOK, http.MethodPost, compute, text(categoryLine(metadataID, "mixin"), metadataLine(`{"Role":"db","empty":""}`)))
	s.wantMetadata(t, compute, map[string]string{"Role": "db", "empty": ""})
	s.want(t, http.StatusOK, http.MethodPost, compute, text(categoryLine(metadataID, "mixin"), attributeLine("occi.core.title", prefix+"renamed")))
	s.wantMetadata(t, compute, map[string]string{"Role": "db", "empty": ""})
	s.want(t, http.StatusOK, http.MethodPost, compute, text(metadataLine(`{}`)))
	s.wantMetadata(t, compute, nil)
	s.want(t, http.StatusOK, http.MethodPost, compute, text(categoryLine(metadataID, "mixin"), metadataLine(`{"a":"1"}`)))
	s.wantMetadata(t, compute, map[string]string{"a": "1"})
	s.remove(t, compute)
}

func metadataJSON(t *testing.T, s *suite) {
	compute := s.described(t, "typed", `{}`)
	s.wantMetadata(t, compute, nil)
	said := map[string]any{"role": "web", "replicas": 3, "managed": true, "of": "a\"b\\c"}
	a := s.want(t, http.StatusOK, http.MethodPost, compute, toJSON(t, map[string]any{
		"mixins": []string{metadataID.String()}, "attributes": map[string]any{metadataAttribute: said},
	}))
	if _, ok := category(a.message(t), metadataID); !ok {
		t.Errorf("the answer lacks the mixin: %s", a.Body)
	}
	want := map[string]string{"role": "web", "replicas": "3", "managed": "true", "of": "a\"b\\c"}
	s.wantMetadata(t, compute, want)
	e := s.readJSON(t, compute)
	s.want(t, http.StatusOK, http.MethodPut, compute, toJSON(t, map[string]any{
		"kind": e.Kind, "id": e.ID, "title": e.Title, "mixins": e.Mixins, "attributes": e.Attributes,
	}))
	s.wantMetadata(t, compute, want)
	s.want(t, http.StatusOK, http.MethodPost, compute, toJSON(t, map[string]any{
		"attributes": map[string]any{metadataAttribute: `{"role":"db"}`}, // as text has it
	}))
	s.wantMetadata(t, compute, map[string]string{"role": "db"})
	s.remove(t, compute)
}

// metadataMarks gives items that could pass for other attributes.
func metadataMarks(t *testing.T, s *suite) {
	want := map[string]string{"a": "b, c; d=\"e\"\\", "line": "one\r\nX-OCCI-Attribute: occi.core.id=\"forged\"\u2028"}
	items, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	compute := s.described(t, "marked", string(items))
	s.wantMetadata(t, compute, want)
	s.awaitState(t, compute, "occi.compute.state", "active") // or the state that is sent back may not be the same any more
	a := s.want(t, http.StatusOK, http.MethodGet, compute, header("Accept", "text/occi"))
	if got := a.message(t).Attributes.Text("occi.core.id"); got != idOf(t, compute) {
		t.Errorf("got the id %q in text/occi, want %q", got, idOf(t, compute))
	}
	s.want(t, http.StatusOK, http.MethodPut, compute, header("Content-Type", "text/occi"),
		header("Category", a.Header.Get("Category")), header("X-OCCI-Attribute", a.Header.Get("X-OCCI-Attribute")))
	s.wantMetadata(t, compute, want)
	line, _ := strings.CutPrefix(metadataLine(`{"a":"b, c"}`), "X-OCCI-Attribute: ")
	s.want(t, http.StatusOK, http.MethodPost, compute, header("Content-Type", "text/occi"), header("X-OCCI-Attribute", line))
	s.wantMetadata(t, compute, map[string]string{"a": "b, c"})
	s.remove(t, compute)
}

func metadataMembers(t *testing.T, s *suite) {
	compute := s.described(t, "listed", `{"role":"web","site":"a"}`)
	for path, want := range map[string]bool{
		s.collectionOf(t, metadataID):                                                              true,
		"/compute/?category=" + url.QueryEscape(metadataID.String()):                               true,
		"/compute/?" + metadataAttribute + "=" + url.QueryEscape(`{ "site": "a", "role": "web" }`): true,
		"/compute/?" + metadataAttribute + "=" + url.QueryEscape(`{"site":"b"}`):                   false,
	} {
		if got := s.locations(t, path); slices.Contains(got, compute) != want {
			t.Errorf("%s: got %q, the compute among them: want %t", path, got, want)
		}
	}
	if got := s.locations(t, s.collectionOf(t, metadataID)); slices.Contains(got, s.sharedCompute(t)) {
		t.Errorf("got members %q, want none without metadata", got)
	}
	s.want(t, http.StatusForbidden, http.MethodDelete, s.collectionOf(t, metadataID), members(compute))
	s.wantMetadata(t, compute, map[string]string{"role": "web", "site": "a"})
	s.remove(t, compute)
}

func badMetadata(t *testing.T, s *suite) {
	compute := s.described(t, "kept", `{"role":"web"}`)
	s.awaitState(t, compute, "occi.compute.state", "active")
	many := map[string]string{}
	for len(many) < 128 {
		many["k"+strings.Repeat("k", len(many))] = ""
	}
	items, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	for said, status := range map[string]int{
		`{"occigate:id":"mine"}`: 400, `{"OCCI.mixin.a":"b"}`: 400, `{"":"a"}`: 400, `{"a/b":"c"}`: 400, `{"ä":"b"}`: 400,
		`{"a":null}`: 400, `{"a":{"b":"c"}}`: 400, `{"a":"1","a":"2"}`: 400, `["a"]`: 400, `{"a":"😀"}`: 400,
		`{"a":"` + strings.Repeat("b", 256) + `"}`: 400, `{"` + strings.Repeat("a", 256) + `":"b"}`: 400, string(items): 403,
	} {
		s.want(t, status, http.MethodPost, compute, text(metadataLine(said), attributeLine("occi.core.title", prefix+"changed")))
		s.want(t, status, http.MethodPost, "/compute/", text(
			append(s.computeLines(t, "refused"), categoryLine(metadataID, "mixin"), metadataLine(said))...))
	}
	s.want(t, http.StatusBadRequest, http.MethodPost, compute, toJSON(t, map[string]any{"attributes": map[string]any{
		"org": map[string]any{"openstack": map[string]any{"compute": map[string]any{"metadata": map[string]any{"role": "db"}}}},
	}}))
	s.wantMetadata(t, compute, map[string]string{"role": "web"})
	if got := s.want(t, http.StatusOK, http.MethodGet, compute).message(t).Attributes.Text("occi.core.title"); got != prefix+"kept" {
		t.Errorf("a refused update made the title %q", got)
	}
	if left := s.titled(t, "/compute/", prefix+"refused"); len(left) > 0 {
		t.Errorf("computes that were refused are there: %q", left)
	}
	s.remove(t, compute)
}
