package translate

import (
	"context"
	"maps"
	"net/http"
	"net/url"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// Tags of a compute, and of its links to storage, are in the server's metadata.

func (c computes) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	return c.putMetadata(ctx, addressed(occi.ComputeID, id), c.metadata(mixins))
}

func (c computes) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	return c.dropMetadata(ctx, addressed(occi.ComputeID, id), c.tagKeys(mixins))
}

// tagKeys returns the keys of mixins.
func (c *Cloud) tagKeys(mixins []*occi.Mixin) []string {
	keys := make([]string, len(mixins))
	for i, x := range mixins {
		keys[i] = tagKey(c.ProjectID(), x.ID)
	}
	return keys
}

// metadata returns the metadata that stand for mixins, nil for none.
func (c *Cloud) metadata(mixins []*occi.Mixin) map[string]string {
	if len(mixins) == 0 {
		return nil
	}
	items := make(map[string]string, len(mixins))
	for _, x := range mixins {
		items[tagKey(c.ProjectID(), x.ID)] = tagValue(x.ID)
	}
	return items
}

// createMetadata returns the metadata of a new compute: those that the client wants, and those that stand for its mixins
// and the mixins of its links.
func (c computes) createMetadata(e *occi.Entity) (map[string]string, error) {
	items, err := newItems(e)
	if err != nil {
		return nil, err
	}
	maps.Copy(items, c.metadata(userMixins(e.Mixins)))
	for _, l := range e.Links {
		maps.Copy(items, c.linkMetadata(userMixins(l.Mixins), l.Target.ID))
	}
	return items, nil
}

// putMetadata adds to a server's metadata. Nova does not take any while it builds the server, so that is waited for:
// clients make a compute and tag it at once (doyouspeakOCCI).
func (c computes) putMetadata(ctx context.Context, about subject, items map[string]string) error {
	if !isUUID(about.id) {
		return absent(about)
	}
	nova, err := c.nova()
	if err != nil {
		return err
	}
	put := func() error { return servers.UpdateMetadata(ctx, nova, about.id, servers.MetadataOpts(items)).Err }
	err = put()
	if gophercloud.ResponseCodeIs(err, http.StatusConflict) {
		wasBuilding, failure := c.waitBuilt(ctx, about)
		if failure != nil {
			return failure
		}
		if wasBuilding {
			err = put()
		}
	}
	return c.refusedAction(ctx, err, about)
}

// waitBuilt waits until a server is built, and reports whether that was to be waited for.
func (c computes) waitBuilt(ctx context.Context, about subject) (bool, error) {
	wasBuilding := false
	err := waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		s, err := c.server(ctx, about)
		if err != nil {
			return false, err
		}
		building := s.Status == "BUILD"
		wasBuilding = wasBuilding || building
		return !building, nil
	})
	return wasBuilding, unfinished(c.fault(err, about), "the compute is still being built")
}

// dropMetadata removes items from a server's metadata, some at a time. Those that are not there are no error.
func (c computes) dropMetadata(ctx context.Context, about subject, keys []string) error {
	if !isUUID(about.id) {
		return absent(about)
	}
	nova, err := c.nova()
	if err != nil {
		return err
	}
	var round errgroup.Group // as in addTags
	round.SetLimit(maxTogether)
	for _, key := range keys {
		round.Go(func() error { return c.dropItem(ctx, nova, about, key) })
	}
	return round.Wait()
}

// dropItem removes an item from a server's metadata, or finds that it is not there. Nova's 404 does not tell whether the
// server or the item is missing, and its 409 comes in states in which it does not look. One of these is that the server is
// being built: the end of that is waited for.
func (c computes) dropItem(ctx context.Context, nova *gophercloud.ServiceClient, about subject, key string) error {
	drop := func() error {
		return servers.DeleteMetadatum(ctx, nova, about.id, url.PathEscape(key)).ExtractErr()
	}
	refused := drop()
	if !gophercloud.ResponseCodeIs(refused, http.StatusNotFound) && !gophercloud.ResponseCodeIs(refused, http.StatusConflict) {
		return c.fault(refused, about)
	}
	has, wasBuilding := false, false
	err := waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		s, err := c.server(ctx, about)
		if err != nil {
			return false, err
		}
		_, has = s.Metadata[key]
		building := has && s.Status == "BUILD"
		wasBuilding = wasBuilding || building
		return !building, nil
	})
	switch {
	case err != nil:
		return unfinished(c.fault(err, about), "the compute is still being built")
	case !has:
		return nil
	case wasBuilding:
		refused = drop()
	}
	return c.fault(refused, about)
}
