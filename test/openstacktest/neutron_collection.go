package openstacktest

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// attribute is one field of a Neutron resource: when it may be given and what it takes.
type attribute struct {
	post, put bool
	required  bool
	admin     bool   // only an administrator may give it
	takes     taking // nil takes anything
}

// taking checks a value and gives what is wrong with it.
type taking func(name string, value any) *apiError

// collection is one kind of resource with its generic interface.
type collection struct {
	plural, singular string
	path             string // as in the URL, when that is not the plural
	missing          string // error type of an unknown id
	missingText      string // its message, with %s for the id
	bodyless         string // the message for a body without the singular key
	attributes       map[string]attribute
	all              func() []resource // in the order of their ids
	lookup           func(id string) resource
	visible          func(t *token, res resource) bool
	create           func(r *request, in object) (resource, error)
	bulk             bool // several may be created at once, all or none
	update           func(r *request, res resource, in object) error
	remove           func(r *request, res resource) error
}

// resources gives a table's things as resources, in the order of their ids.
func resources[T any, P interface {
	*T
	resource
}](t *table[T],
) func() []resource {
	return func() []resource {
		list := make([]resource, len(t.order))
		for i, item := range t.order {
			list[i] = P(item)
		}
		slices.SortFunc(list, func(a, b resource) int { return strings.Compare(a.base().id, b.base().id) })
		return list
	}
}

// lookup finds one thing of a table as a resource; nil when there is none.
func lookup[T any, P interface {
	*T
	resource
}](t *table[T],
) func(id string) resource {
	return func(id string) resource {
		if item := t.get(id); item != nil {
			return P(item)
		}
		return nil
	}
}

// ownOnly shows a resource to its project and to administrators.
func ownOnly(t *token, res resource) bool { return t.owns(res.base().project) || t.isAdmin() }

func (n *neutron) collectionRoutes(c *collection) []route {
	path := "/v2.0/" + c.plural
	if c.path != "" {
		path = "/v2.0/" + c.path
	}
	routes := []route{
		{method: "GET", path: path, handle: func(r *request) (answer, error) { return n.list(c, r) }},
		{method: "GET", path: path + "/{id}", handle: func(r *request) (answer, error) { return n.get(c, r) }},
	}
	if c.create != nil {
		routes = append(routes, route{method: "POST", path: path, handle: func(r *request) (answer, error) { return n.create(c, r) }})
	}
	if c.update != nil {
		routes = append(routes,
			route{method: "PUT", path: path + "/{id}", handle: func(r *request) (answer, error) { return n.update(c, r) }},
			route{method: "GET", path: path + "/{id}/tags", handle: func(r *request) (answer, error) { return n.getTags(c, r) }},
			route{method: "PUT", path: path + "/{id}/tags", handle: func(r *request) (answer, error) { return n.putTags(c, r) }},
			route{method: "PUT", path: path + "/{id}/tags/{tag}", handle: func(r *request) (answer, error) { return n.putTag(c, r) }},
			route{method: "GET", path: path + "/{id}/tags/{tag}", handle: func(r *request) (answer, error) { return n.getTag(c, r) }},
			route{method: "DELETE", path: path + "/{id}/tags/{tag}", handle: func(r *request) (answer, error) { return n.deleteTag(c, r) }},
		)
	}
	if c.remove != nil {
		routes = append(routes, route{method: "DELETE", path: path + "/{id}", handle: func(r *request) (answer, error) { return n.delete(c, r) }})
	}
	return routes
}

// find gives the resource that the path names if the token may see it.
func (n *neutron) find(c *collection, t *token, id string) (resource, error) {
	if res := c.lookup(id); res != nil && c.visible(t, res) {
		return res, nil
	}
	return nil, neutronError(http.StatusNotFound, c.missing, c.missingText, id)
}

// change is find for a caller who wants to change the thing: seeing it is not enough.
func (n *neutron) change(c *collection, r *request, action string) (resource, error) {
	res, err := n.find(c, r.token, r.param("id"))
	if err != nil {
		return nil, err
	}
	if !ownOnly(r.token, res) {
		return nil, neutronError(http.StatusForbidden, "PolicyNotAuthorized", "rule:%s_%s is disallowed by policy", action, c.singular)
	}
	return res, nil
}

func (n *neutron) get(c *collection, r *request) (answer, error) {
	res, err := n.find(c, r.token, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{c.singular: only(res.view(), r.URL.Query()["fields"])})
}

