package translate

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/occigate/occigate/occi"
)

// act performs an action. Nova answers when it has taken the order; the compute's state follows.
func (c computes) act(ctx context.Context, id string, invocation *occi.Invocation) (*occi.Mixin, error) {
	about := addressed(occi.ComputeID, id)
	if !isUUID(id) {
		return nil, absent(about)
	}
	method, err := actionMethod(invocation)
	if err != nil {
		return nil, err
	}
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return nil, err
	}
	switch invocation.Action.ID {
	case occi.StartID:
		return nil, c.start(ctx, nova, about)
	case occi.StopID:
		// Nova asks the guest to shut down and switches it off if that takes too long: all three methods.
		err = servers.Stop(ctx, nova, id).ExtractErr()
	case occi.RestartID:
		reboot := servers.RebootOpts{Type: servers.SoftReboot}
		if method == "cold" {
			reboot.Type = servers.HardReboot
		}
		err = servers.Reboot(ctx, nova, id, reboot).ExtractErr()
	case occi.SuspendID:
		if method == "suspend" { // to memory, in the words of machines
			err = servers.Pause(ctx, nova, id).ExtractErr()
		} else { // to disk
			err = servers.Suspend(ctx, nova, id).ExtractErr()
		}
	case occi.SaveID:
		return c.save(ctx, nova, about, strings.TrimSpace(invocation.Attributes.Text("name")))
	default:
		return nil, noAction(c.kind(occi.ComputeID), invocation)
	}
	return nil, c.ordered(ctx, err, about)
}

// ordered is the failure of an order to Nova, which says so if Nova may have taken it.
func (c computes) ordered(ctx context.Context, err error, about subject) error {
	return unknown(c.refusedAction(ctx, err, about), err, "it is not known whether the action is being performed")
}

// refusedAction is fault for actions, where Nova answers 409 to whatever does not suit the server's status:
// a server that is being deleted is gone, and one that is busy may be asked again soon.
func (c computes) refusedAction(ctx context.Context, err error, about subject) error {
	err = c.fault(err, about)
	conflict, ok := errors.AsType[*occi.Error](err)
	if !ok || conflict.Code != occi.Conflict {
		return err
	}
	switch s, err := c.server(ctx, about); {
	case err != nil && occi.CodeOf(err) == occi.NotFound:
		return err
	case err == nil && s.TaskState != "":
		conflict.RetryAfter = busyRetryAfter
	}
	return conflict
}

// actionMethods are the values that the attribute method of an action may have (GFD.224 §3.1). The second
// spelling of deferred is rOCCI's.
var actionMethods = map[occi.ID][]string{
	occi.StopID:    {"graceful", "acpioff", "poweroff"},
	occi.RestartID: {"graceful", "warm", "cold"},
	occi.SuspendID: {"hibernate", "suspend"},
	occi.SaveID:    {"hot", "deferred", "deffered"},
}

// actionMethod returns the method that an action is to be performed by, "" if the client leaves it open.
func actionMethod(invocation *occi.Invocation) (string, error) {
	method := invocation.Attributes.Text("method")
	if method == "" {
		return "", nil
	}
	known := actionMethods[invocation.Action.ID]
	if slices.Contains(known, method) {
		return method, nil
	}
	return "", occi.Errorf(occi.Invalid, "action %s has no method %q: want one of %s",
		invocation.Action.Term, clip(method, 40), strings.Join(known, ", "))
}

// start gets the server running from wherever it is: Nova has a start for each way to have stopped.
func (c computes) start(ctx context.Context, nova *gophercloud.ServiceClient, about subject) error {
	s, err := c.server(ctx, about)
	if err != nil {
		return err
	}
	switch is := statusOf(s); is.start {
	case "os-start":
		err = servers.Start(ctx, nova, s.ID).ExtractErr()
	case "resume":
		err = servers.Resume(ctx, nova, s.ID).ExtractErr()
	case "unpause":
		err = servers.Unpause(ctx, nova, s.ID).ExtractErr()
	case "unshelve":
		err = servers.Unshelve(ctx, nova, s.ID, servers.UnshelveOpts{}).ExtractErr()
	default:
		return occi.Errorf(occi.Conflict, "the compute cannot be started now: it is %s", withReason(is.state, is.message))
	}
	return c.ordered(ctx, err, about)
}

// withReason joins a state and its message.
func withReason(state, message string) string {
	if message == "" {
		return state
	}
	return state + " (" + message + ")"
}

// save makes an image of the server and returns it as the OS template it will be (GFD.224 §3.1). It is in
// the model at once, though it can be used only when Nova has finished saving. Without a name it gets the
// server's.
func (c computes) save(
	ctx context.Context, nova *gophercloud.ServiceClient, about subject, name string,
) (*occi.Mixin, error) {
	if name == "" {
		s, err := c.server(ctx, about)
		if err != nil {
			return nil, err
		}
		name = s.Name
	}
	opts := servers.CreateImageOpts{Name: name, Metadata: map[string]string{markKey: newMark()}}
	imageID, err := servers.CreateImage(ctx, nova, about.id, opts).ExtractImageID()
	if err != nil {
		imageID, err = c.lostImage(ctx, about, opts, err)
	}
	if err != nil {
		return nil, err
	}
	c.translator.templates.drop(c.templateKey())
	return osTemplate(image{ID: imageID, Name: name}), nil
}

// lostImage finds the image whose creation got no answer, and returns its id. Nova makes a property of the mark.
func (c computes) lostImage(ctx context.Context, about subject, opts servers.CreateImageOpts, cause error) (string, error) {
	failure := c.refusedAction(ctx, cause, about)
	if isRefusal(cause) {
		return "", failure
	}
	made, err := lost[image]{
		what: titled("os_tpl", opts.Name),
		look: func(ctx context.Context) (*image, error) {
			glance, err := c.session.Image()
			if err != nil {
				return nil, err
			}
			query := url.Values{markKey: {opts.Metadata[markKey]}}
			all, _, err := page[image](ctx, glance, glance.ServiceURL("images")+"?"+query.Encode(), "images")
			return find(all, func(image) bool { return true }), err
		},
		name: func(i *image) string { return fmt.Sprintf("os_tpl %q", templateTerm(i.ID)) }, // Nova fills it still
	}.find(ctx, failure)
	if err != nil {
		return "", err
	}
	return made.ID, nil
}
