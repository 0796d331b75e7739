package gateway

import (
	"net/http"
	"strings"

	"github.com/occigate/occigate/occi"
)

// model answers with the model as the client's version has it, or with the categories that the header fields ask for
// (GFD.185 §3.4.1, GFD.223 §9.1).
func model(q *request) (*reply, error) {
	if q.wantsListing() {
		return nil, errNoListing()
	}
	filter, err := q.headerFields()
	if err != nil {
		return nil, err
	}
	whole, err := q.model()
	if err != nil {
		return nil, err
	}
	view, err := filter.BindView(whole, q.version)
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, render: func(rd occi.Renderer) (occi.Rendering, error) {
		return rd.Model(view.Kinds, view.Mixins, view.Actions)
	}}, nil
}

// probe answers HEAD on the query interface: that the token is good, which is known by now.
// IM asks before every operation, so no model is built.
func probe(*request) (*reply, error) {
	return &reply{status: http.StatusOK}, nil
}

// define adds the mixins that the request defines (GFD.223 §9.3). Their collections must not be where a route is.
func (g *Gateway) define(q *request) (*reply, error) {
	message, model, err := q.messageAndModel()
	if err != nil {
		return nil, err
	}
	mixins, err := message.BindNewMixins(model, q.urls)
	if err != nil {
		return nil, err
	}
	for _, mixin := range mixins {
		path := q.urls.Path(mixin.Location)
		if len(g.routed(strings.TrimSuffix(path, "/"))) > 0 || strings.HasPrefix(mixin.Location, projectMount) {
			return nil, occi.Errorf(occi.Conflict, "location %q is taken", path)
		}
	}
	if err := q.cloud.Define(q.Context(), mixins); err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK}, nil
}

// undefine removes the users' mixins that the request names, from every entity as well (GFD.223 §9.4).
func undefine(q *request) (*reply, error) {
	message, model, err := q.messageAndModel()
	if err != nil {
		return nil, err
	}
	mixins, err := message.BindUserMixins(model)
	if err != nil {
		return nil, err
	}
	if err := q.cloud.Undefine(q.Context(), mixins); err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK}, nil
}
