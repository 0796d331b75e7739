package contract

import (
	"net/http"
	"strings"
)

// errorFacts are about failures that all services have in common.
var errorFacts = []fact{
	{"no token and a bad token are 401 with Keystone's challenge", func(c *cloud, _ *fixture) {
		for service, path := range map[string]string{
			"identity": "/auth/projects", "compute": "/servers", "network": "/networks", "image": "/images", "volumev3": "/volumes",
		} {
			for _, token := range []string{"", "nonsense"} {
				stranger := *c
				stranger.token = token
				r := stranger.get(service, path).status(http.StatusUnauthorized)
				r.refuses(service, "")
				if got := r.header.Get("WWW-Authenticate"); !strings.HasPrefix(got, `Keystone uri="http`) {
					c.Errorf("%s: WWW-Authenticate %q", r.call, got)
				}
			}
		}
	}},
	{"a wrong password, user, project or token is one and the same 401", func(c *cloud, _ *fixture) {
		for name, body := range map[string]object{
			"password": passwordLogin(c.target.Domain, c.target.User, "wrong", c.target.Project),
			"user":     passwordLogin(c.target.Domain, "nobody-there", "wrong", c.target.Project),
			"project":  passwordLogin(c.target.Domain, c.target.User, c.target.Password, "nowhere-there"),
		} {
			r := c.post("identity", "/auth/tokens", body)
			if r.code != http.StatusUnauthorized {
				c.Errorf("%s: status %d", name, r.code)
			}
			r.refuses("identity", "The request you have made requires authentication.")
		}
	}},
	{"a subject that is no token is 404", func(c *cloud, _ *fixture) {
		r := c.do(http.MethodGet, "identity", "/auth/tokens", nil, "X-Subject-Token", "nonsense").status(http.StatusNotFound)
		r.refuses("identity", "Could not recognize Fernet token")
		c.get("identity", "/auth/tokens").status(http.StatusForbidden).refuses("identity", "identity:validate_token")
	}},
	{"logging in with bad JSON, no JSON type or no auth is 400", func(c *cloud, _ *fixture) {
		r := c.post("identity", "/auth/tokens", "{bad").status(http.StatusBadRequest)
		r.refuses("identity", "Expecting to find valid JSON in request body.")
		r = c.do(http.MethodPost, "identity", "/auth/tokens", "{}", "Content-Type", "text/plain").status(http.StatusBadRequest)
		r.refuses("identity", "Expecting to find application/json in Content-Type header.")
		r = c.post("identity", "/auth/tokens", object{}).status(http.StatusBadRequest)
		r.refuses("identity", "Expecting to find auth in request body.")
	}},
	{"an unsupported method of logging in is 401", func(c *cloud, _ *fixture) {
		r := c.post("identity", "/auth/tokens", object{"auth": object{"identity": object{"methods": []string{"guessing"}, "guessing": object{}}}})
		r.status(http.StatusUnauthorized).refuses("identity", "Attempted to authenticate with an unsupported method.")
	}},
	{"Identity v2.0 is gone", func(c *cloud, _ *fixture) {
		r := c.post("keystone", "/v2.0/tokens", object{}).status(http.StatusNotFound)
		r.says("Content-Type", "text/html; charset=utf-8")
	}},
	{"unknown paths are 404: JSON at Neutron, plain text at Nova, Cinder and Glance", func(c *cloud, _ *fixture) {
		for _, service := range []string{"compute", "volumev3", "image"} {
			r := c.get(service, "/nothing-here").status(http.StatusNotFound)
			r.says("Content-Type", "text/plain; charset=UTF-8")
			if got, want := r.text, "404 Not Found\n\nThe resource could not be found.\n\n   "; got != want {
				c.Errorf("%s: %q, want %q", r.call, got, want)
			}
		}
		r := c.get("network", "/nothing-here").status(http.StatusNotFound)
		r.refuses("network", "The resource could not be found.")
	}},
	{"a wrong method is 404 at Nova and Cinder, 405 at Neutron and Glance", func(c *cloud, f *fixture) {
		c.put("compute", "/servers", object{}).status(http.StatusNotFound)
		c.put("volumev3", "/volumes", object{}).status(http.StatusNotFound)
		c.post("network", "/networks/"+f.network, object{}).status(http.StatusMethodNotAllowed).refuses("network", "")
		c.put("image", "/images", object{}).status(http.StatusMethodNotAllowed).refuses("image", "The method PUT is not allowed")
	}},
	{"a body that is too large is 413 in plain text", func(c *cloud, _ *fixture) {
		big := object{"server": object{"name": strings.Repeat("x", 120_000)}}
		for service, path := range map[string]string{"compute": "/servers", "volumev3": "/volumes"} {
			r := c.post(service, path, big).status(http.StatusRequestEntityTooLarge)
			r.says("Content-Type", "text/plain; charset=UTF-8")
		}
	}},
	{"every answer has a request id", func(c *cloud, f *fixture) {
		wrong := matching("request id", `^req-[0-9a-f-]{36}$`)
		for service, path := range map[string]string{
			"identity": "/auth/projects", "compute": "/servers/" + nothing, "network": "/networks/" + f.network, "image": "/images", "volumev3": "/volumes",
		} {
			r := c.get(service, path)
			if flaw := wrong(r.header.Get("X-Openstack-Request-Id")); flaw != "" {
				c.Errorf("%s: %s", r.call, flaw)
			}
			if service != "compute" && service != "volumev3" {
				continue
			}
			if got, want := r.header.Get("X-Compute-Request-Id"), r.header.Get("X-Openstack-Request-Id"); got != want {
				c.Errorf("%s: X-Compute-Request-Id %q, want %q", r.call, got, want)
			}
		}
	}},
	{"microversions are negotiated by header and repeated", func(c *cloud, _ *fixture) {
		for asked, want := range map[string]string{"": "2.1", "compute 2.47": "2.47", "volume 3.1, compute 2.10": "2.10", "volume 3.1": "2.1"} {
			r := c.at(asked).get("compute", "/flavors").status(http.StatusOK)
			r.says("OpenStack-API-Version", "compute "+want)
			r.says("X-OpenStack-Nova-API-Version", want)
			r.says("Vary", "OpenStack-API-Version")
			r.says("Vary", "X-OpenStack-Nova-API-Version")
		}
		r := c.at("volume 3.27").get("volumev3", "/volumes").status(http.StatusOK)
		r.says("OpenStack-API-Version", "volume 3.27")
		r.says("Vary", "OpenStack-API-Version")
		r = c.do(http.MethodGet, "compute", "/flavors", nil, "X-OpenStack-Nova-API-Version", "2.10").status(http.StatusOK)
		r.says("OpenStack-API-Version", "compute 2.10")
	}},
	{"unsupported microversions are 406, malformed ones 400", func(c *cloud, _ *fixture) {
		r := c.at("compute 2.999").get("compute", "/flavors").status(http.StatusNotAcceptable)
		r.refuses("compute", "Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.")
		r.says("OpenStack-API-Version", "compute 2.999")
		r = c.at("compute latest-ish").get("compute", "/flavors").status(http.StatusBadRequest)
		r.refuses("compute", "API Version String latest-ish is of invalid format. Must be of format MajorNum.MinorNum.")
		r = c.at("volume 3.999").get("volumev3", "/volumes").status(http.StatusNotAcceptable)
		r.refuses("volumev3", "Version 3.999 is not supported by the API.")
	}},
	{"Nova and Cinder describe the version that is spoken, to who has a token", func(c *cloud, _ *fixture) {
		r := c.do(http.MethodGet, "", strings.TrimSuffix(c.urls["compute"], "/v2.1")+"/v2.1/", nil).status(http.StatusOK)
		if newest := c.str(r.body, "version", "version"); !strings.HasPrefix(newest, "2.") {
			c.Errorf("Nova's newest version is %q", newest)
		}
		r = c.do(http.MethodGet, "", strings.TrimSuffix(c.urls["volumev3"], c.projectID), nil).status(http.StatusOK)
		for _, version := range c.list(r.body, "versions") {
			if newest := c.str(version, "version"); !strings.HasPrefix(newest, "3.") {
				c.Errorf("Cinder's newest version is %q", newest)
			}
		}
	}},
	{"the version documents name the range", func(c *cloud, _ *fixture) {
		minor := matching("microversion", `^2\.\d+$`)
		r := c.get("compute", "").status(http.StatusOK)
		c.has(r, shape{
			"id": is("v2.1"), "status": is("CURRENT"), "version": minor, "min_version": is("2.1"), "updated": text,
			"links": listOf(anything), "media-types": listOf(anything),
		}, "version")
		root := strings.TrimSuffix(c.urls["compute"], "/v2.1") + "/"
		r = c.do(http.MethodGet, "", root, nil).status(http.StatusOK)
		if n := len(c.list(r.body, "versions")); n < 1 {
			c.Errorf("%d versions", n)
		}
		root = strings.TrimSuffix(c.urls["network"], "/v2.0") + "/"
		r = c.do(http.MethodGet, "", root, nil).status(http.StatusOK)
		c.all(r, shape{"id": is("v2.0"), "status": is("CURRENT"), "links": listOf(linkShape.like)}, "versions")
		root = strings.TrimSuffix(c.urls["image"], "/v2") + "/"
		r = c.do(http.MethodGet, "", root, nil).status(http.StatusMultipleChoices)
		c.all(r, shape{"id": matching("v2 version", `^v2\.`), "status": text, "links": listOf(linkShape.like)}, "versions")
		root = strings.TrimSuffix(c.urls["volumev3"], "/v3/"+c.projectID) + "/"
		r = c.do(http.MethodGet, "", root, nil).status(http.StatusMultipleChoices)
		c.all(r, shape{
			"id": is("v3.0"), "status": is("CURRENT"), "version": matching("microversion", `^3\.\d+$`), "min_version": is("3.0"),
			"updated": text, "links": listOf(anything), "media-types": listOf(anything),
		}, "versions")
	}},
}
