package gateway_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

// Everything answers the challenge, whether or not there is something at the path: clients find out on any.
func TestEveryPathAsksForAToken(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	methods := []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"}
	paths := []string{
		"/", "/-/", "/-", "/.well-known/org/ogf/occi/-/", "/occi1.1/-/", "/occi1.1//-/", "/compute/", "/compute/" + testID,
		"/compute/" + testID + "?action=start", "/storage/", "/nothing", "/nothing/at/all", "/occi9.9/-/",
	}
	for _, method := range methods {
		for _, path := range paths {
			for _, token := range []string{"", "another"} {
				w := b.doAnonymous(t, method, path, "", "X-Auth-Token", token)
				if w.Code != http.StatusUnauthorized {
					t.Errorf("%s %s: got status %d, want 401", method, path, w.Code)
				}
				if diff := cmp.Diff([]string{testChallenge}, exactly(w.Header(), "WWW-Authenticate")); diff != "" {
					t.Errorf("%s %s: WWW-Authenticate (-want +got):\n%s", method, path, diff)
				}
				if got := w.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" {
					t.Errorf("%s %s: got Content-Type %q", method, path, got)
				}
			}
		}
	}
}

func TestSpellingsOfAPath(t *testing.T) {
	t.Parallel()
	tests := []struct{ target, want string }{
		{"/compute/", "list compute"},
		{"/compute", "list compute"},
		{"//compute//", "list compute"},
		{"/occi1.1/compute/", "list compute"},
		{"/occi1.2//compute", "list compute"},
		{"/%63ompute/", "list compute"},
		{"/compute/?action=start&page=1", "list compute"},
		{"/storagelink/", "list storagelink"},
		{"/compute/abc", "get compute abc"},
		{"/compute/abc/", "get compute abc"},
		{"//compute//abc", "get compute abc"},
		{"/occi1.2/compute/abc", "get compute abc"},
		{"/compute/a%62c", "get compute abc"},
		{"/compute/a%2Eb", "get compute a.b"},
		{"/-/", "model"},
		{"/-", "model"},
		{"//-//", "model"},
		{"/%2D/", "model"},
		{"/occi1.1//-/", "model"},
		{"/.well-known/org/ogf/occi/-/", "model"},
		{"/.well-known/org/ogf/occi/-", "model"},
		{"/occi1.2/.well-known/org/ogf/occi/-/", "model"},
	}
	for _, tt := range tests {
		got := "nothing"
		cloud := workingCloud()
		cloud.model = func(context.Context) (*occi.Model, error) {
			got = "model"
			return occi.Infrastructure(), nil
		}
		cloud.list = func(_ context.Context, k *occi.Kind, _ occi.Query, _ bool) ([]occi.Entity, error) {
			got = "list " + k.Term
			return nil, nil
		}
		cloud.get = func(_ context.Context, ref occi.Ref) (*occi.Entity, error) {
			got = "get " + ref.Kind.Term + " " + ref.ID
			return &occi.Entity{Kind: ref.Kind, ID: ref.ID}, nil
		}
		w := newBench(t, cloud).do(t, "GET", tt.target, "")
		if got != tt.want || w.Code != http.StatusOK {
			t.Errorf("GET %s: got %q with status %d, want %q with 200", tt.target, got, w.Code, tt.want)
		}
	}
}

func TestKindsAreServedAtTheirAliases(t *testing.T) {
	t.Parallel()
	for _, kind := range occi.Infrastructure().Kinds() {
		for _, location := range kind.Aliases {
			var got string
			cloud := workingCloud()
			cloud.list = func(_ context.Context, k *occi.Kind, _ occi.Query, _ bool) ([]occi.Entity, error) {
				got = k.Term
				return nil, nil
			}
			newBench(t, cloud).do(t, "GET", location, "")
			if got != kind.Term {
				t.Errorf("GET %s: got kind %q, want %q", location, got, kind.Term)
			}
		}
	}
}

