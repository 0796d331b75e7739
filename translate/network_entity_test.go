package translate

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/external"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/routers"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/provider"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
)

func TestNetworkEntity(t *testing.T) {
	t.Parallel()
	m := baseModel()
	own := neutronnet.Network{ID: netE, Name: "lan", Description: "inside", Status: "ACTIVE", AdminStateUp: true, ProjectID: "mine"}
	off, foreign := own, own
	off.AdminStateUp = false
	foreign.ProjectID = "theirs"
	for _, test := range []struct {
		name    string
		network neutronNetwork
		subnets []subnets.Subnet
		want    []string
	}{
		{"without a subnet", neutronNetwork{Network: own}, nil, []string{
			"occi.network.state=active", "action down",
		}},
		{"with a subnet", neutronNetwork{Network: own}, []subnets.Subnet{
			{ID: "s", IPVersion: 4, CIDR: "10.0.0.0/22", GatewayIP: "10.0.0.1", EnableDHCP: true},
		}, []string{
			"mixin ipnetwork", "occi.network.state=active", "occi.network.address=10.0.0.0/22",
			"occi.network.gateway=10.0.0.1", "occi.network.allocation=dynamic", "action down",
		}},
		{"isolated and without DHCP", neutronNetwork{Network: own}, []subnets.Subnet{
			{ID: "s", IPVersion: 6, CIDR: "fd00::/64"},
		}, []string{
			"mixin ipnetwork", "occi.network.state=active", "occi.network.address=fd00::/64",
			"occi.network.allocation=static", "action down",
		}},
		{"with IPv6 and IPv4", neutronNetwork{Network: own}, []subnets.Subnet{
			{ID: "a", IPVersion: 6, CIDR: "fd00::/64", GatewayIP: "fd00::1", EnableDHCP: true},
			{ID: "c", IPVersion: 4, CIDR: "10.4.0.0/22"},
			{ID: "b", IPVersion: 4, CIDR: "10.0.0.0/22", GatewayIP: "10.0.0.1", EnableDHCP: true},
		}, []string{
			"mixin ipnetwork", "mixin subnets", "occi.network.state=active", "occi.network.address=10.0.0.0/22",
			"occi.network.gateway=10.0.0.1", "occi.network.allocation=dynamic",
			"org.openstack.network.subnets=10.0.0.0/22 10.4.0.0/22 fd00::/64", "action down",
		}},
		{"switched off", neutronNetwork{Network: off}, nil, []string{"occi.network.state=inactive", "action up"}},
		{"of another project", neutronNetwork{Network: foreign}, nil, []string{"occi.network.state=active"}},
		{"VLAN, as an administrator sees it", neutronNetwork{
			Network: own, NetworkProviderExt: provider.NetworkProviderExt{NetworkType: "vlan", SegmentationID: "101", PhysicalNetwork: "datacentre"},
		}, nil, []string{"occi.network.vlan=101", "occi.network.label=datacentre", "occi.network.state=active", "action down"}},
		{"VXLAN, as an administrator sees it", neutronNetwork{
			Network: own, NetworkProviderExt: provider.NetworkProviderExt{NetworkType: "vxlan", SegmentationID: "101"},
		}, nil, []string{"occi.network.state=active", "action down"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := append([]string{"network " + netE, "title lan", "summary inside"}, test.want...)
			checkOutline(t, networkEntity(m, test.network, test.subnets, "mine", nil), want...)
		})
	}
}

func TestMainSubnetIsTheOldestOfIPv4(t *testing.T) {
	t.Parallel()
	at := time.Unix(1000, 0)
	got, ok := mainSubnet([]subnets.Subnet{
		{ID: "six", IPVersion: 6, CreatedAt: at},
		{ID: "late", IPVersion: 4, CreatedAt: at.Add(2 * time.Hour)},
		{ID: "b", IPVersion: 4, CreatedAt: at.Add(time.Hour)},
		{ID: "a", IPVersion: 4, CreatedAt: at.Add(time.Hour)},
	})
	if !ok || got.ID != "a" {
		t.Errorf("got %q, %t, want a", got.ID, ok)
	}
}

func TestVisibleNetworks(t *testing.T) {
	t.Parallel()
	network := func(id, project string, shared, isExternal bool, age time.Duration) neutronNetwork {
		return neutronNetwork{
			Network:            neutronnet.Network{ID: id, ProjectID: project, Shared: shared, CreatedAt: time.Unix(0, 0).Add(-age)},
			NetworkExternalExt: external.NetworkExternalExt{External: isExternal},
		}
	}
	var got []string
	for _, n := range visibleNetworks([]neutronNetwork{
		network("public", "admin", false, true, 9*time.Hour),
		network("private", "theirs", false, false, 8*time.Hour), // seen by administrators
		network("common", "theirs", true, false, 7*time.Hour),
		network("young", "mine", false, false, time.Hour),
		network("old", "mine", false, false, 2*time.Hour),
	}, "mine") {
		got = append(got, n.ID)
	}
	if diff := cmp.Diff([]string{"old", "young", "public", "common"}, got); diff != "" {
		t.Errorf("networks (-want +got):\n%s", diff)
	}
}

