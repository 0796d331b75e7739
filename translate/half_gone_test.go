package translate

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// elsewhere are clients of OpenStack itself, for what somebody does past the gateway.
type elsewhere struct{ nova, neutron, cinder *gophercloud.ServiceClient }

func (b *bench) elsewhere(t *testing.T) elsewhere {
	t.Helper()
	var e elsewhere
	for _, service := range []struct {
		client *(*gophercloud.ServiceClient)
		get    func() (*gophercloud.ServiceClient, error)
	}{{&e.nova, b.cloud.nova}, {&e.neutron, b.cloud.neutron}, {&e.cinder, b.cloud.cinder}} {
		var err error
		if *service.client, err = service.get(); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// What somebody has removed in part can be deleted, and what they have removed wholly is not there.
func TestDeletionOfWhatIsHalfGone(t *testing.T) {
	t.Parallel()
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	first := func(t *testing.T, b *bench, ref occi.Ref) string { // the server's port
		t.Helper()
		for _, p := range b.Ports("demo") {
			if p.DeviceID == ref.ID {
				return p.ID
			}
		}
		t.Fatalf("compute %s has no port", ref.ID)
		return ""
	}
	for name, test := range map[string]struct {
		there func(*testing.T, *bench, elsewhere) occi.Ref
		code  occi.Code // 0 if it can be deleted
	}{
		"compute without its port": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			must(t, ports.Delete(t.Context(), e.neutron, first(t, b, compute)).ExtractErr())
			return compute
		}, 0},
		"compute that has failed": {func(t *testing.T, b *bench, _ elsewhere) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			must(t, b.SetServerState(compute.ID, "error", ""))
			return compute
		}, 0},
		"compute with an address that vanishes": {func(t *testing.T, b *bench, _ elsewhere) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "public")))
			for _, method := range []string{http.MethodPut, http.MethodDelete} {
				b.AddFault(openstacktest.Fault{
					Service: "neutron", Method: method, Path: regexp.MustCompile(`/floatingips/`), Status: http.StatusNotFound,
				})
			}
			return compute
		}, 0},
		"compute gone": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			must(t, servers.Delete(t.Context(), e.nova, compute.ID).ExtractErr())
			return compute
		}, occi.NotFound},
		"storage that has failed": {func(t *testing.T, b *bench, _ elsewhere) occi.Ref {
			t.Helper()
			storage := b.storage(t, "data")
			must(t, b.SetVolumeStatus(storage.ID, "error"))
			return storage
		}, 0},
		"storage that is being deleted": {func(t *testing.T, b *bench, _ elsewhere) occi.Ref {
			t.Helper()
			storage := b.storage(t, "data")
			must(t, b.SetVolumeStatus(storage.ID, "deleting"))
			return storage
		}, occi.NotFound},
		"network without its subnet": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			network := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")).Ref()
			for _, s := range b.Subnets("demo") {
				if s.NetworkID == network.ID {
					must(t, subnets.Delete(t.Context(), e.neutron, s.ID).ExtractErr())
				}
			}
			return network
		}, 0},
		"network gone": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			network := b.must(t, b.entity(occi.NetworkID, "title", "lan")).Ref()
			must(t, neutronnet.Delete(t.Context(), e.neutron, network.ID).ExtractErr())
			return network
		}, occi.NotFound},
		"networkinterface whose port is gone": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			made := b.must(t, b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.network(t, "private"))).Ref()
			_, portID, _ := parseLinkID(made.ID)
			must(t, ports.Delete(t.Context(), e.neutron, portID).ExtractErr())
			return made
		}, occi.NotFound},
		"networkinterface whose compute is gone": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			made := b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private"))).Ref()
			must(t, servers.Delete(t.Context(), e.nova, compute.ID).ExtractErr())
			return made
		}, occi.NotFound},
		"link to the outside whose address leads nowhere": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			made := b.must(t, b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.network(t, "public"))).Ref()
			_, addressID, _ := parseLinkID(made.ID)
			nowhere := ""
			must(t, floatingips.Update(t.Context(), e.neutron, addressID, floatingips.UpdateOpts{PortID: &nowhere}).Err)
			return made
		}, occi.NotFound},
		"storagelink that Nova has removed": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			compute, storage := b.server(t, "worker"), b.storage(t, "data")
			made := b.must(t, b.link(occi.StorageLinkID, compute, storage)).Ref()
			must(t, volumeattach.Delete(t.Context(), e.nova, compute.ID, storage.ID).ExtractErr())
			return made
		}, occi.NotFound},
		"securitygroup gone": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			group := b.must(t, b.securityGroup("web", "")).Ref()
			must(t, groups.Delete(t.Context(), e.neutron, group.ID).ExtractErr())
			return group
		}, occi.NotFound},
		"securitygrouplink of which a port has lost the group": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			compute := b.server(t, "worker")
			b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")))
			made := b.must(t, b.link(occi.SecurityGroupLinkID, compute, b.must(t, b.securityGroup("web", "")).Ref())).Ref()
			must(t, ports.Update(t.Context(), e.neutron, first(t, b, compute), ports.UpdateOpts{SecurityGroups: &[]string{}}).Err)
			return made
		}, 0},
		"ipreservation gone": {func(t *testing.T, b *bench, e elsewhere) occi.Ref {
			t.Helper()
			kept := b.must(t, b.entity(occi.IPReservationID)).Ref()
			must(t, floatingips.Delete(t.Context(), e.neutron, kept.ID).ExtractErr())
			return kept
		}, occi.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			ref := test.there(t, b, b.elsewhere(t))
			err := b.cloud.Delete(t.Context(), ref)
			if codeOf(err) != test.code {
				t.Errorf("got code %d (%v), want %d", codeOf(err), err, test.code)
			}
			b.ClearFaults()
			checkCode(t, b.cloud.Delete(t.Context(), ref), occi.NotFound) // likewise what is deleted twice
		})
	}
}

