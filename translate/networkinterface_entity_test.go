package translate

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
)

func TestNetworkInterfaceEntity(t *testing.T) {
	t.Parallel()
	m := baseModel()
	port := ports.Port{ID: portD, NetworkID: netE, MACAddress: "fa:16:3e:00:00:01", Status: "ACTIVE", AdminStateUp: true}
	with := func(ips ...ports.IP) ports.Port {
		p := port
		p.FixedIPs = ips
		return p
	}
	known := map[string]subnets.Subnet{
		"four":  {GatewayIP: "10.0.0.1", EnableDHCP: true},
		"fixed": {},
	}
	four := ports.IP{SubnetID: "four", IPAddress: "10.0.0.7"}
	six := ports.IP{SubnetID: "six", IPAddress: "fd00::7"}
	for _, test := range []struct {
		name  string
		port  ports.Port
		known map[string]subnets.Subnet
		want  []string
	}{
		{"without an address", port, known, nil},
		{"with an address", with(four), known, []string{
			"occi.networkinterface.address=10.0.0.7",
			"occi.networkinterface.gateway=10.0.0.1",
			"occi.networkinterface.allocation=dynamic",
		}},
		{"IPv4 first", with(six, four), known, []string{
			"occi.networkinterface.address=10.0.0.7",
			"occi.networkinterface.gateway=10.0.0.1",
			"occi.networkinterface.allocation=dynamic",
			"org.openstack.network.fixed_ips=fd00::7 10.0.0.7",
		}},
		{"IPv6 alone, its subnet hidden", with(six), known, []string{
			"occi.networkinterface.address=fd00::7",
			"occi.networkinterface.allocation=dynamic",
		}},
		{"without DHCP and gateway", with(ports.IP{SubnetID: "fixed", IPAddress: "10.9.0.7"}), known, []string{
			"occi.networkinterface.address=10.9.0.7",
			"occi.networkinterface.allocation=static",
		}},
		{"subnets not asked for", with(four), nil, []string{
			"occi.networkinterface.address=10.0.0.7",
			"occi.networkinterface.allocation=dynamic",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := []string{"networkinterface " + serverA + "_" + portD}
			if len(test.port.FixedIPs) > 0 {
				want = append(want, "mixin ipnetworkinterface")
			}
			if len(test.port.FixedIPs) > 1 {
				want = append(want, "mixin fixed_ips")
			}
			want = append(want,
				"occi.networkinterface.interface=eth3",
				"occi.networkinterface.mac=fa:16:3e:00:00:01",
				"occi.networkinterface.state=active",
			)
			want = append(want, test.want...)
			want = append(want, "source compute "+serverA, "target network "+netE)
			checkOutline(t, networkInterfaceEntity(m, serverA, 3, test.port, test.known, nil), want...)
		})
	}
}

func TestInterfaceEntitiesInTheOrderOfTheirPorts(t *testing.T) {
	t.Parallel()
	at := time.Unix(1000, 0)
	port := func(id, server, owner string, created time.Time) ports.Port {
		return ports.Port{ID: id, DeviceID: server, DeviceOwner: owner, CreatedAt: created}
	}
	all := []ports.Port{
		port("late", serverA, "compute:nova", at.Add(time.Hour)),
		port("router", serverA, "network:router_interface", at),
		port("other", serverB, "compute:az-2", at),
		port("b", serverA, "compute:nova", at),
		port("a", serverA, "compute:nova", at),
		port("idle", "", "", at),
	}
	got := map[string]string{}
	for _, e := range interfaceEntities(occi.Infrastructure(), &server{ID: serverA}, serverParts{ports: all}) {
		got[e.Attributes.Text("occi.networkinterface.interface")] = e.ID
	}
	want := map[string]string{"eth0": linkID(serverA, "a"), "eth1": linkID(serverA, "b"), "eth2": linkID(serverA, "late")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("interfaces (-want +got):\n%s", diff)
	}
}

func TestWantedAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		attributes map[string]string
		want       string
		code       occi.Code
	}{
		{attributes: nil, want: "invalid IP"},
		{attributes: map[string]string{"allocation": "dynamic"}, want: "invalid IP"},
		{attributes: map[string]string{"address": "10.0.0.7"}, want: "10.0.0.7"},
		{attributes: map[string]string{"address": "10.0.0.7", "allocation": "static"}, want: "10.0.0.7"},
		{attributes: map[string]string{"address": "FD00::7"}, want: "fd00::7"},
		{attributes: map[string]string{"address": "10.0.0.7", "allocation": "dynamic"}, code: occi.Invalid},
		{attributes: map[string]string{"allocation": "static"}, code: occi.Invalid},
		{attributes: map[string]string{"allocation": "lottery"}, code: occi.Invalid},
		{attributes: map[string]string{"address": "10.0.0"}, code: occi.Invalid},
		{attributes: map[string]string{"address": "fe80::1%eth0"}, code: occi.Invalid},
		{attributes: map[string]string{"mac": "fa:16:3e:00:00:01"}, code: occi.Unimplemented},
		{attributes: map[string]string{"gateway": "10.0.0.1"}, code: occi.Unimplemented},
	} {
		var e occi.Entity
		for name, value := range test.attributes {
			e.Attributes.SetText("occi.networkinterface."+name, value)
		}
		got, err := wantedAddress(&e)
		checkCode(t, err, test.code)
		if err == nil && got.String() != test.want {
			t.Errorf("%v gives %s, want %s", test.attributes, got, test.want)
		}
	}
}

func TestCheckAddress(t *testing.T) {
	t.Parallel()
	ranges := []subnets.Subnet{{CIDR: "10.0.0.0/24"}, {CIDR: "fd00::/64"}}
	for _, test := range []struct {
		address string
		ranges  []subnets.Subnet
		code    occi.Code
	}{
		{"10.0.0.7", ranges, 0},
		{"fd00::7", ranges, 0},
		{"10.0.1.7", ranges, occi.Invalid},
		{"10.0.1.7", nil, 0}, // the subnets are hidden: Nova decides
	} {
		checkCode(t, checkAddress(netip.MustParseAddr(test.address), netE, test.ranges), test.code)
	}
	checkCode(t, checkAddress(netip.Addr{}, netE, ranges), 0)
}
