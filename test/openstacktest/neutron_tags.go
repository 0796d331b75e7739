package openstacktest

import (
	"fmt"
	"net/http"
	"slices"
)

// Neutron API: standard attributes tag extension.

func (n *neutron) getTags(c *collection, r *request) (answer, error) {
	res, err := n.find(c, r.token, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"tags": slices.Clone(res.base().tags)})
}

func (n *neutron) putTags(c *collection, r *request) (answer, error) {
	body, err := r.decode()
	if err != nil {
		return answer{}, neutronError(http.StatusBadRequest, "HTTPBadRequest", "Body contains invalid data")
	}
	res, err := n.change(c, r, "update")
	if err != nil {
		return answer{}, err
	}
	tags := []string{}
	for _, tag := range items(body, "tags") {
		if s := fmt.Sprint(tag); !slices.Contains(tags, s) {
			tags = append(tags, s)
		}
	}
	res.base().tags = tags
	n.touch(res.base())
	return reply(http.StatusOK, object{"tags": slices.Clone(tags)})
}

func (n *neutron) putTag(c *collection, r *request) (answer, error) {
	res, err := n.change(c, r, "update")
	if err != nil {
		return answer{}, err
	}
	b := res.base()
	if tag := r.param("tag"); !slices.Contains(b.tags, tag) {
		b.tags = append(b.tags, tag)
		n.touch(b)
	}
	return answer{status: http.StatusCreated, header: http.Header{}, text: "null", contentType: "application/json"}, nil
}

func (n *neutron) getTag(c *collection, r *request) (answer, error) {
	res, err := n.find(c, r.token, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	if !slices.Contains(res.base().tags, r.param("tag")) {
		return answer{}, noTag(r.param("tag"))
	}
	return empty(http.StatusNoContent)
}

func (n *neutron) deleteTag(c *collection, r *request) (answer, error) {
	res, err := n.change(c, r, "update")
	if err != nil {
		return answer{}, err
	}
	b := res.base()
	i := slices.Index(b.tags, r.param("tag"))
	if i < 0 {
		return answer{}, noTag(r.param("tag"))
	}
	b.tags = slices.Delete(slices.Clone(b.tags), i, i+1)
	n.touch(b)
	return empty(http.StatusNoContent)
}

func noTag(tag string) *apiError {
	return neutronError(http.StatusNotFound, "TagNotFound", "Tag %s could not be found.", tag)
}
