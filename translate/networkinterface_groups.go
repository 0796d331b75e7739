package translate

import (
	"context"
	"net/http"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// Security groups are links of the compute in OCCI, and groups of each port at Neutron: a port that comes later has the
// project's default one, whatever the compute is linked to.

// commonGroups returns the security groups that all ports of a server have, none if they differ in all. Ports without any
// do not count: they may be of those that take none.
func commonGroups(own []ports.Port) []string {
	var common []string
	first := true
	for _, p := range own {
		switch {
		case len(p.SecurityGroups) == 0:
		case first:
			common, first = slices.Clone(p.SecurityGroups), false
		default:
			common = slices.DeleteFunc(common, func(id string) bool { return !slices.Contains(p.SecurityGroups, id) })
		}
	}
	return common
}

// joinGroups gives a new port the wanted security groups in place of those that it has. It stays as it is if there are no
// wanted ones, or if it has none: then it takes none.
func (n networkInterfaces) joinGroups(ctx context.Context, link, portID string, has, wanted []string) error {
	if len(has) == 0 || len(wanted) == 0 || sameGroups(has, wanted) {
		return nil
	}
	neutron, err := n.neutron()
	if err != nil {
		return err
	}
	err = ports.Update(ctx, neutron, portID, ports.UpdateOpts{SecurityGroups: &wanted}).Err
	if isRefused(err, http.StatusNotFound, "SecurityGroupNotFound") { // deleted since
		return occi.Errorf(occi.Conflict, "the security groups of the compute have changed meanwhile")
	}
	return n.fault(err, named(occi.NetworkInterfaceID, link))
}

// sameGroups reports whether two lists of ids have the same ones, in whatever order.
func sameGroups(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(id string) bool { return !slices.Contains(b, id) })
}
