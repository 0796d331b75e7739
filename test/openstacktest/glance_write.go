package openstacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// imageFields are the fields of an image that its schema names; readOnly ones are Glance's own.
var (
	imageFields = []string{
		"id", "name", "visibility", "protected", "tags", "min_disk", "min_ram", "disk_format", "container_format", "os_hidden",
	}
	imageReadOnly = []string{
		"status", "size", "virtual_size", "checksum", "os_hash_algo", "os_hash_value", "created_at", "updated_at", "self",
		"file", "schema", "owner", "direct_url", "locations",
	}
)

// create registers an image without data. Glance API: create image.
func (g *glance) create(r *request) (answer, error) {
	body, err := r.decode()
	if err != nil {
		return answer{}, refuse(http.StatusBadRequest, "Malformed JSON in request body.")
	}
	if r.token.project == nil {
		return answer{}, refuse(http.StatusForbidden, "You are not authorized to complete add_image action.")
	}
	i := &image{owner: r.token.project.id, status: "queued", visibility: "shared", properties: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if err := g.set(i, r.token, name, body[name]); err != nil {
			return answer{}, err
		}
	}
	g.add(i)
	a, err := reply(http.StatusCreated, i.view())
	a.header.Set("Location", r.root+"/v2/images/"+i.id)
	return a, err
}

// upload stores an image's data: only its size matters here.
func (g *glance) upload(r *request) (answer, error) {
	i, err := g.own(r, "modify_image")
	if err != nil {
		return answer{}, err
	}
	if i.status != "queued" {
		return answer{}, refuse(http.StatusConflict, "Image status transition from %s to saving is not allowed", i.status)
	}
	i.status, i.size, i.updated = "active", len(r.raw), g.cloud.now()
	return noText(http.StatusNoContent)
}

// patchTypes are the media types that PATCH takes.
var patchTypes = []string{
	"application/openstack-images-v2.0-json-patch", "application/openstack-images-v2.1-json-patch",
}

// patch applies a JSON patch. Glance API: update image.
func (g *glance) patch(r *request) (answer, error) {
	if kind := r.Header.Get("Content-Type"); !slices.Contains(patchTypes, kind) {
		r.strict(fmt.Sprintf("content type %q", kind))
		e := refuse(http.StatusUnsupportedMediaType, "The request media type %s is not supported by this server.", kind)
		e.header = http.Header{"Accept-Patch": {strings.Join(patchTypes, ", ")}}
		return answer{}, e
	}
	var changes []struct {
		Op, Path string
		Value    any
	}
	decoder := json.NewDecoder(bytes.NewReader(r.raw))
	decoder.UseNumber()
	if err := decoder.Decode(&changes); err != nil {
		r.strict("the body is no JSON patch")
		return answer{}, refuse(http.StatusBadRequest, "Malformed JSON in request body.")
	}
	i, err := g.own(r, "modify_image")
	if err != nil {
		return answer{}, err
	}
	changed := *i // all changes or none
	changed.properties = maps.Clone(i.properties)
	for _, c := range changes {
		name := strings.ReplaceAll(strings.ReplaceAll(strings.TrimPrefix(c.Path, "/"), "~1", "/"), "~0", "~")
		switch c.Op {
		case "add", "replace":
			if _, has := i.view()[name]; !has && c.Op == "replace" {
				return answer{}, refuse(http.StatusConflict, "There was a conflict when trying to complete your request.\n\n Property %s does not exist.", name)
			}
			err = g.set(&changed, r.token, name, c.Value)
		case "remove":
			if _, has := changed.properties[name]; !has {
				return answer{}, refuse(http.StatusForbidden, "Property %s may not be removed.", name)
			}
			delete(changed.properties, name)
		default:
			r.strict(fmt.Sprintf("unknown patch operation %q", c.Op))
			err = refuse(http.StatusBadRequest, "Invalid operation: `%s`. It must be one of the following: add, remove, replace.", c.Op)
		}
		if err != nil {
			return answer{}, err
		}
	}
	changed.updated = g.cloud.now()
	*i = changed
	return reply(http.StatusOK, i.view())
}

// own gives the image of the path if the token may change it.
func (g *glance) own(r *request, action string) (*image, error) {
	i := g.find(r.param("id"), r.token)
	if i == nil {
		return nil, noImage(r.param("id"))
	}
	if !r.token.owns(i.owner) && !r.token.isAdmin() {
		if action == "modify_image" {
			return nil, refuse(http.StatusForbidden, "You do not own this image")
		}
		return nil, refuse(http.StatusForbidden, "You are not authorized to complete %s action.", action)
	}
	return i, nil
}

// set gives a field or a property of an image a value.
func (g *glance) set(i *image, t *token, name string, value any) error {
	if slices.Contains(imageReadOnly, name) || name == "id" && i.id != "" {
		return refuse(http.StatusForbidden, "Attribute '%s' is read-only.", name)
	}
	mismatch := func(want string) error {
		return refuse(http.StatusBadRequest, "Provided object does not match schema 'image': %s is not of type %s", python(value), want)
	}
	o := object{name: value}
	switch name {
	case "min_disk", "min_ram":
		if _, ok := value.(json.Number); !ok {
			return mismatch("'integer'")
		}
	case "protected", "os_hidden":
		if _, ok := value.(bool); !ok {
			return mismatch("'boolean'")
		}
	case "tags":
		if _, ok := value.([]any); !ok {
			return mismatch("'array'")
		}
	default:
		if _, ok := value.(string); !ok && (value != nil || !slices.Contains(imageFields, name)) {
			return mismatch("'null', 'string'")
		}
	}
	switch name {
	case "id":
		if i.id = str(o, name); !isUUID(i.id) {
			return refuse(http.StatusBadRequest, "Provided object does not match schema 'image': %s does not match the pattern of a UUID", python(value))
		}
		if g.images.get(i.id) != nil {
			return refuse(http.StatusConflict, "Image ID %s already exists!", i.id)
		}
	case "name":
		i.name = str(o, name)
	case "visibility":
		if !slices.Contains(visibilities[:4], str(o, name)) {
			return refuse(http.StatusBadRequest, "Provided object does not match schema 'image': %s is not one of ['community', 'public', 'private', 'shared']", python(value))
		}
		if str(o, name) == "public" && !t.isAdmin() {
			return refuse(http.StatusForbidden, "You are not authorized to complete publicize_image action.")
		}
		i.visibility = str(o, name)
	case "protected":
		i.protected = truth(o, name)
	case "os_hidden":
		i.hidden = truth(o, name)
	case "min_disk":
		i.minDisk = integer(o, name)
	case "min_ram":
		i.minRAM = integer(o, name)
	case "disk_format":
		i.diskFormat = str(o, name)
	case "container_format":
		i.containerFormat = str(o, name)
	case "tags":
		i.tags = []string{}
		for _, tag := range items(o, name) {
			i.tags = append(i.tags, fmt.Sprint(tag))
		}
	default:
		i.properties[name] = str(o, name)
	}
	return nil
}
