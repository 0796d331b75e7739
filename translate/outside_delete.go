package translate

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// leaveOutside removes a server's links to the outside, before the server itself: nobody would know any more whose
// addresses these were, and Neutron has been seen to take a minute to delete a port that has one.
func (c *Cloud) leaveOutside(ctx context.Context, server subject) error {
	with, err := c.connections(ctx, ports.ListOpts{DeviceID: server.id}, false)
	if occi.CodeOf(err) == occi.Unimplemented {
		return nil // a cloud without Neutron
	}
	var own []floatingips.FloatingIP
	for _, p := range with.ports {
		own = append(own, with.floating[p.ID]...)
	}
	if err != nil || len(own) == 0 {
		return err
	}
	s, err := c.server(ctx, server)
	if err != nil {
		return err
	}
	if s.Locked {
		return occi.Errorf(occi.Conflict, "compute %q is locked", server.id)
	}
	return c.releaseAll(ctx, own)
}

// releaseAll frees floating IPs from their ports.
func (c *Cloud) releaseAll(ctx context.Context, all []floatingips.FloatingIP) error {
	var round errgroup.Group // as in addTags
	round.SetLimit(maxTogether)
	for _, f := range all {
		round.Go(func() error { return c.release(ctx, f) })
	}
	return round.Wait()
}
