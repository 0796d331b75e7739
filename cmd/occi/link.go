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

// linkKind returns the kind of a link to a target, by its URL, and the target's kind.
func (m *model) linkKind(target string) (link, to *occi.Category, err error) {
	if to, err = m.kindAt(target); err != nil {
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
func (l *lines) links(c *client, m *model, targets []string) error {
	for _, named := range targets {
		target, err := c.resolve(named)
		if err != nil {
			return err
		}
		kind, to, err := m.linkKind(target)
		if err != nil {
			return err
		}
		fmt.Fprintf(&l.b, "Link: <%s>; rel=%q; category=%q\n", target, to.ID, kind.ID)
	}
	return nil
}

// action returns the action of a resource's kind with a term or identifier. The resource is a URL or a location.
func (m *model) action(resource, name string) (*occi.Category, error) {
	kind, err := m.kindAt(resource)
	if err != nil {
		return nil, err
	}
	for _, id := range kind.Actions {
		if id.Term == name || id.String() == name {
			return m.find(occi.ClassAction, id.String())
		}
	}
	return nil, fmt.Errorf("a %s has no action %q", kind.Term, name)
}
