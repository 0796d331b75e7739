package occi

import (
	"bytes"
	"slices"
	"strings"
)

// readJSON reads application/occi+json (GFD.226). An empty body says nothing, as in text: clients name a media type
// even where they send no body.
func (p *parser) readJSON(body []byte) *Error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	root, err := readJSONTree(body, p.limits)
	if err != nil {
		return err
	}
	p.message = root.message()
	return root.document.err
}

// message reads a whole body. What it is its members tell; those that mean nothing there are ignored, since clients
// add some of their own.
func (n *jsonNode) message() Message {
	switch n.kind {
	case jsonArray:
		return Message{Locations: n.locations()}
	case jsonObject:
	default:
		n.wants("an object or an array")
		return Message{}
	}
	n.exclude("kind", "action", "term", "resources")
	switch {
	case n.member("action") != nil:
		return n.invocation()
	case n.member("term") != nil || n.member("scheme") != nil:
		class := ClassMixin // the only category that a client sends
		if n.member("parent") != nil {
			class = ClassKind
		}
		return Message{Categories: []Category{n.definition(class)}}
	case n.isCollection():
		return n.collection()
	}
	return n.entity()
}

// exclude fails if the object has more than one of the members: it would be two things.
func (n *jsonNode) exclude(names ...string) {
	found := ""
	for _, name := range names {
		switch {
		case n.member(name) == nil:
		case found != "":
			n.fail("%q and %q exclude each other", found, name)
		default:
			found = name
		}
	}
}

// isCollection tells a collection from an entity. Both may have mixins and actions, which are objects in one and type
// identifiers in the other. Links mean the same in both: new ones.
func (n *jsonNode) isCollection() bool {
	holdsObjects := func(array *jsonNode) bool {
		return array != nil && len(array.children) > 0 && array.children[0].kind == jsonObject
	}
	return n.member("resources") != nil || n.member("kinds") != nil || n.member("locations") != nil ||
		holdsObjects(n.member("mixins")) || holdsObjects(n.member("actions"))
}

// collection reads collections of entities and categories (GFD.226 §3.3, §3.4), several of which may share an object.
// A single resource is no collection but that resource: rOCCI 4 wraps everything.
func (n *jsonNode) collection() Message {
	for _, name := range [...]string{"kind", "attributes", "source", "target"} {
		if n.member(name) != nil {
			n.fail("a collection cannot have %q", name)
		}
	}
	m := Message{Categories: n.definitions(), Locations: n.member("locations").locations()}
	for _, link := range n.member("links").array() {
		m.Links = append(m.Links, link.link())
	}
	n.limitItems(m)
	for _, resource := range n.member("resources").array() {
		if n.document.err != nil {
			break
		}
		member := resource.entity()
		m.Links = slices.DeleteFunc(m.Links, func(l Link) bool {
			owned := resource.owns(l)
			if owned {
				member.Links = append(member.Links, l)
			}
			return owned
		})
		resource.limitItems(member)
		m.Members = append(m.Members, member)
		n.limit(len(m.Members), n.document.limits.Members, "resources")
	}
	if len(m.Members) == 1 && len(m.Categories)+len(m.Links)+len(m.Locations) == 0 {
		return m.Members[0]
	}
	return m
}

// owns reports whether a link that stands beside the resource belongs to it, as rOCCI 4 writes it: the resource has
// the link's URL among its links, or the link has the resource's in its source.
func (n *jsonNode) owns(l Link) bool {
	id := l.Attributes.Text("occi.core.id")
	if links := n.member("links"); links != nil && id != "" {
		for _, reference := range links.children {
			if lastSegment(reference.text) == id {
				return true
			}
		}
	}
	source := l.Attributes.Text("occi.core.source")
	own := n.member("id")
	return own != nil && own.text != "" && lastSegment(source) == own.text
}

// locations insists on an array of URLs.
func (n *jsonNode) locations() []string {
	var urls []string
	for _, element := range n.array() {
		urls = append(urls, element.reference())
	}
	if n != nil {
		n.limit(len(urls), n.document.limits.Locations, "locations")
	}
	return urls
}

// invocation reads an action with its parameters (GFD.226 §3.1.1.1).
func (n *jsonNode) invocation() Message {
	m := Message{Categories: []Category{{ID: n.member("action").id(), Class: ClassAction}}}
	n.member("attributes").pairs(&m.Attributes, "")
	n.limitItems(m)
	return m
}

// limitItems fails if there are too many of something in one entity or listing.
func (n *jsonNode) limitItems(m Message) {
	attributes := len(m.Attributes)
	for _, l := range m.Links {
		attributes += len(l.Attributes)
	}
	l := n.document.limits
	n.limit(len(m.Categories), l.Categories, "categories")
	n.limit(len(m.Links), l.Links, "links")
	n.limit(attributes, l.Attributes, "attributes")
}

// lastSegment returns what is behind the last slash of a URL, which in the URL of an entity is its id.
func lastSegment(url string) string {
	url = strings.TrimSuffix(url, "/")
	return url[strings.LastIndexByte(url, '/')+1:]
}
