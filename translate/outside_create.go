package translate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// createOutside makes a link to the outside: it takes a floating IP, or the reservation, to the first of the server's
// addresses from which the network can be reached. Neutron knows that best, since the router may be another project's.
// While the server is being built its ports are waited for, and then, as long as the patience lasts, that the link works.
func (n networkInterfaces) createOutside(
	ctx context.Context, serverID string, w *outsideWish, patience time.Duration,
) (*occi.Entity, error) {
	var held *floatingips.FloatingIP
	if w.isReserved() {
		var err error
		if held, err = n.reserved(ctx, w); err != nil {
			return nil, err
		}
	}
	t, err := n.templates(ctx)
	if err != nil {
		return nil, err
	}
	made, at, err := n.findOutlet(ctx, serverID, w, held)
	if err != nil {
		return nil, err
	}
	if len(w.mixins) > 0 {
		if err := n.addTags(ctx, "floatingips", addressed(occi.NetworkInterfaceID, made.ID), w.mixins); err != nil {
			var undo undo
			undo.push(fmt.Sprintf("networkinterface %q", linkID(serverID, made.ID)), func(ctx context.Context) error {
				return n.release(ctx, *made)
			})
			return nil, undo.after(ctx, err)
		}
	}
	made = n.whenActive(ctx, made, patience)
	e := outsideLinkEntity(n.translator.base, serverID, at.index, at.port, *made, t, nil)
	e.Mixins = append(e.Mixins, w.mixins...)
	return &e, nil
}

// outsidePatience is how long a new link to the outside is waited for: Neutron's agent needs a second or two.
const outsidePatience = 3 * time.Second

// whenActive returns a floating IP as it is when its router passes on what comes for it, or when the patience is over.
func (n networkInterfaces) whenActive(ctx context.Context, f *floatingips.FloatingIP, patience time.Duration) *floatingips.FloatingIP {
	if patience == 0 {
		return f
	}
	side, cancel := aside(ctx)
	defer cancel()
	side, cancel = context.WithTimeout(side, patience)
	defer cancel()
	_ = waitUntil(side, attachInterval, func(ctx context.Context) (bool, error) {
		now, err := n.floatingIP(ctx, named(occi.IPReservationID, f.ID))
		if err == nil {
			f = now
		}
		return f.Status != "DOWN", err
	}) // the link is there, whatever becomes of the look at it
	return f
}

// findOutlet leads a floating IP to the first of a server's outlets that takes it. An outlet is tried once.
func (n networkInterfaces) findOutlet(
	ctx context.Context, serverID string, w *outsideWish, held *floatingips.FloatingIP,
) (made *floatingips.FloatingIP, at outlet, err error) {
	tried := make(map[string]bool)
	var refused error
	settled := false
	err = waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		all, err := n.ports(ctx, ports.ListOpts{DeviceID: serverID})
		if err != nil {
			return false, err
		}
		own, sure := n.interfaces(ctx, serverID, all)
		for _, at = range outlets(own, w.mac) {
			if tried[at.fixed] || !sure && !settled {
				continue
			}
			tried[at.fixed] = true
			made, err = n.lead(ctx, w, held, at)
			if err == nil || !isNoOutlet(err) {
				return err == nil, err
			}
			refused = err
		}
		if settled {
			return false, noOutlet(serverID, w, refused)
		}
		settled, err = n.isBuilt(ctx, serverID) // then one more look, since the last port may have come in between
		return false, err
	})
	if errors.Is(err, context.DeadlineExceeded) && !settled && len(tried) == 0 {
		err = unfinished(n.fault(err, subject{}), "the compute is still being built: its address can be linked later")
	}
	if err != nil {
		return nil, outlet{}, n.fault(err, named(w.target.Kind.ID, w.target.ID))
	}
	return made, at, nil
}

