package translate

import (
	"errors"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/occigate/occigate/occi"
)

// checkEnds insists that a new link goes from a compute to an entity of the target kind, both of which can exist.
func checkEnds(link *occi.Entity, target occi.ID) error {
	if err := checkSource(link); err != nil {
		return err
	}
	return checkTarget(link, target)
}

// checkSource insists that a new link begins at a compute that can exist.
func checkSource(link *occi.Entity) error {
	switch {
	case link.Source.Kind.ID != occi.ComputeID:
		return occi.Errorf(occi.Invalid, "the source of a %s is a compute, not a %s", link.Kind.Term, link.Source.Kind.Term)
	case link.Title != "":
		return occi.Errorf(occi.Unimplemented, "OpenStack keeps no title for a %s: leave occi.core.title out", link.Kind.Term)
	case !isUUID(link.Source.ID):
		return absent(named(occi.ComputeID, link.Source.ID))
	}
	return nil
}

// unfinished adds to a time-out what OpenStack is still doing, since it will go on with it.
func unfinished(err error, doing string) error {
	if e, ok := errors.AsType[*occi.Error](err); ok && e.Code == occi.Timeout {
		return &occi.Error{Code: occi.Timeout, Message: doing, Cause: e}
	}
	return err
}

// ongoing is unfinished for a change that is not taken back: it adds what OpenStack is doing also where OpenStack could not
// be asked how far it is. What OpenStack has said about the end of it has no cause.
func ongoing(err error, doing string) error {
	e, ok := errors.AsType[*occi.Error](err)
	if ok && e.Cause != nil && (e.Code == occi.BadUpstream || e.Code == occi.Unavailable) {
		return adding(err, "%s", doing)
	}
	return unfinished(err, doing)
}

// neutron returns a client of Neutron.
func (c *Cloud) neutron() (*gophercloud.ServiceClient, error) {
	client, err := c.session.Network()
	return client, c.fault(err, subject{})
}
