package translate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/attachinterfaces"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// attachedPort is a port that Nova has made for a server.
type attachedPort struct {
	serverID, id string
	before       []ports.Port                // those that the server had
	detach       func(context.Context) error // takes the port back, unless another request may have made it
}

// attach has Nova make a port for a server, which had others before.
func (n networkInterfaces) attach(
	ctx context.Context, serverID string, opts attachinterfaces.CreateOpts, before []ports.Port,
) (attachedPort, error) {
	nova, err := n.nova()
	if err != nil {
		return attachedPort{}, err
	}
	var attached *attachinterfaces.Interface
	tried := false
	err = n.whenIdle(ctx, serverID, func(ctx context.Context) (err error) {
		if tried { // a new server gets its first ports while Nova is busy with it
			if before, err = n.ports(ctx, ports.ListOpts{DeviceID: serverID}); err != nil {
				return err
			}
		}
		tried = true
		attached, err = attachinterfaces.Create(ctx, nova, serverID, opts).Extract()
		return err
	})
	if err != nil {
		id, err := n.findLost(ctx, serverID, opts.NetworkID, before, err)
		return attachedPort{serverID, id, before, notSurely}, err
	}
	detach := func(ctx context.Context) error {
		return gone(attachinterfaces.Delete(ctx, nova, serverID, attached.PortID).ExtractErr())
	}
	return attachedPort{serverID, attached.PortID, before, detach}, nil
}

// complete waits until a new port can be read, and gives it the security groups of the compute and the mixins of users. If
// that fails the port is taken back.
func (n networkInterfaces) complete(ctx context.Context, p attachedPort, mixins []*occi.Mixin) (*occi.Entity, error) {
	id := linkID(p.serverID, p.id)
	made, groups, err := n.waitListed(ctx, p.serverID, p.id)
	if err == nil {
		err = n.joinGroups(ctx, id, p.id, groups, commonGroups(p.before))
	}
	if err == nil {
		err = n.addTags(ctx, "ports", addressed(occi.NetworkInterfaceID, p.id), mixins)
	}
	if err != nil {
		var undo undo
		undo.push(fmt.Sprintf("networkinterface %q", id), p.detach)
		return nil, undo.after(ctx, err)
	}
	made.Mixins = append(made.Mixins, mixins...)
	return made, nil
}

// findLost returns the id of the port whose making got no answer: the one that the server had not before. It may also be
// another request's.
func (n networkInterfaces) findLost(
	ctx context.Context, serverID, networkID string, before []ports.Port, cause error,
) (id string, err error) {
	failure := n.fault(cause, named(occi.ComputeID, serverID))
	if _, early := errors.AsType[*occi.Error](cause); early || isRefusal(cause) { // early: Nova had only refused by then
		return "", failure
	}
	made, err := lost[ports.Port]{
		what: fmt.Sprintf("link from compute %q to network %q", serverID, networkID),
		look: func(ctx context.Context) (*ports.Port, error) {
			all, err := n.ports(ctx, ports.ListOpts{DeviceID: serverID, NetworkID: networkID})
			added := slices.DeleteFunc(all, func(p ports.Port) bool {
				return slices.ContainsFunc(before, func(had ports.Port) bool { return had.ID == p.ID })
			})
			if len(added) > 1 {
				return nil, occi.Errorf(occi.Conflict, "there are %d", len(added))
			}
			return find(added, func(ports.Port) bool { return true }), err
		},
		name: func(p *ports.Port) string { return fmt.Sprintf("networkinterface %q", linkID(serverID, p.ID)) },
	}.find(ctx, failure)
	if err != nil {
		return "", err
	}
	return made.ID, nil
}

// waitListed waits until Neutron has the new port among those of the server, so that the link can be read. It returns the
// link, and the security groups that the port has.
func (n networkInterfaces) waitListed(ctx context.Context, serverID, portID string) (made *occi.Entity, groups []string, err error) {
	err = waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		with, err := n.connections(ctx, ports.ListOpts{DeviceID: serverID}, true)
		if err != nil {
			return false, err
		}
		own, _ := n.interfaces(ctx, serverID, with.ports)
		i := slices.IndexFunc(own, func(p ports.Port) bool { return p.ID == portID })
		if i < 0 {
			return false, nil
		}
		e := networkInterfaceEntity(n.translator.base, serverID, i, own[i], with.subnets, nil)
		made, groups = &e, own[i].SecurityGroups
		return true, nil
	})
	return made, groups, unfinished(n.fault(err, subject{}), "the network interface is still being attached")
}
