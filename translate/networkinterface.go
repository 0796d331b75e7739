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
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
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
	var with connections
	var t *templates
	var own map[string]bool
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		// The project is named, since an administrator's token, or that of a shared network's owner, sees more.
		opts := ports.ListOpts{ProjectID: n.ProjectID()}
		with, err = n.connections(roundCtx, opts, full || selects(q))
		return err
	})
	if full || selects(q) {
		round.Go(func() (err error) {
			t, err = n.templates(roundCtx)
			return err
		})
	}
	if q.Own {
		round.Go(func() (err error) {
			own, err = n.ownServers(roundCtx)
			return err
		})
	}
	if err := round.Wait(); err != nil {
		return nil, err
	}
	defined, err := n.listed(ctx, q, with.isTagged())
	if err != nil {
		return nil, err
	}
	type dated struct {
		link    occi.Entity
		created time.Time
	}
	var found []dated
	byServer := serverPorts(with.ports)
	if full || selects(q) {
		n.sortInterfaces(ctx, byServer)
	}
	for serverID, connected := range byServer {
		if q.Own && !own[serverID] {
			continue
		}
		for i, p := range connected {
			link := networkInterfaceEntity(n.translator.base, serverID, i, p, with.subnets, defined)
			found = append(found, dated{link, p.CreatedAt})
			for _, f := range with.floating[p.ID] {
				link := outsideLinkEntity(n.translator.base, serverID, i, p, f, t, defined)
				found = append(found, dated{link, f.CreatedAt})
			}
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
	nic, err := n.find(ctx, id, true)
	if err != nil {
		return nil, err
	}
	m := n.translator.base
	if nic.floating == nil {
		e := networkInterfaceEntity(m, nic.serverID, nic.index, nic.port, nic.subnets, n.shown(ctx, isTaggedPort(nic.port)))
		return &e, nil
	}
	t, _ := n.templates(ctx) // decoration: without it the link lacks its pool
	e := outsideLinkEntity(m, nic.serverID, nic.index, nic.port, *nic.floating, t, n.shown(ctx, isTaggedFloatingIP(*nic.floating)))
	return &e, nil
}

// nic is a network interface: a port of a server, or a floating IP that leads to one.
type nic struct {
	serverID string
	index    int // the port's place among the server's
	port     ports.Port
	floating *floatingips.FloatingIP // nil if it is the port itself
	connections
}

// find looks for the network interface with an id: {server}_{port}, {server}_{floatingip}, or {server}_{address} as ooi
// wrote it. The place among the server's and the subnets are found out for a whole one alone.
func (n networkInterfaces) find(ctx context.Context, id string, whole bool) (*nic, error) {
	about := addressed(occi.NetworkInterfaceID, id)
	serverID, otherID, isID := parseLinkID(id)
	address := netip.Addr{}
	if !isID {
		var ok bool
		if serverID, address, ok = parseAddressLinkID(id); !ok {
			return nil, absent(about)
		}
	}
	with, err := n.connections(ctx, ports.ListOpts{DeviceID: serverID}, whole)
	if err != nil {
		return nil, err
	}
	own := serverPorts(with.ports)[serverID]
	if whole {
		own, _ = n.interfaces(ctx, serverID, with.ports)
	}
	for i, p := range own {
		if p.ID == otherID || address.IsValid() && hasAddress(p, address) {
			return &nic{serverID, i, p, nil, with}, nil
		}
		for _, f := range with.floating[p.ID] {
			if f.ID == otherID || address.IsValid() && f.FloatingIP == address.String() {
				return &nic{serverID, i, p, &f, with}, nil
			}
		}
	}
	return nil, absent(about)
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

// delete detaches the port and waits until the link is gone. Nova answers 202 for any port, so the port is
// looked up first. Floating IPs leave their port before: see part.
func (n networkInterfaces) delete(ctx context.Context, id string) error {
	nic, err := n.find(ctx, id, false)
	if err != nil {
		return err
	}
	if nic.floating != nil {
		return n.release(ctx, *nic.floating)
	}
	nova, err := n.nova()
	if err != nil {
		return err
	}
	addresses, err := n.part(ctx, nic.connections.floating[nic.port.ID])
	if err != nil {
		return err
	}
	err = n.whenIdle(ctx, nic.serverID, func(ctx context.Context) error {
		return attachinterfaces.Delete(ctx, nova, nic.serverID, nic.port.ID).ExtractErr()
	})
	if err != nil && len(addresses.all) > 0 && !n.isDetached(ctx, nic, err) {
		return addresses.putBack(ctx, n.fault(err, addressed(occi.NetworkInterfaceID, id)))
	}
	if failed := addresses.giveUp(ctx); failed != nil {
		return failed
	}
	if err != nil {
		return n.fault(err, addressed(occi.NetworkInterfaceID, id))
	}
	return n.waitDetached(ctx, nic.serverID, nic.port.ID)
}

// isDetached reports whether a port has left its server though the order failed, and waits a little for that.
func (n networkInterfaces) isDetached(ctx context.Context, of *nic, failure error) bool {
	if isRefusal(failure) {
		return gophercloud.ResponseCodeIs(failure, http.StatusNotFound)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outsidePatience)
	defer cancel()
	return n.waitDetached(ctx, of.serverID, of.port.ID) == nil
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
	return ongoing(n.fault(err, subject{}), "the network interface is still being detached")
}

func (n networkInterfaces) act(_ context.Context, _ string, invocation *occi.Invocation) (*occi.Mixin, error) {
	return nil, noAction(n.kind(occi.NetworkInterfaceID), invocation)
}

// connections are ports with what is known about them.
type connections struct {
	ports    []ports.Port
	floating map[string][]floatingips.FloatingIP // by the port that they lead to
	subnets  map[string]subnets.Subnet           // by id; those that are missing were not asked for, or are hidden
}

// connections lists the ports that match, with floating IPs and, if wanted, subnets, in one round. The ports can be
// shown without their subnets.
func (c *Cloud) connections(ctx context.Context, opts ports.ListOpts, withSubnets bool) (connections, error) {
	var with connections
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		with.ports, err = c.ports(ctx, opts)
		return err
	})
	round.Go(func() error {
		all, err := c.floatingIPs(ctx, floatingips.ListOpts{})
		with.floating = byPort(all)
		return err
	})
	side, cancel := aside(ctx)
	defer cancel()
	if withSubnets {
		round.Go(func() error {
			found, _ := c.subnets(side, subnets.ListOpts{})
			with.subnets = make(map[string]subnets.Subnet, len(found))
			for _, s := range found {
				with.subnets[s.ID] = s
			}
			return nil
		})
	}
	err := round.Wait()
	return with, err
}

// isTagged reports whether any of the ports and floating IPs can have a tag.
func (with connections) isTagged() bool {
	return slices.ContainsFunc(with.ports, func(p ports.Port) bool {
		return isTaggedPort(p) || slices.ContainsFunc(with.floating[p.ID], isTaggedFloatingIP)
	})
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
