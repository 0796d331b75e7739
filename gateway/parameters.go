package gateway

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/occigate/occigate/occi"
)

// parameters reads the query of the URL. Which character separates is not specified (GFD.223 §6): both are read.
func (q *request) parameters() (url.Values, error) {
	parameters, err := url.ParseQuery(strings.ReplaceAll(q.URL.RawQuery, ";", "&"))
	if err != nil {
		// A parameter left out would turn an action into an update, or an attribute of a filter into everything.
		return nil, &occi.Error{Code: occi.Invalid, Message: "the query of the URL is malformed", Cause: err}
	}
	return parameters, nil
}

// action returns the term in the query parameter that makes a POST an action, and whether there is one.
func (q *request) action() (term string, invoked bool, err error) {
	parameters, err := q.parameters()
	if err != nil {
		return "", false, err
	}
	terms, invoked := parameters["action"]
	if invoked && (len(terms) != 1 || terms[0] == "") {
		return "", true, occi.Errorf(occi.Invalid, "the query has to name one action, as in ?action=start")
	}
	return strings.Join(terms, ""), invoked, nil
}

// page is a part of a listing (GFD.223 §6). The zero page is the whole of it.
type page struct {
	index int // from 1
	size  int
}

// page returns the part of a collection that the request asks for. The standard wants both parameters or none; for one
// that is missing there is a default.
func (q *request) page() (page, error) {
	parameters, err := q.parameters()
	if err != nil || !parameters.Has("page") && !parameters.Has("number") {
		return page{}, err
	}
	index, err := positive(parameters, "page", 1)
	if err != nil {
		return page{}, err
	}
	size, err := positive(parameters, "number", q.options.Limits.PageSize)
	if err != nil {
		return page{}, err
	}
	if most := q.options.Limits.PageMax; size > most {
		return page{}, occi.Errorf(occi.TooLarge, "a page has at most %d entities", most)
	}
	return page{index, size}, nil
}

// selectsOnly refuses parameters that select nothing, where something is done to the members of a collection: it would
// be done to more of them than the client meant. The parameter "action" is known to who invokes one.
func (q *request) selectsOnly(known ...string) error {
	parameters, err := q.parameters()
	if err != nil {
		return err
	}
	for name := range parameters {
		if !isFilter(name) && !slices.Contains(known, name) {
			return occi.Errorf(occi.Invalid, "parameter %q selects no members: category and attributes do", clip(name))
		}
	}
	return nil
}

// isFilter reports whether the parameter is part of a filter: a category, or an attribute, whose names all have a dot.
func isFilter(name string) bool { return name == "category" || strings.Contains(name, ".") }

// positive reads a whole number above zero. One that is too large to be counted with stays large.
func positive(parameters url.Values, name string, missing int) (int, error) {
	values := slices.Compact(slices.Clone(parameters[name]))
	if len(values) == 0 {
		return missing, nil
	}
	n, err := strconv.Atoi(values[0])
	if len(values) > 1 || n <= 0 || err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, occi.Errorf(occi.Invalid, "%s=%s: one whole number above zero is needed", name, clip(strings.Join(values, ",")))
	}
	return n, nil
}

// of returns the page's part of the entities, which is empty past the end.
func (p page) of(entities []occi.Entity) []occi.Entity {
	if p.size == 0 {
		return entities
	}
	if p.index-1 > len(entities)/p.size {
		return nil
	}
	begin := min((p.index-1)*p.size, len(entities))
	return entities[begin:min(begin+p.size, len(entities))]
}
