package translate

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/attachinterfaces"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// networkInterfaces translates network interfaces to the ports of servers. Nova makes and removes them,
// Neutron tells what they are.
type networkInterfaces struct{ *Cloud }

// list asks for all ports, since their order names the interfaces.
func (n networkInterfaces) list(ctx context.Context, q occi.Query, full bool) ([]occi.Entity, error) {
	var all []ports.Port
	var known map[string]subnets.Subnet
	var own map[string]bool
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		// The project is named, since an administrator's token, or that of a shared network's owner, sees more.
		opts := ports.ListOpts{ProjectID: n.ProjectID()}
		all, known, err = n.portsWithSubnets(roundCtx, opts, full || selects(q))
		return err
	})
	if q.Own {
		round.Go(func() (err error) {
			own, err = n.ownServers(roundCtx)
			return err
		})
	}
	if err := round.Wait(); err != nil {
		return nil, err
	}
	defined, err := n.listed(ctx, q, slices.ContainsFunc(all, isTaggedPort))
	if err != nil {
		return nil, err
	}
	type dated struct {
		link    occi.Entity
		created time.Time
	}
	var found []dated
	for serverID, connected := range serverPorts(all) {
		if q.Own && !own[serverID] {
			continue
		}
		for i, p := range connected {
			link := networkInterfaceEntity(n.translator.base, serverID, i, p, known, defined)
			found = append(found, dated{link, p.CreatedAt})
		}
	}
	slices.SortFunc(found, func(a, b dated) int {
		return cmp.Or(a.created.Compare(b.created), strings.Compare(a.link.ID, b.link.ID))
	})
	links := make([]occi.Entity, len(found))
	for i, f := range found {
		links[i] = f.link
	}
	return pick(links, q, full), nil
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
	e := networkInterfaceEntity(n.translator.base, serverID, i, own[i], known, n.shown(ctx, isTaggedPort(own[i])))
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

// update changes the tags: OpenStack cannot change what else a network interface shows.
func (n networkInterfaces) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	return updateLink(ctx, n, change)
}

// port returns the port of the network interface with an id, and the server that it belongs to.
func (n networkInterfaces) port(ctx context.Context, id string) (serverID string, p ports.Port, err error) {
	about := addressed(occi.NetworkInterfaceID, id)
	serverID, is, ok := parseInterfaceID(id)
	if !ok {
		return "", ports.Port{}, absent(about)
	}
	all, err := n.ports(ctx, ports.ListOpts{DeviceID: serverID})
	if err != nil {
		return "", ports.Port{}, err
	}
	own := serverPorts(all)[serverID]
	i := slices.IndexFunc(own, is)
	if i < 0 {
		return "", ports.Port{}, absent(about)
	}
	return serverID, own[i], nil
}

// delete detaches the port and waits until the link is gone. Nova answers 202 for any port, so the port is
// looked up first.
func (n networkInterfaces) delete(ctx context.Context, id string) error {
	serverID, p, err := n.port(ctx, id)
	if err != nil {
		return err
	}
	nova, err := n.nova()
	if err != nil {
		return err
	}
	err = n.whenIdle(ctx, serverID, func(ctx context.Context) error {
		return attachinterfaces.Delete(ctx, nova, serverID, p.ID).ExtractErr()
	})
	if err != nil {
		return n.fault(err, addressed(occi.NetworkInterfaceID, id))
	}
	return n.waitDetached(ctx, serverID, p.ID)
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
	all, err := pages(func(marker string) ([]ports.Port, bool, error) {
		opts.Marker = marker
		query, err := opts.ToPortListQuery()
		if err != nil {
			return nil, false, err
		}
		return page[ports.Port](ctx, neutron, neutron.ServiceURL("ports")+query, "ports")
	}, func(p ports.Port) string { return p.ID })
	return all, c.fault(err, subject{})
}
