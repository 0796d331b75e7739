package occi

import (
	"slices"
	"strings"
)

// targetKind is the type of a link's target (GFD.221 §5.4.3), which the target itself tells.
const targetKind = "occi.core.target.kind"

// setAttributes distributes the pairs over the entity's fields and attributes. Each has to be defined among the others, by
// the kind, or by a mixin, and whatever is given twice has to agree with itself.
func (e *Entity) setAttributes(model *Model, urls URLs, pairs Attributes, others []Attribute) error {
	defined := slices.Concat(others, e.definedAttributes(model))
	var said Attributes
	for _, p := range pairs {
		a, ok := findAttribute(p.Name, defined)
		if !ok {
			return e.undefined(model, p.Name)
		}
		if err := setAttribute(&said, a, p.Value); err != nil {
			return err
		}
	}
	for _, p := range said {
		var err error
		switch p.Name {
		case "occi.core.id":
			e.ID = p.Value.Text()
		case "occi.core.title":
			e.Title = p.Value.Text()
		case "occi.core.summary":
			e.Summary = p.Value.Text()
		case "occi.core.source":
			e.Source, err = urls.Resolve(model, p.Value.Text())
		case "occi.core.target":
			e.Target, err = urls.Resolve(model, p.Value.Text())
		case targetKind: // compared below
		default:
			e.Attributes = append(e.Attributes, p)
		}
		if err != nil {
			return err
		}
	}
	if kind := said.Text(targetKind); kind != "" && !e.Target.IsZero() && kind != e.Target.Kind.String() {
		return Errorf(Invalid, "the target is a %s, not a %q", e.Target.Kind.Term, clip(kind))
	}
	return nil
}

// definedAttributes are those of the kind, the mixins, and the mixins they depend on.
func (e *Entity) definedAttributes(model *Model) []Attribute {
	defined := slices.Clip(e.Kind.Attributes)
	for _, x := range e.Mixins {
		defined = append(defined, x.Attributes...)
		for _, id := range x.Depends {
			if root := model.Mixin(id); root != nil {
				defined = append(defined, root.Attributes...)
			}
		}
	}
	return defined
}

// undefined is the fault of an attribute that the kind and the mixins do not have. It names the mixin that has it, since
// clients leave mixins such as ipnetwork out. Members of a hash have no names of attributes, with which one of them might
// be changed while the others stay.
func (e *Entity) undefined(model *Model, name string) error {
	for _, x := range model.Mixins() {
		if !x.AppliesTo(e.Kind.ID) {
			continue
		}
		if _, ok := findAttribute(name, x.Attributes); ok {
			return Errorf(Invalid, "attribute %q is not defined by the categories of the request: name the mixin %s", clip(name), x.ID)
		}
		if i := slices.IndexFunc(x.Attributes, func(a Attribute) bool { return a.hasMember(name) }); i >= 0 {
			return Errorf(Invalid, "attribute %q is not defined: want all of %s, its name in one piece and its value an object",
				clip(name), x.Attributes[i].Name)
		}
	}
	return undefinedAttribute(name)
}

func undefinedAttribute(name string) error {
	return Errorf(Invalid, "attribute %q is not defined by the categories of the request", clip(name))
}

// hasMember reports whether the name could be that of a member of the attribute.
func (a Attribute) hasMember(name string) bool {
	return a.Type == HashType && strings.HasPrefix(name, a.Name+".")
}

// findAttribute returns the definition of the attribute that goes by a name.
func findAttribute(name string, defined []Attribute) (Attribute, bool) {
	i := slices.IndexFunc(defined, func(a Attribute) bool { return a.Name == name || slices.Contains(a.Aliases, name) })
	if i < 0 {
		return Attribute{}, false
	}
	return defined[i], true
}

// setAttribute converts a value to its definition's type and adds it under the defined name.
func setAttribute(to *Attributes, a Attribute, said Value) error {
	v, ok := said.As(a.Type)
	if !ok && a.Type == StringType { // a list or an object, not quoted: it may hold a secret
		return Errorf(Invalid, "attribute %s is a string", a.Name)
	}
	if !ok {
		return Errorf(Invalid, "attribute %s: %q is no %s", a.Name, clip(said.Text()), a.Type)
	}
	if old := to.Get(a.Name); !old.IsZero() && old != v {
		return Errorf(Invalid, "attribute %s is given twice, with different values", a.Name) // not which: it may be a secret
	}
	to.Set(a.Name, v)
	return nil
}

// checkNew refuses attributes that only the provider may set (GFD.185 §3.6.8: 403), and insists on those a client has
// to give at creation (GFD.221 §5.3.2). source is where the entity begins, if it is a link.
func (e *Entity) checkNew(model *Model, source Ref) error {
	for _, a := range e.definedAttributes(model) {
		missing := e.Attributes.Get(a.Name).IsZero()
		switch a.Name {
		case "occi.core.source":
			missing = source.IsZero()
		case "occi.core.target":
			missing = e.Target.IsZero()
		case "occi.core.title":
			missing = e.Title == ""
		case "occi.core.summary":
			missing = e.Summary == ""
		}
		switch {
		case a.Immutable && !missing:
			return Errorf(Forbidden, "attribute %s is set by the provider", a.Name)
		case a.Required && missing:
			return Errorf(Invalid, "a new %s needs the attribute %s", e.Kind.Term, a.Name)
		}
	}
	return nil
}
