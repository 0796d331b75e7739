package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

func locations(paths ...string) string {
	var b strings.Builder
	for _, path := range paths {
		b.WriteString("X-OCCI-Location: https://occi.example.org" + path + "\n")
	}
	return b.String()
}

func TestMembership(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, target, body string
		header                     []string
		changes                    []string
		members                    string
	}{
		{name: "associate", method: "POST", body: locations("/compute/c1"), changes: []string{"associate c1 with i_do"}, members: "c1 c2 s1"},
		{
			name: "associate several, of which one is a member", method: "POST",
			body:    locations("/compute/c1", "/occi1.2/network/n1", "/compute/c2", "/compute/c1"),
			changes: []string{"associate c1 with i_do", "associate n1 with i_do"}, members: "c1 c2 s1 n1",
		},
		{name: "associate a link", method: "POST", body: locations("/storagelink/c1_s1"), changes: []string{"associate c1_s1 with i_do"}, members: "c2 s1 c1_s1"},
		{
			name: "associate in header fields (doyouspeakOCCI)", method: "POST",
			header:  []string{"Content-Type", "text/occi", "X-OCCI-Location", "https://occi.example.org/compute/c1"},
			changes: []string{"associate c1 with i_do"}, members: "c1 c2 s1",
		},
		{
			name: "associate a list", method: "POST", body: "/compute/c1\r\n/compute/c3\r\n", header: []string{"Content-Type", "text/uri-list"},
			changes: []string{"associate c1 with i_do", "associate c3 with i_do"}, members: "c1 c2 c3 s1",
		},
		{
			name: "replace", method: "PUT", body: locations("/compute/c2", "/compute/c3"),
			changes: []string{"associate c3 with i_do", "dissociate s1 from i_do"}, members: "c2 c3",
		},
		{name: "replace by the same", method: "PUT", body: locations("/storage/s1", "/compute/c2"), members: "c2 s1"},
		{name: "dissociate one", method: "DELETE", body: locations("/compute/c2"), changes: []string{"dissociate c2 from i_do"}, members: "s1"},
		{name: "dissociate what is no member", method: "DELETE", body: locations("/compute/c1"), members: "c2 s1"},
		{
			name: "dissociate in header fields", method: "DELETE",
			header:  []string{"Content-Type", "text/occi", "X-OCCI-Location", "https://occi.example.org/storage/s1"},
			changes: []string{"dissociate s1 from i_do"}, members: "c2",
		},
		{name: "dissociate all", method: "DELETE", changes: []string{"dissociate c2 from i_do", "dissociate s1 from i_do"}},
		{
			name: "dissociate all that a filter selects", method: "DELETE", header: []string{"Category", categoryStorage},
			changes: []string{"dissociate s1 from i_do"}, members: "c2",
		},
		{
			name: "another template", method: "POST", target: "/resource_tpl/large/", body: locations("/compute/c1", "/compute/c2"),
			changes: []string{"associate c1 with large"}, members: "c1 c2",
		},
	}
	for _, tt := range tests {
		if tt.target == "" {
			tt.target = "/i_do/"
		}
		cloud := newMemoryCloud().tag("i_do", "c2", "s1")
		b := newBench(t, cloud)
		w := b.do(t, tt.method, tt.target, tt.body, tt.header...)
		if w.Code != http.StatusOK || w.Body.String() != "OK" {
			t.Errorf("%s: got %d %q, want 200 OK", tt.name, w.Code, w.Body)
		}
		if diff := cmp.Diff(tt.changes, cloud.changes()); diff != "" {
			t.Errorf("%s: changes (-want +got):\n%s", tt.name, diff)
		}
		if got := b.listing(t, tt.target); got != tt.members {
			t.Errorf("%s: got members %q, want %q", tt.name, got, tt.members)
		}
	}
}

