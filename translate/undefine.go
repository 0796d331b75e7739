package translate

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// strip takes mixins off everything in the project: one round to find what has them, another to take them off. What
// keeps them does not keep the rest from losing them.
func (c *Cloud) strip(ctx context.Context, mixins []*occi.Mixin) error {
	carriers, err := c.carriers(ctx, newTags(c.ProjectID(), mixins))
	if err != nil {
		return err
	}
	failures := make([]error, len(carriers))
	var round errgroup.Group
	round.SetLimit(maxTogether)
	for i, untag := range carriers {
		round.Go(func() error {
			failures[i] = unlessGone(untag(ctx))
			return nil // told by failures
		})
	}
	_ = round.Wait()
	if i := slices.IndexFunc(failures, func(err error) bool { return err != nil }); i >= 0 {
		return failures[i]
	}
	return nil
}

// untagging takes tags off one thing.
type untagging func(context.Context) error

// carriers finds everything that has one of the tags.
func (c *Cloud) carriers(ctx context.Context, doomed *tags) ([]untagging, error) {
	finders := []func(context.Context, *tags) ([]untagging, error){
		c.taggedServers, c.taggedVolumes, c.taggedNetworks, c.taggedPorts, c.taggedFloatingIPs,
		c.taggedSecurityGroups,
	}
	found := make([][]untagging, len(finders))
	round, ctx := errgroup.WithContext(ctx)
	for i, find := range finders {
		round.Go(func() (err error) {
			found[i], err = find(ctx, doomed)
			if occi.CodeOf(err) == occi.Unimplemented {
				return nil // a service that this cloud does not have
			}
			return err
		})
	}
	err := round.Wait()
	return slices.Concat(found...), err
}

// taggedServers finds servers that have the tags, or carry them for their links to storage and security groups.
func (c *Cloud) taggedServers(ctx context.Context, doomed *tags) ([]untagging, error) {
	all, err := c.servers(ctx, serverQuery{})
	var found []untagging
	for _, s := range all {
		items := slices.DeleteFunc(slices.Sorted(maps.Keys(s.Metadata)), func(item string) bool {
			return !slices.ContainsFunc(doomed.keys, func(key string) bool {
				return item == key || strings.HasPrefix(item, linkTagKey(key, ""))
			})
		})
		if len(items) > 0 && !statusOf(&s).gone {
			found = append(found, func(ctx context.Context) error {
				return computes{c}.dropMetadata(ctx, addressed(occi.ComputeID, s.ID), items)
			})
		}
	}
	return found, err
}

func (c *Cloud) taggedVolumes(ctx context.Context, doomed *tags) ([]untagging, error) {
	all, err := c.volumes(ctx, volumeQuery{})
	var found []untagging
	for _, v := range all {
		if has := doomed.among(maps.Keys(v.Metadata)); len(has) > 0 {
			found = append(found, func(ctx context.Context) error { return storages{c}.untag(ctx, v.ID, has) })
		}
	}
	return found, err
}

func (c *Cloud) taggedNetworks(ctx context.Context, doomed *tags) ([]untagging, error) {
	all, err := c.allNetworks(ctx, neutronnet.ListOpts{Tags: onlyKey(doomed)})
	var found []untagging
	for _, n := range all {
		if has := doomed.among(slices.Values(n.Tags)); len(has) > 0 {
			found = append(found, func(ctx context.Context) error { return networks{c}.untag(ctx, n.ID, has) })
		}
	}
	return found, err
}

func (c *Cloud) taggedPorts(ctx context.Context, doomed *tags) ([]untagging, error) {
	all, err := c.ports(ctx, ports.ListOpts{ProjectID: c.ProjectID(), Tags: onlyKey(doomed)})
	var found []untagging
	for _, p := range all {
		if has := doomed.among(slices.Values(p.Tags)); len(has) > 0 {
			found = append(found, func(ctx context.Context) error {
				return c.removeTags(ctx, "ports", addressed(occi.NetworkInterfaceID, p.ID), has)
			})
		}
	}
	return found, err
}

func (c *Cloud) taggedFloatingIPs(ctx context.Context, doomed *tags) ([]untagging, error) {
	all, err := c.floatingIPs(ctx, floatingips.ListOpts{Tags: onlyKey(doomed)})
	var found []untagging
	for _, f := range all {
		if has := doomed.among(slices.Values(f.Tags)); len(has) > 0 {
			found = append(found, func(ctx context.Context) error {
				return c.removeTags(ctx, "floatingips", addressed(occi.IPReservationID, f.ID), has)
			})
		}
	}
	return found, err
}

func (c *Cloud) taggedSecurityGroups(ctx context.Context, doomed *tags) ([]untagging, error) {
	all, err := c.securityGroups(ctx, "", onlyKey(doomed))
	var found []untagging
	for _, g := range all {
		if has := doomed.among(slices.Values(g.Tags)); len(has) > 0 {
			found = append(found, func(ctx context.Context) error { return securityGroups{c}.untag(ctx, g.ID, has) })
		}
	}
	return found, err
}

// onlyKey returns the key of the tag if there is one alone, for Neutron to select by.
func onlyKey(t *tags) string {
	if len(t.keys) == 1 {
		return t.keys[0]
	}
	return ""
}
