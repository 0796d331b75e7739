package translate

import (
	"context"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// computes translates compute to Nova's servers.
type computes struct{ *Cloud }

func (c computes) get(ctx context.Context, id string) (*occi.Entity, error) {
	s, parts, err := c.read(ctx, id)
	if err != nil {
		return nil, err
	}
	e := computeEntity(c.translator.base, s, parts)
	return &e, nil
}

// read asks for a server and what it is connected to, in one round.
func (c computes) read(ctx context.Context, id string) (*server, serverParts, error) {
	about := addressed(occi.ComputeID, id)
	if !isUUID(id) {
		return nil, serverParts{}, absent(about)
	}
	var s *server
	with := serverParts{hidden: c.hidden()}
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		s, err = c.server(roundCtx, about)
		return err
	})
	side, cancel := aside(roundCtx)
	defer cancel()
	round.Go(func() error {
		with.templates, _ = c.templates(side)
		return nil
	})
	round.Go(func() error {
		with.ports, _ = c.ports(side, ports.ListOpts{DeviceID: id})
		return nil
	})
	round.Go(func() error {
		all, _ := c.floatingIPs(side, floatingips.ListOpts{})
		with.floating = byPort(all)
		return nil
	})
	round.Go(func() error {
		with.attachments, _ = c.attachments(side, id)
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, serverParts{}, err
	}
	with.tags = c.shown(ctx, isTaggedServer(s, with))
	c.noteHidden(with.templates, *s)
	return s, with, nil
}

// delete removes the server, after its addresses: see leaveOutside. Nova takes ports that it made itself along, and
// detaches volumes.
func (c computes) delete(ctx context.Context, id string) error {
	about := addressed(occi.ComputeID, id)
	if !isUUID(id) {
		return absent(about)
	}
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return err
	}
	addresses, err := c.leaveOutside(ctx, about)
	if err != nil {
		return err
	}
	err = servers.Delete(ctx, nova, id).ExtractErr()
	if err != nil && len(addresses.all) > 0 && !c.isLeaving(ctx, about, err) {
		return addresses.putBack(ctx, c.fault(err, about))
	}
	if failed := addresses.giveUp(ctx); failed != nil {
		return failed
	}
	return c.fault(err, about)
}

// isLeaving reports whether a server is being deleted, or gone, though the order failed.
func (c computes) isLeaving(ctx context.Context, about subject, failure error) bool {
	if gophercloud.ResponseCodeIs(failure, http.StatusNotFound) {
		return true
	}
	if isRefusal(failure) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lostTimeout)
	defer cancel()
	_, err := c.server(ctx, about)
	return occi.CodeOf(err) == occi.NotFound
}

// aside returns a context for what only adds to an answer. It leaves half of the time, so that a service
// that hangs costs its part of the answer and no more.
func aside(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// server asks for one server. One that is being deleted is gone.
func (c *Cloud) server(ctx context.Context, about subject) (*server, error) {
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return nil, err
	}
	var body struct {
		Server *server `json:"server"`
	}
	// gophercloud's results are decoded twice, and this is the call that clients wait for most.
	//nolint:bodyclose // closed by gophercloud, which decodes it
	if _, err := nova.Get(ctx, nova.ServiceURL("servers", about.id), &body, nil); err != nil {
		return nil, c.fault(err, about)
	}
	switch {
	case body.Server == nil:
		return nil, occi.Errorf(occi.BadUpstream, "OpenStack's answer has no server")
	case statusOf(body.Server).gone:
		return nil, absent(about)
	}
	return body.Server, nil
}

// attachments lists the volumes of a server, with Nova's word for where they are.
func (c *Cloud) attachments(ctx context.Context, serverID string) ([]attachment, error) {
	nova, err := c.nova()
	if err != nil {
		return nil, err
	}
	list, _, err := page[volumeattach.VolumeAttachment](
		ctx, nova, nova.ServiceURL("servers", serverID, "os-volume_attachments"), "volumeAttachments")
	if err != nil {
		return nil, c.fault(err, addressed(occi.ComputeID, serverID))
	}
	found := make([]attachment, 0, len(list))
	for _, a := range list {
		found = append(found, attachment{serverID: serverID, volumeID: a.VolumeID, device: a.Device})
	}
	return found, nil
}