// list filters, orders by id, pages and cuts the fields. Neutron API: filtering, pagination.
func (n *neutron) list(c *collection, r *request) (answer, error) {
	q := r.URL.Query()
	filters, err := c.filters(q)
	if err != nil {
		r.strict(err.message)
		return answer{}, err
	}
	p, ok := parsePaging(q, unlimited, n.cloud.pageBound(unlimited))
	if !ok {
		return answer{}, neutronError(http.StatusBadRequest, "BadRequest",
			"Bad limit request: Limit must be an integer 0 or greater and not '%s'.", q.Get("limit"))
	}
	if p.limit == 0 { // Neutron takes 0 for no limit
		p.limit = n.cloud.pageBound(unlimited)
	}
	var found []object
	for _, res := range c.all() {
		if !c.visible(r.token, res) {
			continue
		}
		if view := res.view(); passes(view, filters) {
			found = append(found, view)
		}
	}
	page, full, ok := cut(found, p, func(o object) string { return str(o, "id") })
	if !ok {
		return answer{}, neutronError(http.StatusNotFound, c.missing, c.missingText, p.marker)
	}
	views := []any{}
	for _, view := range page {
		views = append(views, only(view, q["fields"]))
	}
	body := object{c.plural: views}
	if p.limit != unlimited && len(page) > 0 {
		body[c.plural+"_links"] = pageLinks(r, q, page, full)
	}
	return reply(http.StatusOK, body)
}

// pageLinks are the links of a bounded page. Neutron offers a previous page even before the first.
func pageLinks(r *request, q url.Values, page []object, full bool) []any {
	links := []any{}
	if full {
		links = append(links, object{"rel": "next", "href": r.self + "?" + nextQuery(q, str(page[len(page)-1], "id"))})
	}
	back := maps.Clone(q)
	back.Set("page_reverse", "True")
	return append(links, object{"rel": "previous", "href": r.self + "?" + nextQuery(back, str(page[0], "id"))})
}

// filters gives the query's filters by attribute; a filter by an unknown attribute is refused.
func (c *collection) filters(q url.Values) (map[string][]string, *apiError) {
	filters := make(map[string][]string)
	for _, name := range slices.Sorted(maps.Keys(q)) {
		switch name {
		case "fields", "limit", "marker", "sort_key", "sort_dir", "page_reverse":
			continue
		}
		_, known := c.attributes[name]
		if !known && !slices.Contains([]string{"tags", "tags-any", "not-tags", "not-tags-any", "fixed_ips"}, name) {
			return nil, neutronError(http.StatusBadRequest, "HTTPBadRequest", "['%s'] is invalid attribute for filtering", name)
		}
		for _, value := range q[name] {
			if attr := c.attributes[name]; attr.takes != nil && slices.Contains(flags, name) && !isFlag(value) {
				return nil, notBoolean(value)
			}
		}
		filters[name] = q[name]
	}
	return filters, nil
}

// flags are the attributes that hold truth values, whatever the collection.
var flags = []string{"admin_state_up", "shared", "router:external", "port_security_enabled", "enable_dhcp", "is_default"}

func isFlag(word string) bool {
	return slices.Contains([]string{"true", "false", "1", "0"}, strings.ToLower(word))
}

func notBoolean(value any) *apiError {
	return neutronError(http.StatusBadRequest, "InvalidInput", "Invalid input for operation: %s cannot be converted to boolean.", python(value))
}

// passes applies filters to a view: any of a filter's values will do, all filters must pass.
func passes(view object, filters map[string][]string) bool {
	for name, values := range filters {
		ok := slices.ContainsFunc(values, func(value string) bool { return holds(view, name, value) })
		if name == "tags" {
			ok = !slices.ContainsFunc(strings.Split(values[0], ","), func(tag string) bool { return !holds(view, name, tag) })
		}
		if !ok {
			return false
		}
	}
	return true
}

// holds tells whether a view's attribute equals or, for lists, contains a value.
func holds(view object, name, value string) bool {
	switch have := view[name].(type) {
	case []string:
		return slices.Contains(have, value)
	case bool:
		return have == isTrue(value)
	case []any: // fixed_ips=ip_address=10.0.0.7
		key, want, _ := strings.Cut(value, "=")
		return slices.ContainsFunc(have, func(item any) bool {
			o, _ := item.(object)
			return fmt.Sprint(o[key]) == want
		})
	case nil:
		return value == "" || value == "None"
	default:
		return fmt.Sprint(have) == value
	}
}

// only keeps the wanted fields of a view; none wanted means all.
func only(view object, fields []string) object {
	if len(fields) == 0 {
		return view
	}
	maps.DeleteFunc(view, func(name string, _ any) bool { return !slices.Contains(fields, name) })
	return view
}