// Everything is looked at before anything is changed.
func TestMembershipsThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, target, body string
		status                     int
		text                       string
	}{
		{"no location", "POST", "/i_do/", "", 400, "X-OCCI-Location"},
		{"no location to replace by", "PUT", "/i_do/", "", 400, "X-OCCI-Location"},
		{"malformed", "POST", "/i_do/", "X-OCCI-Location: a b", 400, "X-OCCI-Location[1]"},
		{"malformed, to delete", "DELETE", "/i_do/", "compute/c1", 400, "line 1"},
		{"elsewhere", "POST", "/i_do/", locations("/compute/c1") + "X-OCCI-Location: https://example.org/compute/c1", 400, "example.org"},
		{"no entity's URL", "PUT", "/i_do/", locations("/compute/c1", "/compute/"), 400, "/compute/"},
		{"an abstract kind", "POST", "/i_do/", locations("/resource/c1"), 400, "does not apply"},
		{"nobody", "POST", "/i_do/", locations("/compute/c1", "/compute/c9"), 404, "c9"},
		{"nobody to replace by", "PUT", "/i_do/", locations("/compute/c1", "/compute/c9"), 404, "c9"},
		{"nobody to delete", "DELETE", "/i_do/", locations("/compute/c2", "/compute/c9"), 404, "c9"},
		{"filter of another kind", "DELETE", "/i_do/?category=http://example.org/x%23y", "", 404, "example.org"},
		{"a part of the members", "DELETE", "/i_do/?page=1", "", 400, "selects no members"},
		{"a template on a storage", "POST", "/os_tpl/debian/", locations("/compute/c3", "/storage/s1"), 400, "does not apply"},
		{"all of a template", "PUT", "/os_tpl/debian/", locations("/compute/c3"), 403, "template"},
		{"none of a template", "DELETE", "/os_tpl/debian/", "", 403, "template"},
		{"a template root", "POST", "/os_tpl/", locations("/compute/c3"), 403, "provider"},
		{"the provider's mixin", "POST", "/ipnetwork/", locations("/network/n2"), 403, "provider"},
		{"all of the provider's mixin", "PUT", "/ipnetwork/", locations("/network/n2"), 403, "provider"},
		{"none of the provider's mixin", "DELETE", "/ipnetwork/", "", 403, "provider"},
	}
	for _, tt := range tests {
		cloud := newMemoryCloud().tag("i_do", "c2", "s1")
		w := newBench(t, cloud).do(t, tt.method, tt.target, tt.body)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.text) {
			t.Errorf("%s: got %d %q, want %d with %q", tt.name, w.Code, w.Body, tt.status, tt.text)
		}
		if changes := cloud.changes(); len(changes) > 0 {
			t.Errorf("%s: got changes %q, want none", tt.name, changes)
		}
	}
}

// The answer names what failed first and counts what was done. What vanishes meanwhile has lost the mixin anyway.
func TestMembershipThatFails(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud().tag("i_do", "c2", "s1", "n1")
	cloud.refuse["associate c3"] = occi.Errorf(occi.Conflict, "c3 is busy")
	cloud.refuse["dissociate s1"] = occi.Errorf(occi.NotFound, "s1 is gone")
	b := newBench(t, cloud)
	w := b.do(t, "POST", "/i_do/", locations("/compute/c1", "/compute/c3"))
	if want := "1 of 2 associated: c3 is busy"; w.Code != http.StatusConflict || w.Body.String() != want {
		t.Errorf("POST: got %d %q, want 409 %q", w.Code, w.Body, want)
	}
	w = b.do(t, "DELETE", "/i_do/", locations("/storage/s1", "/network/n1"))
	if w.Code != http.StatusOK {
		t.Errorf("DELETE: got %d %q, want 200", w.Code, w.Body)
	}
	if got, want := b.listing(t, "/i_do/"), "c1 c2 s1"; got != want {
		t.Errorf("got members %q, want %q", got, want)
	}
}
