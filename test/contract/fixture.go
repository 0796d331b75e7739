package contract

import (
	"encoding/base64"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

// fixture is what the facts share: ids of what the cloud offers, and servers that build while other
// facts are checked.
type fixture struct {
	image, flavor, bigger, network, subnet, external string
	server, failing, fromVolume                      string // servers
	port, volume                                     string // given to the server; deleted last
	names                                            map[string]string
}

const userData = "#!/bin/sh\ntrue\n"

func newFixture(c *cloud) *fixture {
	c.Helper()
	f := &fixture{
		image:    c.named("image", "/images", "images", c.target.Image),
		flavor:   c.named("compute", "/flavors", "flavors", c.target.Flavor),
		bigger:   c.named("compute", "/flavors", "flavors", c.target.BiggerFlavor),
		network:  c.named("network", "/networks", "networks", c.target.Network),
		external: c.named("network", "/networks", "networks", c.target.ExternalNetwork),
	}
	f.subnet, _ = c.list(c.get("network", "/networks/"+f.network).status(200).body, "network", "subnets")[0].(string)
	f.names = map[string]string{
		"image": f.image, "flavor": f.flavor, "bigger": f.bigger, "network": f.network, "external": f.external,
		"project": c.projectID, "user": c.userID, "nothing": nothing, "public key": publicKey,
	}
	f.port = c.make("network", "/ports", object{"port": object{"name": "contract-port", "network_id": f.network}})
	f.volume = c.make("volumev3", "/volumes", object{"volume": object{"name": "contract-volume", "size": 1}})
	f.server = c.boot(f, object{
		"name": "contract-server", "networks": []any{object{"port": f.port}, object{"uuid": f.network}},
		"metadata": object{"contract": "ä"}, "user_data": base64.StdEncoding.EncodeToString([]byte(userData)),
		"security_groups": []any{object{"name": "default"}},
	})
	f.failing = c.boot(f, object{"name": "fail-contract"})
	f.fromVolume = c.boot(f, object{
		"name": "contract-boot", "imageRef": "", "block_device_mapping_v2": []any{object{
			"boot_index": 0, "source_type": "image", "destination_type": "volume", "uuid": f.image, "volume_size": 1,
			"delete_on_termination": true,
		}},
	})
	return f
}

// publicKey is a key nobody has.
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f contract"

// named finds a thing's id by its name in a list.
func (c *cloud) named(service, path, plural, name string) string {
	c.Helper()
	for _, item := range c.list(c.get(service, path).status(200).body, plural) {
		if get(item, "name") == name {
			return c.str(item, "id")
		}
	}
	c.Fatalf("no %q among the %s", name, plural)
	return ""
}

// make creates something and deletes it when the test ends. It gives the id.
func (c *cloud) make(service, path string, body object) string {
	c.Helper()
	r := c.post(service, path, body)
	if r.code < 200 || r.code > 202 {
		c.Fatalf("%s: status %d: %s", r.call, r.code, clip(r.text))
	}
	return c.remember(service, path, r)
}

// remember deletes a created thing when the test ends, and gives its id.
func (c *cloud) remember(service, path string, r reply) string {
	c.Helper()
	id, flat := r.body["id"].(string) // Glance has no envelope
	for _, thing := range r.body {
		if !flat {
			id = c.str(thing, "id")
		}
	}
	c.Cleanup(func() { c.erase(service, path+"/"+id) })
	return id
}

// erase deletes a thing and waits until it is gone. A thing in use is tried again.
func (c *cloud) erase(service, path string) {
	c.Helper()
	c.eventually(path+" gone", func() (bool, string) {
		r, err := c.at("").try(http.MethodDelete, service, path, nil)
		if err != nil {
			return false, err.Error()
		}
		return r.code == http.StatusNotFound, r.text
	})
}

// boot starts a server with the fixture's flavor, image and network unless the fields say otherwise.
func (c *cloud) boot(f *fixture, fields object) string {
	c.Helper()
	server := object{"flavorRef": f.flavor, "imageRef": f.image, "networks": []any{object{"uuid": f.network}}}
	maps.Copy(server, fields)
	return c.make("compute", "/servers", object{"server": server})
}

var placeholder = regexp.MustCompile(`\{[a-z ]+\}`)

// fill replaces placeholders in a path, a message or a body.
func (f *fixture) fill(v any) any {
	switch v := v.(type) {
	case string:
		return placeholder.ReplaceAllStringFunc(v, func(name string) string {
			if id, ok := f.names[strings.Trim(name, "{}")]; ok {
				return id
			}
			return name
		})
	case object:
		filled := make(object, len(v))
		for name, value := range v {
			filled[name] = f.fill(value)
		}
		return filled
	case []any:
		filled := make([]any, len(v))
		for i, value := range v {
			filled[i] = f.fill(value)
		}
		return filled
	default:
		return v
	}
}

// discard deletes what a request made that should have been turned down.
func (f *fixture) discard(c *cloud, service, path string, r reply) {
	c.Helper()
	for _, thing := range r.body {
		if id, ok := get(thing, "id").(string); ok {
			c.erase(service, path+"/"+id)
		}
	}
}

// server waits until a server has a status and no task.
func (c *cloud) serverBecomes(id, status string) object {
	c.Helper()
	var s object
	c.eventually("server "+status, func() (bool, string) {
		r := c.get("compute", "/servers/"+id).status(200)
		s, _ = get(r.body, "server").(object)
		return s["status"] == status && s["OS-EXT-STS:task_state"] == nil, r.text
	})
	return s
}

// volumeBecomes waits until a volume has a status.
func (c *cloud) volumeBecomes(id, status string) object {
	c.Helper()
	var v object
	c.eventually("volume "+status, func() (bool, string) {
		r := c.get("volumev3", "/volumes/"+id).status(200)
		v, _ = get(r.body, "volume").(object)
		return v["status"] == status, r.text
	})
	return v
}

// gone waits until a thing is not found.
func (c *cloud) gone(service, path string) {
	c.Helper()
	c.eventually(path+" gone", func() (bool, string) {
		r := c.get(service, path)
		return r.code == http.StatusNotFound, r.text
	})
}
