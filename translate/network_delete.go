package translate

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/routers"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// delete removes the network's router interfaces and idle ports, then the network, with which Neutron
// removes the subnets and its own ports. It can be repeated when it was cut short.
func (n networks) delete(ctx context.Context, id string) error {
	about := addressed(occi.NetworkID, id)
	id, err := n.networkID(ctx, about)
	if err != nil {
		return err
	}
	neutron, err := n.neutron()
	if err != nil {
		return err
	}
	var network neutronNetwork
	var connected []ports.Port
	look, lookCtx := errgroup.WithContext(ctx)
	look.Go(func() error {
		return n.fault(neutronnet.Get(lookCtx, neutron, id).ExtractInto(&network), about)
	})
	look.Go(func() (err error) {
		connected, err = n.ports(lookCtx, ports.ListOpts{NetworkID: id})
		return err
	})
	if err := look.Wait(); err != nil {
		return err
	}
	if network.ProjectID != n.ProjectID() {
		return occi.Errorf(occi.Forbidden, "network %q belongs to another project", id)
	}
	if servers := connectedServers(connected); len(servers) > 0 {
		return occi.Errorf(occi.Conflict, "network %q is linked to compute %s: remove the links first", id, strings.Join(servers, ", "))
	}
	sweep, sweepCtx := errgroup.WithContext(ctx)
	sweep.SetLimit(maxTogether)
	for _, p := range connected {
		sweep.Go(func() error { return n.disconnect(sweepCtx, neutron, p) })
	}
	if err := sweep.Wait(); err != nil {
		return err
	}
	return n.fault(neutronnet.Delete(ctx, neutron, id).ExtractErr(), about)
}

// maxTogether bounds the calls of one request that run at the same time.
const maxTogether = 8

// connectedServers returns the ids of the servers that the ports belong to, sorted. A port that has a device
// but no owner yet is one that Nova is preparing.
func connectedServers(of []ports.Port) []string {
	var ids []string
	for _, p := range of {
		if strings.HasPrefix(p.DeviceOwner, "compute:") || p.DeviceOwner == "" && p.DeviceID != "" {
			ids = append(ids, p.DeviceID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// disconnect removes a port that would keep the network from being deleted: the interface of a router, or one
// that nobody uses. Neutron removes its own, and the ports of other services are theirs to remove: the
// deletion of the network then says so.
func (n networks) disconnect(ctx context.Context, neutron *gophercloud.ServiceClient, p ports.Port) error {
	switch p.DeviceOwner {
	case "network:router_interface", "network:router_interface_distributed", "network:ha_router_replicated_interface":
		opts := routers.RemoveInterfaceOpts{PortID: p.ID}
		return n.fault(gone(routers.RemoveInterface(ctx, neutron, p.DeviceID, opts).Err), subject{})
	case "":
		return n.fault(gone(ports.Delete(ctx, neutron, p.ID).ExtractErr()), subject{})
	default:
		return nil
	}
}

// gone takes a 404 for success: what was to be removed is not there.
func gone(err error) error {
	if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		return nil
	}
	return err
}
