package translate

import (
	"context"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/pagination"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// computes translates compute to Nova's servers.
type computes struct{ *Cloud }

// list asks in one round for everything that all computes together need: the calls do not grow with the
// number of servers, only the pages.
func (c computes) list(ctx context.Context, full bool) ([]occi.Entity, error) {
	if !full {
		return c.listIDs(ctx)
	}
	var found []server
	var with listParts
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		found, err = c.servers(ctx)
		return err
	})
	side, cancel := aside(ctx)
	defer cancel()
	round.Go(func() error {
		with.templates, _ = c.templates(side)
		return nil
	})
	round.Go(func() error {
		all, _ := c.ports(side, ports.ListOpts{ProjectID: c.session.ProjectID()})
		with.ports = serverPorts(all)
		return nil
	})
	round.Go(func() error {
		all, _ := c.volumes(side)
		with.attachments = make(map[string][]attachment)
		for _, v := range all {
			for _, a := range volumeAttachments(v) {
				with.attachments[a.serverID] = append(with.attachments[a.serverID], a)
			}
		}
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	entities := make([]occi.Entity, 0, len(found))
	for i := range found {
		if s := &found[i]; !statusOf(s).gone {
			entities = append(entities, computeEntity(c.translator.base, s, with.of(s.ID)))
		}
	}
	return entities, nil
}

// listParts are the serverParts of all servers, by their ids.
type listParts struct {
	templates   *templates
	ports       map[string][]ports.Port
	attachments map[string][]attachment
}

func (p listParts) of(serverID string) serverParts {
	return serverParts{templates: p.templates, ports: p.ports[serverID], attachments: p.attachments[serverID]}
}

// listIDs asks for nothing but the ids, which Nova has at hand, and leaves out what is being deleted: rOCCI reads
// every entity that was listed and gives up at the first 404.
func (c computes) listIDs(ctx context.Context) ([]occi.Entity, error) {
	var ids []string
	var leaving map[string]bool
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		ids, err = c.serverIDs(ctx)
		return err
	})
	side, cancel := aside(ctx)
	defer cancel()
	round.Go(func() error {
		leaving = c.leavingServers(side)
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	kind := c.kind(occi.ComputeID)
	entities := make([]occi.Entity, 0, len(ids))
	for _, id := range ids {
		if !leaving[id] {
			entities = append(entities, occi.Entity{Kind: kind, ID: id})
		}
	}
	return entities, nil
}

// serverIDs lists the project's servers without details.
func (c computes) serverIDs(ctx context.Context) ([]string, error) {
	nova, err := c.novaAt(serverVersion)
	if err != nil {
		return nil, err
	}
	type brief struct {
		ID string `json:"id"`
	}
	all, err := pages(ctx, func(marker string) pagination.Pager {
		return servers.ListSimple(nova, servers.ListOpts{Marker: marker})
	}, func(page pagination.Page) (list []brief, err error) {
		err = servers.ExtractServersInto(page, &list)
		return list, err
	}, func(s brief) string { return s.ID })
	if err != nil {
		return nil, c.fault(err, subject{})
	}
	ids := make([]string, len(all))
	for i, s := range all {
		ids[i] = s.ID
	}
	return ids, nil
}

// leavingFor is how far back leavingServers looks: longer than a deletion takes and clocks differ.
const leavingFor = 5 * time.Minute

// leavingServers returns the servers that are being deleted. A listing without details does not tell, so this asks
// for the few that changed lately. It is decoration: without an answer there are none.
func (c computes) leavingServers(ctx context.Context) map[string]bool {
	nova, err := c.novaAt(serverVersion)
	if err != nil {
		return nil
	}
	since := time.Now().Add(-leavingFor).UTC().Format(time.RFC3339)
	changed, err := pages(ctx, func(marker string) pagination.Pager {
		return servers.List(nova, servers.ListOpts{Marker: marker, ChangesSince: since})
	}, extractServers, func(s server) string { return s.ID })
	if err != nil {
		return nil
	}
	leaving := make(map[string]bool)
	for i := range changed {
		leaving[changed[i].ID] = statusOf(&changed[i]).gone
	}
	return leaving
}

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
	var with serverParts
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		s, err = c.server(ctx, about)
		return err
	})
	side, cancel := aside(ctx)
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
		with.attachments, _ = c.attachments(side, id)
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, serverParts{}, err
	}
	return s, with, nil
}

// delete removes the server. Nova takes ports that it made itself along, and detaches volumes.
func (c computes) delete(ctx context.Context, id string) error {
	about := addressed(occi.ComputeID, id)
	if !isUUID(id) {
		return absent(about)
	}
	nova, err := c.novaAt(serverVersion)
	if err != nil {
		return err
	}
	return c.fault(servers.Delete(ctx, nova, id).ExtractErr(), about)
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
	nova, err := c.novaAt(serverVersion)
	if err != nil {
		return nil, err
	}
	var s server
	if err := servers.Get(ctx, nova, about.id).ExtractInto(&s); err != nil {
		return nil, c.fault(err, about)
	}
	if statusOf(&s).gone {
		return nil, absent(about)
	}
	return &s, nil
}

// servers lists the project's servers, those that are being deleted included.
func (c *Cloud) servers(ctx context.Context) ([]server, error) {
	nova, err := c.novaAt(serverVersion)
	if err != nil {
		return nil, err
	}
	all, err := pages(ctx, func(marker string) pagination.Pager {
		return servers.List(nova, servers.ListOpts{Marker: marker})
	}, extractServers, func(s server) string { return s.ID })
	return all, c.fault(err, subject{})
}

// attachments lists the volumes of a server, with Nova's word for where they are.
func (c *Cloud) attachments(ctx context.Context, serverID string) ([]attachment, error) {
	nova, err := c.nova()
	if err != nil {
		return nil, err
	}
	page, err := volumeattach.List(nova, serverID).AllPages(ctx)
	if err != nil {
		return nil, c.fault(err, addressed(occi.ComputeID, serverID))
	}
	list, err := volumeattach.ExtractVolumeAttachments(page)
	if err != nil {
		return nil, c.fault(err, subject{})
	}
	found := make([]attachment, 0, len(list))
	for _, a := range list {
		found = append(found, attachment{serverID: serverID, volumeID: a.VolumeID, device: a.Device})
	}
	return found, nil
}

// novaAt returns a client of Nova that speaks a version.
func (c *Cloud) novaAt(microversion string) (*gophercloud.ServiceClient, error) {
	client, err := c.session.Compute(microversion)
	return client, c.fault(err, subject{})
}
