package openstacktest

import (
	"net/http"
	"slices"
	"strings"
)

// flavor is a Nova flavor.
type flavor struct {
	id, name, description string
	vcpus, ramMB, diskGB  int
	ephemeralGB, swapMB   int
	specs                 map[string]string
}

// view is a flavor in detail. Nova API: microversions 2.55, 2.61, 2.75.
func (f *flavor) view(r *request) object {
	view := object{
		"id": f.id, "name": f.name, "ram": f.ramMB, "disk": f.diskGB, "vcpus": f.vcpus, "swap": any(f.swapMB),
		"OS-FLV-EXT-DATA:ephemeral": f.ephemeralGB, "OS-FLV-DISABLED:disabled": false, "os-flavor-access:is_public": true,
		"rxtx_factor": 1.0, "links": links(r, "flavors", f.id),
	}
	if f.swapMB == 0 && r.minor < 75 {
		view["swap"] = ""
	}
	if r.minor >= 55 {
		view["description"] = nullable(f.description)
	}
	if r.minor >= 61 {
		view["extra_specs"] = f.specs
	}
	return view
}

func (n *nova) listFlavors(r *request) (answer, error) {
	return n.flavorList(r, func(f *flavor) object {
		view := object{"id": f.id, "name": f.name, "links": links(r, "flavors", f.id)}
		if r.minor >= 55 {
			view["description"] = nullable(f.description)
		}
		return view
	})
}

func (n *nova) listFlavorsDetail(r *request) (answer, error) {
	return n.flavorList(r, func(f *flavor) object { return f.view(r) })
}

func (n *nova) flavorList(r *request, view func(*flavor) object) (answer, error) {
	if err := checkQuery(r, 75, "Additional properties are not allowed ('%s' was unexpected)",
		"limit", "marker", "is_public", "minRam", "minDisk", "sort_key", "sort_dir"); err != nil {
		return answer{}, err
	}
	q := r.URL.Query()
	least := object{"ram": q.Get("minRam"), "disk": q.Get("minDisk")}
	found := n.flavors.all(func(f *flavor) bool {
		return f.ramMB >= integer(least, "ram") && f.diskGB >= integer(least, "disk")
	})
	slices.SortFunc(found, func(a, b *flavor) int { return strings.Compare(a.id, b.id) })
	return novaPage(n, r, "flavors", found, func(f *flavor) string { return f.id }, view)
}

// checkQuery refuses unknown query parameters from a microversion on; before, they are ignored.
func checkQuery(r *request, since int, text string, known ...string) error {
	for name := range r.URL.Query() {
		if slices.Contains(known, name) {
			continue
		}
		r.strict("unknown query parameter " + name)
		if r.minor >= since {
			return refuse(http.StatusBadRequest, text, name)
		}
	}
	return nil
}

func (n *nova) findFlavor(r *request) (*flavor, error) {
	f := n.flavors.get(r.param("id"))
	if f == nil {
		return nil, refuse(http.StatusNotFound, "Flavor %s could not be found.", r.param("id"))
	}
	return f, nil
}

func (n *nova) getFlavor(r *request) (answer, error) {
	f, err := n.findFlavor(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"flavor": f.view(r)})
}

func (n *nova) getExtraSpecs(r *request) (answer, error) {
	f, err := n.findFlavor(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"extra_specs": f.specs})
}
