package openstacktest

import "net/http"

// placement stands in the catalogue because real clouds have it; only its version is served.
type placement struct{ cloud *Cloud }

func (placement) name() string  { return "placement" }
func (placement) mount() string { return "/placement" }

func (p placement) routes() []route {
	return []route{{method: "GET", path: "/", handle: p.versions, open: true}}
}

func (placement) version(*request) error { return nil }

func (placement) decorate(r *request, a *answer) {
	a.header.Set("X-Openstack-Request-Id", r.id)
}

func (p placement) render(r *request, e *apiError) answer {
	a := answer{status: e.status, header: http.Header{}, body: object{"errors": []any{object{
		"status": e.status, "title": http.StatusText(e.status), "detail": e.message, "request_id": r.id,
	}}}}
	if e.status == http.StatusUnauthorized {
		a.header.Set("WWW-Authenticate", p.cloud.bearer(r, p))
	}
	return a
}

func (placement) versions(*request) (answer, error) {
	return reply(http.StatusOK, object{"versions": []any{object{
		"id": "v1.0", "status": "CURRENT", "min_version": "1.0", "max_version": "1.39",
		"links": []any{object{"rel": "self", "href": ""}},
	}}})
}