// A snapshot that somebody else has removed is not there.
func TestSnapshotThatIsGone(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	made := b.act(t, b.storage(t, "data"), occi.SnapshotID)
	if err := snapshots.Delete(t.Context(), b.elsewhere(t).cinder, made.Term).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	checkCode(t, b.cloud.Undefine(t.Context(), []*occi.Mixin{made}), occi.NotFound)
}

// What cannot be removed keeps its addresses.
func TestAddressesArePutBack(t *testing.T) {
	t.Parallel()
	removals := map[string]openstacktest.Fault{
		"compute":          {Method: http.MethodDelete, Path: regexp.MustCompile(`/servers/[^/]+$`)},
		"networkinterface": {Method: http.MethodDelete, Path: regexp.MustCompile(`/os-interface/`)},
	}
	for what, removal := range removals {
		for way, code := range map[string]int{"refused": http.StatusForbidden, "conflict": http.StatusConflict, "failing": http.StatusInternalServerError} {
			t.Run(what+" "+way, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{})
				compute := b.server(t, "worker")
				inside := b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")))
				at := []string{"occi.networkinterface.mac", inside.Attributes.Text("occi.networkinterface.mac")}
				b.must(t, b.link(occi.NetworkInterfaceID, compute, b.must(t, b.entity(occi.IPReservationID)).Ref(), at...))
				b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "public")))
				before := b.FloatingIPs("demo")
				fault := removal
				fault.Status = code
				b.AddFault(fault)
				ref := compute
				if what == "networkinterface" {
					ref = inside.Ref()
				}
				if err := b.cloud.Delete(t.Context(), ref); err == nil {
					t.Error("no error")
				}
				for i, f := range b.FloatingIPs("demo") {
					if f.ID != before[i].ID || f.PortID != before[i].PortID {
						t.Errorf("there is %v, where there was %v", f, before[i])
					}
				}
				b.ClearFaults()
				if err := b.cloud.Delete(t.Context(), compute); err != nil {
					t.Fatal(err)
				}
				if left := b.FloatingIPs("demo"); len(left) != 1 || left[0].PortID != "" {
					t.Errorf("there are %v, want the reservation alone, free", left)
				}
			})
		}
	}
}
