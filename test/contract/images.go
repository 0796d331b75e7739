package contract

import (
	"maps"
	"net/http"
)

// imageShape is an image with data. Properties stand beside its fields, so that it is never exact.
var imageShape = shape{
	"id": uuid, "name": orNull(text), "status": text, "visibility": text, "owner": orNull(hexID), "disk_format": orNull(text),
	"container_format": orNull(text), "min_disk": number, "min_ram": number, "protected": boolean, "os_hidden": boolean,
	"size": orNull(number), "virtual_size": orNull(number), "checksum": orNull(text), "os_hash_algo": orNull(text),
	"os_hash_value": orNull(text), "created_at": zuluTime, "updated_at": zuluTime, "tags": listOf(text),
	"self": matching("image path", `^/v2/images/`), "file": matching("file path", `^/v2/images/.*/file$`),
	"schema": is("/v2/schemas/image"),
}

// image makes an image with data and these fields, until the test ends.
func (c *cloud) image(fields object) string {
	c.Helper()
	body := object{"name": "contract-image", "disk_format": "raw", "container_format": "bare"}
	maps.Copy(body, fields)
	id := c.make("image", "/images", body)
	c.do(http.MethodPut, "image", "/images/"+id+"/file", "data", "Content-Type", "application/octet-stream").status(http.StatusNoContent)
	return id
}

const patchType = "application/openstack-images-v2.1-json-patch"

var imageFacts = []fact{
	{"an image shows its properties beside its fields", func(c *cloud, f *fixture) {
		r := c.get("image", "/images/"+f.image).status(200)
		if wrong := imageShape.like(any(r.body)); wrong != "" {
			c.Error(wrong)
		}
		if _, ok := get(r.body, "os_distro").(string); !ok {
			c.Errorf("no os_distro in %s", r.text)
		}
	}},
	{"a list has first, schema and, after a full page, next as paths", func(c *cloud, _ *fixture) {
		r := c.get("image", "/images?limit=1&visibility=public").status(200)
		for _, wrong := range []string{
			is("/v2/schemas/images")(get(r.body, "schema")), matching("first page", `^/v2/images\?`)(get(r.body, "first")),
			matching("next page", `^/v2/images\?.*marker=`)(get(r.body, "next")),
		} {
			if wrong != "" {
				c.Error(wrong)
			}
		}
		first := c.str(c.list(r.body, "images")[0], "id")
		r = c.get("image", c.str(r.body, "next")[len("/v2"):]).status(200)
		if second := c.str(c.list(r.body, "images")[0], "id"); second == first {
			c.Errorf("the next page starts with %q again", first)
		}
	}},
	{"the newest image comes first, and a page beyond the end is empty and has no next", func(c *cloud, _ *fixture) {
		id := c.make("image", "/images", object{"name": "contract-first", "disk_format": "raw", "container_format": "bare"})
		r := c.get("image", "/images").status(200)
		if got := c.str(c.list(r.body, "images")[0], "id"); got != id {
			c.Errorf("first image %q, want %q", got, id)
		}
		r = c.get("image", "/images?name=contract-first&limit=1&marker="+id).status(200)
		if len(c.list(r.body, "images")) != 0 || r.body["next"] != nil {
			c.Errorf("a page beyond the end: %s", r.text)
		}
	}},
	{"filters: name, in:, owner, status, properties; unknown visibility is 400", func(c *cloud, _ *fixture) {
		for query, want := range map[string]int{
			"name=" + c.target.Image: 1, "name=in:" + c.target.Image + ",other": 1, "name=nothing-like-it": 0,
			"status=nothing-like-it": 0, "unknown_property=1": 0, "limit=0": 0,
		} {
			r := c.get("image", "/images?"+query).status(200)
			if got := len(c.list(r.body, "images")); got != want {
				c.Errorf("%s: %d images, want %d", query, got, want)
			}
		}
		c.get("image", "/images?visibility=nothing").status(400).refuses("image", "Invalid visibility value: nothing")
		c.get("image", "/images?limit=x").status(400).refuses("image", "limit param must be an integer")
		c.get("image", "/images?marker="+nothing).status(400).refuses("image", "No image found with ID "+nothing)
	}},
	{"an unknown image is 404 in plain text", func(c *cloud, _ *fixture) {
		for _, id := range []string{nothing, "no-uuid"} {
			c.get("image", "/images/"+id).status(404).refuses("image", "No image found with ID "+id)
		}
		c.delete("image", "/images/"+nothing).status(404).refuses("image", "Failed to find image "+nothing+" to delete")
	}},
	{"an image is made queued and shared, patched, and deleted with 204", func(c *cloud, _ *fixture) {
		r := c.post("image", "/images", object{
			"name": "contract-image", "disk_format": "raw", "container_format": "bare", "contract": "yes", "tags": []string{"x"},
		}).status(http.StatusCreated)
		id := c.str(r.body, "id")
		path := "/images/" + id
		c.Cleanup(func() { c.erase("image", path) })
		if wrong := imageShape.with(shape{
			"status": is("queued"), "visibility": is("shared"), "owner": is(c.projectID), "contract": is("yes"), "size": null, "checksum": null,
		}).like(any(r.body)); wrong != "" {
			c.Error(wrong)
		}
		if got, want := r.header.Get("Location"), c.urls["image"]+path; got != want {
			c.Errorf("Location %q, want %q", got, want)
		}
		patch := func(status int, ops ...any) reply {
			return c.do(http.MethodPatch, "image", path, ops, "Content-Type", patchType).status(status)
		}
		r = patch(200, object{"op": "replace", "path": "/name", "value": "contract-renamed"}, object{"op": "remove", "path": "/contract"})
		if get(r.body, "name") != "contract-renamed" || get(r.body, "contract") != nil {
			c.Errorf("patched: %s", r.text)
		}
		patch(409, object{"op": "replace", "path": "/contract", "value": "x"}).refuses("image", "Property contract does not exist.")
		patch(403, object{"op": "replace", "path": "/status", "value": "active"}).refuses("image", "Attribute 'status' is read-only.")
		patch(403, object{"op": "replace", "path": "/visibility", "value": "public"}).refuses("image", "publicize_image")
		patch(400, object{"op": "wish", "path": "/name", "value": "x"}).refuses("image", "Invalid operation: `wish`.")
		c.do(http.MethodPatch, "image", path, "[]", "Content-Type", "application/json").status(http.StatusUnsupportedMediaType)
		patch(200, object{"op": "replace", "path": "/protected", "value": true})
		c.delete("image", path).status(403).refuses("image", "is protected and cannot be deleted.")
		patch(200, object{"op": "replace", "path": "/protected", "value": false})
		c.do(http.MethodPut, "image", path+"/file", "data", "Content-Type", "application/octet-stream").status(http.StatusNoContent)
		if got := get(c.get("image", path).body, "status"); got != "active" {
			c.Errorf("status %v after the upload, want active", got)
		}
		c.delete("image", path).status(http.StatusNoContent)
		c.get("image", path).status(http.StatusNotFound)
	}},
	{"a public image is not its users' to change", func(c *cloud, f *fixture) {
		c.delete("image", "/images/"+f.image).status(403).refuses("image", "You do not own this image")
	}},
}
