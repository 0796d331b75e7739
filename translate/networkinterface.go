package translate

import (
	"context"
	"maps"
	"net/http"
	"net/netip"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/attachinterfaces"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
	"github.com/gophercloud/gophercloud/v2/pagination"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// networkInterfaces translates network interfaces to the ports of servers. Nova makes and removes them,
// Neutron tells what they are.
type networkInterfaces struct{ *Cloud }

func (n networkInterfaces) list(ctx context.Context, full bool) ([]occi.Entity, error) {
	// The project is named, since an administrator's token, or that of a shared network's owner, sees more.
	all, known, err := n.portsWithSubnets(ctx, ports.ListOpts{ProjectID: n.ProjectID()}, full)
	if err != nil {
		return nil, err
	}
	byServer := serverPorts(all)
	var links []occi.Entity
	for _, serverID := range slices.Sorted(maps.Keys(byServer)) {
		for i, p := range byServer[serverID] {
			links = append(links, networkInterfaceEntity(n.translator.base, serverID, i, p, known))
		}
	}
	if !full {
		return references(links), nil
	}
	return links, nil
}

func (n networkInterfaces) get(ctx context.Context, id string) (*occi.Entity, error) {
	about := addressed(occi.NetworkInterfaceID, id)
	serverID, is, ok := parseInterfaceID(id)
	if !ok {
		return nil, absent(about)
	}
	all, known, err := n.portsWithSubnets(ctx, ports.ListOpts{DeviceID: serverID}, true)
	if err != nil {
		return nil, err
	}
	own := serverPorts(all)[serverID]
	i := slices.IndexFunc(own, is)
	if i < 0 {
		return nil, absent(about)
	}
	e := networkInterfaceEntity(n.translator.base, serverID, i, own[i], known)
	return &e, nil
}

// parseInterfaceID reads the id of a network interface: {server}_{port}, or {server}_{address} as ooi wrote it.
// It returns the server's id and what tells the port.
func parseInterfaceID(id string) (serverID string, is func(ports.Port) bool, ok bool) {
	if serverID, portID, ok := parseLinkID(id); ok {
		return serverID, func(p ports.Port) bool { return p.ID == portID }, true
	}
	serverID, address, ok := parseAddressLinkID(id)
	return serverID, func(p ports.Port) bool { return hasAddress(p, address) }, ok
}

func hasAddress(p ports.Port, address netip.Addr) bool {
	return slices.ContainsFunc(p.FixedIPs, func(ip ports.IP) bool {
		have, err := netip.ParseAddr(ip.IPAddress)
		return err == nil && have == address
	})
}

// update refuses: OpenStack cannot change what a network interface shows.
func (n networkInterfaces) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	now, err := n.get(ctx, change.ID)
	if err == nil {
		err = noChange(now, change)
	}
	return now, err
}

// delete detaches the port and waits until the link is gone. Nova answers 202 for any port, so the port is
// looked up first.
func (n networkInterfaces) delete(ctx context.Context, id string) error {
	about := addressed(occi.NetworkInterfaceID, id)
	serverID, is, ok := parseInterfaceID(id)
	if !ok {
		return absent(about)
	}
	all, err := n.ports(ctx, ports.ListOpts{DeviceID: serverID})
	if err != nil {
		return err
	}
	own := serverPorts(all)[serverID]
	i := slices.IndexFunc(own, is)
	if i < 0 {
		return absent(about)
	}
	nova, err := n.nova()
	if err != nil {
		return err
	}
	if err := attachinterfaces.Delete(ctx, nova, serverID, own[i].ID).ExtractErr(); err != nil {
		return n.fault(err, about)
	}
	return n.waitDetached(ctx, serverID, own[i].ID)
}

// waitDetached waits until the port is the server's no more. Nova deletes the ports that it made and
// releases those it was given.
func (n networkInterfaces) waitDetached(ctx context.Context, serverID, portID string) error {
	neutron, err := n.neutron()
	if err != nil {
		return err
	}
	err = waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		p, err := ports.Get(ctx, neutron, portID).Extract()
		if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			return true, nil
		}
		return err == nil && p.DeviceID != serverID, err
	})
	return unfinished(n.fault(err, subject{}), "the network interface is still being detached")
}

func (n networkInterfaces) act(_ context.Context, _ string, invocation *occi.Invocation) (*occi.Mixin, error) {
	return nil, noAction(n.kind(occi.NetworkInterfaceID), invocation)
}

// portsWithSubnets lists the ports that match and, if wanted, in the same round the subnets by id. The ports
// can be shown without their subnets.
func (c *Cloud) portsWithSubnets(
	ctx context.Context, opts ports.ListOpts, withSubnets bool,
) (all []ports.Port, known map[string]subnets.Subnet, err error) {
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		all, err = c.ports(ctx, opts)
		return err
	})
	side, cancel := aside(ctx)
	defer cancel()
	if withSubnets {
		round.Go(func() error {
			found, _ := c.subnets(side, subnets.ListOpts{})
			known = make(map[string]subnets.Subnet, len(found))
			for _, s := range found {
				known[s.ID] = s
			}
			return nil
		})
	}
	err = round.Wait()
	return all, known, err
}

// ports lists the ports that match.
func (c *Cloud) ports(ctx context.Context, opts ports.ListOpts) ([]ports.Port, error) {
	neutron, err := c.neutron()
	if err != nil {
		return nil, err
	}
	all, err := pages(ctx, func(marker string) pagination.Pager {
		opts.Marker = marker
		return ports.List(neutron, opts)
	}, ports.ExtractPorts, func(p ports.Port) string { return p.ID })
	return all, c.fault(err, subject{})
}
