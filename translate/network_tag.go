package translate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/attributestags"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// Tags of networks, network interfaces and IP reservations are Neutron's tags, of the network, port or floating IP.

// creatorPrefix begins the tag of a network that the gateway has made; the id of the user follows. Neutron keeps no
// record of that.
const creatorPrefix = "occigate:user="

// plainID matches the ids of users that a tag has room for, and whose characters mean nothing in a URL.
var plainID = regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`)

// creatorTag returns the tag of the networks that a user has made.
func creatorTag(userID string) string {
	if plainID.MatchString(userID) {
		return creatorPrefix + userID
	}
	sum := sha256.Sum256([]byte(userID))
	return creatorPrefix + hex.EncodeToString(sum[:16])
}

func (n networks) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	id, err := n.networkID(ctx, addressed(occi.NetworkID, id))
	if err != nil {
		return err
	}
	return n.addTags(ctx, "networks", addressed(occi.NetworkID, id), mixins)
}

func (n networks) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	id, err := n.networkID(ctx, addressed(occi.NetworkID, id))
	if err != nil {
		return err
	}
	return n.removeTags(ctx, "networks", addressed(occi.NetworkID, id), mixins)
}

func (n networkInterfaces) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	plural, about, err := n.tagged(ctx, id)
	if err != nil {
		return err
	}
	return n.addTags(ctx, plural, about, mixins)
}

func (n networkInterfaces) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	plural, about, err := n.tagged(ctx, id)
	if err != nil {
		return err
	}
	return n.removeTags(ctx, plural, about, mixins)
}

// tagged returns what carries the tags of a network interface: the port, or the floating IP that came with the link. The
// tags of a reservation are its own.
func (n networkInterfaces) tagged(ctx context.Context, id string) (plural string, about subject, err error) {
	nic, err := n.find(ctx, id, false)
	switch {
	case err != nil:
		return "", subject{}, err
	case nic.floating == nil:
		return "ports", addressed(occi.NetworkInterfaceID, nic.port.ID), nil
	case isOfLink(*nic.floating):
		return "floatingips", addressed(occi.NetworkInterfaceID, nic.floating.ID), nil
	default:
		return "", subject{}, errReservationLink
	}
}

// errReservationLink refuses users' mixins on a link to a reservation: Neutron has one place for both, and it is the
// reservation's.
var errReservationLink = occi.Errorf(occi.Unimplemented,
	"a link to an ipreservation cannot have mixins of users: put them on the ipreservation")

// addTags tags a resource of Neutron, of the given plural. Networking API v2.0: "Add a tag".
func (c *Cloud) addTags(ctx context.Context, plural string, about subject, mixins []*occi.Mixin) error {
	neutron, err := c.neutron()
	if err != nil {
		return err
	}
	var round errgroup.Group // one that fails does not cut the others: Neutron might still do them, after they are taken back
	round.SetLimit(maxTogether)
	for _, key := range c.tagKeys(mixins) {
		round.Go(func() error {
			return c.fault(attributestags.Add(ctx, neutron, plural, about.id, key).ExtractErr(), about)
		})
	}
	return round.Wait()
}

// removeTags removes tags of a resource of Neutron. Those that it does not have are no error.
func (c *Cloud) removeTags(ctx context.Context, plural string, about subject, mixins []*occi.Mixin) error {
	neutron, err := c.neutron()
	if err != nil {
		return err
	}
	var round errgroup.Group // as in addTags
	round.SetLimit(maxTogether)
	for _, key := range c.tagKeys(mixins) {
		round.Go(func() error {
			err := attributestags.Delete(ctx, neutron, plural, about.id, key).ExtractErr()
			if isMissingTag(err) {
				return nil
			}
			return c.fault(err, about)
		})
	}
	return round.Wait()
}

// isMissingTag reports whether Neutron's 404 is about the tag, not the resource.
func isMissingTag(err error) bool {
	return isRefused(err, http.StatusNotFound, "TagNotFound")
}

// isTaggedPort reports whether a port can have a tag.
func isTaggedPort(p ports.Port) bool { return isTagged(slices.Values(p.Tags)) }
