package translate

import (
	"context"
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/occigate/occigate/occi"
)

// update changes a compute, and shows its console if that is asked for. That comes first, since it changes nothing.
func (c computes) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	s, with, err := c.read(ctx, change.ID)
	if err != nil {
		return nil, err
	}
	now := computeEntity(c.translator.base, s, with)
	plan, err := planComputeChange(&now, change)
	if err != nil {
		return nil, err
	}
	if plan.console == "" {
		return c.carryOut(ctx, plan, s, with, &now)
	}
	url, err := c.console(ctx, s.ID, plan.console)
	if err != nil {
		return nil, err
	}
	updated, err := c.carryOut(ctx, plan, s, with, &now)
	if err != nil {
		return nil, err
	}
	c.showConsole(updated, plan.console, url)
	return updated, nil
}

// carryOut changes tags, metadata and names, adds links, gives a new password, and resizes or rebuilds, in this order: what
// can be taken back comes first. A server that is rebuilt gets the password with its new disk.
func (c computes) carryOut(
	ctx context.Context, plan computeChange, s *server, with serverParts, now *occi.Entity,
) (*occi.Entity, error) {
	var err error
	if plan.texts, err = plan.texts.knownTo(c.novaVersion(ctx)); err != nil {
		return nil, err
	}
	var undo undo
	if err := plan.tags.apply(ctx, c, now, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	if s, err = plan.metadata.apply(ctx, c, s, now, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	if s, err = c.apply(ctx, plan, s, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	if plan.imageID == "" {
		if err := c.changePassword(ctx, s.ID, plan.password, &undo); err != nil {
			return nil, undo.after(ctx, err)
		}
	}
	rebuilt, err := c.rebuild(ctx, plan, s)
	resized := false
	if err == nil && !rebuilt {
		resized, err = c.resize(ctx, plan.flavorID, s)
	}
	switch {
	case err != nil && occi.CodeOf(err) == occi.Timeout:
		return nil, err // Nova goes on with it, so the rest of the change stands
	case err != nil:
		return nil, undo.after(ctx, err)
	case rebuilt || resized || len(plan.links) > 0:
		return c.get(ctx, s.ID)
	}
	updated := computeEntity(c.translator.base, s, with)
	updated.Mixins = now.Mixins
	return &updated, nil
}

// apply makes all of a change but tags, metadata, password and size, and remembers how to take it back. It returns the server as it
// is then.
func (c computes) apply(ctx context.Context, plan computeChange, s *server, undo *undo) (*server, error) {
	if plan.texts != (serverTexts{}) {
		old := plan.texts.before(s)
		updated, err := c.putTexts(ctx, s, plan.texts)
		if !isRefusal(err) {
			undo.push("the new texts", func(ctx context.Context) error {
				_, err := c.putTexts(ctx, s, old)
				return gone(err)
			})
		}
		if err != nil {
			return nil, c.fault(err, addressed(occi.ComputeID, s.ID))
		}
		s = updated
	}
	for i := range plan.links {
		made, err := c.Create(ctx, &plan.links[i])
		if err != nil {
			return nil, err
		}
		undo.push(fmt.Sprintf("%s %q", made.Kind.Term, made.ID), func(ctx context.Context) error {
			return c.Delete(ctx, made.Ref())
		})
	}
	return s, nil
}

// before returns what to put to have a server's texts as they were.
func (t serverTexts) before(s *server) serverTexts {
	var old serverTexts
	if t.Name != nil {
		old.Name = &s.Name
	}
	if t.Description != nil {
		old.Description = &s.Description
	}
	if t.Hostname != nil {
		old.Hostname = &s.Hostname
	}
	return old
}

// ToServerUpdateMap returns the body for gophercloud.
func (t serverTexts) ToServerUpdateMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(t, "server")
}

// putTexts changes texts of a server and returns it with them, or the error as it is. Before 2.75 Nova's answer lacks much of
// a server.
func (c computes) putTexts(ctx context.Context, s *server, texts serverTexts) (*server, error) {
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return nil, err
	}
	var answer server
	if err := servers.Update(ctx, nova, s.ID, texts).ExtractInto(&answer); err != nil {
		return nil, err
	}
	updated := *s
	updated.Name, updated.Description, updated.Hostname = answer.Name, answer.Description, answer.Hostname
	return &updated, nil
}

// resize gives the server another flavor and reports whether it did something. Unless the operator leaves
// that to Nova, it waits and confirms. A resize that waits for confirmation, because an earlier request ran
// out of time, is confirmed by repeating it.
func (c computes) resize(ctx context.Context, flavorID string, s *server) (bool, error) {
	confirm := c.translator.options.ConfirmResize
	unconfirmed := confirm && s.Status == "VERIFY_RESIZE"
	if flavorID == "" && !unconfirmed {
		return false, nil
	}
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return false, err
	}
	wanted := func(is serverFlavor) bool { return is == s.Flavor }
	if flavorID != "" {
		f, err := c.flavor(ctx, flavorID)
		if err != nil {
			return false, err
		}
		wanted = func(is serverFlavor) bool { return is.is(*f) }
		err = servers.Resize(ctx, nova, s.ID, servers.ResizeOpts{FlavorRef: flavorID}).ExtractErr()
		if err != nil {
			err = unknown(c.refusedAction(ctx, err, addressed(occi.ComputeID, s.ID)), err, "it is not known whether the compute is being resized")
			return false, err
		}
		if !confirm {
			return true, nil
		}
	}
	err = c.confirmResize(ctx, nova, s.ID, wanted)
	return true, ongoing(err, "the compute is still being resized: repeat the request to have that confirmed")
}

// flavor returns one of the project's flavors.
func (c computes) flavor(ctx context.Context, id string) (*flavors.Flavor, error) {
	t, err := c.templates(ctx)
	if err != nil {
		return nil, err
	}
	if f := t.flavorByID(id); f != nil {
		return f, nil
	}
	return nil, missingTemplate(occi.ResourceTemplateID, id, "")
}

// resizeInterval is the first pause between two looks at a server that is being resized.
const resizeInterval = 500 * time.Millisecond

// confirmResize waits until a resize waits for confirmation, confirms it, and waits until the server can be
// worked with again. By then it should have the size that is wanted.
func (c computes) confirmResize(ctx context.Context, nova *gophercloud.ServiceClient, id string, wanted func(serverFlavor) bool) error {
	about := addressed(occi.ComputeID, id)
	confirmed := false
	err := waitUntil(ctx, resizeInterval, func(ctx context.Context) (bool, error) {
		s, err := c.server(ctx, about)
		switch {
		case err != nil:
			return false, err
		case s.Status == "ERROR":
			return false, occi.Errorf(occi.BadUpstream, "OpenStack could not resize the compute: %s", statusOf(s).message)
		case s.Status == "VERIFY_RESIZE" && s.TaskState == "" && !confirmed:
			confirmed = true
			return false, servers.ConfirmResize(ctx, nova, id).ExtractErr()
		case s.Status == "VERIFY_RESIZE", s.TaskState != "":
			return false, nil
		case !wanted(s.Flavor):
			return false, occi.Errorf(occi.Conflict, "OpenStack could not resize the compute: it has its old size")
		}
		return true, nil
	})
	return c.fault(err, about)
}
