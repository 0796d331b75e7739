package openstacktest

import (
	"net/http"
	"strings"
	"testing"
)

func TestViolations(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	stranger := *demo
	stranger.token = ""
	expired := *demo
	expired.token = "expired"
	for _, test := range []struct {
		name         string
		by           *caller
		method, path string
		body         string
		status       int
		violation    string // empty: none
	}{
		{"a good call", demo, "GET", "/compute/v2.1/servers", "", 200, ""},
		{"unknown mount", demo, "GET", "/object-store", "", 404, "no service is mounted here"},
		{"unknown path", demo, "GET", "/compute/v2.1/wishes", "", 404, "unknown path"},
		{"wrong method", demo, "PUT", "/networking/v2.0/networks", "{}", 405, "does not take this method"},
		{"no token", &stranger, "GET", "/volume/v3/volumes", "", 401, "no X-Auth-Token"},
		{"a token that is not valid any more", &expired, "GET", "/volume/v3/volumes", "", 401, ""},
		{"unsupported microversion", demo.at("compute 2.94"), "GET", "/compute/v2.1/servers", "", 406, `unsupported microversion compute "2.94"`},
		{"a field of a later microversion", demo, "POST", "/compute/v2.1/servers", serverBody("a", `, "tags": []`), 400, "'tags' was unexpected"},
		{"a path of a later microversion", demo, "GET", "/compute/v2.1/servers/x/tags", "", 404, "not in microversion 1"},
		{"unknown field at Nova", demo, "POST", "/compute/v2.1/servers", serverBody("a", `, "wish": 1`), 400, "'wish' was unexpected"},
		{"unknown field at Neutron", demo, "POST", "/networking/v2.0/networks", `{"network": {"wish": 1}}`, 400, "Unrecognized attribute(s) 'wish'"},
		{"read-only field at Neutron", demo, "POST", "/networking/v2.0/networks", `{"network": {"status": "x"}}`, 400, "'status' not allowed in POST"},
		{"a field of the wrong type", demo, "POST", "/compute/v2.1/servers", serverBody("a", `, "metadata": {"a": 1}`), 400, "1 is not of type 'string'"},
		{"a user's bad value", demo, "POST", "/compute/v2.1/servers", serverBody(strings.Repeat("n", 256), ""), 400, ""},
		{"a user's bad size", demo, "POST", "/volume/v3/volumes", `{"volume": {"size": 0}}`, 400, ""},
		{"an unknown id", demo, "GET", "/compute/v2.1/servers/x", "", 404, ""},
		{"unknown query", demo, "GET", "/compute/v2.1/servers?wish=1", "", 200, "unknown query parameter wish"},
		{"unknown action", demo, "POST", "/compute/v2.1/servers/x/action", `{"wish": null}`, 400, "unknown action wish"},
		{"no JSON", demo, "POST", "/compute/v2.1/servers", `{`, 400, "the body is no JSON object"},
		{"a removed proxy", demo, "GET", "/compute/v2.1/images", "", 404, "has removed in microversion 2.36"},
		{"a removed proxy's thing", demo, "DELETE", "/compute/v2.1/os-floating-ips/x", "", 404, "has removed in microversion 2.36"},
	} {
		c.ResetViolations()
		r, err := test.by.try(test.method, test.path, test.body)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(c.Violations(), "; ")
		if r.code != test.status || got == "" != (test.violation == "") || !strings.Contains(got, test.violation) {
			t.Errorf("%s: status %d, violations %q; want %d, %q", test.name, r.code, got, test.status, test.violation)
		}
	}
}

func TestAWrongContentTypeIsAViolationEvenWhereItWorks(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	for path, status := range map[string]int{
		"/compute/v2.1/os-server-groups": http.StatusOK, "/networking/v2.0/networks": http.StatusCreated,
		"/volume/v3/volumes": http.StatusUnsupportedMediaType, "/identity/v3/auth/tokens": http.StatusBadRequest,
	} {
		c.ResetViolations()
		body := `{"server_group": {"name": "a", "policies": ["affinity"]}, "network": {}}`
		if path == "/compute/v2.1/os-server-groups" {
			body = `{"server_group": {"name": "a", "policies": ["affinity"]}}`
		}
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("X-Auth-Token", demo.token)
		q.Header.Set("Content-Type", "text/plain")
		p, err := demo.transport.RoundTrip(q)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if got := c.Violations(); p.StatusCode != status || len(got) != 1 || !strings.Contains(got[0], `content type "text/plain"`) {
			t.Errorf("%s: status %d, violations %q; want %d and one about the content type", path, p.StatusCode, got, status)
		}
	}
}
