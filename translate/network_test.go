package translate

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestNetworkFromCreationToDeletion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		attachRouter bool
		with         []string
		want         []string
		ports        int
	}{
		{"title alone", true, nil, []string{"occi.network.state=active"}, 0},
		{"with a range", false, []string{"occi.network.address", "10.88.0.0/24"}, []string{
			"mixin ipnetwork", "occi.network.state=active", "occi.network.address=10.88.0.0/24",
			"occi.network.gateway=10.88.0.1", "occi.network.allocation=dynamic",
		}, 0},
		{"with a range and a router", true, []string{
			"occi.network.address", "10.88.0.0/24", "occi.network.gateway", "10.88.0.254", "occi.network.allocation", "static",
		}, []string{
			"mixin ipnetwork", "occi.network.state=active", "occi.network.address=10.88.0.0/24",
			"occi.network.gateway=10.88.0.254", "occi.network.allocation=static",
		}, 1},
		{"with a range of IPv6", false, []string{"occi.network.address", "fd00:88::/64", "occi.network.gateway", "fd00:88::1"}, []string{
			"mixin ipnetwork", "occi.network.state=active", "occi.network.address=fd00:88::/64",
			"occi.network.gateway=fd00:88::1", "occi.network.allocation=dynamic",
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{AttachRouter: test.attachRouter})
			made := b.must(t, b.entity(occi.NetworkID, append(test.with, "title", "lan", "summary", "inside")...))
			want := append([]string{"network " + made.ID, "title lan", "summary inside"}, test.want...)
			want = append(want, "action down")
			checkOutline(t, *made, want...)
			read, err := b.cloud.Get(t.Context(), made.Ref())
			if err != nil {
				t.Fatal(err)
			}
			checkOutline(t, *read, want...)
			connected, err := b.cloud.ports(t.Context(), ports.ListOpts{NetworkID: made.ID})
			if err != nil || len(connected) != test.ports {
				t.Errorf("got %d ports (error %v), want %d", len(connected), err, test.ports)
			}
			if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
				t.Fatal(err)
			}
			b.checkGone(t, made.Ref())
			checkCode(t, b.cloud.Delete(t.Context(), made.Ref()), occi.NotFound)
		})
	}
}

func TestNetworkListShowsRangesInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	all, err := b.cloud.List(t.Context(), b.translator.base.Kind(occi.NetworkID), occi.Query{}, true)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range all {
		got = append(got, e.Title+" "+e.Attributes.Text("occi.network.address"))
	}
	// The subnets of the external network are hidden from those who do not own it.
	if diff := cmp.Diff([]string{"private 10.0.0.0/22", "public "}, got); diff != "" {
		t.Errorf("networks (-want +got):\n%s", diff)
	}
}

func TestNetworkUpAndDown(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	lan := b.must(t, b.entity(occi.NetworkID, "title", "lan")).Ref()
	for _, test := range []struct {
		action occi.ID
		state  string
		offers occi.ID
	}{
		{occi.DownID, "inactive", occi.UpID},
		{occi.DownID, "inactive", occi.UpID}, // again: no harm
		{occi.UpID, "active", occi.DownID},
	} {
		if _, err := b.cloud.Act(t.Context(), lan, b.invocation(test.action)); err != nil {
			t.Fatal(err)
		}
		now, err := b.cloud.Get(t.Context(), lan)
		if err != nil {
			t.Fatal(err)
		}
		if state := now.Attributes.Text("occi.network.state"); state != test.state {
			t.Errorf("after %s the state is %s, want %s", test.action.Term, state, test.state)
		}
		if !slices.Equal(now.Actions, []occi.ID{test.offers}) {
			t.Errorf("after %s the actions are %v, want %v", test.action.Term, now.Actions, test.offers)
		}
	}
	_, err := b.cloud.Act(t.Context(), b.ref(occi.NetworkID, nobody), b.invocation(occi.UpID))
	checkCode(t, err, occi.NotFound)
	_, err = b.cloud.Act(t.Context(), b.network(t, "public"), b.invocation(occi.DownID))
	checkCode(t, err, occi.Forbidden)
	_, err = b.cloud.Act(t.Context(), lan, b.invocation(occi.StopID))
	checkCode(t, err, occi.Invalid)
}

func (b *bench) invocation(action occi.ID) *occi.Invocation {
	return &occi.Invocation{Action: b.translator.base.Action(action)}
}

func TestNetworkUpdate(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	lan := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24"))
	same := &occi.Change{Entity: *lan, Full: true} // as pOCCI does
	same.Title = "lan of the run"
	now, err := b.cloud.Update(t.Context(), same)
	if err != nil {
		t.Fatal(err)
	}
	lan.Title = "lan of the run"
	checkOutline(t, *now, outline(*lan)...)
	moved := &occi.Change{Entity: *b.entity(occi.NetworkID, "id", lan.ID, "occi.network.address", "10.89.0.0/24")}
	_, err = b.cloud.Update(t.Context(), moved)
	checkCode(t, err, occi.Unimplemented)
}

func TestNetworkOfOthersCannotBeDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	checkCode(t, b.cloud.Delete(t.Context(), b.network(t, "public")), occi.Forbidden)
	checkCode(t, b.as(t, "admin", "admin").Delete(t.Context(), b.network(t, "private")), occi.Forbidden)
}

// Deleting a network takes along what keeps it, as long as nobody uses it.
func TestNetworkDeletionTakesIdlePorts(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{AttachRouter: true})
	lan := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")).Ref()
	neutron, err := b.cloud.neutron()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := ports.Create(t.Context(), neutron, ports.CreateOpts{NetworkID: lan.ID}).Err; err != nil {
			t.Fatal(err)
		}
	}
	if err := b.cloud.Delete(t.Context(), lan); err != nil {
		t.Fatal(err)
	}
	left, err := b.cloud.ports(t.Context(), ports.ListOpts{NetworkID: lan.ID})
	if err != nil || len(left) != 0 {
		t.Errorf("%d ports are left (error %v), want none", len(left), err)
	}
}