// lead makes a floating IP lead to an outlet: the one that is held, else a new one. It returns a refusal as it is.
func (n networkInterfaces) lead(
	ctx context.Context, w *outsideWish, held *floatingips.FloatingIP, at outlet,
) (*floatingips.FloatingIP, error) {
	if held != nil {
		return n.leadReserved(ctx, w, held, at)
	}
	neutron, err := n.neutron()
	if err != nil {
		return nil, err
	}
	opts := floatingips.CreateOpts{
		Description: linkMark + "=" + newMark(), FloatingNetworkID: w.networkID, PortID: at.port.ID, FixedIP: at.fixed,
	}
	made, err := floatingips.Create(ctx, neutron, opts).Extract()
	if err == nil || isRefusal(err) {
		return made, err
	}
	return lost[floatingips.FloatingIP]{
		what: fmt.Sprintf("link from compute %q to network %q", at.port.DeviceID, w.networkID),
		look: func(ctx context.Context) (*floatingips.FloatingIP, error) {
			all, err := n.floatingIPs(ctx, floatingips.ListOpts{Description: opts.Description})
			return find(all, isOfLink), err
		},
		name: func(f *floatingips.FloatingIP) string {
			return fmt.Sprintf("networkinterface %q", linkID(at.port.DeviceID, f.ID))
		},
		remove: func(ctx context.Context, f *floatingips.FloatingIP) error { return n.release(ctx, *f) },
	}.find(ctx, n.fault(err, subject{}))
}

// leadReserved makes a reservation that is free lead to an outlet. Of two requests that want the same one the first gets it.
func (n networkInterfaces) leadReserved(
	ctx context.Context, w *outsideWish, held *floatingips.FloatingIP, at outlet,
) (made *floatingips.FloatingIP, err error) {
	neutron, err := n.neutron()
	if err != nil {
		return nil, err
	}
	err = waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		opts := floatingips.UpdateOpts{PortID: &at.port.ID, FixedIP: at.fixed, RevisionNumber: &held.RevisionNumber}
		made, err = floatingips.Update(ctx, neutron, held.ID, opts).Extract()
		if !isOutdated(err) {
			return true, err
		}
		now, err := n.reserved(ctx, w)
		if err == nil {
			held = now
		}
		return false, err
	})
	if _, known := errors.AsType[*occi.Error](err); err == nil || known || isRefusal(err) {
		return made, err
	}
	return lost[floatingips.FloatingIP]{
		what: fmt.Sprintf("link from compute %q to ipreservation %q", at.port.DeviceID, held.ID),
		look: func(ctx context.Context) (*floatingips.FloatingIP, error) {
			now, err := n.floatingIP(ctx, named(occi.IPReservationID, held.ID))
			if err != nil || now.PortID != at.port.ID || now.FixedIP != at.fixed {
				return nil, err
			}
			return now, nil
		},
		name: func(f *floatingips.FloatingIP) string {
			return fmt.Sprintf("networkinterface %q", linkID(at.port.DeviceID, f.ID))
		},
		remove: func(ctx context.Context, f *floatingips.FloatingIP) error { return n.release(ctx, *f) },
	}.find(ctx, n.fault(err, subject{}))
}

// isNoOutlet reports whether Neutron refuses an address because the external network cannot be reached from it, or since
// it has a floating IP of that network.
func isNoOutlet(err error) bool {
	answer, ok := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err)
	if !ok {
		return false
	}
	switch readRefusal(answer.Body).kind {
	case "ExternalGatewayForFloatingIPNotFound", "FloatingIPPortAlreadyAssociated":
		return true
	default:
		return false
	}
}

// noOutlet tells why none of a server's addresses can be reached from the outside. If one could but is taken, Neutron
// has said so.
func noOutlet(serverID string, w *outsideWish, refused error) error {
	switch {
	case refused == nil && w.mac != "":
		return occi.Errorf(occi.Invalid, "compute %q has no interface with the MAC address %q and an IPv4 address", serverID, clip(w.mac, 80))
	case refused == nil:
		return occi.Errorf(occi.Conflict, "compute %q has no IPv4 address: link it to a network first", serverID)
	case gophercloud.ResponseCodeIs(refused, http.StatusConflict):
		return refused
	default:
		return occi.Errorf(occi.Conflict, "no network of compute %q has a router to %s %q", serverID, w.target.Kind.Term, w.target.ID)
	}
}

// isBuilt reports whether a server has all the ports that it will get. One that has failed has no more to come.
func (n networkInterfaces) isBuilt(ctx context.Context, serverID string) (bool, error) {
	s, err := n.server(ctx, named(occi.ComputeID, serverID))
	if err != nil {
		return false, err
	}
	if s.Status == "ERROR" {
		return false, occi.Errorf(occi.Conflict, "compute %q has failed: %s", serverID, statusOf(s).message)
	}
	return s.Status != "BUILD", nil
}
