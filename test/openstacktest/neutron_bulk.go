package openstacktest

import (
	"net/http"
	"strings"
)

// bodies reads what is to be created: one resource, or several under the plural where the collection takes that.
// Networking API v2.0: bulk creation.
func (n *neutron) bodies(c *collection, r *request) (one object, several []object, err error) {
	body, err := r.decode()
	if err != nil {
		return nil, nil, neutronError(http.StatusBadRequest, "HTTPBadRequest", "Body contains invalid data")
	}
	list, isList := body[c.plural].([]any)
	if !c.bulk || !isList {
		one, err = n.checked(c, r, body, false)
		return one, nil, err
	}
	for _, item := range list {
		in, _ := item.(object)
		in, err := n.checked(c, r, object{c.singular: in}, false)
		if err != nil {
			return nil, nil, err
		}
		several = append(several, in)
	}
	return nil, several, nil
}

// createAll creates resources, all or none.
func (n *neutron) createAll(c *collection, r *request, several []object) (answer, error) {
	if err := n.checkQuota(r.token.project.id, c.singular, len(several)); err != nil {
		return answer{}, err
	}
	var made []resource
	views := []any{}
	for _, in := range several {
		res, err := c.create(r, in)
		if err != nil {
			for _, earlier := range made {
				_ = c.remove(r, earlier)
			}
			return answer{}, err
		}
		made = append(made, res)
		views = append(views, res.view())
	}
	return reply(http.StatusCreated, object{c.plural: views})
}

// checkRevision refuses a change that was meant for another revision. Networking API v2.0: revision-if-match.
func (b *record) checkRevision(r *request) error {
	wanted, ok := strings.CutPrefix(r.Header.Get("If-Match"), "revision_number=")
	if ok && wanted != display(b.revision) {
		return neutronError(http.StatusPreconditionFailed, "RevisionNumberConstraintFailed",
			"Constrained to %s, but current revision is %d", wanted, b.revision)
	}
	return nil
}
