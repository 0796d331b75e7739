package contract

import (
	"fmt"
	"slices"
	"time"
)

// endingFacts delete the fixture's server: they come last.
var endingFacts = []fact{
	{"a deleted server leaves the volumes and ports it was given, and takes its own ports along", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		c.volumeBecomes(f.volume, "available")
		c.post("compute", "/servers/"+f.server+"/os-volume_attachments", object{"volumeAttachment": object{"volumeId": f.volume}}).status(200)
		c.volumeBecomes(f.volume, "in-use")
		c.delete("compute", "/servers/"+f.server).status(204)
		c.gone("compute", "/servers/"+f.server)
		// A listing of changes has it on, unlike any other.
		changed := "changes-since=" + time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
		for query, want := range map[string][]string{"": nil, changed: {"DELETED"}} {
			var got []string
			for _, s := range c.list(c.get("compute", "/servers/detail?"+query).status(200).body, "servers") {
				if server, ok := s.(map[string]any); ok && server["id"] == f.server {
					got = append(got, fmt.Sprint(server["status"]))
				}
			}
			if !slices.Equal(got, want) {
				c.Errorf("servers?%s has the deleted server as %q, want %q", query, got, want)
			}
		}
		c.volumeBecomes(f.volume, "available")
		c.eventually("ports gone or released", func() (bool, string) {
			r := c.get("network", "/ports?device_id="+f.server)
			return len(c.list(r.body, "ports")) == 0, r.text
		})
		r := c.get("network", "/ports/"+f.port).status(200)
		c.has(r, portShape.with(shape{"device_id": is(""), "device_owner": is("")}), "port")
	}},
}
