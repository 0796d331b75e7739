package contract

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

var (
	serverBrief = shape{"id": uuid, "name": text, "links": listOf(linkShape.like)}
	imageRef    = func(v any) string { // none when booted from a volume
		if v == "" {
			return ""
		}
		return shape{"id": uuid, "links": listOf(linkShape.like)}.like(v)
	}
	flavorRef = shape{"id": text, "links": listOf(linkShape.like)}
	addresses = mapOf(listOf(shape{
		"addr": text, "version": number, "OS-EXT-IPS:type": matching("type", `^(fixed|floating)$`), "OS-EXT-IPS-MAC:mac_addr": macAddr,
	}.like))
	serverShape = serverBrief.with(shape{
		"status": text, "tenant_id": hexID, "user_id": hexID, "metadata": mapOf(text), "hostId": text, "image": imageRef,
		"flavor": flavorRef.like, "created": zuluTime, "updated": zuluTime, "addresses": addresses, "accessIPv4": text, "accessIPv6": text,
		"OS-DCF:diskConfig": text, "progress": optional(number), "OS-EXT-AZ:availability_zone": text, "config_drive": text,
		"key_name": orNull(text), "OS-SRV-USG:launched_at": orNull(microTime), "OS-SRV-USG:terminated_at": null,
		"OS-EXT-STS:task_state": orNull(text), "OS-EXT-STS:vm_state": text, "OS-EXT-STS:power_state": number,
		"os-extended-volumes:volumes_attached": listOf(shape{"id": uuid}.like), "security_groups": optional(listOf(shape{"name": text}.like)),
		"fault": optional(shape{"code": number, "created": zuluTime, "message": text}.like),
	})
	embeddedFlavor = shape{
		"vcpus": number, "ram": number, "disk": number, "ephemeral": number, "swap": number, "original_name": text, "extra_specs": mapOf(text),
	}
)

// serverFields are what microversions add to a server.
var serverFields = []struct {
	version string
	fields  shape
}{
	{"compute 2.1", shape{}},
	{"compute 2.3", shape{}},
	{"compute 2.9", shape{"locked": boolean}},
	{"compute 2.19", shape{"description": orNull(text)}},
	{"compute 2.26", shape{"tags": listOf(text)}},
	{"compute 2.47", shape{"flavor": embeddedFlavor.like}},
	{"compute 2.63", shape{"trusted_image_certificates": null}},
	{"compute 2.71", shape{"server_groups": listOf(uuid)}},
	{"compute 2.73", shape{"locked_reason": orNull(text)}},
	{"compute 2.90", shape{"OS-EXT-SRV-ATTR:hostname": text}},
	{"compute 2.93", shape{}},
}

