package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

var queryPaths = []string{"/-/", "/.well-known/org/ogf/occi/-/", "/occi1.2/-/"}

// terms are those of the categories in a body of text/plain.
func terms(body string) string {
	var found []string
	for line := range strings.Lines(body) {
		term, _, _ := strings.Cut(strings.TrimPrefix(line, "Category: "), ";")
		found = append(found, term)
	}
	return strings.Join(found, " ")
}

func TestQueryFilter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, agent string
		header      []string
		want        string
	}{
		{"a kind in 1.1", "OCCI/1.1", []string{"Category", testCompute}, "compute"},
		{"a kind in any version", "curl/8", []string{"Category", testCompute, "Content-Type", "image/png"}, "compute"},
		{"a kind in 1.2", "OCCI/1.2", []string{"Category", testCompute}, "compute start stop restart suspend save"},
		{"two kinds", "OCCI/1.1", []string{"Category", testCompute, "Category", categoryStorage}, "compute storage"},
		{"a root in 1.1", "OCCI/1.1", []string{"Category", `os_tpl; scheme="http://schemas.ogf.org/occi/infrastructure#"`}, "os_tpl"},
		{"a root in 1.2", "OCCI/1.2", []string{"Category", `os_tpl; scheme="http://schemas.ogf.org/occi/infrastructure#"`}, "os_tpl debian"},
		{"a user's mixin", "OCCI/1.1", []string{"Category", categoryTag}, "i_do"},
		{"an action", "OCCI/1.1", []string{"Category", testAction}, "start"},
	}
	for _, tt := range tests {
		b := newBench(t, newMemoryCloud().tag("i_do"))
		for _, target := range queryPaths {
			w := b.do(t, "GET", target, "", append(tt.header, "User-Agent", tt.agent)...)
			if got := terms(w.Body.String()); w.Code != http.StatusOK || got != tt.want {
				t.Errorf("%s at %s: got %d %q, want 200 %q", tt.name, target, w.Code, got, tt.want)
			}
		}
	}
}

func TestQueryFiltersThatAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, newMemoryCloud())
	for _, target := range queryPaths {
		for category, want := range map[string]int{
			`compute; scheme=`:                    400,
			`compute; class="kind"`:               400,
			`compute; scheme="http://example.o#"`: 404,
			testCompute + `, ` + categoryTag:      404,
		} {
			if w := b.do(t, "GET", target, "", "Category", category); w.Code != want {
				t.Errorf("GET %s with %q: got %d %q, want %d", target, category, w.Code, w.Body, want)
			}
			// The token is good: that is all that HEAD tells.
			if w := b.do(t, "HEAD", target, "", "Category", category); w.Code != http.StatusOK {
				t.Errorf("HEAD %s with %q: got %d, want 200", target, category, w.Code)
			}
		}
	}
}

func TestModelFollowsTheVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t, newMemoryCloud())
	tests := map[string]struct{ with, without []string }{
		"OCCI/1.1":                   {[]string{"occi.compute.speed", "backup; ", "save; ", "ssh_key; ", "user_data; "}, []string{"occi.compute.share", "state.message"}},
		"OCCI/1.0":                   {[]string{"occi.compute.speed", "backup; "}, []string{"occi.compute.share", "state.message"}},
		"OCCI/2.0 OCCI/1.1":          {[]string{"occi.compute.speed"}, []string{"occi.compute.share"}},
		"OCCI/1.1 OCCI/1.2 OCCI/2.0": {[]string{"occi.compute.share"}, []string{"occi.compute.speed"}},
		"OCCI/0.9":                   {[]string{"occi.compute.speed"}, []string{"occi.compute.share"}},
		"OCCI/next":                  {[]string{"occi.compute.speed", "occi.compute.share"}, nil},
		"OCCI/1.2":                   {[]string{"occi.compute.share", "state.message", "save; "}, []string{"occi.compute.speed", "backup", "snapshot", "action#resize"}},
		"curl/8.5.0":                 {[]string{"occi.compute.speed", "backup; ", "occi.compute.share", "state.message"}, nil},
	}
	for agent, tt := range tests {
		body := b.do(t, "GET", "/-/", "", "User-Agent", agent).Body.String()
		for _, text := range tt.with {
			if !strings.Contains(body, text) {
				t.Errorf("%s: got no %q", agent, text)
			}
		}
		for _, text := range tt.without {
			if strings.Contains(body, text) {
				t.Errorf("%s: got %q, want none", agent, text)
			}
		}
	}
}

