package contract

import (
	"net/http"
)

var isolationFacts = []fact{
	{"another project's things are 404 to read, change, act on and delete", func(c *cloud, f *fixture) {
		o := c.other()
		for _, call := range []struct {
			method, service, path string
			body                  any
		}{
			{"GET", "compute", "/servers/" + f.server, nil},
			{"DELETE", "compute", "/servers/" + f.server, nil},
			{"PUT", "compute", "/servers/" + f.server, object{"server": object{"name": "taken"}}},
			{"POST", "compute", "/servers/" + f.server + "/action", object{"os-stop": nil}},
			{"GET", "compute", "/servers/" + f.server + "/os-interface", nil},
			{"GET", "compute", "/servers/" + f.server + "/os-volume_attachments", nil},
			{"GET", "network", "/networks/" + f.network, nil},
			{"DELETE", "network", "/networks/" + f.network, nil},
			{"PUT", "network", "/networks/" + f.network, object{"network": object{"name": "taken"}}},
			{"GET", "network", "/subnets/" + f.subnet, nil},
			{"GET", "network", "/ports/" + f.port, nil},
			{"DELETE", "network", "/ports/" + f.port, nil},
			{"GET", "volumev3", "/volumes/" + f.volume, nil},
			{"DELETE", "volumev3", "/volumes/" + f.volume, nil},
			{"POST", "volumev3", "/volumes/" + f.volume + "/action", object{"os-extend": object{"new_size": 2}}},
		} {
			o.do(call.method, call.service, call.path, call.body).status(http.StatusNotFound).refuses(call.service, "could not be found.")
		}
	}},
	{"lists show none of another project's things", func(c *cloud, f *fixture) {
		o := c.other()
		for path, service := range map[string]string{"/servers": "compute", "/volumes": "volumev3", "/networks": "network", "/ports": "network"} {
			for _, item := range c.list(o.get(service, path).status(200).body, path[1:]) {
				switch get(item, "id") {
				case f.server, f.volume, f.network, f.port:
					c.Errorf("%s shows %v", path, item)
				}
			}
		}
	}},
	{"another project's things cannot be used", func(c *cloud, f *fixture) {
		o := c.other()
		body := newServerBody(f, "contract-foreign")
		o.post("compute", "/servers", body).status(400).refuses("compute", "Network "+f.network+" could not be found.")
		o.post("network", "/ports", object{"port": object{"network_id": f.network}}).status(404)
		o.post("volumev3", "/volumes", object{"volume": object{"source_volid": f.volume, "size": 1}}).status(404)
	}},
	{"another project in Cinder's path is 400", func(c *cloud, _ *fixture) {
		o := c.other()
		stray := *o
		stray.urls = map[string]string{"volumev3": c.urls["volumev3"]}
		stray.get("volumev3", "/volumes").status(400).refuses("volumev3", "Malformed request url")
	}},
	{"another user's token is not a plain user's to validate", func(c *cloud, _ *fixture) {
		o := c.other()
		c.do(http.MethodGet, "identity", "/auth/tokens", nil, "X-Subject-Token", o.token).status(http.StatusForbidden).
			refuses("identity", "You are not authorized to perform the requested action: identity:validate_token.")
	}},
}

// other is the cloud as the user of another project sees it.
func (c *cloud) other() *cloud {
	c.Helper()
	if c.target.OtherUser == "" {
		c.Skip("no user of another project is known")
	}
	return c.login(c.target.OtherUser, c.target.OtherPassword, c.target.OtherProject)
}
