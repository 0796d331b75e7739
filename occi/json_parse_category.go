package occi

import "slices"

// definitions reads the categories of a collection (GFD.226 §3.4).
func (n *jsonNode) definitions() []Category {
	var defined []Category
	for _, c := range [...]struct {
		member string
		class  Class
	}{
		{"kinds", ClassKind},
		{"mixins", ClassMixin},
		{"actions", ClassAction},
	} {
		for _, element := range n.member(c.member).array() {
			defined = append(defined, element.definition(c.class))
			n.limit(len(defined), n.document.limits.Categories, "categories")
		}
	}
	return defined
}

// definition reads a kind, mixin or action (GFD.226 §3.2).
func (n *jsonNode) definition(class Class) Category {
	if !n.is(jsonObject) {
		return Category{}
	}
	c := Category{
		ID:       ID{Scheme: n.member("scheme").string(), Term: n.member("term").string()},
		Class:    class,
		Title:    n.member("title").string(),
		Rel:      n.member("depends").ids(),
		Applies:  n.member("applies").ids(),
		Location: n.member("location").string(),
		Actions:  n.member("actions").ids(),
	}
	if c.Rel == nil {
		c.Rel = n.member("related").ids() // rOCCI 4, for kinds and mixins
	}
	if parent := n.member("parent"); parent != nil {
		c.Rel = []ID{parent.id()}
	}
	if !isToken(c.Term) {
		n.fail("%q is no term", clip(c.Term))
	}
	if !isScheme(c.Scheme) {
		n.fail(`%q is no scheme: it has to end in "#"`, clip(c.Scheme))
	}
	if attributes := n.member("attributes"); attributes.is(jsonObject) {
		c.Attributes = attributes.descriptions(nil, "")
	}
	return c
}

// descriptions appends the attributes that the object describes under their names, or under parts of them, in objects
// within objects (rOCCI 4).
func (n *jsonNode) descriptions(to []Attribute, prefix string) []Attribute {
	for _, member := range n.children {
		name := member.attributeName(prefix)
		switch {
		case n.document.err != nil:
			return to
		case member.kind == jsonNull:
		case !member.is(jsonObject):
		case !member.isDescription():
			to = member.descriptions(to, name)
		case slices.ContainsFunc(to, func(a Attribute) bool { return a.Name == name }):
			member.fail("attribute %s is described twice", clip(name))
		default:
			to = append(to, member.description(name))
			member.limit(len(to), n.document.limits.Attributes, "attributes")
		}
	}
	return to
}

// isDescription tells the description of an attribute from an object that has further parts of names, and therefore
// nothing but objects in it.
func (n *jsonNode) isDescription() bool {
	for _, member := range n.children {
		switch member.name {
		case "type", "mutable", "required", "default", "description", "pattern":
			if member.kind != jsonObject {
				return true
			}
		}
	}
	return len(n.children) == 0
}

// description reads the description of an attribute (GFD.226 §3.5.1). An attribute is immutable unless it says
// otherwise, which is the opposite of text. Patterns are not kept.
func (n *jsonNode) description(name string) Attribute {
	a := Attribute{
		Name:        name,
		Type:        n.member("type").valueType(),
		Required:    n.member("required").boolean(),
		Immutable:   !n.member("mutable").boolean(),
		Description: n.member("description").string(),
	}
	if value := n.member("default"); value != nil {
		v, ok := value.value().As(a.Type)
		if !ok {
			value.fail("want a value of type %s, got %s", a.Type, value.kind)
			return a
		}
		a.Default = v
	}
	return a
}

// valueType insists on the name of a type; without one it is a string.
func (n *jsonNode) valueType() Type {
	if !n.is(jsonText) {
		return StringType
	}
	for _, t := range [...]Type{StringType, NumberType, BooleanType, ListType, HashType} {
		if n.text == t.String() {
			return t
		}
	}
	n.fail(`%q is no type: want "string", "number", "boolean", "array" or "object"`, clip(n.text))
	return 0
}
