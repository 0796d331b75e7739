package translate

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"

	"github.com/occigate/occigate/occi"
)

// A floating IP of the project is one of two things. A link to an external network brings its own along and takes it
// away again; it is known by its description, which is given in the call that makes it. All others are reservations.

// linkMark begins the description of the floating IPs that links bring along; a mark of its own may follow, by which one is
// found whose creation got no answer.
const linkMark = "occigate:link"

// isOfLink reports whether a floating IP belongs to a link. One whose link was removed elsewhere, with its server say, is
// a reservation like any other, so that it can be seen and removed.
func isOfLink(f floatingips.FloatingIP) bool { return isLinkMark(f.Description) && f.PortID != "" }

// isLinkMark reports whether a description is one that links give.
func isLinkMark(description string) bool {
	mark, _, _ := strings.Cut(description, "=")
	return mark == linkMark
}

// isOutdated reports whether Neutron refuses a change since somebody else has made one in between. Networking API v2.0:
// revision-if-match.
func isOutdated(err error) bool {
	return gophercloud.ResponseCodeIs(err, http.StatusPreconditionFailed)
}

// unlessOutdated takes the error off a change that is to be tried again.
func unlessOutdated(err error) error {
	if isOutdated(err) {
		return nil
	}
	return err
}

// isTaggedFloatingIP reports whether a floating IP can have a tag.
func isTaggedFloatingIP(f floatingips.FloatingIP) bool { return isTagged(slices.Values(f.Tags)) }

// floatingIPs lists the project's floating IPs, oldest first. A cloud without routers has none.
func (c *Cloud) floatingIPs(ctx context.Context, opts floatingips.ListOpts) ([]floatingips.FloatingIP, error) {
	neutron, err := c.neutron()
	if err != nil {
		return nil, err
	}
	opts.ProjectID = c.ProjectID() // an administrator's token sees more
	all, err := pages(func(marker string) ([]floatingips.FloatingIP, bool, error) {
		opts.Marker = marker
		query, err := opts.ToFloatingIPListQuery()
		if err != nil {
			return nil, false, err
		}
		return page[floatingips.FloatingIP](ctx, neutron, neutron.ServiceURL("floatingips")+query, "floatingips")
	}, func(f floatingips.FloatingIP) string { return f.ID })
	if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		return nil, nil
	}
	slices.SortFunc(all, func(a, b floatingips.FloatingIP) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	})
	return all, c.fault(err, subject{})
}

// byPort groups the floating IPs that are in use by the port that they lead to.
func byPort(all []floatingips.FloatingIP) map[string][]floatingips.FloatingIP {
	grouped := make(map[string][]floatingips.FloatingIP)
	for _, f := range all {
		if f.PortID != "" {
			grouped[f.PortID] = append(grouped[f.PortID], f)
		}
	}
	return grouped
}

// release frees a floating IP from its port: one of a link goes, a reservation stays. That it is gone is no error.
func (c *Cloud) release(ctx context.Context, f floatingips.FloatingIP) error {
	neutron, err := c.neutron()
	if err != nil {
		return err
	}
	if isOfLink(f) {
		err = floatingips.Delete(ctx, neutron, f.ID).ExtractErr()
	} else {
		nowhere := ""
		err = floatingips.Update(ctx, neutron, f.ID, floatingips.UpdateOpts{PortID: &nowhere}).Err
	}
	return c.fault(gone(err), subject{})
}

// floatingIPState maps the status of a floating IP that is in use to occi.networkinterface.state and its message.
// Networking API v2.0: floating IP statuses.
func floatingIPState(status string) (state, message string) {
	return neutronState("floating IP", status, true)
}

// floatingIP asks for one of the project's floating IPs.
func (c *Cloud) floatingIP(ctx context.Context, about subject) (*floatingips.FloatingIP, error) {
	if !isUUID(about.id) {
		return nil, absent(about)
	}
	neutron, err := c.neutron()
	if err != nil {
		return nil, err
	}
	f, err := floatingips.Get(ctx, neutron, about.id).Extract()
	if err != nil {
		return nil, c.fault(err, about)
	}
	if f.ProjectID != c.ProjectID() {
		return nil, absent(about)
	}
	return f, nil
}

// reservation asks for a floating IP that is no link's.
func (c *Cloud) reservation(ctx context.Context, about subject) (*floatingips.FloatingIP, error) {
	f, err := c.floatingIP(ctx, about)
	if err == nil && isOfLink(*f) {
		return nil, absent(about)
	}
	return f, err
}

// wantedPublic is an external network's id that a client means by the pool that an entity names, else the default one.
func (c *Cloud) wantedPublic(ctx context.Context, e *occi.Entity) (string, error) {
	pool, err := poolNetwork(e)
	if err != nil || pool != "" {
		return pool, err
	}
	return c.networkID(ctx, named(occi.NetworkID, publicAlias))
}
