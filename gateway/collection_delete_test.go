package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

func TestCollectionDelete(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		reach        gateway.CollectionDelete
		target, body string
		header       []string
		left         string
	}{
		{"own, by default", "", "/compute/", "", nil, "c3 s1 n1 n2 c1_s1"},
		{"own", gateway.DeleteOwn, "/", "", nil, "c3"},
		{"the project's", gateway.DeleteProject, "/", "", nil, ""},
		{"the project's of a kind", gateway.DeleteProject, "/occi1.1//compute", "", nil, "s1 n1 n2 c1_s1"},
		{"links", gateway.DeleteProject, "/link/", "", nil, "c1 c2 c3 s1 n1 n2"},
		{"resources", gateway.DeleteProject, "/resource/", "", nil, "c1_s1"},
		{"entities", gateway.DeleteProject, "/entity/", "", nil, ""},
		{"what a header field selects", gateway.DeleteProject, "/compute/", "", []string{"Category", categoryDebian}, "c3 s1 n1 n2 c1_s1"},
		{"what the body selects", gateway.DeleteProject, "/compute/", "Category: " + categoryDebian, nil, "c3 s1 n1 n2 c1_s1"},
		{"what the query selects", gateway.DeleteProject, "/?occi.compute.cores=2", "", nil, "c1 c3 s1 n1 n2 c1_s1"},
		{"what is named", gateway.DeleteProject, "/", locations("/compute/c3", "/network/n1"), nil, "c1 c2 s1 n2 c1_s1"},
		{"what is named in a list", gateway.DeleteProject, "/compute/", "/compute/c3", []string{"Content-Type", "text/uri-list"}, "c1 c2 s1 n1 n2 c1_s1"},
		{"nothing", gateway.DeleteProject, "/networkinterface/", "", []string{"Content-Type", "image/png"}, everything},
	}
	for _, tt := range tests {
		b := newBench(t, newMemoryCloud(), func(o *gateway.Options) { o.CollectionDelete = tt.reach })
		w := b.do(t, "DELETE", tt.target, tt.body, tt.header...)
		if w.Code != http.StatusOK || w.Body.String() != "OK" {
			t.Errorf("%s: got %d %q, want 200 OK", tt.name, w.Code, w.Body)
		}
		if got := b.listing(t, "/"); got != tt.left {
			t.Errorf("%s: got %q left, want %q", tt.name, got, tt.left)
		}
	}
}

func TestCollectionDeletesThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		reach        gateway.CollectionDelete
		target, body string
		header       []string
		status       int
		text         string
	}{
		{"switched off", gateway.DeleteDeny, "/compute/", "", nil, 403, "one entity at a time"},
		{"switched off for all", gateway.DeleteDeny, "/", "", nil, 403, "one entity at a time"},
		{"not understood", "", "/compute/", "c1", nil, 400, "line 1"},
		{"another media type", "", "/compute/", "{}", []string{"Content-Type", "image/png"}, 415, "image/png"},
		{"malformed header field", "", "/compute/", "", []string{"Category", "compute; scheme="}, 400, "Category"},
		{"unknown category", "", "/compute/", "Category: " + `x; scheme="http://example.org/x#"`, nil, 404, "example.org"},
		{"another kind", "", "/compute/", "Category: " + categoryStorage, nil, 400, "storage"},
		{"a page", "", "/compute/?page=1", "", nil, 400, "selects no members"},
		{"a parameter that is no attribute", "", "/compute/?hostname=host-c1", "", nil, 400, "hostname"},
		{"an action", "", "/compute/?action=stop", "", nil, 400, "action"},
		{"a page by size", "", "/?number=1", "", nil, 400, "selects no members"},
		{"named, but not there", "", "/compute/", locations("/compute/c1", "/compute/c9"), nil, 404, "/compute/c9"},
		{"named, but another kind", "", "/compute/", locations("/storage/s1"), nil, 404, "/storage/s1"},
		{"named, but a stranger's", "", "/compute/", locations("/compute/c3"), nil, 404, "/compute/c3"},
		{"named, but elsewhere", "", "/compute/", "X-OCCI-Location: http://example.org/compute/c1", nil, 400, "example.org"},
	}
	for _, tt := range tests {
		cloud := newMemoryCloud()
		b := newBench(t, cloud, func(o *gateway.Options) { o.CollectionDelete = tt.reach })
		w := b.do(t, "DELETE", tt.target, tt.body, tt.header...)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.text) {
			t.Errorf("%s: got %d %q, want %d with %q", tt.name, w.Code, w.Body, tt.status, tt.text)
		}
		if changes := cloud.changes(); len(changes) > 0 {
			t.Errorf("%s: got changes %q, want none", tt.name, changes)
		}
	}
}

