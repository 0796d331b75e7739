package translate

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
)

// addDefaultNetwork gives the operator's default network to a new server whose client names none, if the project sees
// it. Nova itself refuses to choose among several networks.
func (c *Cloud) addDefaultNetwork(ctx context.Context, opts *serverOpts) error {
	if len(opts.Networks) > 0 || c.translator.options.DefaultNetwork == "" {
		return nil
	}
	id, err := c.translator.defaultNetworks.get(ctx, c.templateKey(), c.loadDefaultNetwork)
	if err != nil {
		return c.fault(err, subject{})
	}
	if id != "" {
		opts.Networks = []serverNetwork{{UUID: id}}
	}
	return nil
}

// loadDefaultNetwork finds the id of the operator's default network, "" if the project does not see it.
func (c *Cloud) loadDefaultNetwork(ctx context.Context) (string, error) {
	wanted := c.translator.options.DefaultNetwork
	opts := neutronnet.ListOpts{Name: wanted}
	if isUUID(wanted) {
		opts = neutronnet.ListOpts{ID: wanted}
	}
	all, err := c.listNetworks(ctx, opts, nil)
	if err != nil {
		return "", err
	}
	return chooseNetwork(all, c.ProjectID()), nil
}

// chooseNetwork returns the id of the network to take of several with one name: one of the project's own before one
// that is shared with it, and the oldest of these; never an external one. It returns "" if there is none.
func chooseNetwork(all []neutronNetwork, projectID string) string {
	inner := slices.DeleteFunc(all, func(n neutronNetwork) bool { return n.External })
	if len(inner) == 0 {
		return ""
	}
	others := func(n neutronNetwork) int {
		if n.ProjectID == projectID {
			return 0
		}
		return 1
	}
	return slices.MinFunc(inner, func(a, b neutronNetwork) int {
		return cmp.Or(others(a)-others(b), a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	}).ID
}

// newDefaultNetworkCache makes the cache of the default network's id, which differs by project, with a clock of its own.
func newDefaultNetworkCache(o Options, now func() time.Time) (*cache[templateKey, string], error) {
	return newCache[templateKey, string](cacheOptions{
		size: o.TemplateProjects, ttl: o.TemplateTTL, stale: staleLimit * o.TemplateTTL, now: now, event: func(string) {},
	})
}
