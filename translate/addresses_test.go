package translate

import (
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// A network with several subnets, and an interface with addresses of both IP versions, show all of them beside what the
// standard has room for. They can be sent back as they were read, and cannot be chosen.
func TestSeveralSubnetsAndAddresses(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.server(t, "worker")
	lan := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")).Ref()
	b.addSubnet(t, lan.ID, gophercloud.IPv6, "fd00:88::/64")
	link := b.must(t, b.link(occi.NetworkInterfaceID, compute, lan)).Ref()

	network := b.read(t, lan)
	if got, want := network.Attributes.Text(networkSubnets), "10.88.0.0/24 fd00:88::/64"; got != want {
		t.Errorf("the network has subnets %q, want %q", got, want)
	}
	all := []*occi.Entity{b.read(t, link)}
	links := b.read(t, compute).Links
	all = append(all, &links[slices.IndexFunc(links, func(l occi.Entity) bool { return l.ID == link.ID })])
	for _, e := range all {
		if got, want := e.Attributes.Text(interfaceFixedIPs), "10.88.0.2 fd00:88::2"; got != want {
			t.Errorf("the link has addresses %q, want %q", got, want)
		}
		if got, want := e.Attributes.Text("occi.networkinterface.address"), "10.88.0.2"; got != want {
			t.Errorf("the link has the address %q, want %q", got, want)
		}
	}
	for _, e := range []*occi.Entity{network, all[0]} {
		if _, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *e, Full: true}); err != nil {
			t.Errorf("%s sent back as it is: %v", e.Kind.Term, err)
		}
	}
	changed := *network
	changed.Attributes = slices.Clone(changed.Attributes)
	changed.Attributes.SetText(networkSubnets, "10.88.0.0/24")
	_, err := b.cloud.Update(t.Context(), &occi.Change{Entity: changed})
	checkCode(t, err, occi.Forbidden)
}

// read is an entity as a client reads it.
func (b *bench) read(t *testing.T, ref occi.Ref) *occi.Entity {
	t.Helper()
	e, err := b.cloud.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// addSubnet adds a subnet to a network by Neutron's own means.
func (b *bench) addSubnet(t *testing.T, networkID string, version gophercloud.IPVersion, cidr string) {
	t.Helper()
	neutron, err := b.cloud.neutron()
	if err != nil {
		t.Fatal(err)
	}
	opts := subnets.CreateOpts{NetworkID: networkID, IPVersion: version, CIDR: cidr}
	if err := subnets.Create(t.Context(), neutron, opts).Err; err != nil {
		t.Fatal(err)
	}
}