func TestSubnetCreateOpts(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	text := func(s string) *string { return &s }
	yes, no := true, false
	for _, test := range []struct {
		address, gateway, allocation string
		want                         *subnets.CreateOpts
		code                         occi.Code
	}{
		{want: nil},
		{allocation: "dynamic", want: nil},
		{address: "10.1.0.0/16", want: &subnets.CreateOpts{CIDR: "10.1.0.0/16", IPVersion: 4}},
		{address: "10.1.2.3/16", want: &subnets.CreateOpts{CIDR: "10.1.0.0/16", IPVersion: 4}},
		{address: "FD00::/64", want: &subnets.CreateOpts{CIDR: "fd00::/64", IPVersion: 6}},
		{address: "10.1.0.0/16", gateway: "10.1.0.254", want: &subnets.CreateOpts{CIDR: "10.1.0.0/16", IPVersion: 4, GatewayIP: text("10.1.0.254")}},
		{address: "10.1.0.0/16", allocation: "dynamic", want: &subnets.CreateOpts{CIDR: "10.1.0.0/16", IPVersion: 4, EnableDHCP: &yes}},
		{address: "10.1.0.0/16", allocation: "static", want: &subnets.CreateOpts{CIDR: "10.1.0.0/16", IPVersion: 4, EnableDHCP: &no}},
		{address: "10.1.0.0", code: occi.Invalid},
		{address: "10.1.0.0/33", code: occi.Invalid},
		{address: "ten", code: occi.Invalid},
		{gateway: "10.1.0.1", code: occi.Invalid},
		{address: "10.1.0.0/16", gateway: "10.2.0.1", code: occi.Invalid},
		{address: "10.1.0.0/16", gateway: "fd00::1", code: occi.Invalid},
		{address: "10.1.0.0/16", gateway: "gate", code: occi.Invalid},
		{address: "10.1.0.0/16", allocation: "manual", code: occi.Invalid},
	} {
		e := occi.Entity{Kind: m.Kind(occi.NetworkID)}
		e.Attributes.SetText("occi.network.address", test.address)
		e.Attributes.SetText("occi.network.gateway", test.gateway)
		e.Attributes.SetText("occi.network.allocation", test.allocation)
		got, err := subnetCreateOpts(&e)
		checkCode(t, err, test.code)
		if err != nil {
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", e.Attributes, diff)
		}
	}
}

func TestNetworkCreateOptsRefusesWhatItCannotGive(t *testing.T) {
	t.Parallel()
	m := occi.Infrastructure()
	vlan, label, linked := occi.Entity{}, occi.Entity{}, occi.Entity{Links: []occi.Entity{{Kind: m.Kind(occi.NetworkInterfaceID)}}}
	vlan.Attributes.Set("occi.network.vlan", occi.Integer(7))
	label.Attributes.SetText("occi.network.label", "blue")
	for _, test := range []struct {
		name string
		e    occi.Entity
		code occi.Code
	}{
		{"vlan", vlan, occi.Unimplemented},
		{"label", label, occi.Unimplemented},
		{"links", linked, occi.Invalid},
		{"title alone", occi.Entity{Title: "lan"}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := networkCreateOpts(&test.e)
			checkCode(t, err, test.code)
		})
	}
}

func TestOutwardRouter(t *testing.T) {
	t.Parallel()
	at := time.Unix(1000, 0)
	outside := routers.GatewayInfo{NetworkID: netE}
	for _, test := range []struct {
		name string
		all  []routers.Router
		want string
	}{
		{"none", nil, ""},
		{"none that leads out", []routers.Router{{ID: "inner"}}, ""},
		{"the oldest", []routers.Router{
			{ID: "inner", CreatedAt: at},
			{ID: "young", CreatedAt: at.Add(2 * time.Hour), GatewayInfo: outside},
			{ID: "old", CreatedAt: at.Add(time.Hour), GatewayInfo: outside},
		}, "old"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := outwardRouter(test.all); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestConnectedServers(t *testing.T) {
	t.Parallel()
	got := connectedServers([]ports.Port{
		{DeviceOwner: "network:dhcp", DeviceID: "dhcp-x"},
		{DeviceOwner: "network:router_interface", DeviceID: "r"},
		{DeviceOwner: "compute:nova", DeviceID: serverB},
		{DeviceOwner: "compute:nova", DeviceID: serverB},
		{DeviceID: serverA}, // Nova is about to use it
		{},
	})
	if diff := cmp.Diff([]string{serverA, serverB}, got); diff != "" {
		t.Errorf("servers (-want +got):\n%s", diff)
	}
}
