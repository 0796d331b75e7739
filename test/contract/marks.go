package contract

import (
	"fmt"
	"net/http"
	neturl "net/url"
)

// markFacts are about finding again what a lost answer was about.
var markFacts = []fact{
	{"a volume is found by an item of its metadata", func(c *cloud, _ *fixture) {
		id := c.make("volumev3", "/volumes", object{"volume": object{
			"size": 1, "name": "contract-marked", "metadata": object{"contract:id": "volume", "other": "x"},
		}})
		c.volumeBecomes(id, "available")
		for metadata, want := range map[string]int{`{"contract:id":"volume"}`: 1, `{"contract:id":"none"}`: 0} {
			r := c.get("volumev3", "/volumes/detail?"+neturl.Values{"metadata": {metadata}}.Encode()).status(200)
			if found := c.list(r.body, "volumes"); len(found) != want || want == 1 && get(found[0], "id") != id {
				c.Errorf("with %s: %v, want %d", metadata, found, want)
			}
		}
	}},
	{"a snapshot keeps metadata, and is listed by its volume, as a backup is", func(c *cloud, f *fixture) {
		c.volumeBecomes(f.volume, "available")
		id := c.make("volumev3", "/snapshots", object{"snapshot": object{
			"volume_id": f.volume, "name": "contract-marked", "metadata": object{"contract:id": "snapshot"},
		}})
		found := c.list(c.get("volumev3", "/snapshots/detail?volume_id="+f.volume).status(200).body, "snapshots")
		if len(found) != 1 || get(found[0], "id") != id || get(found[0], "metadata", "contract:id") != "snapshot" {
			c.Errorf("snapshots %v, want %s with its metadata", found, id)
		}
		for _, kind := range []string{"snapshots", "backups"} {
			if found := c.list(c.get("volumev3", "/"+kind+"/detail?volume_id="+nothing).status(200).body, kind); len(found) != 0 {
				c.Errorf("%s of no volume: %v", kind, found)
			}
		}
		c.eventually("snapshot available", func() (bool, string) {
			r := c.get("volumev3", "/snapshots/"+id).status(200)
			return get(r.body, "snapshot", "status") == "available", r.text
		})
	}},
	{"an image of a server is found by the metadata of the order, which become properties", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		c.post("compute", "/servers/"+f.server+"/action", object{"createImage": object{
			"name": "contract-marked", "metadata": object{"contract:id": "image"},
		}}).status(202)
		found := c.list(c.get("image", "/images?"+neturl.Values{"contract:id": {"image"}}.Encode()).status(200).body, "images")
		if len(found) != 1 || get(found[0], "name") != "contract-marked" {
			c.Fatalf("images %v, want one", found)
		}
		id := c.str(found[0], "id")
		c.Cleanup(func() { c.erase("image", "/images/"+id) })
		c.serverBecomes(f.server, "ACTIVE")
	}},
	{"a floating IP is led to a port if nobody else has changed it", func(c *cloud, f *fixture) {
		path := "/floatingips/" + c.make("network", "/floatingips", object{"floatingip": object{"floating_network_id": f.external}})
		on := func(port any) object { return object{"floatingip": object{"port_id": port}} }
		revision := func() string {
			return "revision_number=" + fmt.Sprint(get(c.get("network", path).status(200).body, "floatingip", "revision_number"))
		}
		first := c.make("network", "/ports", object{"port": object{"name": "contract-first", "network_id": f.network}})
		second := c.make("network", "/ports", object{"port": object{"name": "contract-second", "network_id": f.network}})
		seen := revision()
		c.do(http.MethodPut, "network", path, on(first), "If-Match", seen).status(200)
		r := c.do(http.MethodPut, "network", path, on(second), "If-Match", seen).status(412)
		if kind := c.str(r.body, "NeutronError", "type"); kind != "RevisionNumberConstraintFailed" {
			c.Errorf("error %q", kind)
		}
		if port := get(c.get("network", path).status(200).body, "floatingip", "port_id"); port != first {
			c.Errorf("it leads to %v, want %s", port, first)
		}
		c.do(http.MethodPut, "network", path, on(nil), "If-Match", revision()).status(200)
	}},
}
