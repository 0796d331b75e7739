package translate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/attributestags"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/routers"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// create makes a network, says in its tags who made it, and with an address range makes also its subnet and, when
// configured, that subnet's connection to the project's router. Whatever step fails, the earlier ones are taken back.
func (n networks) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	networkOpts, err := networkCreateOpts(e)
	if err != nil {
		return nil, err
	}
	subnetOpts, err := subnetCreateOpts(e)
	if err != nil {
		return nil, err
	}
	neutron, err := n.neutron()
	if err != nil {
		return nil, err
	}
	routerID := ""
	if subnetOpts != nil && n.translator.options.AttachRouter {
		// Asked first, since it is the one step that leaves nothing behind when it fails.
		if routerID, err = n.projectRouter(ctx); err != nil {
			return nil, err
		}
	}
	var network neutronNetwork
	if err := neutronnet.Create(ctx, neutron, networkOpts).ExtractInto(&network); err != nil {
		return nil, n.lostNetwork(ctx, e.Title, err)
	}
	var undo undo
	undo.push(fmt.Sprintf("network %q", network.ID), func(ctx context.Context) error {
		// Neutron removes the subnets of a network with it, also one whose creation was not answered.
		return gone(neutronnet.Delete(ctx, neutron, network.ID).ExtractErr())
	})
	wanted := userMixins(e.Mixins)
	var ranges []subnets.Subnet
	var round errgroup.Group // as in addTags
	round.Go(func() (err error) {
		network.Tags, err = n.sign(ctx, neutron, "networks", network.ID, wanted)
		return err
	})
	if subnetOpts != nil {
		subnetOpts.NetworkID = network.ID
		round.Go(func() (err error) {
			ranges, err = n.addRange(ctx, neutron, *subnetOpts, routerID, &undo)
			return err
		})
	}
	if err := round.Wait(); err != nil {
		return nil, undo.after(ctx, err)
	}
	made := networkEntity(n.translator.base, network, ranges, n.ProjectID(), newTags(n.ProjectID(), wanted))
	return &made, nil
}

// lostNetwork tells what a network may be whose creation got no answer: one of the name, and new, that nobody has signed
// and that has no subnet.
func (n networks) lostNetwork(ctx context.Context, title string, cause error) error {
	failure := n.fault(cause, subject{})
	if isRefusal(cause) {
		return failure
	}
	return suspects(ctx, failure, occi.NetworkID.Term, title, func(ctx context.Context) ([]string, error) {
		all, err := n.allNetworks(ctx, neutronnet.ListOpts{Name: title, ProjectID: n.ProjectID()})
		var ids []string
		for _, found := range all {
			if found.Name == title && len(found.Tags)+len(found.Subnets) == 0 && isRecent(found.CreatedAt) {
				ids = append(ids, found.ID)
			}
		}
		return ids, err
	})
}

// sign gives a new resource of Neutron, of the given plural, all its tags: who made it, and the mixins that it is to
// have. Neutron takes no tags when it makes a thing.
func (c *Cloud) sign(
	ctx context.Context, neutron *gophercloud.ServiceClient, plural, id string, mixins []*occi.Mixin,
) ([]string, error) {
	opts := attributestags.ReplaceAllOpts{Tags: append(c.tagKeys(mixins), creatorTag(c.UserID()))}
	tags, err := attributestags.ReplaceAll(ctx, neutron, plural, id, opts).Extract()
	return tags, c.fault(err, subject{})
}

// addRange gives a new network its subnet, and the subnet a router unless routerID is empty. How to take the router's
// interface back is remembered; the subnet goes with its network.
func (n networks) addRange(
	ctx context.Context, neutron *gophercloud.ServiceClient, opts subnets.CreateOpts, routerID string, undo *undo,
) ([]subnets.Subnet, error) {
	subnet, err := subnets.Create(ctx, neutron, opts).Extract()
	if err != nil {
		return nil, n.fault(err, subject{})
	}
	if routerID == "" {
		return []subnets.Subnet{*subnet}, nil
	}
	undo.push(fmt.Sprintf("interface of router %q in subnet %q", routerID, subnet.ID), func(ctx context.Context) error {
		opts := routers.RemoveInterfaceOpts{SubnetID: subnet.ID}
		return gone(routers.RemoveInterface(ctx, neutron, routerID, opts).Err)
	})
	if err := routers.AddInterface(ctx, neutron, routerID, routers.AddInterfaceOpts{SubnetID: subnet.ID}).Err; err != nil {
		return nil, n.fault(err, subject{})
	}
	return []subnets.Subnet{*subnet}, nil
}

// projectRouter returns the id of the project's router to the outside, the oldest if there are several, or
// "" if there is none.
func (n networks) projectRouter(ctx context.Context) (string, error) {
	neutron, err := n.neutron()
	if err != nil {
		return "", err
	}
	all, err := pages(func(marker string) ([]routers.Router, bool, error) {
		// The project is named, since an administrator's token sees the routers of all.
		list := routers.List(neutron, routers.ListOpts{ProjectID: n.ProjectID(), Marker: marker})
		return firstPage(ctx, list, routers.ExtractRouters)
	}, func(r routers.Router) string { return r.ID })
	if err != nil {
		return "", n.fault(err, subject{})
	}
	return outwardRouter(all), nil
}

// outwardRouter returns the id of the oldest router with an external gateway, or "".
func outwardRouter(all []routers.Router) string {
	all = slices.DeleteFunc(all, func(r routers.Router) bool { return r.GatewayInfo.NetworkID == "" })
	if len(all) == 0 {
		return ""
	}
	return slices.MinFunc(all, func(a, b routers.Router) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	}).ID
}
