package translate

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// leaveOutside takes a server's addresses off it, before the server is removed: nobody would know any more whose addresses
// these were.
func (c *Cloud) leaveOutside(ctx context.Context, server subject) (parted, error) {
	with, err := c.connections(ctx, ports.ListOpts{DeviceID: server.id}, false)
	if occi.CodeOf(err) == occi.Unimplemented {
		return parted{}, nil // a cloud without Neutron
	}
	var own []floatingips.FloatingIP
	for _, p := range with.ports {
		own = append(own, with.floating[p.ID]...)
	}
	if err != nil || len(own) == 0 {
		return parted{}, err
	}
	s, err := c.server(ctx, server)
	if err != nil {
		return parted{}, err
	}
	if s.Locked {
		return parted{}, occi.Errorf(occi.Conflict, "compute %q is locked", server.id)
	}
	return c.part(ctx, own)
}
