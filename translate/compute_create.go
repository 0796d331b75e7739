package translate

import (
	"context"
	"errors"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/occigate/occigate/occi"
)

// create makes a server: one call to Nova, with an id of the client's one before it that looks for a repetition, and with
// public keys one before it and one after. Links to the outside follow when the server has its ports.
func (c computes) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	e, outside, err := c.outsideLinks(ctx, e)
	if err != nil {
		return nil, err
	}
	plan, err := c.plan(ctx, e)
	if err != nil {
		return nil, err
	}
	opts := &plan.opts
	mark, repeatable := c.markOf(e)
	opts.Metadata[markKey] = mark
	key, err := readKey(e.Attributes)
	if err != nil {
		return nil, err
	}
	if repeatable {
		made, release, err := c.repeated(ctx, opts.Name, mark)
		if err != nil {
			return nil, err
		}
		defer release()
		if made != nil {
			return c.get(ctx, made.ID)
		}
	}
	if err := c.checkReserved(ctx, outside); err != nil {
		return nil, err
	}
	var lent undo
	if opts.KeyName, err = c.useKey(ctx, key, &lent); err != nil {
		return nil, lent.after(ctx, err)
	}
	id, err := c.createServer(ctx, opts)
	if err != nil {
		return nil, lent.after(ctx, notYet(err, plan.image))
	}
	// Nova has copied the key. That the server is there counts for more than a keypair that cannot be removed.
	kept, _ := lent.back(ctx)
	links, err := c.linkOutside(ctx, id, outside)
	switch {
	case err != nil && len(kept) > 0:
		return nil, adding(err, "left behind: %s", strings.Join(kept, ", "))
	case err != nil:
		return nil, err
	}
	made := c.created(id, e, plan)
	made.Links = append(made.Links, links...)
	return made, nil
}

// computePlan is what a new compute is to be made of.
type computePlan struct {
	opts      serverOpts // all but the key
	templates *templates
	image     *image // nil if it boots from a storage
	flavor    *flavors.Flavor
}

// plan tells which server a compute that a client wants is to be.
func (c computes) plan(ctx context.Context, e *occi.Entity) (p computePlan, err error) {
	if p.templates, err = c.templates(ctx); err != nil {
		return p, err
	}
	if e.Mixin(consoleID) != nil {
		return p, occi.Errorf(occi.Invalid, "a compute has a console when it exists: ask for mixin %s then", consoleID)
	}
	options := c.translator.options
	if p.image, p.flavor, err = chooseTemplates(p.templates, e, options); err != nil {
		return p, err
	}
	boot := bootStorage(e, options.OSTemplate)
	if p.opts, err = serverCreateOpts(e, p.image, p.flavor, boot, options.DefaultName); err != nil {
		return p, err
	}
	if err := c.addDefaultNetwork(ctx, &p.opts); err != nil {
		return p, err
	}
	if p.opts.Metadata, err = c.createMetadata(e); err != nil {
		return p, err
	}
	return p, p.opts.cutDown(c.novaVersion(ctx))
}

// notYet makes a conflict of Nova's refusal of an image that is still being saved.
func notYet(err error, i *image) error {
	if e, ok := errors.AsType[*occi.Error](err); ok && e.Code == occi.Invalid && i != nil && i.Status != "active" {
		return &occi.Error{Code: occi.Conflict, Message: e.Message, Cause: e.Cause, RetryAfter: busyRetryAfter}
	}
	return err
}

// created is a new server as it will be read.
func (c computes) created(id string, wanted *occi.Entity, plan computePlan) *occi.Entity {
	opts := plan.opts
	s := &server{
		ID: id, Name: opts.Name, Description: opts.Description, Metadata: opts.Metadata, Hostname: opts.Hostname,
		Status: "BUILD", Image: imageRef(opts.ImageRef), Flavor: serverFlavorOf(*plan.flavor), Zone: opts.Zone,
	}
	if opts.group != "" {
		s.Groups = []string{opts.group}
	}
	mixins := userMixins(wanted.Mixins)
	for _, l := range wanted.Links {
		mixins = append(mixins, userMixins(l.Mixins)...)
	}
	with := serverParts{templates: plan.templates, tags: newTags(c.ProjectID(), mixins)}
	for _, d := range opts.Devices {
		if d.SourceType == "volume" {
			with.attachments = append(with.attachments, attachment{
				serverID: id, volumeID: d.UUID, device: d.DeviceName, status: "attaching",
			})
		}
	}
	e := computeEntity(c.translator.base, s, with)
	return &e
}

// createServer makes the server and returns its id.
func (c computes) createServer(ctx context.Context, opts *serverOpts) (string, error) {
	nova, err := c.novaAt(ctx, opts.version)
	if err != nil {
		return "", err
	}
	made, err := servers.Create(ctx, nova, opts, servers.SchedulerHintOpts{Group: opts.group}).Extract()
	if err == nil {
		return made.ID, nil
	}
	if isRefusal(err) {
		return "", c.fault(err, subject{})
	}
	return c.afterLoss(ctx, opts, c.fault(err, subject{}))
}
