package occi

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// How long the parts of a new mixin may be, in bytes: what OpenStack's metadata take.
const (
	mixinIDLength       = 255
	mixinLocationLength = 255
)

// The owner of the standard's schemes (GFD.221 §5.3.1).
const standardHost = "schemas.ogf.org"

// BindNewMixins tells which mixins the message asks to add to the model (GFD.185 §3.4.1, GFD.223 §9.3): at least one.
// Each has class, term, scheme and location; what it is related to need not exist (doyouspeakOCCI relates its mixin to
// one that nobody knows).
//
// Schemes of the standard and the provider, and relations to templates, are Forbidden; an identifier or a location that
// is taken is a Conflict; everything else is Invalid. The model knows only of categories' locations: whoever serves
// other paths has to check them.
func (m *Message) BindNewMixins(model *Model, urls URLs) ([]*Mixin, error) {
	if len(m.Categories) == 0 {
		return nil, Errorf(Invalid, "the request defines no mixin")
	}
	var made []*Mixin
	for _, c := range m.Categories {
		x, err := c.newMixin(model, urls)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(made, func(other *Mixin) bool { return other.ID == x.ID || other.Location == x.Location }) {
			return nil, Errorf(Conflict, "the request defines %q or its location twice", x.ID)
		}
		made = append(made, x)
	}
	return made, nil
}

// BindUserMixins tells which mixins the message asks to remove from the model (GFD.223 §9.4): at least one. A category
// of the provider is Forbidden (GFD.185 §3.4.1), unless an action of a user has made it; one that does not exist is
// NotFound.
func (m *Message) BindUserMixins(model *Model) ([]*Mixin, error) {
	if len(m.Categories) == 0 {
		return nil, Errorf(Invalid, "the request names no mixin")
	}
	var named []*Mixin
	for _, c := range m.Categories {
		x := model.Mixin(c.ID)
		switch {
		case model.find(c.ID).IsZero():
			return nil, model.missing("mixin", c.ID)
		case x == nil || !x.User && !x.Removable:
			return nil, Errorf(Forbidden, "%q is the provider's and cannot be removed", clip(c.String()))
		case !slices.Contains(named, x):
			named = append(named, x)
		}
	}
	return named, nil
}

// newMixin makes the mixin that the category defines.
func (c Category) newMixin(model *Model, urls URLs) (*Mixin, error) {
	switch {
	case c.Class != ClassMixin:
		return nil, Errorf(Invalid, `only mixins can be defined: category %q needs class="mixin"`, clip(c.String()))
	case len(c.String()) > mixinIDLength:
		return nil, Errorf(Invalid, "the identifier %q has more than %d bytes", clip(c.String()), mixinIDLength)
	case utf8.RuneCountInString(c.Title) > titleLength:
		return nil, Errorf(Invalid, "the title of %s has more than %d characters", c.ID, titleLength)
	case len(c.Attributes)+len(c.Actions) > 0:
		return nil, Errorf(Invalid, "mixin %s: attributes and actions are the provider's to define", c.ID)
	case model.owns(c.Scheme):
		return nil, Errorf(Forbidden, "scheme %q is not for mixins of users", clip(c.Scheme))
	case !model.find(c.ID).IsZero():
		return nil, Errorf(Conflict, "there is a category %s already", c.ID)
	}
	for _, id := range c.Rel {
		if x := model.Mixin(id); x != nil && (x.IsTemplate() || x.ID == OSTemplateID || x.ID == ResourceTemplateID) {
			return nil, Errorf(Forbidden, "mixin %s cannot be related to %s: templates are the provider's", c.ID, x.ID)
		}
	}
	location, err := urls.collection(c.Location)
	if err != nil {
		return nil, err
	}
	if model.KindAt(location) != nil || model.MixinAt(location) != nil {
		return nil, Errorf(Conflict, "there is a category at %q already", location)
	}
	return &Mixin{ID: c.ID, Title: c.Title, Depends: c.Rel, Location: location, User: true}, nil
}

// owns reports whether only the standard or the provider defines categories in the scheme.
func (m *Model) owns(scheme string) bool {
	if u, err := url.Parse(scheme); err == nil && strings.EqualFold(u.Hostname(), standardHost) {
		return true
	}
	return m.lacksScheme(scheme) ||
		slices.ContainsFunc(m.kinds, func(k *Kind) bool { return k.Scheme == scheme }) ||
		slices.ContainsFunc(m.mixins, func(x *Mixin) bool { return x.Scheme == scheme && !x.User }) ||
		slices.ContainsFunc(m.actions, func(a *Action) bool { return a.Scheme == scheme })
}

// IsTemplate reports whether the mixin is an OS or a resource template (GFD.224 §3.5): an entity has at most one of
// each.
func (m *Mixin) IsTemplate() bool {
	return !m.User && (m.DependsOn(OSTemplateID) || m.DependsOn(ResourceTemplateID))
}

// collection reads the location of a new category, an absolute path or a URL of this gateway, and returns the path
// below the mount. It has to end in a slash (GFD.185 §3.3.1), and its parts are letters, digits and "-_.", which
// every client writes the same.
func (u URLs) collection(reference string) (string, error) {
	if reference == "" {
		return "", Errorf(Invalid, `a mixin needs a location, such as location="/my_stuff/"`)
	}
	parsed, err := url.Parse(reference)
	if err != nil || parsed.RawQuery != "" || parsed.Fragment != "" || len(reference) > mixinLocationLength {
		return "", Errorf(Invalid, "%q is no location", clip(reference))
	}
	if parsed.Host != "" && !u.isOwn(parsed) {
		return "", Errorf(Invalid, "location %q is not below %s", clip(reference), u.Base+u.Mount)
	}
	path := u.trimMount(parsed.Path)
	inner, rooted := strings.CutPrefix(path, "/")
	inner, closed := strings.CutSuffix(inner, "/")
	if !rooted || !closed {
		return "", Errorf(Invalid, `location %q has to begin and end in "/"`, clip(reference))
	}
	for part := range strings.SplitSeq(inner, "/") {
		if !isToken(part) || part == "." || part == ".." {
			return "", Errorf(Invalid, `location %q may have letters, digits and "-_." between slashes`, clip(reference))
		}
	}
	return path, nil
}
