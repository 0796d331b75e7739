package occi

import "slices"

// Filter is what a message selects of a collection.
type Filter struct {
	Kinds []*Kind // whose entities can match
	Query Query
}

// BindFilter tells which members of a collection the message selects (GFD.185 §3.4.3, GFD.223 §7.2); members have one
// of the given kinds, whose order is kept.
//
//   - Kinds are alternatives, since an entity has one. An abstract kind stands for those below it.
//   - Mixins: an entity has to carry all, or mixins that depend on them.
//   - Attributes: an entity has to have all the values, which are of the type that the attribute is defined with. Kinds
//     without the attribute have no matching entities. The values of source and target become paths below the mount.
//
// A category that does not exist is NotFound, one that may be in a gap of the model Unavailable. An attribute that nothing
// here has, and a filter that contradicts itself or the collection, is Invalid.
func (m *Message) BindFilter(model *Model, urls URLs, kinds []*Kind) (Filter, error) {
	f := Filter{Kinds: kinds}
	for _, bind := range []func(*Filter) error{
		func(f *Filter) error { return m.filterCategories(model, f) },
		func(f *Filter) error { return m.filterAttributes(model, f) },
		func(f *Filter) error { return f.resolveEnds(model, urls) },
	} {
		if err := bind(&f); err != nil {
			return Filter{}, err
		}
	}
	f.Kinds = f.kindsWith(func(k *Kind) bool {
		return !slices.ContainsFunc(f.Query.Mixins, func(x *Mixin) bool { return !x.AppliesTo(k.ID) })
	})
	return f, nil
}

// filterCategories leaves the kinds that the message names, and collects the mixins.
func (m *Message) filterCategories(model *Model, f *Filter) error {
	var named []ID
	for _, c := range m.Categories {
		if k := model.Kind(c.ID); k != nil {
			if len(f.kindsWith(func(other *Kind) bool { return model.IsBelow(other, k.ID) })) == 0 {
				return Errorf(Invalid, "the filter contradicts the collection: nothing in it is a %s", k.Term)
			}
			named = append(named, k.ID)
			continue
		}
		x := model.Mixin(c.ID)
		switch {
		case x == nil && model.Action(c.ID) != nil:
			return Errorf(Invalid, "%q is an action: filters are kinds, mixins and attributes", clip(c.String()))
		case x == nil:
			return model.missing("category", c.ID)
		case !slices.Contains(f.Query.Mixins, x):
			f.Query.Mixins = append(f.Query.Mixins, x)
		}
	}
	if len(named) > 0 {
		f.Kinds = f.kindsWith(func(k *Kind) bool {
			return slices.ContainsFunc(named, func(id ID) bool { return model.IsBelow(k, id) })
		})
	}
	return nil
}

// filterAttributes leaves the kinds that have all attributes of the message, and collects the values.
func (m *Message) filterAttributes(model *Model, f *Filter) error {
	for _, p := range m.Attributes {
		var found Attribute
		having := f.kindsWith(func(k *Kind) bool {
			a, ok := model.attribute(k, p.Name)
			if ok {
				found = a
			}
			return ok
		})
		if len(having) == 0 {
			return Errorf(Invalid, "attribute %q of the filter is not defined for anything here", clip(p.Name))
		}
		f.Kinds = having
		if err := setAttribute(&f.Query.Attributes, found, p.Value); err != nil {
			return err
		}
	}
	return nil
}

// resolveEnds turns the references in source and target into paths, so that all spellings of a URL match.
func (f *Filter) resolveEnds(model *Model, urls URLs) error {
	for i, p := range f.Query.Attributes {
		if p.Name != "occi.core.source" && p.Name != "occi.core.target" {
			continue
		}
		ref, err := urls.Resolve(model, p.Value.Text())
		if err != nil {
			return err
		}
		f.Query.Attributes[i].Value = String(ref.path())
	}
	return nil
}

// kindsWith returns the filter's kinds that the condition is true for.
func (f *Filter) kindsWith(condition func(*Kind) bool) []*Kind {
	var kinds []*Kind
	for _, k := range f.Kinds {
		if condition(k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// attribute returns the definition of an attribute that entities of the kind can have, with or without mixins.
func (m *Model) attribute(k *Kind, name string) (Attribute, bool) {
	if a, ok := findAttribute(name, k.Attributes); ok {
		return a, true
	}
	for _, x := range m.mixins {
		if a, ok := findAttribute(name, x.Attributes); ok && x.AppliesTo(k.ID) {
			return a, true
		}
	}
	return Attribute{}, false
}

// BindLocations tells which entities the message refers to, each once: by URLs, or in JSON by kind and id.
func (m *Message) BindLocations(model *Model, urls URLs) ([]Ref, error) {
	var refs []Ref
	add := func(ref Ref) {
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	for _, location := range m.Locations {
		ref, err := urls.Resolve(model, location)
		if err != nil {
			return nil, err
		}
		add(ref)
	}
	all := m.entities()
	for i := range all {
		kind, err := all[i].kind(model)
		if err != nil {
			return nil, m.locate(i, err)
		}
		if id := all[i].Attributes.Text("occi.core.id"); kind != nil && IsID(id) {
			add(Ref{kind, id})
		} else if len(m.Members) > 0 {
			return nil, m.locate(i, Errorf(Invalid, "an entity is named by its kind and its id"))
		}
	}
	return refs, nil
}
