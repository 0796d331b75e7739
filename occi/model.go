package occi

import (
	"slices"
	"strings"
	"sync"
)

// Model is what a provider offers one caller: the answer of the query interface (GFD.223 §9.1).
// It is immutable after NewModel, so that it can be cached and shared.
type Model struct {
	kinds     []*Kind
	mixins    []*Mixin
	actions   []*Action
	kindOf    map[ID]*Kind
	mixinOf   map[ID]*Mixin
	actionOf  map[ID]*Action
	kindAt    map[string]*Kind
	mixinAt   map[string]*Mixin
	ambiguous map[ID]bool // aliases that two mixins claim
	gaps      []Gap
	view11    func() View // made when it is first asked for
	view12    func() View
}

// NewModel makes a model; categories are rendered in the order given.
// An alias that more than one mixin claims, or that is another mixin's term, names nobody.
func NewModel(kinds []*Kind, mixins []*Mixin, actions []*Action) *Model {
	m := &Model{
		kinds:     kinds,
		mixins:    mixins,
		actions:   actions,
		kindOf:    make(map[ID]*Kind, len(kinds)),
		mixinOf:   make(map[ID]*Mixin, 2*len(mixins)),
		actionOf:  make(map[ID]*Action, len(actions)),
		kindAt:    make(map[string]*Kind, len(kinds)),
		mixinAt:   make(map[string]*Mixin, len(mixins)),
		ambiguous: make(map[ID]bool),
	}
	for _, k := range kinds {
		m.kindOf[k.ID] = k
		m.kindAt[k.Location] = k
		for _, location := range k.Aliases {
			m.kindAt[location] = k
		}
	}
	for _, x := range mixins {
		m.mixinOf[x.ID] = x
		m.mixinAt[x.Location] = x
	}
	for _, a := range actions {
		m.actionOf[a.ID] = a
	}
	m.addAliases()
	m.view11 = sync.OnceValue(func() View { return m.viewOf(Version11) })
	m.view12 = sync.OnceValue(func() View { return m.viewOf(Version12) })
	return m
}

func (m *Model) addAliases() {
	for _, x := range m.mixins {
		for _, term := range append([]string{strings.ToLower(x.Term)}, x.Aliases...) {
			alias := ID{x.Scheme, term}
			switch other, taken := m.mixinOf[alias]; {
			case m.ambiguous[alias], other == x:
			case !taken:
				m.mixinOf[alias] = x
			case other.ID != alias: // another alias: neither may have it
				m.ambiguous[alias] = true
				delete(m.mixinOf, alias)
			}
		}
	}
}

// With returns a model that has further mixins behind those of m, and its gaps.
func (m *Model) With(mixins ...*Mixin) *Model {
	return NewModel(m.kinds, slices.Concat(m.mixins, mixins), m.actions).WithGaps(m.gaps...)
}

// Kinds returns the kinds in order; they may not be changed.
func (m *Model) Kinds() []*Kind { return m.kinds }

// Mixins returns the mixins in order; they may not be changed.
func (m *Model) Mixins() []*Mixin { return m.mixins }

// Actions returns the actions in order; they may not be changed.
func (m *Model) Actions() []*Action { return m.actions }

// Kind returns the kind with the given id, or nil.
func (m *Model) Kind(id ID) *Kind { return m.kindOf[id] }

// Mixin returns the mixin with the given id or alias, or nil. Terms are found in lower case as well, since rOCCI
// lower-cases what it read, and in capitals if they are published in lower case.
func (m *Model) Mixin(id ID) *Mixin {
	if x := m.mixinOf[id]; x != nil {
		return x
	}
	return m.mixinOf[ID{id.Scheme, strings.ToLower(id.Term)}]
}

// IsBelow reports whether the kind is the one with the id or has it among its ancestors.
func (m *Model) IsBelow(k *Kind, id ID) bool {
	for k != nil && k.ID != id {
		k = m.Kind(k.Parent)
	}
	return k != nil
}

// Action returns the action with the given id, or nil.
func (m *Model) Action(id ID) *Action { return m.actionOf[id] }

// KindAt returns the kind whose collection is at the path below the mount, or nil.
// The trailing slash may be missing.
func (m *Model) KindAt(path string) *Kind { return m.kindAt[withSlash(path)] }

// MixinAt returns the mixin whose collection is at the path below the mount, or nil.
func (m *Model) MixinAt(path string) *Mixin { return m.mixinAt[withSlash(path)] }

// EntityAt splits the path of an entity, such as "/compute/ID" below the mount, into kind and id.
// It reports false if no kind's collection holds such a path.
func (m *Model) EntityAt(path string) (Ref, bool) {
	path = strings.TrimSuffix(path, "/")
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return Ref{}, false
	}
	kind, id := m.kindAt[path[:i+1]], path[i+1:]
	if kind == nil || !IsID(id) {
		return Ref{}, false
	}
	return Ref{kind, id}, true
}

func withSlash(path string) string {
	if strings.HasSuffix(path, "/") {
		return path
	}
	return path + "/"
}
