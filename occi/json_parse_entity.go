package occi

// entity reads a resource or link (GFD.226 §3.1), or the part of one that an update gives.
func (n *jsonNode) entity() Message {
	var m Message
	if !n.is(jsonObject) {
		return m
	}
	if kind := n.member("kind"); kind != nil {
		m.Categories = append(m.Categories, Category{ID: kind.id(), Class: ClassKind})
	}
	for _, mixin := range n.member("mixins").ids() {
		m.Categories = append(m.Categories, Category{ID: mixin, Class: ClassMixin})
	}
	m.Attributes = n.entityAttributes()
	for _, action := range n.member("actions").ids() {
		m.Links = append(m.Links, Link{Target: actionQuery + action.Term, Rel: []ID{action}})
	}
	for _, link := range n.member("links").array() {
		if link.kind != jsonText { // the URL of a link that is told of elsewhere, if at all
			m.Links = append(m.Links, link.link())
		}
	}
	n.limitItems(m)
	return m
}

// link reads a link inside its resource, or beside it: a complete entity (GFD.226 §3.1.2).
func (n *jsonNode) link() Link {
	m := n.entity()
	l := Link{Target: m.Attributes.Text("occi.core.target"), Attributes: m.Attributes}
	for _, c := range m.Categories {
		l.Categories = append(l.Categories, c.ID)
	}
	if target := n.member("target"); target != nil && target.kind == jsonObject && target.member("kind") != nil {
		l.Rel = []ID{target.member("kind").id()}
	}
	for _, inner := range m.Links {
		if !isActionLink(inner.Target) {
			n.fail("a link cannot have links of its own")
		}
	}
	if l.Target == "" {
		n.fail("a link needs a target")
	}
	return l
}

// entityAttributes reads the attributes of an entity, the core ones first, which are members (GFD.226 §3.1).
func (n *jsonNode) entityAttributes() Attributes {
	var pairs Attributes
	for _, core := range [...]struct{ member, attribute string }{
		{"id", "occi.core.id"},
		{"title", "occi.core.title"},
		{"summary", "occi.core.summary"},
	} {
		if member := n.member(core.member); member.is(jsonText) {
			pairs = append(pairs, Pair{core.attribute, String(member.text)})
		}
	}
	if source := n.member("source"); source != nil {
		location, _ := source.end() // the source is what its URL says
		pairs.SetText("occi.core.source", location)
	}
	if target := n.member("target"); target != nil {
		location, kind := target.end()
		pairs.SetText("occi.core.target", location)
		pairs.SetText(targetKind, kind.String())
	}
	n.member("attributes").pairs(&pairs, "")
	return pairs
}

// end reads where a link begins or ends: an object with the location and perhaps the kind of an entity, or the URL
// alone (rOCCI 4).
func (n *jsonNode) end() (location string, kind ID) {
	if n.kind == jsonText {
		return n.reference(), ID{}
	}
	if n.kind != jsonObject {
		n.wants("an object or a URL")
		return "", ID{}
	}
	if n.member("location") == nil {
		n.fail("has no location")
	}
	return n.member("location").reference(), n.member("kind").id()
}
