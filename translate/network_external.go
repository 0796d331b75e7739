package translate

import (
	"cmp"
	"context"
	"slices"
	"strings"

	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
)

// publicAlias is the id that ooi gave to external networks. It is read, in capitals or not (OCCI-OS), and never written.
const publicAlias = "PUBLIC"

// isPublicAlias reports whether an id stands for the default external network.
func isPublicAlias(id string) bool { return strings.EqualFold(id, publicAlias) }

// externalNetworks returns the networks to the outside that the caller's project sees, oldest first, usually from the
// cache. If they could not be had when that was filled, Neutron is asked again: without them a link to the outside would
// be taken for another.
func (c *Cloud) externalNetworks(ctx context.Context) ([]neutronNetwork, error) {
	t, err := c.templates(ctx)
	if err != nil {
		return nil, err
	}
	if t.isPartial() {
		all, err := c.loadExternalNetworks(ctx)
		return all, c.fault(offered(err), subject{})
	}
	return t.externals, nil
}

func (c *Cloud) loadExternalNetworks(ctx context.Context) ([]neutronNetwork, error) {
	outside := true
	all, err := c.listNetworks(ctx, neutronnet.ListOpts{}, &outside)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b neutronNetwork) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	})
	return all, nil
}

// defaultExternal chooses among external networks, oldest first, the one that is meant when none is named: the one that
// the operator wants, by id or name, else Neutron's default, else the oldest. It returns nil if there is none, and if
// the one that the operator wants is not there.
func defaultExternal(all []neutronNetwork, wanted string) *neutronNetwork {
	if wanted != "" {
		if n := find(all, func(n neutronNetwork) bool { return n.ID == wanted }); n != nil {
			return n
		}
		return find(all, func(n neutronNetwork) bool { return n.Name == wanted })
	}
	if n := find(all, func(n neutronNetwork) bool { return n.AutoAllocated.IsDefault }); n != nil {
		return n
	}
	return find(all, func(neutronNetwork) bool { return true })
}

// networkID returns the id that Neutron has for the network that a request is about. The subject is missing if there
// cannot be such a network.
func (c *Cloud) networkID(ctx context.Context, about subject) (string, error) {
	switch {
	case isUUID(about.id):
		return about.id, nil
	case !isPublicAlias(about.id):
		return "", absent(about)
	}
	all, err := c.externalNetworks(ctx)
	if err != nil {
		return "", err
	}
	n := defaultExternal(all, c.translator.options.DefaultExternal)
	if n == nil {
		return "", absent(about)
	}
	return n.ID, nil
}
