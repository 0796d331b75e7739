package gateway

import (
	"net/http"

	"github.com/occigate/occigate/occi"
)

// query answers with the model (GFD.223 §9.1).
func query(q *request) (*reply, error) {
	if q.wantsListing() {
		return nil, errNoListing()
	}
	model, err := q.cloud.Model(q.Context())
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, render: func(rd occi.Renderer) (occi.Rendering, error) {
		return rd.Model(model.Kinds(), model.Mixins(), model.Actions())
	}}, nil
}

// probe answers HEAD on the query interface: that the token is good, which is known by now.
// IM asks before every operation, so no model is built.
func probe(*request) (*reply, error) {
	return &reply{status: http.StatusOK}, nil
}
