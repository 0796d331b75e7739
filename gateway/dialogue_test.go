package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
)

// The dialogues that doyouspeakOCCI has about GFD.185 §3.4.1 to §3.4.3: everything in header fields, categories without
// class, creation at the root, a mixin that is related to one that nobody knows.
func TestDoYouSpeakOCCI(t *testing.T) {
	t.Parallel()
	const (
		compute = `compute; scheme="http://schemas.ogf.org/occi/infrastructure#"`
		mixin   = `i_do; scheme="` + tagScheme + `"`
		define  = mixin + `; class="mixin"; rel="` + tagScheme + `do_you"; location="/dyso/"`
		start   = `start; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"`
		host    = `occi.compute.hostname="unique-4711"`
	)
	for _, mount := range []string{"", "/occi1.1"} {
		cloud := newMemoryCloud()
		cloud.entities = nil
		b := newBench(t, cloud, func(o *gateway.Options) { o.CollectionDelete = gateway.DeleteProject })
		// say sends header fields and returns the answer, which has to be one of 200 and 201.
		say := func(method, path string, header ...string) http.Header {
			t.Helper()
			header = append([]string{"Content-Type", "text/occi", "Accept", "text/occi", "Cache-Control", "max-age=0"}, header...)
			w := b.do(t, method, path, "", header...)
			if want := map[bool]int{true: 201, false: 200}[method == "POST" && path == mount+"/"]; w.Code != want {
				t.Fatalf("%s %s: got %d %q, want %d", method, path, w.Code, w.Body, want)
			}
			return w.Header()
		}
		located := func(path string, header ...string) []string {
			t.Helper()
			return strings.Split(strings.Join(exactly(say("GET", path, header...), "X-OCCI-Location"), ", "), ", ")
		}

		// GFD.185 §3.4.1
		const query = "/.well-known/org/ogf/occi/-/"
		if got := exactly(say("GET", query, "Category", compute), "Category"); len(got) != 1 || strings.Contains(got[0], ",") {
			t.Errorf("query interface, filtered: got %q, want one category", got)
		}
		say("POST", query, "Category", define)
		say("DELETE", query, "Category", mixin)

		// GFD.185 §3.4.2 and §3.4.3
		first := say("POST", mount+"/", "Category", compute).Get("Location")
		second := say("POST", mount+"/", "Category", compute, "X-OCCI-Attribute", host).Get("Location")
		list := b.do(t, "GET", mount+"/compute/", "", "Accept", "text/uri-list", "Content-Type", "text/occi").Body.String()
		if diff := cmp.Diff(strings.Fields(list), located(mount+"/compute/")); diff != "" {
			t.Errorf("text/uri-list and text/occi disagree:\n%s", diff)
		}
		say("POST", mount+"/compute/?action=start", "Category", start)
		say("POST", mount+"/-/", "Category", define)
		say("POST", mount+"/dyso/", "X-OCCI-Location", first)
		path := strings.TrimPrefix(first, "https://occi.example.org")
		if got := say("GET", path).Get("Category"); !strings.Contains(got, "i_do; ") {
			t.Errorf("GET %s: got %q, want the mixin in it", path, got)
		}
		if got := located(mount + "/"); len(got) != 2 {
			t.Errorf("GET of the root: got %q, want two", got)
		}
		say("PUT", mount+"/dyso/", "X-OCCI-Location", second)
		for name, got := range map[string][]string{
			"the mixin's collection":    located(mount + "/dyso/"),
			"computes with the mixin":   located(mount+"/compute/", "Category", mixin),
			"computes with a host name": located(mount+"/compute/", "X-OCCI-Attribute", host),
		} {
			if diff := cmp.Diff([]string{second}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		say("DELETE", mount+"/dyso/", "X-OCCI-Location", second)
		if got := located(mount + "/dyso/"); got[0] != "" {
			t.Errorf("the mixin's collection afterwards: got %q, want nothing", got)
		}
		say("DELETE", mount+"/-/", "Category", mixin)
		say("DELETE", mount+"/compute/")
		if got := located(mount + "/"); got[0] != "" {
			t.Errorf("everything afterwards: got %q, want nothing", got)
		}
	}
}
