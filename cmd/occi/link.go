package main

import (
	"fmt"

	"github.com/occigate/occigate/occi"
)

// linkKinds are the kinds of links by the term of their target's kind: GFD.224 §3.4, and for the others rOCCI's.
var linkKinds = map[string]string{
	"network":       "networkinterface",
	"ipreservation": "networkinterface",
	"storage":       "storagelink",
	"securitygroup": "securitygrouplink",
}

// linkKind returns the kind of a link to a target, and the target's kind.
func (m *model) linkKind(target string) (link, to *occi.Category, err error) {
	if to, err = m.kindAt("/" + target); err != nil {
		return nil, nil, err
	}
	term, ok := linkKinds[to.Term]
	if !ok {
		return nil, nil, fmt.Errorf("nothing links to a %s", to.Term)
	}
	link, err = m.find(occi.ClassKind, term)
	return link, to, err
}

// links writes the links that a new resource is to begin with.
func (l *lines) links(m *model, targets []string) error {
	for _, target := range targets {
		kind, to, err := m.linkKind(target)
		if err != nil {
			return err
		}
		fmt.Fprintf(&l.b, "Link: <%s>; rel=%q; category=%q\n", path(target), to.ID, kind.ID)
	}
	return nil
}

// path makes a path of an entity's name, such as network/ID; a URL or path it leaves alone.
func path(entity string) string {
	if len(entity) > 0 && entity[0] != '/' && !isURL(entity) {
		return "/" + entity
	}
	return entity
}

// action returns the action of a resource's kind with a term, or the one with an identifier.
func (m *model) action(resource, name string) (*occi.Category, error) {
	kind, err := m.kindAt("/" + resource)
	if err != nil {
		kind = m.kind(resource)
	}
	if kind != nil {
		for _, id := range kind.Actions {
			if id.Term == name || id.String() == name {
				return m.find(occi.ClassAction, id.String())
			}
		}
	}
	return m.find(occi.ClassAction, name)
}
