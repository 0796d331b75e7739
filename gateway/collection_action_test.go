package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

const computeActions = `scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"; class="action"`

func actionLine(term string) string { return "Category: " + term + "; " + computeActions }

func TestActionsOnCollections(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target, term string
		changes            []string
	}{
		{"all that are not there already", "/compute/?action=start", "start", []string{"start c1", "start c3"}},
		{"at a mount", "/occi1.2/compute?action=start", "start", []string{"start c1", "start c3"}},
		{"those of an attribute", "/compute/?action=start&occi.core.title=c3", "start", []string{"start c3"}},
		{"those of a mixin", "/compute/?action=start&" + identifier(occi.ID{Scheme: "http://schemas.openstack.org/template/os#", Term: "debian"}), "start", []string{"start c1"}},
		{"none", "/compute/?action=suspend;occi.core.title=c9", "suspend", nil},
		{"a template's", "/os_tpl/debian/?action=start", "start", []string{"start c1"}},
		{"a user's mixin's", "/i_do/?action=stop", "stop", []string{"stop c2"}},
		{"where all are already", "/i_do/?action=start", "start", nil},
	}
	for _, tt := range tests {
		cloud := newMemoryCloud().tag("i_do", "c2")
		w := newBench(t, cloud).do(t, "POST", tt.target, actionLine(tt.term))
		if w.Code != http.StatusOK || w.Body.String() != "OK" {
			t.Errorf("%s: got %d %q, want 200 OK", tt.name, w.Code, w.Body)
		}
		if diff := cmp.Diff(tt.changes, cloud.changes()); diff != "" {
			t.Errorf("%s: changes (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestActionInHeaderFields(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	w := newBench(t, cloud).do(t, "POST", "/compute/?action=start", "", "Content-Type", "text/occi",
		"Category", `start; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"`)
	if diff := cmp.Diff([]string{"start c1", "start c3"}, cloud.changes()); w.Code != http.StatusOK || diff != "" {
		t.Errorf("got %d %q, changes (-want +got):\n%s", w.Code, w.Body, diff)
	}
}

// Nothing is done unless it can be done to all.
func TestActionsOnCollectionsThatAreRefused(t *testing.T) {
	t.Parallel()
	const upLine = `Category: up; scheme="http://schemas.ogf.org/occi/infrastructure/network/action#"; class="action"`
	tests := []struct {
		name, target, body string
		header             []string
		status             int
		text               string
	}{
		{"one does not offer it", "/compute/?action=suspend", actionLine("suspend"), nil, 409, "/compute/c1 does not offer suspend now, it is inactive"},
		{"one can never be there already", "/compute/?action=restart", actionLine("restart"), nil, 409, "/compute/c1 does not offer restart"},
		{"another kind's", "/compute/?action=up", upLine, nil, 400, "no action"},
		{"another kind's, on none", "/networkinterface/?action=up", upLine, nil, 400, "no action"},
		{"not of all members", "/i_do/?action=start", actionLine("start"), nil, 400, "a storage has no action"},
		{"on everything", "/?action=start", actionLine("start"), nil, 400, "as in POST /compute/?action=start"},
		{"no category", "/compute/?action=start", "", nil, 400, "exactly one Category"},
		{"another term", "/compute/?action=stop", actionLine("start"), nil, 400, "stop"},
		{"unknown", "/compute/?action=go", `Category: go; scheme="http://example.org/x#"; class="action"`, nil, 404, "no action"},
		{"two", "/compute/?action=start&action=stop", actionLine("start"), nil, 400, "one action"},
		{"a page", "/compute/?action=start&page=1", actionLine("start"), nil, 400, "selects no members"},
		{"a filter that is none", "/compute/?action=start&org.example.x=1", actionLine("start"), nil, 400, "org.example.x"},
		{"as a list", "/compute/?action=start", actionLine("start"), []string{"Accept", "text/uri-list"}, 400, "text/uri-list"},
		{"on a collection that is not there", "/nothing/?action=start", actionLine("start"), nil, 404, "nothing"},
		{"on an abstract kind", "/resource/?action=start", actionLine("start"), nil, 405, "POST"},
	}
	for _, tt := range tests {
		cloud := newMemoryCloud().tag("i_do", "c1", "s1")
		w := newBench(t, cloud).do(t, "POST", tt.target, tt.body, tt.header...)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.text) {
			t.Errorf("%s: got %d %q, want %d with %q", tt.name, w.Code, w.Body, tt.status, tt.text)
		}
		if changes := cloud.changes(); len(changes) > 0 {
			t.Errorf("%s: got changes %q, want none", tt.name, changes)
		}
	}
}

func TestActionOnACollectionThatFails(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	cloud.refuse["start c3"] = &occi.Error{Code: occi.Conflict, Message: "c3 is busy", RetryAfter: 1}
	w := newBench(t, cloud).do(t, "POST", "/compute/?action=start", actionLine("start"))
	if want := "1 of 2 done: c3 is busy"; w.Code != http.StatusConflict || w.Body.String() != want || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d %q and %v, want 409 %q and Retry-After", w.Code, w.Body, w.Header(), want)
	}
	if diff := cmp.Diff([]string{"start c1"}, cloud.changes()); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// An action that makes mixins answers with them, in the order of the collection (GFD.223 §11.3.3).
func TestActionOnACollectionThatMakesMixins(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	for i := range cloud.entities[:3] {
		cloud.entities[i].Actions = []occi.ID{occi.SaveID}
	}
	filter := "&" + url.Values{"occi.compute.state": {"inactive"}}.Encode()
	w := newBench(t, cloud).do(t, "POST", "/compute/?action=save"+filter, actionLine("save"))
	var got []string
	for line := range strings.Lines(w.Body.String()) {
		term, _, _ := strings.Cut(line, ";")
		got = append(got, term)
	}
	if diff := cmp.Diff([]string{"Category: saved-c1", "Category: saved-c3"}, got); diff != "" || w.Code != http.StatusOK {
		t.Errorf("got %d, (-want +got):\n%s", w.Code, diff)
	}
}
