package keystone

import (
	"fmt"
	"slices"
	"strings"
)

// projectRef is how a project is asked for; zero for no matter which. At most one of id, name and
// idOrName is set.
type projectRef struct {
	id       string
	name     string
	idOrName string
	// domainID or domainName is the domain of name, if it is known.
	domainID, domainName string
}

// project is a project that a user may choose.
type project struct {
	id, name             string
	domainID, domainName string // the name may be unknown, ""
}

// readProject returns the project that a request asks for in its path or its headers:
// X-Project-Id, or X-Project-Name with X-Project-Domain-Id or X-Project-Domain-Name if names repeat.
func readProject(r Request) (projectRef, error) {
	ref := projectRef{idOrName: r.Project}
	for _, f := range [...]struct {
		name  string
		value *string
	}{
		{"X-Project-Id", &ref.id},
		{"X-Project-Name", &ref.name},
		{"X-Project-Domain-Id", &ref.domainID},
		{"X-Project-Domain-Name", &ref.domainName},
	} {
		var err error
		if *f.value, err = single(r.Header, f.name); err != nil {
			return projectRef{}, err
		}
	}
	for _, value := range [...]string{ref.id, ref.name, ref.idOrName, ref.domainID, ref.domainName} {
		if len(value) > maxNameBytes || !printable(value) {
			return projectRef{}, ambiguous("the project asked for is no id and no name of one")
		}
	}
	switch inHeader := ref.id + ref.name; {
	case ref.id != "" && ref.name != "":
		return projectRef{}, ambiguous("the request names a project twice: send X-Project-Id or X-Project-Name")
	case inHeader != "" && ref.idOrName != "" && inHeader != ref.idOrName:
		return projectRef{}, ambiguous("the request names two projects, one in its path and one in its headers")
	case inHeader != "":
		ref.idOrName = ""
	}
	if ref.name == "" {
		ref.domainID, ref.domainName = "", ""
	}
	return ref, nil
}

func (r projectRef) isZero() bool { return r == projectRef{} }

// isExact reports whether Keystone needs no more to find the project.
func (r projectRef) isExact() bool {
	return r.id != "" || r.name != "" && (r.domainID != "" || r.domainName != "")
}

// means reports whether p is the project asked for.
func (r projectRef) means(p project) bool {
	switch {
	case r.id != "":
		return p.id == r.id
	case r.idOrName != "":
		return p.id == r.idOrName || p.name == r.idOrName
	}
	return p.name == r.name && (r.domainID == "" || r.domainID == p.domainID) &&
		(r.domainName == "" || r.domainName == p.domainName)
}

// String returns what was asked for, quoted.
func (r projectRef) String() string { return fmt.Sprintf("%q", r.id+r.name+r.idOrName) }

// choose returns the project that is meant among those that the user may choose: the one asked for
// or, if none is, the only one.
func (r projectRef) choose(among []project) (project, error) {
	meant := among
	if !r.isZero() {
		meant = slices.DeleteFunc(slices.Clone(among), func(p project) bool { return !r.means(p) })
		// an id is never another project's name
		if i := slices.IndexFunc(meant, func(p project) bool { return p.id == r.idOrName }); i >= 0 {
			meant = meant[i : i+1]
		}
	}
	switch {
	case len(meant) == 1:
		return meant[0], nil
	case r.isZero() && len(among) == 0:
		return project{}, unscoped("the token is for no project, and its user has none")
	case r.isZero():
		return project{}, unscoped("the token is for no project: " + offer(among))
	case len(meant) == 0:
		return project{}, foreign(r, "but "+offer(among))
	}
	return project{}, unscoped(fmt.Sprintf("several of your projects are called %s: %s", r, offer(meant)))
}

// maxOffered bounds the projects that one message lists.
const maxOffered = 50

// offer tells a user which projects there are.
func offer(projects []project) string {
	if len(projects) == 0 {
		return "to none at all"
	}
	var listed []string
	for _, p := range projects[:min(len(projects), maxOffered)] {
		listed = append(listed, fmt.Sprintf("%s (%s)", p.name, p.id))
	}
	if more := len(projects) - len(listed); more > 0 {
		listed = append(listed, fmt.Sprintf("and %d more", more))
	}
	return "choose one with X-Project-Id or a token for it: " + strings.Join(listed, ", ")
}

// unscoped is the error for a good credential whose project is open.
func unscoped(message string) *Error { return &Error{Kind: Unscoped, Message: message, lasting: true} }

// foreign is the error for a good credential and a project that it is not good for.
func foreign(r projectRef, hint string) *Error {
	return &Error{
		Kind:    Foreign,
		Message: fmt.Sprintf("you have no access to a project %s, %s", r, hint),
		lasting: true,
	}
}
