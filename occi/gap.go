package occi

import (
	"slices"
	"strings"
	"time"
)

// Gap is a part of a model that could not be had now: mixins of a scheme, which are at locations below a path.
type Gap struct {
	Scheme   string
	Location string // below the mount, such as "/snapshot/"
}

// gapRetryAfter is how long clients are told to wait for the part of a model that could not be had.
const gapRetryAfter = 5 * time.Second

// WithGaps returns a model that tells categories which may be in the gaps from those that there are not. Its
// categories are those of m.
func (m *Model) WithGaps(gaps ...Gap) *Model {
	if len(gaps) == 0 {
		return m
	}
	made := *m
	made.gaps = slices.Concat(m.gaps, gaps)
	return &made
}

// missing returns the error about a category, which is a "mixin" or the like, that the model has not: NotFound, or
// Unavailable if it may be in a gap.
func (m *Model) missing(what string, id ID) *Error {
	if m.lacksScheme(id.Scheme) {
		return unavailable(what, id.String())
	}
	return Errorf(NotFound, "there is no %s %q", what, clip(id.String()))
}

// lacksScheme reports whether mixins of a scheme are in a gap.
func (m *Model) lacksScheme(scheme string) bool {
	return slices.ContainsFunc(m.gaps, func(g Gap) bool { return g.Scheme == scheme })
}

// NothingAt returns the error about a path below the mount at which the model has nothing: nil, or Unavailable if that
// may be in a gap.
func (m *Model) NothingAt(path string) error {
	if !slices.ContainsFunc(m.gaps, func(g Gap) bool { return strings.HasPrefix(path, g.Location) }) {
		return nil
	}
	return unavailable("mixin", path)
}

func unavailable(what, name string) *Error {
	e := Errorf(Unavailable, "whether there is a %s %q cannot be told at the moment, try again later", what, clip(name))
	e.RetryAfter = gapRetryAfter
	return e
}
