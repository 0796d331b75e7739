package translate

import (
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestCommonGroups(t *testing.T) {
	t.Parallel()
	port := func(groups ...string) ports.Port { return ports.Port{SecurityGroups: groups} }
	for _, test := range []struct {
		name string
		own  []ports.Port
		want []string
	}{
		{"no port", nil, nil},
		{"one port", []ports.Port{port("a", "b")}, []string{"a", "b"}},
		{"the same", []ports.Port{port("a", "b"), port("b", "a")}, []string{"a", "b"}},
		{"some", []ports.Port{port("a", "b", "c"), port("c", "b")}, []string{"b", "c"}},
		{"none", []ports.Port{port("a"), port("b"), port("a")}, []string{}},
		{"one that takes none", []ports.Port{port(), port("a"), port()}, []string{"a"}},
		{"all take none", []ports.Port{port(), port()}, nil},
	} {
		if diff := cmp.Diff(test.want, commonGroups(test.own)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// grouped makes a compute with a network interface that has two security groups, none of them the default one.
func (b *bench) grouped(t *testing.T) (compute occi.Ref, groups []string) {
	t.Helper()
	wanted := b.newCompute(t, "title", "worker")
	for _, title := range []string{"web", "mail"} {
		group := b.must(t, b.securityGroup(title, ""))
		wanted.Links = append(wanted.Links, *b.link(occi.SecurityGroupLinkID, occi.Ref{}, group.Ref()))
		groups = append(groups, group.ID)
	}
	compute = b.must(t, wanted).Ref()
	b.waitFor(t, compute, "occi.compute.state", "active")
	slices.Sort(groups)
	return compute, groups
}

// What a compute is linked to holds for its later network interfaces.
func TestLaterInterfaceHasTheGroupsOfTheCompute(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Latency: 100 * time.Millisecond}, Options{})
	compute, groups := b.grouped(t)
	private := b.network(t, "private")
	clock.advance(time.Second) // so that it is eth1 without a look at the server
	var nic *occi.Entity
	calls, rounds := b.counted(func() { nic = b.must(t, b.link(occi.NetworkInterfaceID, compute, private)) })
	if calls != 8 || rounds != 4 {
		t.Errorf("%d calls in %d rounds, want 8 in 4", calls, rounds)
	}
	all, err := b.cloud.ports(t.Context(), ports.ListOpts{DeviceID: compute.ID})
	if err != nil || len(all) != 2 {
		t.Fatalf("%d ports, error %v, want two", len(all), err)
	}
	for _, p := range all {
		slices.Sort(p.SecurityGroups)
		if diff := cmp.Diff(groups, p.SecurityGroups); diff != "" {
			t.Errorf("groups of a port (-want +got):\n%s", diff)
		}
	}
	for _, id := range b.securityLinks(t, compute) {
		link, err := b.cloud.Get(t.Context(), b.ref(occi.SecurityGroupLinkID, id))
		if err != nil || link.Attributes.Text("occi.securitygrouplink.state.message") != "" {
			t.Errorf("the link %s is %v, error %v, want one of all interfaces", id, link, err)
		}
	}
	if err := b.cloud.Delete(t.Context(), nic.Ref()); err != nil {
		t.Fatal(err)
	}
}

// An interface without the groups would let through what nobody has allowed.
func TestLaterInterfaceWithoutTheGroupsIsUndone(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]openstacktest.Fault{
		"403":     {Status: http.StatusForbidden},
		"500":     {Status: http.StatusInternalServerError},
		"refused": {Mode: openstacktest.Refuse},
		"lost":    {Mode: openstacktest.ResetAfter},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			compute, _ := b.grouped(t)
			private := b.network(t, "private")
			before := b.ids(t, occi.NetworkInterfaceID)
			fault.Service, fault.Method = "neutron", http.MethodPut
			b.AddFault(fault)
			made, err := b.cloud.Create(t.Context(), b.link(occi.NetworkInterfaceID, compute, private))
			if err == nil {
				t.Errorf("got %v, want an error", outline(*made))
			}
			b.ClearFaults()
			if diff := cmp.Diff(before, b.ids(t, occi.NetworkInterfaceID)); diff != "" {
				t.Errorf("network interfaces (-before +after):\n%s", diff)
			}
		})
	}
}

// Clients link a compute that is still being built: it has no port then whose groups could be seen.
func TestInterfaceLinkedBeforeTheComputeIsBuilt(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{})
	group := b.must(t, b.securityGroup("web", "")).ID
	wanted := b.newCompute(t, "title", "worker")
	wanted.Links = []occi.Entity{*b.link(occi.SecurityGroupLinkID, occi.Ref{}, b.ref(occi.SecurityGroupID, group))}
	compute := b.must(t, wanted).Ref()
	link := b.link(occi.NetworkInterfaceID, compute, b.network(t, "private"))
	b.AddFault(openstacktest.Fault{ // Nova makes ports a second after the server
		Service: "neutron", Method: http.MethodGet, Path: regexp.MustCompile(`/ports$`), Status: http.StatusOK, Body: `{"ports": []}`, Times: 1,
	})
	b.ResetCalls()
	done := make(chan error, 1)
	go func() {
		_, err := b.cloud.Create(t.Context(), link)
		done <- err
	}()
	waitFor(t, func() bool {
		return slices.ContainsFunc(b.Calls(), func(call openstacktest.Call) bool {
			return call.Method == http.MethodPost && call.Status == http.StatusConflict
		})
	})
	clock.advance(time.Minute)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	all, err := b.cloud.ports(t.Context(), ports.ListOpts{DeviceID: compute.ID})
	if err != nil || len(all) != 2 {
		t.Fatalf("%d ports, error %v, want two", len(all), err)
	}
	for _, p := range all {
		if !slices.Equal(p.SecurityGroups, []string{group}) {
			t.Errorf("a port has the groups %v, want %s alone", p.SecurityGroups, group)
		}
	}
}