func TestNetworkGatewayAndAllocationChange(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	lan := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24"))
	b.moveGateway(t, lan.ID, nil) // out of the way of the address that Neutron has chosen
	change := func(pairs ...string) (*occi.Entity, error) {
		return b.cloud.Update(t.Context(), &occi.Change{Entity: *b.entity(occi.NetworkID, append(pairs, "id", lan.ID)...)})
	}
	now, err := change("occi.network.gateway", "10.88.0.1", "occi.network.allocation", "static")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"network " + lan.ID, "title lan", "mixin ipnetwork", "occi.network.state=active", "occi.network.address=10.88.0.0/24",
		"occi.network.gateway=10.88.0.1", "occi.network.allocation=static", "action down",
	}
	checkOutline(t, *now, want...)
	read, err := b.cloud.Get(t.Context(), lan.Ref())
	if err != nil {
		t.Fatal(err)
	}
	checkOutline(t, *read, want...)
	calls, _ := b.counted(func() { // what is so already is no change
		_, err = change("occi.network.gateway", "10.88.0.1", "occi.network.allocation", "static", "occi.network.address", "10.88.0.0/24")
	})
	if err != nil || calls != 2 {
		t.Errorf("the same again takes %d calls (error %v), want two", calls, err)
	}
	for _, wrong := range []struct {
		name, value string
		code        occi.Code
	}{
		{"occi.network.gateway", "10.88.0.77", occi.Conflict}, // Neutron gives it to ports
		{"occi.network.gateway", "10.99.0.1", occi.Invalid},
		{"occi.network.gateway", "none", occi.Invalid},
		{"occi.network.allocation", "lottery", occi.Invalid},
		{"occi.network.address", "10.88.0.0/16", occi.Unimplemented},
	} {
		_, err := change(wrong.name, wrong.value)
		checkCode(t, err, wrong.code)
	}
	bare := b.must(t, b.entity(occi.NetworkID, "title", "bare"))
	_, err = b.cloud.Update(t.Context(), &occi.Change{Entity: *b.entity(occi.NetworkID, "id", bare.ID, "occi.network.allocation", "static")})
	checkCode(t, err, occi.Unimplemented)
}

// moveGateway gives the subnet of a network another gateway, or none, by Neutron's own means.
func (b *bench) moveGateway(t *testing.T, networkID string, gateway *string) {
	t.Helper()
	neutron, err := b.cloud.neutron()
	if err != nil {
		t.Fatal(err)
	}
	of, err := b.cloud.subnets(t.Context(), subnets.ListOpts{NetworkID: networkID})
	if err != nil || len(of) != 1 {
		t.Fatalf("got subnets %v (error %v), want one", of, err)
	}
	none := ""
	if gateway == nil {
		gateway = &none
	}
	if err := subnets.Update(t.Context(), neutron, of[0].ID, subnets.UpdateOpts{GatewayIP: gateway}).Err; err != nil {
		t.Fatal(err)
	}
}

// A network is changed whole or not at all.
func TestNetworkUpdateThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	for _, step := range []string{`/subnets/`, `/networks/[^/]*$`} {
		for way, fault := range faults(openstacktest.Fault{Service: "neutron", Method: http.MethodPut, Path: regexp.MustCompile(step)}) {
			t.Run(step+way, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{})
				lan := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24"))
				b.moveGateway(t, lan.ID, nil)
				before, err := b.cloud.Get(t.Context(), lan.Ref())
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second) // for what hangs
				defer cancel()
				b.AddFault(fault)
				_, err = b.cloud.Update(ctx, &occi.Change{Entity: *b.entity(occi.NetworkID,
					"id", lan.ID, "title", "wan", "occi.network.gateway", "10.88.0.1", "occi.network.allocation", "static")})
				b.ClearFaults()
				if err == nil {
					t.Fatal("no error")
				}
				after, err := b.cloud.Get(t.Context(), lan.Ref())
				if err != nil {
					t.Fatal(err)
				}
				checkOutline(t, *after, outline(*before)...)
			})
		}
	}
}

// However a deletion is cut short, it can be repeated.
func TestNetworkDeletionCanBeRepeated(t *testing.T) {
	t.Parallel()
	for _, step := range []struct{ method, path string }{
		{http.MethodGet, `/ports$`},
		{http.MethodPut, `/remove_router_interface$`},
		{http.MethodDelete, `/ports/`},
		{http.MethodDelete, `/networks/`},
	} {
		for way, fault := range faults(openstacktest.Fault{Service: "neutron", Method: step.method, Path: regexp.MustCompile(step.path)}) {
			t.Run(step.path+way, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{AttachRouter: true})
				before := b.inventory(t)
				lan := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")).Ref()
				neutron, err := b.cloud.neutron()
				if err != nil {
					t.Fatal(err)
				}
				if err := ports.Create(t.Context(), neutron, ports.CreateOpts{NetworkID: lan.ID}).Err; err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second) // for what hangs
				defer cancel()
				b.AddFault(fault)
				failed := b.cloud.Delete(ctx, lan)
				b.ClearFaults()
				if err := b.cloud.Delete(t.Context(), lan); err != nil && occi.CodeOf(err) != occi.NotFound {
					t.Errorf("after %v: %v", failed, err)
				}
				if after := b.inventory(t); !slices.Equal(after, before) {
					t.Errorf("behind stays %v, where there was %v", after, before)
				}
			})
		}
	}
}
