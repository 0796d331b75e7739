package translate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// create gives the security group to all ports of the server that can have one. That some or all have it already is no
// error: the request can be repeated.
func (s securityGroupLinks) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	if err := checkEnds(e, occi.SecurityGroupID); err != nil {
		return nil, err
	}
	serverID, groupID := e.Source.ID, e.Target.ID
	own, err := s.builtPorts(ctx, serverID)
	if err != nil {
		return nil, err
	}
	if len(own) == 0 {
		return nil, occi.Errorf(occi.Conflict, "compute %q has no network interface that a security group could be for", serverID)
	}
	var undo undo
	on, err := s.putGroup(ctx, own, groupID, &undo)
	if err != nil {
		return nil, undo.after(ctx, err)
	}
	l := groupLink{serverID: serverID, groupID: groupID, on: on, of: len(own), mixins: userMixins(e.Mixins)}
	if len(l.mixins) > 0 {
		if err := s.tagNew(ctx, occi.SecurityGroupLinkID, serverID, groupID, l.mixins, &undo); err != nil {
			return nil, undo.after(ctx, err)
		}
	}
	made := securityGroupLinkEntity(s.translator.base, l)
	return &made, nil
}

// builtPorts returns the ports of a server that exists. While it is being built, that is waited for: Nova makes the ports
// one by one.
func (s securityGroupLinks) builtPorts(ctx context.Context, serverID string) (own []ports.Port, err error) {
	building := false
	err = waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		look, ctx := errgroup.WithContext(ctx)
		look.Go(func() error {
			found, err := s.server(ctx, named(occi.ComputeID, serverID))
			building = err == nil && found.Status == "BUILD"
			return err
		})
		look.Go(func() error {
			all, err := s.ports(ctx, ports.ListOpts{DeviceID: serverID})
			own = serverPorts(all)[serverID]
			return err
		})
		err := look.Wait()
		return !building, err
	})
	if building && errors.Is(err, context.DeadlineExceeded) {
		err = &occi.Error{
			Code: occi.Conflict, Message: fmt.Sprintf("compute %q is still being built", serverID), RetryAfter: busyRetryAfter, Cause: err,
		}
	}
	return own, s.fault(err, subject{})
}

// delete takes the security group off all ports of the server.
func (s securityGroupLinks) delete(ctx context.Context, id string) error {
	l, own, err := s.linked(ctx, id)
	if err != nil {
		return err
	}
	neutron, err := s.neutron()
	if err != nil {
		return err
	}
	var round errgroup.Group // one that fails does not cut the others: the request can be repeated
	round.SetLimit(maxTogether)
	for _, p := range own {
		round.Go(func() error {
			return s.fault(gone(setGroup(ctx, neutron, p, l.groupID, false)), subject{})
		})
	}
	if err := round.Wait(); err != nil {
		return err
	}
	s.forgetTags(ctx, occi.SecurityGroupLinkID, l.serverID, l.groupID)
	return nil
}

// putGroup gives the security group to ports, remembers to take it off those that were without, and returns how many have
// it then. Ports without security or addresses take none; only if all are such it is an error.
func (s securityGroupLinks) putGroup(ctx context.Context, own []ports.Port, groupID string, undo *undo) (int, error) {
	neutron, err := s.neutron()
	if err != nil {
		return 0, err
	}
	var on atomic.Int64
	unable := make([]error, len(own))
	var round errgroup.Group // as in addTags
	round.SetLimit(maxTogether)
	for i, p := range own {
		if !slices.Contains(p.SecurityGroups, groupID) {
			undo.push(fmt.Sprintf("security group %q on port %q", groupID, p.ID), func(ctx context.Context) error {
				now, err := ports.Get(ctx, neutron, p.ID).Extract()
				if err != nil {
					return gone(err)
				}
				return gone(setGroup(ctx, neutron, *now, groupID, false))
			})
		}
		round.Go(func() error {
			err := setGroup(ctx, neutron, p, groupID, true)
			switch {
			case err == nil:
				on.Add(1)
				return nil
			case isRefused(err, http.StatusBadRequest, "PortSecurityAndIPRequiredForSecurityGroups"):
				unable[i] = s.fault(err, subject{})
				return nil
			case isRefused(err, http.StatusNotFound, "SecurityGroupNotFound"):
				return absent(named(occi.SecurityGroupID, groupID))
			default:
				return s.fault(err, named(occi.NetworkInterfaceID, linkID(p.DeviceID, p.ID)))
			}
		})
	}
	if err := round.Wait(); err != nil {
		return 0, err
	}
	if on.Load() == 0 {
		return 0, unable[0]
	}
	return int(on.Load()), nil
}

// setGroup puts a security group on a port or takes it off, unless that is so already. Neutron takes whole lists only: if
// somebody else has changed the port in between, it is read again. Networking API v2.0: revision-if-match.
func setGroup(ctx context.Context, neutron *gophercloud.ServiceClient, p ports.Port, groupID string, on bool) error {
	return waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		if slices.Contains(p.SecurityGroups, groupID) == on {
			return true, nil
		}
		wanted := slices.DeleteFunc(slices.Clone(p.SecurityGroups), func(id string) bool { return id == groupID })
		if on {
			wanted = append(wanted, groupID)
		}
		opts := ports.UpdateOpts{SecurityGroups: &wanted, RevisionNumber: &p.RevisionNumber}
		err := ports.Update(ctx, neutron, p.ID, opts).Err
		if !gophercloud.ResponseCodeIs(err, http.StatusPreconditionFailed) {
			return err == nil, err
		}
		now, err := ports.Get(ctx, neutron, p.ID).Extract()
		if err == nil {
			p = *now
		}
		return false, err
	})
}
