package translate

import (
	"context"
	"maps"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"

	"github.com/occigate/occigate/occi"
)

// Tags of a storage link are in the metadata of its server, under keys that end in the id of the volume: neither Nova nor
// Cinder keeps anything with an attachment. Those of a security group link are likewise there. They go with the link if it is removed here. If it is removed elsewhere they
// stay, and are there again when the same volume is attached to the same server.

func (s storageLinks) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	serverID, volumeID, err := s.attached(ctx, id)
	if err != nil {
		return err
	}
	return computes(s).putMetadata(ctx, named(occi.ComputeID, serverID), s.linkMetadata(mixins, volumeID))
}

func (s storageLinks) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	serverID, volumeID, err := s.attached(ctx, id)
	if err != nil {
		return err
	}
	return computes(s).dropMetadata(ctx, named(occi.ComputeID, serverID), s.linkTagKeys(mixins, volumeID))
}

// linkTagKeys returns the keys of mixins of the link from a server to something.
func (c *Cloud) linkTagKeys(mixins []*occi.Mixin, targetID string) []string {
	keys := c.tagKeys(mixins)
	for i := range keys {
		keys[i] = linkTagKey(keys[i], targetID)
	}
	return keys
}

// attached returns what the link with an id goes from and to, if it exists.
func (s storageLinks) attached(ctx context.Context, id string) (serverID, volumeID string, err error) {
	about := addressed(occi.StorageLinkID, id)
	serverID, volumeID, ok := parseLinkID(id)
	if !ok {
		return "", "", absent(about)
	}
	nova, err := s.nova()
	if err != nil {
		return "", "", err
	}
	return serverID, volumeID, s.fault(volumeattach.Get(ctx, nova, serverID, volumeID).Err, about)
}

// linkMetadata returns the metadata that stand for mixins of the link from a server to something.
func (c *Cloud) linkMetadata(mixins []*occi.Mixin, targetID string) map[string]string {
	items := make(map[string]string, len(mixins))
	for key, value := range c.metadata(mixins) {
		items[linkTagKey(key, targetID)] = value
	}
	return items
}

// tagNew puts tags on a link that has just been made, and remembers to take them off.
func (c *Cloud) tagNew(
	ctx context.Context, kind occi.ID, serverID, targetID string, mixins []*occi.Mixin, undo *undo,
) error {
	about := named(occi.ComputeID, serverID)
	undo.push("the mixins of "+kind.Term+" "+linkID(serverID, targetID), func(ctx context.Context) error {
		return computes{c}.dropMetadata(ctx, about, c.linkTagKeys(mixins, targetID))
	})
	return computes{c}.putMetadata(ctx, about, c.linkMetadata(mixins, targetID))
}

// linkTags returns the tags of the link of a kind from a server to something. They are decoration, and nobody is asked
// where no such link can have any.
func (c *Cloud) linkTags(ctx context.Context, kind occi.ID, serverID, targetID string) []*occi.Mixin {
	defined, err := c.tags(ctx)
	if err != nil || !defined.applyTo(kind) {
		return nil
	}
	found, err := c.server(ctx, named(occi.ComputeID, serverID))
	if err != nil {
		return nil
	}
	return defined.amongLinks(maps.Keys(found.Metadata), targetID)
}

// forgetTags removes the tags of a link that has been removed. That the link is gone counts for more than tags that
// cannot be removed.
func (c *Cloud) forgetTags(ctx context.Context, kind occi.ID, serverID, targetID string) {
	carried := c.linkTags(ctx, kind, serverID, targetID)
	if len(carried) == 0 {
		return
	}
	_ = computes{c}.dropMetadata(ctx, named(occi.ComputeID, serverID), c.linkTagKeys(carried, targetID))
}
