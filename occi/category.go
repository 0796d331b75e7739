package occi

import (
	"slices"
	"strings"
)

// ID identifies a kind, mixin or action: scheme and term concatenated (GFD.221 §5.3.1).
type ID struct {
	Scheme string // ends in "#"
	Term   string
}

// ParseID splits a type identifier such as
// "http://schemas.ogf.org/occi/infrastructure#compute" after its last "#".
func ParseID(s string) (ID, error) {
	i := strings.LastIndexByte(s, '#')
	if i <= 0 || i == len(s)-1 {
		return ID{}, Errorf(Invalid, "%q is no type identifier: want scheme#term", clip(s))
	}
	return ID{Scheme: s[:i+1], Term: s[i+1:]}, nil
}

// String returns the type identifier, scheme and term concatenated.
func (id ID) String() string { return id.Scheme + id.Term }

// IsZero reports whether id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// Attribute describes one attribute of a category (GFD.221 §5.3.2).
// The zero value of a flag is the text rendering's default: optional and mutable.
type Attribute struct {
	Name        string
	Type        Type
	Required    bool
	Immutable   bool
	Default     Value    // zero if there is none
	Aliases     []string // other spellings read from clients, never written
	Description string
}

// Kind is the type of an entity (GFD.221 §5.3.3). Kinds are immutable and may be shared.
type Kind struct {
	ID
	Title      string
	Parent     ID     // zero for core#entity only
	Location   string // path below the mount, such as "/compute/"; begins and ends in a slash
	Attributes []Attribute
	Actions    []ID
	Aliases    []string // other locations served, such as ooi's "/networklink/"; never written
}

// IsLink reports whether entities of the kind are links.
func (k *Kind) IsLink() bool { return k.Parent == LinkID }

// Mixin adds capabilities to entities (GFD.221 §5.3.4). Mixins are immutable and may be shared.
type Mixin struct {
	ID
	Title      string
	Depends    []ID
	Applies    []ID   // empty means any entity
	Location   string // path below the mount, such as "/os_tpl/cirros/"
	Attributes []Attribute
	Actions    []ID
	Aliases    []string // other terms read from clients, such as a slug of the name; never written
	User       bool     // defined by a user of the project (GFD.221 §5.5.3), who may remove it
	Removable  bool     // the provider's, but made by an action of a user, such as a snapshot, who may remove it
}

// DependsOn reports whether the mixin names id among its dependencies.
func (m *Mixin) DependsOn(id ID) bool {
	return slices.Contains(m.Depends, id)
}

// AppliesTo reports whether entities of the kind may carry the mixin.
func (m *Mixin) AppliesTo(kind ID) bool {
	return len(m.Applies) == 0 || slices.Contains(m.Applies, kind)
}

// Action is an operation on an entity (GFD.221 §5.3.5); its attributes are the parameters.
type Action struct {
	ID
	Title      string
	Attributes []Attribute
}