var serverFacts = []fact{
	{"a new server is 202 with a Location, then BUILD, then ACTIVE", func(c *cloud, f *fixture) {
		r := c.post("compute", "/servers", newServerBody(f, "contract-new")).status(http.StatusAccepted)
		id := c.remember("compute", "/servers", r)
		c.has(r, shape{
			"id": uuid, "links": listOf(linkShape.like), "OS-DCF:diskConfig": text, "security_groups": listOf(shape{"name": is("default")}.like), "adminPass": text,
		}, "server")
		if got, want := r.header.Get("Location"), c.urls["compute"]+"/servers/"+id; got != want {
			c.Errorf("Location %q, want %q", got, want)
		}
		c.serverBecomes(id, "ACTIVE")
		c.delete("compute", "/servers/"+id).status(http.StatusNoContent)
		c.gone("compute", "/servers/"+id)
		c.delete("compute", "/servers/"+id).status(404).refuses("compute", "Instance "+id+" could not be found.")
	}},
	{"a new server gets the password that is asked for: the answer has it, the server never", func(c *cloud, f *fixture) {
		const password = " Paß\twort\U0001f511"
		body := newServerBody(f, "contract-password")
		body["server"].(object)["adminPass"] = password
		r := c.post("compute", "/servers", body).status(http.StatusAccepted)
		id := c.remember("compute", "/servers", r)
		if got := get(r.body, "server", "adminPass"); got != password {
			c.Errorf("the answer has the password %v, want %q", got, password)
		}
		c.serverBecomes(id, "ACTIVE")
		if _, shown := get(c.get("compute", "/servers/"+id).status(200).body, "server").(object)["adminPass"]; shown {
			c.Errorf("the server shows a password")
		}
		body["server"].(object)["adminPass"] = 5
		c.post("compute", "/servers", body).status(400).refuses("compute", "Invalid input for field/attribute adminPass. Value: 5. 5 is not of type 'string'")
	}},
	{"microversions add fields to a server", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		want := serverShape
		for _, step := range serverFields {
			want = want.with(step.fields)
			c.has(c.at(step.version).get("compute", "/servers/"+f.server).status(200), want, "server")
		}
		s := c.has(c.get("compute", "/servers/"+f.server), serverShape, "server")
		for path, value := range map[string]any{
			"status": "ACTIVE", "OS-EXT-STS:vm_state": "active", "OS-EXT-STS:power_state": 1.0, "tenant_id": c.projectID, "user_id": c.userID,
		} {
			if s[path] != value {
				c.Errorf("%s is %v, want %v", path, s[path], value)
			}
		}
		if get(s, "metadata", "contract") != "ä" || get(s, "image", "id") != f.image || get(s, "flavor", "id") != f.flavor {
			c.Errorf("server %v", s)
		}
	}},
	{"a server that could not be built is ERROR with a fault and keeps no port", func(c *cloud, f *fixture) {
		s := c.serverBecomes(f.failing, "ERROR")
		if message := c.str(s, "fault", "message"); !strings.HasPrefix(message, "Build of instance "+f.failing+" aborted: ") || get(s, "fault", "code") != 500.0 {
			c.Errorf("fault %v", s["fault"])
		}
		if s["OS-EXT-STS:vm_state"] != "error" || s["OS-SRV-USG:launched_at"] != nil {
			c.Errorf("server %v", s)
		}
		c.eventually("no port", func() (bool, string) {
			r := c.get("network", "/ports?device_id="+f.failing)
			return len(c.list(r.body, "ports")) == 0, r.text
		})
		c.post("compute", "/servers/"+f.failing+"/action", object{"os-start": nil}).status(409).refuses("compute", "Instance "+f.failing+" is not ready")
	}},
	{"a server from a volume has no image, and its volume goes with it", func(c *cloud, f *fixture) {
		s := c.serverBecomes(f.fromVolume, "ACTIVE")
		if s["image"] != "" {
			c.Errorf("image %v, want an empty text", s["image"])
		}
		r := c.at("compute 2.79").get("compute", "/servers/"+f.fromVolume+"/os-volume_attachments").status(200)
		attached := c.list(r.body, "volumeAttachments")
		if len(attached) != 1 || get(attached[0], "delete_on_termination") != true {
			c.Fatalf("attachments %v", attached)
		}
		volume := c.str(attached[0], "volumeId")
		if disk := c.str(attached[0], "device"); !slices.Contains([]string{"/dev/vda", "/dev/sda", "/dev/xvda", "/dev/hda"}, disk) {
			c.Errorf("the boot disk is %s, want the first one", disk)
		}
		c.volumeBecomes(volume, "in-use")
		c.delete("compute", "/servers/"+f.fromVolume+"/os-volume_attachments/"+volume).status(400).refuses("compute", "Cannot detach a root device volume")
		c.delete("compute", "/servers/"+f.fromVolume).status(204)
		c.gone("compute", "/servers/"+f.fromVolume)
		c.gone("volumev3", "/volumes/"+volume)
	}},
	{"what a server cannot be made of", func(c *cloud, f *fixture) {
		empty := c.make("image", "/images", object{"name": "contract-empty", "disk_format": "raw", "container_format": "bare"})
		refused := func(fields object, status int, message string) {
			c.Helper()
			body := newServerBody(f, "contract-refused")
			maps.Copy(body["server"].(object), fields)
			r := c.post("compute", "/servers", body)
			if r.code == http.StatusAccepted {
				f.discard(c, "compute", "/servers", r)
			}
			r.status(status).refuses("compute", message)
		}
		refused(object{"imageRef": empty}, 400, "Image "+empty+" is not active.")
		refused(object{"imageRef": c.image(object{"min_disk": 2})}, 400,
			"Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is 1073741824 bytes, minimum size is 2147483648 bytes.")
		refused(object{"imageRef": c.image(object{"min_ram": 1024})}, 400, "Flavor's memory is too small for requested image.")
		refused(object{"networks": []any{object{"port": f.port}}}, 409, "Port "+f.port+" is still in use.")
		refused(object{"accessIPv4": "x"}, 400, "'x' is not a 'ipv4'")
		c.make("network", "/networks", object{"network": object{"name": "contract-ambiguous"}})
		refused(object{"networks": []any{}}, 409, "Multiple possible networks found, use a Network ID to be more specific.")
	}},
	{"a server without networks", func(c *cloud, f *fixture) {
		body := newServerBody(f, "contract-none")
		body["server"].(object)["networks"] = "none"
		r := c.at("compute 2.37").post("compute", "/servers", body).status(202)
		id := c.remember("compute", "/servers", r)
		s := c.serverBecomes(id, "ACTIVE")
		if addresses, _ := s["addresses"].(object); len(addresses) != 0 || s["security_groups"] != nil {
			c.Errorf("addresses %v, security groups %v", s["addresses"], s["security_groups"])
		}
		c.all(c.get("compute", "/servers?name=^contract-none$"), serverBrief, "servers")
	}},
	{"lists come newest first, page by page, with a next link after a full page", func(c *cloud, _ *fixture) {
		query := "?name=contract"
		r := c.get("compute", "/servers"+query).status(200)
		all := c.all(r, serverBrief, "servers")
		if len(all) < 2 {
			c.Fatalf("servers %v", all)
		}
		path := "/servers/detail" + query + "&limit=1"
		newer := ""
		for i := 0; ; i++ {
			r := c.get("compute", path).status(200)
			page := c.list(r.body, "servers")
			links, more := r.body["servers_links"].([]any)
			if more != (len(page) == 1) {
				c.Fatalf("%s: %d servers, links %v", r.call, len(page), links)
			}
			if !more {
				if i != len(all) {
					c.Errorf("%d servers page by page, want %d", i, len(all))
				}
				break
			}
			for _, flaw := range serverShape.flaws(page[0], c.target.Simulated) {
				c.Error(flaw)
			}
			if created := c.str(page[0], "created"); newer != "" && created > newer {
				c.Errorf("a server made %s comes after one made %s", created, newer)
			} else {
				newer = created
			}
			path = strings.TrimPrefix(c.str(links[0], "href"), c.urls["compute"])
		}
	}},
	{"filters: name as a pattern, status in any case, unknown ones ignored before 2.75", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		for query, want := range map[string]int{
			"name=^contract-server$": 1, "name=^contract-server$&status=active": 1, "name=^contract-server$&status=ERROR": 0,
			"name=^contract-server$&image=" + nothing: 0, "name=^contract-server$&wish=1": 1, "limit=0": 0,
		} {
			r := c.get("compute", "/servers?"+query).status(200)
			if got := len(c.list(r.body, "servers")); got != want {
				c.Errorf("%s: %d servers, want %d", query, got, want)
			}
		}
	}},
	{"a host name follows from the name: in lower case, with hyphens for what separates words", func(c *cloud, f *fixture) {
		body := object{"name": "contract Db.Node_1  grün é_", "imageRef": f.image, "flavorRef": f.flavor, "networks": "none"}
		r := c.at("compute 2.37").post("compute", "/servers", object{"server": body}).status(http.StatusAccepted)
		id := c.remember("compute", "/servers", r)
		s := c.at("compute 2.90").get("compute", "/servers/"+id).status(200)
		if got, want := get(s.body, "server", "OS-EXT-SRV-ATTR:hostname"), "contract-db-node-1--grün-é"; got != want {
			c.Errorf("host name %v, want %s", got, want)
		}
	}},
	{"a server is renamed and described anew", func(c *cloud, f *fixture) {
		path := "/servers/" + f.server
		r := c.put("compute", path, object{"server": object{"name": "contract-renamed"}}).status(200)
		c.has(r, serverShape.without(
			"OS-EXT-AZ:availability_zone", "config_drive", "key_name", "OS-SRV-USG:launched_at", "OS-SRV-USG:terminated_at", "OS-EXT-STS:task_state",
			"OS-EXT-STS:vm_state", "OS-EXT-STS:power_state", "os-extended-volumes:volumes_attached", "security_groups",
		).with(shape{"name": is("contract-renamed"), "addresses": mapOf(listOf(shape{"addr": text, "version": number}.like))}), "server")
		c.put("compute", path, object{"server": object{"name": ""}}).status(400).refuses("compute", "'' is too short")
		c.put("compute", path, object{"server": object{"wish": "x"}}).status(400).refuses("compute", "('wish' was unexpected)")
		r = c.at("compute 2.90").put("compute", path, object{"server": object{"name": "contract-server", "description": "d"}}).status(200)
		want := serverShape
		for _, step := range serverFields {
			want = want.with(step.fields)
		}
		c.has(r, want.with(shape{"description": is("d"), "name": is("contract-server")}), "server")
	}},
	{"tags exist from 2.26 on", func(c *cloud, f *fixture) {
		path := "/servers/" + f.server + "/tags"
		c.at("compute 2.25").get("compute", path).status(404)
		tagged := c.at("compute 2.26")
		tagged.put("compute", path, object{"tags": []string{"a"}}).status(200)
		tagged.do(http.MethodPut, "compute", path+"/b", nil).status(201)
		if tags := c.list(tagged.get("compute", path).status(200).body, "tags"); len(tags) != 2 {
			c.Errorf("tags %v, want 2", tags)
		}
		tagged.do(http.MethodPut, "compute", path+"/b", nil).status(204)
		tagged.delete("compute", path+"/a").status(204)
		tagged.delete("compute", path+"/a").status(404).refuses("compute", "has no tag 'a'")
	}},
}

func newServerBody(f *fixture, name string) object {
	return object{"server": object{
		"name": name, "flavorRef": f.flavor, "imageRef": f.image, "networks": []any{object{"uuid": f.network}},
	}}
}
