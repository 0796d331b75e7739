package openstacktest

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
)

// unlimited is the limit of a page that holds everything.
const unlimited = math.MaxInt

// paging is what a list was asked for.
type paging struct {
	limit  int // unlimited when neither the caller nor the service sets one
	marker string
}

// parsePaging reads limit and marker. Fallback is the limit when none was asked for, bound the
// service's own; ok is false when the limit is no whole number from 0 up.
func parsePaging(q url.Values, fallback, bound int) (p paging, ok bool) {
	p = paging{limit: min(fallback, bound), marker: q.Get("marker")}
	text := q.Get("limit")
	if text == "" {
		return p, true
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return p, false
	}
	p.limit = min(n, bound)
	return p, true
}

// pageBound is a service's page limit: the option when set and smaller, else its own.
func (c *Cloud) pageBound(own int) int {
	if c.opts.PageSize > 0 {
		return min(c.opts.PageSize, own)
	}
	return own
}

// cut gives the page after the marker. full tells that the page is as long as it may be, which is
// when the services offer a next one, even if nothing is on it. found is false when no item has
// the marker's id.
func cut[T any](all []T, p paging, id func(T) string) (page []T, full, found bool) {
	if p.marker != "" {
		i := slices.IndexFunc(all, func(item T) bool { return id(item) == p.marker })
		if i < 0 {
			return nil, false, false
		}
		all = all[i+1:]
	}
	if len(all) > p.limit {
		all = all[:p.limit]
	}
	return all, len(all) > 0 && len(all) == p.limit, true
}

// nextQuery is the query of the page after this one: the same, with the marker moved.
func nextQuery(q url.Values, marker string) string {
	next := maps.Clone(q)
	next.Set("marker", marker)
	return next.Encode()
}