func TestNothingThere(t *testing.T) {
	t.Parallel()
	b := newBench(t, &stubCloud{model: workingCloud().model}) // no other verb is reached
	for _, target := range []string{
		"/nothing", "/compute/" + testID + "/more", "/occi1.3/-/", "/-/more", "/compute/%00", "/compute/a%0Ab", "/compute/a%2Fb",
		"/compute/..", "/compute/%2E", "/compute/%FF", "/compute/a%5Cb", "/compute/" + strings.Repeat("x", 256),
	} {
		if w := b.do(t, "GET", target, ""); w.Code != http.StatusNotFound {
			t.Errorf("GET %s: got status %d, want 404: %s", target, w.Code, w.Body)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"} {
		if w := b.do(t, method, "/nothing", ""); w.Code != http.StatusNotFound {
			t.Errorf("%s /nothing: got status %d, want 404", method, w.Code)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	const all, collection, abstract = "DELETE, GET, HEAD, POST, PUT, OPTIONS", "DELETE, GET, HEAD, POST, OPTIONS", "DELETE, GET, HEAD, OPTIONS"
	tests := []struct{ target, allow string }{
		{"/compute/" + testID, all},
		{"/occi1.1//storagelink/" + testID + "/", all},
		{"/compute/", collection},
		{"/occi1.2/network", collection},
		{"/-/", collection},
		{"/.well-known/org/ogf/occi/-/", collection},
		{"/", collection},
		{"/occi1.1/", collection},
		{"/resource/", abstract},
		{"/occi1.2//link", abstract},
		{"/entity", abstract},
		{"/os_tpl/", all},
		{"/occi1.1/ipnetwork", all},
	}
	for _, tt := range tests {
		b := newBench(t, &stubCloud{model: workingCloud().model}) // no other verb is reached
		w := b.do(t, "OPTIONS", tt.target, "")
		if got := w.Header().Get("Allow"); w.Code != http.StatusOK || got != tt.allow {
			t.Errorf("OPTIONS %s: got status %d, Allow %q, want 200, %q", tt.target, w.Code, got, tt.allow)
		}
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PROPFIND"} {
			if slices.Contains(strings.Split(tt.allow, ", "), method) {
				continue
			}
			w := b.do(t, method, tt.target, "")
			if got := w.Header().Get("Allow"); w.Code != http.StatusMethodNotAllowed || got != tt.allow {
				t.Errorf("%s %s: got status %d, Allow %q, want 405, %q", method, tt.target, w.Code, got, tt.allow)
			}
		}
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/compute/", "/compute/" + testID, "/compute/unknown", "/nothing"} {
		b := newBench(t, workingCloud())
		get, head := b.do(t, "GET", target, ""), b.do(t, "HEAD", target, "")
		if head.Code != get.Code || head.Header().Get("Content-Type") != get.Header().Get("Content-Type") {
			t.Errorf("HEAD %s: got %d %v, want %d %v", target, head.Code, head.Header(), get.Code, get.Header())
		}
		if head.Body.Len() != 0 {
			t.Errorf("HEAD %s: got body %q, want none", target, head.Body)
		}
	}
}

// IM sends HEAD /-/ before each of its operations.
func TestHeadOfTheQueryInterfaceBuildsNoModel(t *testing.T) {
	t.Parallel()
	b := newBench(t, &stubCloud{}) // asking for the model would be an error
	for _, target := range []string{"/-/", "/occi1.2/-/", "/.well-known/org/ogf/occi/-/"} {
		w := b.do(t, "HEAD", target, "", "Content-Type", "text/plain")
		if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("HEAD %s: got %d %v %q", target, w.Code, w.Header(), w.Body)
		}
	}
}

func TestURLsBeginWithTheMount(t *testing.T) {
	t.Parallel()
	tests := []struct {
		mounts []string
		target string
		want   string
	}{
		{[]string{"", "/occi1.2"}, "/compute/", "https://occi.example.org/compute/" + testID},
		{[]string{"", "/occi1.2"}, "/occi1.2/compute/", "https://occi.example.org/occi1.2/compute/" + testID},
		{[]string{"/occi1.2"}, "/occi1.2/compute/", "https://occi.example.org/occi1.2/compute/" + testID},
	}
	for _, tt := range tests {
		b := newBench(t, workingCloud(), func(o *gateway.Options) { o.Mounts = tt.mounts })
		w := b.do(t, "GET", tt.target, "", "Accept", "text/uri-list")
		if got := strings.TrimSpace(w.Body.String()); got != tt.want {
			t.Errorf("mounts %q, GET %s: got %q, want %q", tt.mounts, tt.target, got, tt.want)
		}
	}
}

// rOCCI asks the host's root for the model, whatever its endpoint is; the locations in it have to be served.
func TestModelAtTheRootBelongsToAMount(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud(), func(o *gateway.Options) { o.Mounts = []string{"/occi1.2", "/occi1.1"} })
	for _, target := range []string{"/-/", "/.well-known/org/ogf/occi/-/"} {
		w := b.do(t, "GET", target, "")
		if want := `location="/occi1.2/compute/"`; !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET %s: got status %d and no %s", target, w.Code, want)
		}
	}
	if w := b.do(t, "GET", "/compute/", ""); w.Code != http.StatusNotFound {
		t.Errorf("GET /compute/: got status %d, want 404: the root is no mount", w.Code)
	}
}
