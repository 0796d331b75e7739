package gateway

import (
	"maps"
	"net/url"
	"slices"

	"github.com/occigate/occigate/occi"
)

// filter reads which members of the collection the request is about. It says so in OCCI header fields, whatever its
// Content-Type, and in the query of the URL. The model is needed only if there is a filter.
func (q *request) filter(of collection) (occi.Filter, error) {
	said, err := q.headerFields()
	if err != nil {
		return occi.Filter{}, err
	}
	return q.filterWith(of, said)
}

// filterWith is filter for the message and the query of the URL.
func (q *request) filterWith(of collection, said *occi.Message) (occi.Filter, error) {
	parameters, err := q.parameters()
	if err != nil {
		return occi.Filter{}, err
	}
	if said, err = withParameters(said, parameters); err != nil {
		return occi.Filter{}, err
	}
	filter := occi.Filter{Kinds: of.kinds}
	if len(said.Categories)+len(said.Attributes) > 0 {
		model, err := q.model()
		if err != nil {
			return occi.Filter{}, err
		}
		if filter, err = said.BindFilter(model, q.urls, of.kinds); err != nil {
			return occi.Filter{}, err
		}
	}
	if of.mixin != nil && !slices.Contains(filter.Query.Mixins, of.mixin) {
		filter.Query.Mixins = append(filter.Query.Mixins, of.mixin)
	}
	return filter, nil
}

// headerFields reads the OCCI header fields of a request that has its message, if any, elsewhere. Filters exist in no
// other rendering (GFD.223 §7).
func (q *request) headerFields() (*occi.Message, error) {
	return occi.Parse(occi.TextOCCI, q.Header, nil, q.options.Limits.message())
}

// filterLength is how many categories and values the query of a URL may filter by.
const filterLength = 64

// withParameters adds the filter in the query of the URL: "category" is a type identifier, and every name with a dot is
// that of an attribute.
func withParameters(said *occi.Message, parameters url.Values) (*occi.Message, error) {
	all, length := *said, 0
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		if !isFilter(name) {
			continue
		}
		for _, value := range parameters[name] {
			if length++; length > filterLength {
				return nil, occi.Errorf(occi.Invalid, "the query of the URL has more than %d filters", filterLength)
			}
			if name != "category" {
				all.Attributes = append(all.Attributes, occi.Pair{Name: name, Value: occi.String(value)})
				continue
			}
			id, err := occi.ParseID(value)
			if err != nil {
				return nil, occi.Errorf(occi.Invalid, `category=%s is no type identifier; in a URL "#" is written %%23`, clip(value))
			}
			all.Categories = append(all.Categories, occi.Category{ID: id})
		}
	}
	return &all, nil
}