// body reads a resource from a request and checks its attributes.
func (n *neutron) body(c *collection, r *request, update bool) (object, error) {
	body, err := r.decode()
	if err != nil {
		return nil, neutronError(http.StatusBadRequest, "HTTPBadRequest", "Body contains invalid data")
	}
	return n.checked(c, r, body, update)
}

// checked gives the resource in a body if its attributes are right.
func (n *neutron) checked(c *collection, r *request, body object, update bool) (object, error) {
	in, ok := body[c.singular].(object)
	if !ok {
		r.strict("no " + c.singular + " in the body")
		if c.bodyless != "" {
			return nil, neutronError(http.StatusBadRequest, "HTTPBadRequest", "%s", c.bodyless)
		}
		return nil, neutronError(http.StatusBadRequest, "HTTPBadRequest", "Unable to find '%s' in request body", c.singular)
	}
	if err := c.check(in, update); err != nil {
		r.strict(err.message)
		return nil, err
	}
	if err := c.checkValues(in, r.token, update); err != nil {
		return nil, err
	}
	return in, nil
}

// check refuses attributes that nobody should have sent: unknown, missing and read-only ones.
func (c *collection) check(in object, update bool) *apiError {
	given := slices.Sorted(maps.Keys(in))
	for _, name := range given {
		if _, known := c.attributes[name]; !known {
			return neutronError(http.StatusBadRequest, "HTTPBadRequest", "Unrecognized attribute(s) '%s'", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.attributes)) {
		if _, has := in[name]; c.attributes[name].required && !update && !has {
			return neutronError(http.StatusBadRequest, "HTTPBadRequest", "Failed to parse request. Required attribute '%s' not specified", name)
		}
	}
	for _, name := range given {
		switch attr := c.attributes[name]; {
		case update && !attr.put:
			return neutronError(http.StatusBadRequest, "HTTPBadRequest", "Cannot update read-only attribute %s", name)
		case !update && !attr.post:
			return neutronError(http.StatusBadRequest, "HTTPBadRequest", "Attribute '%s' not allowed in POST", name)
		}
	}
	return nil
}

// checkValues refuses values that an attribute does not take, and attributes that the token's
// roles do not allow.
func (c *collection) checkValues(in object, t *token, update bool) *apiError {
	given := slices.Sorted(maps.Keys(in))
	for _, name := range given {
		if takes := c.attributes[name].takes; takes != nil {
			if err := takes(name, in[name]); err != nil {
				return err
			}
		}
	}
	verb := "create"
	if update {
		verb = "update"
	}
	for _, name := range given {
		if c.attributes[name].admin && !t.isAdmin() && in[name] != nil && in[name] != false {
			return neutronError(http.StatusForbidden, "PolicyNotAuthorized",
				"(rule:%s_%s and rule:%s_%s:%s) is disallowed by policy", verb, c.singular, verb, c.singular, name)
		}
		if (name == "tenant_id" || name == "project_id") && !t.isAdmin() && !t.owns(str(in, name)) {
			return neutronError(http.StatusBadRequest, "HTTPBadRequest", "Specifying 'project_id' or 'tenant_id' other than the "+
				"authenticated project in request requires admin or advsvc privileges")
		}
	}
	return nil
}

func (n *neutron) create(c *collection, r *request) (answer, error) {
	in, several, err := n.bodies(c, r)
	if err != nil {
		return answer{}, err
	}
	if r.token.project == nil {
		return answer{}, neutronError(http.StatusBadRequest, "HTTPBadRequest", "Running without keystone AuthN requires that tenant_id is specified")
	}
	if several != nil {
		return n.createAll(c, r, several)
	}
	if err := n.checkQuota(r.token.project.id, c.singular, 1); err != nil {
		return answer{}, err
	}
	res, err := c.create(r, in)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusCreated, object{c.singular: res.view()})
}

func (n *neutron) update(c *collection, r *request) (answer, error) {
	in, err := n.body(c, r, true)
	if err != nil {
		return answer{}, err
	}
	res, err := n.change(c, r, "update")
	if err != nil {
		return answer{}, err
	}
	if err := res.base().checkRevision(r); err != nil {
		return answer{}, err
	}
	if err := c.update(r, res, in); err != nil {
		return answer{}, err
	}
	b := res.base()
	if _, given := in["name"]; given {
		b.name = str(in, "name")
	}
	if _, given := in["description"]; given {
		b.description = str(in, "description")
	}
	n.touch(b)
	return reply(http.StatusOK, object{c.singular: res.view()})
}

func (n *neutron) delete(c *collection, r *request) (answer, error) {
	res, err := n.change(c, r, "delete")
	if err != nil {
		return answer{}, err
	}
	if err := c.remove(r, res); err != nil {
		return answer{}, err
	}
	return empty(http.StatusNoContent)
}
