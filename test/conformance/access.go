package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// accessCases: who may call, what every answer carries, which paths and methods exist.
func accessCases() []Case {
	return []Case{
		{"authentication", "no token: 401 with exactly one Keystone challenge, on every path", challengeEverywhere, anyone},
		{"authentication", "a bad token gets the same 401 as none", badToken, anyone},
		{"HEAD and OPTIONS", "HEAD on the query interface: 200 with a token, 401 without", headQuery, anyone},
		{"Server names the version", "Server names both OCCI versions on every answer, errors included", serverHeader, anyone},
		{"version of the client", "a client that asks for a version above 1.2: 501", versionTooHigh, anyone},
		{"version of the client", "clients of OCCI 1.0, 1.1, 1.2 and without a version are served", versionsServed, anyone},
		{"text/plain by default", "Content-Type is set on every answer, text/plain if none was asked for", contentTypeEverywhere, anyone},
		{"statuses", "a method that a path does not support: 405 with Allow", methodNotAllowed, anyone},
		{"HEAD and OPTIONS", "OPTIONS tells the methods", optionsAllow, anyone},
		{"statuses", "unknown paths and ids: 404", unknownPaths, anyone},
		{"locations of categories", "paths with duplicate slashes, with and without trailing slash are the same", spellingsOfPaths, anyone},
		{"statuses", "every answer carries a request id, the client's own if it is one", requestID, anyone},
	}
}

func challengeEverywhere(t *testing.T, s *suite) {
	want := "Keystone uri='" + s.target.Keystone + "'"
	for _, path := range []string{"/-/", "/compute/", "/compute/nobody", "/storage/", "/network/", "/nowhere"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
			a := s.want(t, http.StatusUnauthorized, method, path, noToken)
			got := a.Header.Values("WWW-Authenticate")
			if len(got) != 1 || got[0] != want {
				t.Errorf("%s %s: got challenges %q, want exactly %q", method, path, got, want)
			}
		}
	}
}

func badToken(t *testing.T, s *suite) {
	none := s.want(t, http.StatusUnauthorized, http.MethodGet, "/compute/", noToken)
	bad := s.want(t, http.StatusUnauthorized, http.MethodGet, "/compute/", noToken, header("X-Auth-Token", "no-such-token"))
	if got, want := bad.Header.Get("WWW-Authenticate"), none.Header.Get("WWW-Authenticate"); got != want {
		t.Errorf("got challenge %q for a bad token, want %q", got, want)
	}
}

func headQuery(t *testing.T, s *suite) {
	if a := s.want(t, http.StatusOK, http.MethodHead, "/-/"); a.Body != "" {
		t.Errorf("HEAD has a body: %q", a.Body)
	}
	s.want(t, http.StatusUnauthorized, http.MethodHead, "/-/", noToken)
}

func serverHeader(t *testing.T, s *suite) {
	for _, path := range []string{"/-/", "/compute/", "/compute/nobody"} {
		got := s.do(t, http.MethodGet, path).Header.Get("Server")
		for _, token := range []string{"OCCI/1.1", "OCCI/1.2"} {
			if !strings.Contains(got, token) {
				t.Errorf("GET %s: got Server %q, want it to contain %q", path, got, token)
			}
		}
	}
}

func versionTooHigh(t *testing.T, s *suite) {
	for _, agent := range []string{"probe OCCI/1.3", "OCCI/1.10", "probe/2 OCCI/2.0 (linux)"} {
		s.want(t, http.StatusNotImplemented, http.MethodGet, "/-/", header("User-Agent", agent))
	}
}

func versionsServed(t *testing.T, s *suite) {
	for _, agent := range []string{"rOCCI-core/4.3.6 rOCCI-api/4.3.15 OCCI/1.1", "OCCI/1.2", "OCCI/1.0", "curl/8"} {
		s.want(t, http.StatusOK, http.MethodHead, "/-/", header("User-Agent", agent))
	}
}

func contentTypeEverywhere(t *testing.T, s *suite) {
	for _, path := range []string{"/-/", "/compute/", "/nowhere"} {
		if got := s.do(t, http.MethodGet, path).Header.Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
			t.Errorf("GET %s: got Content-Type %q, want text/plain", path, got)
		}
	}
}

func methodNotAllowed(t *testing.T, s *suite) {
	for path, method := range map[string]string{"/-/": http.MethodPut, "/compute/": http.MethodPut, "/network/": http.MethodPatch} {
		a := s.want(t, http.StatusMethodNotAllowed, method, path)
		if allow := a.Header.Get("Allow"); !strings.Contains(allow, http.MethodGet) {
			t.Errorf("%s %s: got Allow %q, want it to contain GET", method, path, allow)
		}
	}
}

func optionsAllow(t *testing.T, s *suite) {
	a := s.do(t, http.MethodOptions, "/compute/")
	if a.Status != http.StatusOK && a.Status != http.StatusNoContent {
		t.Fatalf("got status %d, want 200 or 204", a.Status)
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		if allow := a.Header.Get("Allow"); !strings.Contains(allow, method) {
			t.Errorf("got Allow %q, want it to contain %s", allow, method)
		}
	}
}

func unknownPaths(t *testing.T, s *suite) {
	for _, path := range []string{
		"/nowhere/", "/compute/00000000-0000-4000-8000-000000000000", "/compute/no-uuid",
		"/storage/00000000-0000-4000-8000-000000000000", "/network/00000000-0000-4000-8000-000000000000",
		"/storagelink/nothing", "/networkinterface/a_b",
	} {
		s.want(t, http.StatusNotFound, http.MethodGet, path)
	}
}

func spellingsOfPaths(t *testing.T, s *suite) {
	for _, path := range []string{"/compute", "//compute/", "/compute//"} {
		s.want(t, http.StatusOK, http.MethodGet, path)
	}
	s.want(t, http.StatusOK, http.MethodHead, "//-/")
	location := s.sharedNetwork(t)
	for _, path := range []string{location + "/", strings.Replace(location, "/network/", "//network//", 1)} {
		a := s.want(t, http.StatusOK, http.MethodGet, path)
		if _, ok := category(a.message(t), occi.NetworkID); !ok {
			t.Errorf("GET %s: not the network: %q", path, a.Body)
		}
	}
}

func requestID(t *testing.T, s *suite) {
	const mine = "req-6ba7b810-9dad-41d1-80b4-00c04fd430c8"
	a := s.do(t, http.MethodGet, "/nowhere", header("X-Openstack-Request-Id", mine))
	if got := a.Header.Get("X-Request-Id"); got != mine {
		t.Errorf("got X-Request-Id %q, want %q", got, mine)
	}
	a = s.do(t, http.MethodGet, "/nowhere", header("X-Openstack-Request-Id", "evil; header"))
	if got := a.Header.Get("X-Request-Id"); !strings.HasPrefix(got, "req-") || strings.Contains(got, "evil") {
		t.Errorf("got X-Request-Id %q, want a fresh one", got)
	}
}
