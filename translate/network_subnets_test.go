package translate

import (
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/routers"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// A network that was given several subnets elsewhere, each on a router, goes with all of them.
func TestNetworkOfSeveralSubnetsIsDeleted(t *testing.T) {
	t.Parallel()
	for name, ranges := range map[string][]string{
		"two of IPv4":   {"10.77.0.0/24", "10.78.0.0/24"},
		"IPv4 and IPv6": {"fd77::/64", "10.77.0.0/24"},
		"IPv6 alone":    {"fd77::/64"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			neutron, err := b.cloud.neutron()
			if err != nil {
				t.Fatal(err)
			}
			router, err := routers.Create(t.Context(), neutron, routers.CreateOpts{Name: "several"}).Extract()
			if err != nil {
				t.Fatal(err)
			}
			network := b.must(t, b.entity(occi.NetworkID, "title", "several")).Ref()
			for _, cidr := range ranges {
				opts := subnets.CreateOpts{NetworkID: network.ID, CIDR: cidr, IPVersion: gophercloud.IPv4}
				if cidr[:2] == "fd" {
					opts.IPVersion = gophercloud.IPv6
				}
				made, err := subnets.Create(t.Context(), neutron, opts).Extract()
				if err != nil {
					t.Fatal(err)
				}
				join := routers.AddInterfaceOpts{SubnetID: made.ID}
				if err := routers.AddInterface(t.Context(), neutron, router.ID, join).Err; err != nil {
					t.Fatal(err)
				}
			}
			if err := b.cloud.Delete(t.Context(), network); err != nil {
				t.Fatal(err)
			}
			b.checkGone(t, network)
			if err := routers.Delete(t.Context(), neutron, router.ID).ExtractErr(); err != nil {
				t.Errorf("the router still has an interface: %v", err)
			}
		})
	}
}