// Links go first, then what they begin at, then the rest.
func TestOrderOfDeletion(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	newBench(t, cloud).do(t, "DELETE", "/", "")
	var got []string
	for _, change := range cloud.log {
		kind := strings.TrimRight(strings.TrimPrefix(change, "delete "), "0123456789")
		if len(got) == 0 || got[len(got)-1] != kind {
			got = append(got, kind)
		}
	}
	if diff := cmp.Diff([]string{"c1_s", "c", "s", "n"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What cannot be deleted does not keep the rest, and what has vanished meanwhile is no failure.
func TestCollectionDeleteThatFails(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	cloud.refuse["delete c1"] = occi.Errorf(occi.Conflict, "c1 is locked")
	cloud.refuse["delete n1"] = occi.Errorf(occi.Forbidden, "n1 is shared")
	cloud.refuse["delete c1_s1"] = occi.Errorf(occi.NotFound, "there is no storagelink c1_s1")
	b := newBench(t, cloud, func(o *gateway.Options) { o.CollectionDelete = gateway.DeleteProject })
	w := b.do(t, "DELETE", "/", "")
	if want := "5 of 7 deleted: c1 is locked"; w.Code != http.StatusConflict || w.Body.String() != want {
		t.Errorf("got %d %q, want 409 %q", w.Code, w.Body, want)
	}
	if got, want := b.listing(t, "/"), "c1 n1 c1_s1"; got != want {
		t.Errorf("got %q left, want %q", got, want)
	}
}

// One request does not become hundreds at a time upstream, and one panic not the end of the process.
func TestCollectionDeleteIsBounded(t *testing.T) {
	t.Parallel()
	const most = 8
	var (
		mu        sync.Mutex
		now, peak int
		deleted   []string
		enough    = make(chan struct{})
		cloud     = workingCloud()
		kind      = occi.Infrastructure().Kind(occi.ComputeID)
	)
	cloud.list = func(context.Context, *occi.Kind, occi.Query, bool) ([]occi.Entity, error) {
		var all []occi.Entity
		for i := range 50 {
			all = append(all, occi.Entity{Kind: kind, ID: fmt.Sprint(i)})
		}
		return all, nil
	}
	cloud.delete = func(_ context.Context, ref occi.Ref) error {
		mu.Lock()
		now++
		if peak = max(peak, now); peak == most && now == most && len(deleted) == 0 {
			close(enough)
		}
		mu.Unlock()
		<-enough // the first ones wait until as many as may run do
		mu.Lock()
		defer mu.Unlock()
		now--
		deleted = append(deleted, ref.ID)
		if ref.ID == "48" {
			panic("oops")
		}
		return nil
	}
	w := newBench(t, cloud).do(t, "DELETE", "/compute/", "")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "oops") {
		t.Errorf("got %d %q, want 500 without the panic", w.Code, w.Body)
	}
	if slices.Sort(deleted); len(slices.Compact(deleted)) != 50 || peak != most {
		t.Errorf("got %d deleted, %d at a time, want 50, %d at a time", len(deleted), peak, most)
	}
}

func TestCollectionDeleteThatTakesTooLong(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	cloud.refuse["delete c2"] = fmt.Errorf("DELETE /servers/c2: %w", context.DeadlineExceeded)
	w := newBench(t, cloud).do(t, "DELETE", "/compute/", "")
	if want := "1 of 2 deleted: the request took too long"; w.Code != http.StatusGatewayTimeout || w.Body.String() != want {
		t.Errorf("got %d %q, want 504 %q", w.Code, w.Body, want)
	}
}
