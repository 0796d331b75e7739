package occi

import (
	"slices"
	"strings"
)

// Change is what an update request asks of an existing entity. Entity holds only what was said.
//
// Its links keep the id that was said and the attributes that only the provider sets, so that links the entity has,
// which clients send back as they read them (pOCCI, jOCCI), can be told from new ones, whose ids are inventions.
type Change struct {
	Entity
	Full bool // PUT: what is not said is removed where the provider can remove it (GFD.223 §10.2.2)
}

// Invocation is an action with its parameters (GFD.221 §5.3.5).
type Invocation struct {
	Action     *Action
	Attributes Attributes
}

// BindEntity tells which entity the message asks to create: exactly one kind, mixins that apply to it,
// attributes they define, links. A well-formed but unknown category is NotFound; an attribute the client may not set
// is Forbidden (GFD.185 §3.6.8); everything else is Invalid, a mixin that does not apply to the kind among it, as
// GFD.221 §5.3.4 has it.
func (m *Message) BindEntity(model *Model, urls URLs) (*Entity, error) {
	said := m.entities()
	if len(said) != 1 {
		return nil, Errorf(Invalid, "the request has %d entities; one is wanted here", len(said))
	}
	return said[0].bindNew(model, urls)
}

// bindNew is BindEntity for a message that is no collection.
func (m *Message) bindNew(model *Model, urls URLs) (*Entity, error) {
	kind, err := m.kind(model)
	if err != nil {
		return nil, err
	}
	if kind == nil {
		return nil, Errorf(Invalid, "the request names no kind: one Category of class kind is needed")
	}
	e, err := m.bind(model, urls, kind, nil)
	if err != nil {
		return nil, err
	}
	// The id in a request is the client's invention (rOCCI, jOCCI and IM always send one); the provider chooses.
	e.ClientID, e.ID = e.ID, ""
	if err := e.checkNew(model, e.Source); err != nil {
		return nil, err
	}
	for i := range e.Links {
		l := &e.Links[i]
		l.ID = ""
		if err := l.checkNew(model, e.Ref()); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// BindChange tells what the message asks to change on an existing entity of the kind. The kind may be
// repeated or left out. Attributes that only the provider may change are kept for comparison with the
// entity's present values, since clients send back what they read (pOCCI). For the same reason a list or a hash that is
// not JSON, as in text/occi, is kept as a string: it can only be compared by Echoes.
func (m *Message) BindChange(model *Model, urls URLs, kind *Kind) (*Change, error) {
	if len(m.Members) > 0 || kind.IsLink() && m.isLinks() {
		all := m.entities()
		if len(all) != 1 {
			return nil, Errorf(Invalid, "the request has %d entities; an update is for one", len(all))
		}
		m = &all[0] // rOCCI 4 wraps even a single link
	}
	said, err := m.kind(model)
	if err != nil {
		return nil, err
	}
	if said != nil && said.ID != kind.ID {
		return nil, Errorf(Invalid, "the kind of an entity cannot be changed: it is %s", kind.ID)
	}
	// The entity may have mixins that the message does not repeat: it need not name any (GFD.185 §3.4.4).
	var had []Attribute
	for _, p := range m.Attributes {
		if a, ok := model.attribute(kind, p.Name); ok {
			if p.Value.isShown(a.Type) {
				a.Type = StringType
			}
			had = append(had, a)
		}
	}
	e, err := m.bind(model, urls, kind, had)
	if err != nil {
		return nil, err
	}
	return &Change{Entity: *e}, nil
}

// BindAction tells which action the message invokes. The term is the value of the query parameter "action"
// and has to agree with the message's one Category (GFD.223 §10.3.2).
func (m *Message) BindAction(model *Model, term string) (*Invocation, error) {
	if len(m.Categories) != 1 {
		return nil, Errorf(Invalid, "an action request needs exactly one Category, not %d", len(m.Categories))
	}
	c := m.Categories[0]
	action := model.Action(c.ID)
	if action == nil {
		return nil, Errorf(NotFound, "there is no action %q", clip(c.String()))
	}
	if action.Term != term {
		return nil, Errorf(Invalid, "the query asks for action %q, the Category for %q", clip(term), action.Term)
	}
	inv := &Invocation{Action: action}
	for _, p := range m.Attributes {
		a, ok := findAttribute(p.Name, action.Attributes)
		if !ok {
			return nil, undefinedAttribute(p.Name)
		}
		if err := setAttribute(&inv.Attributes, a, p.Value); err != nil {
			return nil, err
		}
	}
	for _, a := range action.Attributes {
		if a.Required && inv.Attributes.Get(a.Name).IsZero() {
			return nil, Errorf(Invalid, "action %s needs the attribute %s", action.Term, a.Name)
		}
	}
	return inv, nil
}

// kind returns the one kind among the message's categories, or nil if there is none.
func (m *Message) kind(model *Model) (*Kind, error) {
	var found *Kind
	for _, c := range m.Categories {
		k := model.Kind(c.ID)
		switch {
		case c.Class == ClassKind && k == nil:
			return nil, Errorf(NotFound, "there is no kind %q", clip(c.String()))
		case k == nil || k == found:
		case found != nil:
			return nil, Errorf(Invalid, "the request names two kinds, %s and %s", found.ID, k.ID)
		default:
			found = k
		}
	}
	return found, nil
}

// bind fills an entity of the kind with what the message says. Attributes are defined by the categories of the message,
// or else are among the others.
func (m *Message) bind(model *Model, urls URLs, kind *Kind, others []Attribute) (*Entity, error) {
	e := &Entity{Kind: kind}
	for _, c := range m.Categories {
		switch {
		case model.Kind(c.ID) != nil:
			continue
		case c.Class == ClassAction || model.Action(c.ID) != nil:
			return nil, Errorf(Invalid, "action %q is invoked with ?action=%s in the URL", clip(c.String()), clip(c.Term))
		}
		if err := e.addMixin(model, c.ID); err != nil {
			return nil, err
		}
	}
	if err := e.setAttributes(model, urls, m.Attributes, others); err != nil {
		return nil, err
	}
	for _, l := range m.Links {
		if isActionLink(l.Target) {
			continue // what the client read and sends back
		}
		if kind.IsLink() {
			return nil, Errorf(Invalid, "a link cannot have links of its own") // GFD.185 §3.4.4
		}
		link, err := l.bind(model, urls)
		if err != nil {
			return nil, err
		}
		e.Links = append(e.Links, *link)
	}
	return e, nil
}

// addMixin associates the mixin once.
func (e *Entity) addMixin(model *Model, id ID) error {
	x := model.Mixin(id)
	if x == nil {
		return model.missing("mixin", id)
	}
	if !x.AppliesTo(e.Kind.ID) {
		return Errorf(Invalid, "mixin %s does not apply to %s", x.ID, e.Kind.Term)
	}
	if !slices.Contains(e.Mixins, x) {
		e.Mixins = append(e.Mixins, x)
	}
	return nil
}

// bind tells which link the client wants from its resource (GFD.185 §3.4.5). The source is the resource itself,
// whatever the request says: clients invent one before the resource has an id (rOCCI, jOCCI, IM).
func (l Link) bind(model *Model, urls URLs) (*Entity, error) {
	target, err := urls.Resolve(model, l.Target)
	if err != nil {
		return nil, err
	}
	kind, err := l.kind(model)
	if err != nil {
		return nil, err
	}
	e := &Entity{Kind: kind, Target: target}
	for _, id := range l.Categories {
		if model.Kind(id) == nil {
			if err := e.addMixin(model, id); err != nil {
				return nil, err
			}
		}
	}
	var own Attributes
	for _, p := range l.Attributes {
		if p.Name != "occi.core.source" {
			own = append(own, p)
		}
	}
	if err := e.setAttributes(model, urls, own, nil); err != nil {
		return nil, err
	}
	if e.Target != target {
		return nil, Errorf(Invalid, "the link to %q has another occi.core.target", clip(l.Target))
	}
	if self, err := urls.Resolve(model, l.Self); err == nil && e.ID == "" && self.Kind == e.Kind {
		e.ID = self.ID
	}
	return e, nil
}

// kind returns the one kind among the link's categories.
func (l Link) kind(model *Model) (*Kind, error) {
	var found *Kind
	for _, id := range l.Categories {
		k := model.Kind(id)
		if k != nil && found != nil && k != found {
			return nil, Errorf(Invalid, "the link to %q names two kinds", clip(l.Target))
		}
		if k != nil {
			found = k
		}
	}
	switch {
	case found == nil:
		return nil, Errorf(Invalid, `the link to %q names no kind: category="…" is needed`, clip(l.Target))
	case !found.IsLink():
		return nil, Errorf(Invalid, "%s is no kind of link", found.ID)
	}
	return found, nil
}

// actionQuery is what the target of an action link has before the term of the action.
const actionQuery = "?action="

func isActionLink(target string) bool { return strings.Contains(target, actionQuery) }