func tagLine(term, location string) string {
	return `Category: ` + term + `; scheme="` + tagScheme + `"; class="mixin"; location="` + location + `"` + "\n"
}

func TestDefine(t *testing.T) {
	t.Parallel()
	for _, target := range queryPaths {
		cloud := newMemoryCloud().tag("old", "c1")
		b := newBench(t, cloud)
		w := b.do(t, "POST", target, tagLine("one", "/one/")+tagLine("two", "https://occi.example.org/occi1.1/my/two/"))
		if w.Code != http.StatusOK || w.Body.String() != "OK" {
			t.Errorf("POST %s: got %d %q, want 200 OK", target, w.Code, w.Body)
		}
		w = b.do(t, "DELETE", target, "", "Content-Type", "text/occi", "Category", `old; scheme="`+tagScheme+`"`)
		if w.Code != http.StatusOK || w.Body.String() != "OK" {
			t.Errorf("DELETE %s: got %d %q, want 200 OK", target, w.Code, w.Body)
		}
		if diff := cmp.Diff([]string{"define one at /one/", "define two at /my/two/", "undefine old"}, cloud.changes()); diff != "" {
			t.Errorf("%s: changes (-want +got):\n%s", target, diff)
		}
		if got := b.listing(t, "/my/two/"); got != "" {
			t.Errorf("%s: got members %q of a new mixin, want none", target, got)
		}
	}
}

func TestDefinitionsThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, body string
		header             []string
		status             int
	}{
		{"nothing", "POST", "", nil, 400},
		{"malformed", "POST", "Category: one; scheme=", nil, 400},
		{"no mixin", "POST", "Category: " + testCompute, nil, 400},
		{"media type", "POST", "{}", []string{"Content-Type", "image/png"}, 415},
		{"the standard's scheme", "POST", `Category: x; scheme="http://schemas.ogf.org/occi/x#"; class="mixin"; location="/x/"`, nil, 403},
		{"taken", "POST", tagLine("old", "/one/"), nil, 409},
		{"a taken location", "POST", tagLine("one", "/old/"), nil, 409},
		{"the query interface's location", "POST", tagLine("one", "/-/"), nil, 409},
		{"the other query interface's location", "POST", tagLine("one", "/.well-known/org/ogf/occi/-/"), nil, 409},
		{"an entity's location", "POST", tagLine("one", "/compute/one/"), nil, 409},
		{"an entity's location at a mount", "POST", tagLine("one", "/occi1.2/networklink/one/"), nil, 409},
		{"one good, one bad", "POST", tagLine("one", "/one/") + tagLine("two", "/link/"), nil, 409},
		{"nothing to remove", "DELETE", "", nil, 400},
		{"unknown", "DELETE", tagLine("one", "/one/"), nil, 404},
		{"the provider's", "DELETE", "Category: " + categoryDebian, nil, 403},
		{"a kind", "DELETE", "Category: " + testCompute, nil, 403},
	}
	for _, tt := range tests {
		cloud := newMemoryCloud().tag("old")
		w := newBench(t, cloud).do(t, tt.method, "/-/", tt.body, tt.header...)
		if w.Code != tt.status {
			t.Errorf("%s: got %d %q, want %d", tt.name, w.Code, w.Body, tt.status)
		}
		if changes := cloud.changes(); len(changes) > 0 {
			t.Errorf("%s: got changes %q, want none", tt.name, changes)
		}
	}
}

func TestProviderWithoutMixinsOfUsers(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	cloud.refuse["define one"] = occi.Errorf(occi.Unimplemented, "mixins of users are switched off")
	w := newBench(t, cloud).do(t, "POST", "/-/", tagLine("one", "/one/"))
	if w.Code != http.StatusNotImplemented || w.Body.String() != "mixins of users are switched off" {
		t.Errorf("got %d %q, want 501 with the reason", w.Code, w.Body)
	}
}
