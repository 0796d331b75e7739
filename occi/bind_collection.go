package occi

import (
	"errors"
	"fmt"
	"slices"
)

// BindEntities tells which entities the message asks to create: all of a collection (GFD.226 §3.3), else the one of
// BindEntity. Errors begin with the place of the entity in the collection, such as "resources[1]: ".
func (m *Message) BindEntities(model *Model, urls URLs) ([]*Entity, error) {
	all := m.entities()
	bound := make([]*Entity, len(all))
	for i := range all {
		e, err := all[i].bindNew(model, urls)
		if err != nil {
			return nil, m.locate(i, err)
		}
		bound[i] = e
	}
	return bound, nil
}

// entities returns the messages for single entities that this one consists of: itself, unless it is a collection.
func (m *Message) entities() []Message {
	if len(m.Members) == 0 && !m.isLinks() {
		return []Message{*m}
	}
	all := slices.Clone(m.Members)
	for _, l := range m.Links {
		all = append(all, l.message())
	}
	return all
}

// isLinks reports whether the message has links and nothing else, so that they can be entities of their own. In an
// update of a resource they are links to add to it.
func (m *Message) isLinks() bool {
	return len(m.Members)+len(m.Categories)+len(m.Attributes) == 0 && len(m.Links) > 0 &&
		!slices.ContainsFunc(m.Links, func(l Link) bool { return isActionLink(l.Target) })
}

// message returns the message that has the link as its entity.
func (l Link) message() Message {
	m := Message{Attributes: l.Attributes}
	for _, id := range l.Categories {
		m.Categories = append(m.Categories, Category{ID: id})
	}
	return m
}

// locate puts the place of the entity before the message of the error.
func (m *Message) locate(i int, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || len(m.Members) == 0 && !m.isLinks() {
		return err
	}
	place := fmt.Sprintf("resources[%d]", i)
	if i >= len(m.Members) {
		place = fmt.Sprintf("links[%d]", i-len(m.Members))
	}
	located := *e
	located.Message = place + ": " + e.Message
	return &located
}
