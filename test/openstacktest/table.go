package openstacktest

import "slices"

// table keeps things by id, in the order in which they were made.
type table[T any] struct {
	byID  map[string]*T
	order []*T
}

func (t *table[T]) add(id string, item *T) {
	if t.byID == nil {
		t.byID = make(map[string]*T)
	}
	t.byID[id] = item
	t.order = append(t.order, item)
}

// get gives the thing with an id, or nil.
func (t *table[T]) get(id string) *T { return t.byID[id] }

func (t *table[T]) remove(id string) {
	item, ok := t.byID[id]
	if !ok {
		return
	}
	delete(t.byID, id)
	t.order = slices.DeleteFunc(t.order, func(other *T) bool { return other == item })
}

// all gives the things that pass, oldest first, in a slice of the caller's own.
func (t *table[T]) all(pass func(*T) bool) []*T {
	var found []*T
	for _, item := range t.order {
		if pass(item) {
			found = append(found, item)
		}
	}
	return found
}

// latest gives the things that pass, newest first: Nova's, Cinder's and Glance's order.
func (t *table[T]) latest(pass func(*T) bool) []*T {
	found := t.all(pass)
	slices.Reverse(found)
	return found
}
