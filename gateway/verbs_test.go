package gateway_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	const url = "https://occi.example.org/compute/" + testID
	tests := []struct{ name, target, contentType, accept, body string }{
		{"collection", "/compute/", "text/plain", "", "X-OCCI-Location: " + url},
		{"as rOCCI and IM send it", "/compute/", "text/plain,text/occi", "", "X-OCCI-Location: " + url},
		{"no Content-Type", "/compute", "", "", "X-OCCI-Location: " + url},
		{"at the root", "/", "text/plain", "", "X-OCCI-Location: " + url},
		{"listing of one", "/compute/", "text/plain", "text/uri-list", url},
		{"in header fields", "/compute/", "text/plain", "text/occi", "OK"},
	}
	for _, tt := range tests {
		var title string
		cloud := workingCloud()
		cloud.create = func(_ context.Context, e *occi.Entity) (*occi.Entity, error) {
			title = e.Title
			return &occi.Entity{Kind: e.Kind, ID: testID}, nil
		}
		body := "Category: " + testCompute + "\nX-OCCI-Attribute: occi.core.title=\"one\"\n"
		w := newBench(t, cloud).do(t, "POST", tt.target, body, "Content-Type", tt.contentType, "Accept", tt.accept)
		if w.Code != http.StatusCreated || w.Body.String() != tt.body || title != "one" {
			t.Errorf("%s: got %d %q and title %q, want 201 %q and title one", tt.name, w.Code, w.Body, title, tt.body)
		}
		if diff := cmp.Diff([]string{url}, w.Header()["Location"]); diff != "" {
			t.Errorf("%s: Location (-want +got):\n%s", tt.name, diff)
		}
		var inHeader []string
		if tt.accept == "text/occi" {
			inHeader = []string{url}
		}
		if diff := cmp.Diff(inHeader, exactly(w.Header(), "X-OCCI-Location")); diff != "" {
			t.Errorf("%s: X-OCCI-Location (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	const entity = "/compute/" + testID
	tests := []struct {
		name, method, target, body string
		header                     []string
		status                     int
		message                    string
	}{
		{"malformed", "POST", "/compute/", "Category: compute; scheme=", nil, 400, "Category"},
		{"no kind", "POST", "/compute/", `X-OCCI-Attribute: occi.core.title="x"`, nil, 400, "names no kind"},
		{"no body", "POST", "/compute/", "", nil, 400, "names no kind"},
		{"another kind's collection", "POST", "/storage/", "Category: " + testCompute, nil, 400, "at /compute/"},
		{"unknown kind", "POST", "/", `Category: vm; scheme="http://example.org/x#"; class="kind"`, nil, 404, "no kind"},
		{"media type", "POST", "/compute/", "<x/>", []string{"Content-Type", "application/xml"}, 415, "application/xml"},

		{"nothing to change", "POST", entity, "", nil, 400, "nothing to change"},
		{"nothing to replace with", "PUT", entity, "", nil, 400, "nothing to change"},
		{"another kind", "POST", entity, `Category: storage; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"`, nil, 400, "kind"},
		{"another id", "PUT", entity, `X-OCCI-Attribute: occi.core.id="other"`, nil, 403, "occi.core.id"},
		{"PUT creates nothing", "PUT", "/compute/mine", "Category: " + testCompute, nil, 400, "POST to /compute/"},
		{"POST creates nothing there", "POST", "/compute/mine", "Category: " + testCompute, nil, 404, `no compute "mine"`},
		{"update with an action", "POST", entity, "Category: " + testAction, nil, 400, "?action="},

		{"no action", "POST", entity + "?action=", "Category: " + testAction, nil, 400, "one action"},
		{"two actions", "POST", entity + "?action=start&action=stop", "Category: " + testAction, nil, 400, "one action"},
		{"malformed query", "POST", entity + "?action=start;x=%z", "Category: " + testAction, nil, 400, "query"},
		{"no category", "POST", entity + "?action=start", "", nil, 400, "exactly one Category"},
		{"category of another action", "POST", entity + "?action=stop", "Category: " + testAction, nil, 400, "stop"},
		{"action on nothing", "POST", "/compute/mine?action=start", "Category: " + testAction, nil, 404, "mine"},

		{"delete nothing", "DELETE", "/compute/mine", "", nil, 404, "mine"},
		{"read nothing", "GET", "/compute/mine", "", nil, 404, "mine"},
	}
	for _, tt := range tests {
		w := newBench(t, workingCloud()).do(t, tt.method, tt.target, tt.body, tt.header...)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.message) {
			t.Errorf("%s: got %d %q, want %d with %q", tt.name, w.Code, w.Body, tt.status, tt.message)
		}
	}
}

// GFD.185 §3.6.6: 400. Nothing may have been changed by then.
func TestListingsOnlyWhereThereIsAList(t *testing.T) {
	t.Parallel()
	b := newBench(t, &stubCloud{}) // no verb is reached
	const entity = "/compute/" + testID
	for _, tt := range []struct{ method, target, body string }{
		{"GET", entity, ""},
		{"GET", "/-/", ""},
		{"POST", entity, `X-OCCI-Attribute: occi.core.title="x"`},
		{"PUT", entity, `X-OCCI-Attribute: occi.core.title="x"`},
		{"POST", entity + "?action=start", "Category: " + testAction},
	} {
		w := b.do(t, tt.method, tt.target, tt.body, "Accept", "text/uri-list")
		if w.Code != http.StatusBadRequest || w.Header().Get("Content-Type") != "text/uri-list" {
			t.Errorf("%s %s: got %d in %s, want 400 in text/uri-list", tt.method, tt.target, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PUT"} {
		var got *occi.Change
		cloud := workingCloud()
		// The route and the caller's model come from different places.
		cloud.model = func(context.Context) (*occi.Model, error) { return occi.Infrastructure(), nil }
		cloud.update = func(_ context.Context, c *occi.Change) (*occi.Entity, error) {
			got = c
			return &c.Entity, nil
		}
		body := "Category: " + testCompute + "\nX-OCCI-Attribute: occi.core.title=\"two\"\nX-OCCI-Attribute: occi.core.id=\"" + testID + "\""
		w := newBench(t, cloud).do(t, method, "/compute/"+testID+"?page=1", body)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `occi.core.title="two"`) {
			t.Fatalf("%s: got %d %q, want 200 and the entity", method, w.Code, w.Body)
		}
		if got.ID != testID || got.Title != "two" || got.Full != (method == "PUT") {
			t.Errorf("%s: got change %+v", method, got)
		}
		if location := w.Header().Get("Location"); !strings.HasSuffix(location, "/compute/"+testID) {
			t.Errorf("%s: got Location %q, want the entity's, for jOCCI", method, location)
		}
	}
}

// The change is made: that its result does not fit into text/occi must not look like a failure.
func TestUpdateThatIsTooLargeToShow(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud(), func(o *gateway.Options) { o.Limits.AnswerHead = 100 })
	const title = `occi.core.title="two"`
	w := b.do(t, "POST", "/compute/"+testID, "X-OCCI-Attribute: "+title, "Accept", "text/occi")
	if w.Code != http.StatusOK || w.Body.String() != "OK" {
		t.Errorf("POST: got %d %q, want 200 OK", w.Code, w.Body)
	}
	if w := b.do(t, "GET", "/compute/"+testID, "", "Accept", "text/occi"); w.Code != http.StatusNotAcceptable {
		t.Errorf("GET: got %d, want 406", w.Code)
	}
}

func TestAct(t *testing.T) {
	t.Parallel()
	var got *occi.Invocation
	cloud := workingCloud()
	cloud.act = func(_ context.Context, _ occi.Ref, inv *occi.Invocation) (*occi.Mixin, error) {
		got = inv
		return nil, nil //nolint:nilnil // start makes no mixin
	}
	w := newBench(t, cloud).do(t, "POST", "/compute/"+testID+"/?other=1&action=start", "Category: "+testAction)
	if w.Code != http.StatusOK || w.Body.String() != "OK" {
		t.Fatalf("got %d %q, want 200 OK", w.Code, w.Body)
	}
	if got.Action.ID != occi.StartID {
		t.Errorf("got action %s, want start", got.Action.ID)
	}
}

func TestActionThatMakesAMixin(t *testing.T) {
	t.Parallel()
	cloud := workingCloud()
	cloud.act = func(context.Context, occi.Ref, *occi.Invocation) (*occi.Mixin, error) {
		id := occi.ID{Scheme: "http://schemas.openstack.org/template/os#", Term: "saved"}
		return &occi.Mixin{ID: id, Title: "saved", Location: "/os_tpl/saved/"}, nil
	}
	body := `Category: save; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"; class="action"` +
		"\nX-OCCI-Attribute: name=\"saved\""
	w := newBench(t, cloud).do(t, "POST", "/compute/"+testID+"?action=save", body)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "Category: saved; ") {
		t.Errorf("got %d %q, want 200 and the mixin", w.Code, w.Body)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	w := newBench(t, workingCloud()).do(t, "DELETE", "/compute/"+testID, "", "Content-Type", "text/plain")
	if w.Code != http.StatusOK || w.Body.String() != "OK" {
		t.Errorf("got %d %q, want 200 OK", w.Code, w.Body)
	}
}

func TestEmptyCollection(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{"text/plain", "text/occi", "text/uri-list"} {
		cloud := &stubCloud{list: func(context.Context, *occi.Kind, occi.Query, bool) ([]occi.Entity, error) {
			return []occi.Entity{}, nil
		}}
		w := newBench(t, cloud).do(t, "GET", "/compute/", "", "Accept", accept)
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || !strings.HasPrefix(got, accept) {
			t.Errorf("Accept %s: got %d in %q, want 200", accept, w.Code, got)
		}
		if accept != "text/occi" && w.Body.Len() != 0 {
			t.Errorf("Accept %s: got body %q, want none", accept, w.Body)
		}
	}
}

// jOCCI sends a Content-Type with every GET, and so may anybody a body.
func TestBodiesOfReadsAreIgnored(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "HEAD", "DELETE"} {
		w := newBench(t, workingCloud()).do(t, method, "/compute/"+testID, "neither OCCI", "Content-Type", "image/png")
		if w.Code != http.StatusOK {
			t.Errorf("%s: got %d %q, want 200", method, w.Code, w.Body)
		}
	}
}
