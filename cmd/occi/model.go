package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/occigate/occigate/occi"
)

// model is what the service offers, as it says it.
type model struct{ categories []occi.Category }

func (c *client) model(ctx context.Context) (*model, error) {
	a, err := c.ask(ctx, question{method: http.MethodGet, path: "/-/"})
	if err != nil {
		return nil, fmt.Errorf("the model: %w", err)
	}
	m, err := a.message()
	if err != nil {
		return nil, fmt.Errorf("the model: %w", err)
	}
	return &model{m.Categories}, nil
}

// find returns the category of a class that a user means: by scheme#term, by root#term of one that depends on the
// root, such as os_tpl#cirros, or by its term. A title with blanks as _ and points as - is as good as the term.
func (m *model) find(class occi.Class, name string) (*occi.Category, error) {
	scheme, term, qualified := strings.Cut(name, "#")
	var found []*occi.Category
	for i := range m.categories {
		c := &m.categories[i]
		switch {
		case c.Class != class:
		case name == c.String():
			return c, nil
		case !qualified && c.Term == name:
			found = append(found, c)
		case qualified && dependsOn(c, scheme) && (c.Term == term || slug(c.Title) == term || c.Title == term):
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("the service has no %s %q", class, name)
	case 1:
		return found[0], nil
	default:
		return nil, fmt.Errorf("%q may be %s or %s", name, found[0].ID, found[1].ID)
	}
}

func dependsOn(c *occi.Category, rootTerm string) bool {
	return slices.ContainsFunc(c.Rel, func(id occi.ID) bool { return id.Term == rootTerm })
}

// slug is how a title is written as a term.
func slug(title string) string {
	return strings.NewReplacer(" ", "_", ".", "-").Replace(strings.ToLower(title))
}

// dependants returns the mixins that depend on one with a term, such as os_tpl.
func (m *model) dependants(rootTerm string) []occi.Category {
	var found []occi.Category
	for _, c := range m.categories {
		if c.Class == occi.ClassMixin && dependsOn(&c, rootTerm) {
			found = append(found, c)
		}
	}
	return found
}

// kind returns the kind that a user names, nil if the name is none.
func (m *model) kind(name string) *occi.Category {
	i := slices.IndexFunc(m.categories, func(c occi.Category) bool {
		return c.Class == occi.ClassKind && (c.Term == name || c.String() == name)
	})
	if i < 0 {
		return nil
	}
	return &m.categories[i]
}

// kindAt returns the kind at whose location an entity is, by the entity's URL, or the kind's own location.
func (m *model) kindAt(entity string) (*occi.Category, error) {
	u, err := url.Parse(entity)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.categories, func(c occi.Category) bool {
		return c.Class == occi.ClassKind && c.Location != "" && strings.HasPrefix(u.Path, c.Location)
	})
	if i < 0 {
		return nil, fmt.Errorf("%s is at no kind's location", entity)
	}
	return &m.categories[i], nil
}
