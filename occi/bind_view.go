package occi

// BindView tells which part of the model the message asks the query interface for: everything if it names no category,
// else the categories it names (GFD.185 §3.4.1). Clients of 1.2 get with each of them what is related to it: kinds and
// mixins below it, at any depth, and the actions of them all (GFD.223 §7.1). One that does not exist is NotFound.
func (m *Message) BindView(model *Model, v Version) (View, error) {
	view := model.As(v)
	if len(m.Categories) == 0 {
		return view, nil
	}
	named := make(map[ID]bool)
	for _, c := range m.Categories {
		id := model.find(c.ID)
		if id.IsZero() {
			return View{}, model.missing("category", c.ID)
		}
		named[id] = true
	}
	if v == Version12 {
		view.addRelated(named)
	}
	return view.only(named), nil
}

// find returns the id of the category that goes by the given one, or the zero ID.
func (m *Model) find(id ID) ID {
	if m.Kind(id) != nil || m.Action(id) != nil {
		return id
	}
	if x := m.Mixin(id); x != nil {
		return x.ID
	}
	return ID{}
}

// addRelated adds what is below the named categories, level by level, and then the actions. Users relate their mixins
// as they like, in circles too.
func (v View) addRelated(named map[ID]bool) {
	for before := 0; before < len(named); {
		before = len(named)
		for _, k := range v.Kinds {
			if named[k.Parent] {
				named[k.ID] = true
			}
		}
		for _, x := range v.Mixins {
			for _, id := range x.Depends {
				if named[id] {
					named[x.ID] = true
				}
			}
		}
	}
	add := func(of ID, actions []ID) {
		for _, id := range actions {
			if named[of] {
				named[id] = true
			}
		}
	}
	for _, k := range v.Kinds {
		add(k.ID, k.Actions)
	}
	for _, x := range v.Mixins {
		add(x.ID, x.Actions)
	}
}

// only returns the named part of the view, in its order.
func (v View) only(named map[ID]bool) View {
	var part View
	for _, k := range v.Kinds {
		if named[k.ID] {
			part.Kinds = append(part.Kinds, k)
		}
	}
	for _, x := range v.Mixins {
		if named[x.ID] {
			part.Mixins = append(part.Mixins, x)
		}
	}
	for _, a := range v.Actions {
		if named[a.ID] {
			part.Actions = append(part.Actions, a)
		}
	}
	return part
}
