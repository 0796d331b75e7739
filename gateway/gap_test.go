package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// What may be in a part of the model that could not be had is not told that it does not exist.
func TestCategoriesInAGap(t *testing.T) {
	t.Parallel()
	category := func(scheme, class string) string {
		return `Category: fast; scheme="` + scheme + `"; class="` + class + `"` + "\n"
	}
	const lacking, other = "http://example.org/volume_type#", "http://example.org/elsewhere#"
	storage := `Category: storage; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n"
	size := "X-OCCI-Attribute: occi.storage.size=1\n"
	for _, test := range []struct {
		name, method, target, body string
		status                     int
	}{
		{"to create with", "POST", "/storage/", storage + category(lacking, "mixin") + size, 503},
		{"to create with, elsewhere", "POST", "/storage/", storage + category(other, "mixin") + size, 404},
		{"to update with", "POST", "/storage/s1", category(lacking, "mixin"), 503},
		{"to update fully with", "PUT", "/storage/s1", category(lacking, "mixin"), 503},
		{"as a filter", "GET", "/storage/?category=http://example.org/volume_type%23fast", "", 503},
		{"as a filter, elsewhere", "GET", "/storage/?category=http://example.org/elsewhere%23fast", "", 404},
		{"to remove", "DELETE", "/-/", category(lacking, "mixin"), 503},
		{"to remove, elsewhere", "DELETE", "/-/", category(other, "mixin"), 404},
		{"to define", "POST", "/-/", strings.TrimSpace(category(lacking, "mixin")) + `; location="/fast/"`, 403},
		{"its collection", "GET", "/volume_type/fast/", "", 503},
		{"its collection, elsewhere", "GET", "/elsewhere/fast/", "", 404},
		{"a kind", "POST", "/storage/", category(lacking, "kind"), 404},
	} {
		cloud := newMemoryCloud()
		cloud.gaps = []occi.Gap{{Scheme: lacking, Location: "/volume_type/"}}
		w := newBench(t, cloud).do(t, test.method, test.target, test.body)
		again := w.Header().Get("Retry-After")
		if w.Code != test.status || (again != "") != (test.status == http.StatusServiceUnavailable) {
			t.Errorf("%s: got %d %.80q, Retry-After %q, want %d", test.name, w.Code, w.Body, again, test.status)
		}
		if changes := cloud.changes(); len(changes) > 0 {
			t.Errorf("%s: got changes %q, want none", test.name, changes)
		}
	}
}
