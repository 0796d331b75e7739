package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestNetworkInterfaceFromAttachingToDetaching(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second) // ports are told apart by their age in seconds
	b := newBench(t, openstacktest.Options{Now: clock.now}, Options{})
	compute := b.server(t, "worker")
	lan := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24"))
	made := b.must(t, b.link(occi.NetworkInterfaceID, compute, lan.Ref(), "occi.networkinterface.address", "10.88.0.77"))
	want := []string{
		"networkinterface " + made.ID, "mixin ipnetworkinterface",
		"occi.networkinterface.interface=eth1",
		"occi.networkinterface.mac=" + made.Attributes.Text("occi.networkinterface.mac"),
		"occi.networkinterface.state=active",
		"occi.networkinterface.address=10.88.0.77",
		"occi.networkinterface.gateway=10.88.0.1",
		"occi.networkinterface.allocation=dynamic",
		"source compute " + compute.ID, "target network " + lan.ID,
	}
	checkOutline(t, *made, want...)
	byAddress := b.ref(occi.NetworkInterfaceID, compute.ID+"_10.88.0.77") // as ooi wrote it
	for _, ref := range []occi.Ref{made.Ref(), byAddress} {
		read, err := b.cloud.Get(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		checkOutline(t, *read, want...)
	}
	if ids := b.ids(t, occi.NetworkInterfaceID); len(ids) != 2 || !slices.Contains(ids, made.ID) {
		t.Errorf("the list is %v, want two with %s", ids, made.ID)
	}

	checkCode(t, b.cloud.Delete(t.Context(), lan.Ref()), occi.Conflict)

	if err := b.cloud.Delete(t.Context(), byAddress); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref())
	checkCode(t, b.cloud.Delete(t.Context(), made.Ref()), occi.NotFound)
	if err := b.cloud.Delete(t.Context(), lan.Ref()); err != nil {
		t.Errorf("the network cannot be deleted right after its link: %v", err)
	}
}

func TestNetworkInterfaceRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, private := b.server(t, "worker"), b.network(t, "private")
	address := func(s string) []string { return []string{"occi.networkinterface.address", s} }
	for _, test := range []struct {
		name string
		link *occi.Entity
		code occi.Code
		says string
	}{
		{"missing network", b.link(occi.NetworkInterfaceID, compute, b.ref(occi.NetworkID, nobody)), occi.Invalid, nobody},
		{"impossible network", b.link(occi.NetworkInterfaceID, compute, b.ref(occi.NetworkID, "lan")), occi.Invalid, "lan"},
		{"missing compute", b.link(occi.NetworkInterfaceID, b.ref(occi.ComputeID, nobody), private), occi.Invalid, nobody},
		{"address of elsewhere", b.link(occi.NetworkInterfaceID, compute, private, address("10.99.0.1")...), occi.Invalid, "10.99.0.1"},
	} {
		_, err := b.cloud.Create(t.Context(), test.link)
		checkCode(t, err, test.code)
		if err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q does not mention %q", test.name, err, test.says)
		}
	}
	if links := b.ids(t, occi.NetworkInterfaceID); len(links) != 1 {
		t.Errorf("there are the links %v, want the server's first alone", links)
	}
}

func TestNetworkInterfaceWhoseAddressIsInUse(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, private := b.server(t, "worker"), b.network(t, "private")
	b.AddFault(openstacktest.Fault{
		Service: "nova", Method: http.MethodPost, Path: regexp.MustCompile(`/os-interface$`), Status: http.StatusConflict,
		Body: `{"conflictingRequest": {"code": 409, "message": "Fixed IP 10.0.0.1 is already in use."}}`,
	})
	_, err := b.cloud.Create(t.Context(), b.link(occi.NetworkInterfaceID, compute, private, "occi.networkinterface.address", "10.0.0.1"))
	checkCode(t, err, occi.Conflict)
	if err == nil || !strings.Contains(err.Error(), "10.0.0.1 is already in use") {
		t.Errorf("got %v, want Nova's reason", err)
	}
}

func TestNetworkInterfaceThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, private := b.server(t, "worker"), b.network(t, "private")
	b.AddFault(openstacktest.Fault{
		Service: "neutron", Method: http.MethodGet, Path: regexp.MustCompile(`/ports$`), Status: http.StatusInternalServerError,
	})
	_, err := b.cloud.Create(t.Context(), b.link(occi.NetworkInterfaceID, compute, private))
	checkCode(t, err, occi.BadUpstream)
	b.ClearFaults()
	if links := b.ids(t, occi.NetworkInterfaceID); len(links) != 1 {
		t.Errorf("there are the links %v, want the server's first alone", links)
	}
}

func TestNetworkInterfacesOfOtherProjectsAreNotListed(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.server(t, "worker")
	all, err := b.as(t, "admin", "admin").List(t.Context(), b.translator.base.Kind(occi.NetworkInterfaceID), occi.Query{}, false)
	if err != nil || len(all) != 0 {
		t.Errorf("the administrator's project has %d interfaces (error %v), want none", len(all), err)
	}
}

func TestNetworkInterfaceWaitsUntilItIsDetached(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 6 * time.Second}, Options{})
	compute := b.server(t, "worker")
	made := b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")))
	calls, _ := b.counted(func() {
		if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
			t.Fatal(err)
		}
	})
	if calls < 4 {
		t.Errorf("detached after %d calls, want more than one look", calls)
	}
	b.checkGone(t, made.Ref())
}
