package translate

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// faults are the ways in which a call can fail, once.
func faults(call openstacktest.Fault) map[string]openstacktest.Fault {
	call.Times = 1
	ways := map[string]openstacktest.Fault{}
	for name, mode := range map[string]openstacktest.FaultMode{
		"refused": openstacktest.Refuse, "reset after the write": openstacktest.ResetAfter, "truncated": openstacktest.Truncate,
		"never answered": openstacktest.Hang,
	} {
		way := call
		way.Mode = mode
		ways[name] = way
	}
	broken := call
	broken.Status = http.StatusInternalServerError
	ways["500"] = broken
	return ways
}

// checkNothingLeft insists that the project has no floating IP after a failure, or that the error says so.
func checkNothingLeft(t *testing.T, b *bench, err error) {
	t.Helper()
	left := b.FloatingIPs("demo")
	switch {
	case err == nil:
		t.Error("no error")
	case len(left) > 0 && !strings.Contains(err.Error(), "left behind"):
		t.Errorf("left behind: %v, but the error is %q", left, err)
	}
}

// mark is what tells the floating IPs of links from others.
func (b *bench) marks(t *testing.T) []string {
	t.Helper()
	all, err := b.cloud.floatingIPs(t.Context(), floatingips.ListOpts{})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range all {
		found = append(found, fmt.Sprintf("%s %q used=%t", f.FloatingIP, f.Description, f.PortID != ""))
	}
	return found
}

func TestLinkToExternalNetwork(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, public := b.server(t, "worker"), b.network(t, "public")
	pool := b.pool(t, "public")
	for _, target := range []string{public.ID, "PUBLIC", "public"} {
		for _, pools := range [][]*occi.Mixin{nil, {pool}, {b.translator.base.Mixin(floatingPoolID)}} {
			wanted := b.link(occi.NetworkInterfaceID, compute, b.ref(occi.NetworkID, target))
			wanted.Mixins = pools
			made := b.must(t, wanted)
			own := b.FloatingIPs("demo")[0]
			nic := b.Ports("demo")[slices.IndexFunc(b.Ports("demo"), func(p openstacktest.Port) bool { return p.DeviceID == compute.ID })]
			want := []string{
				"networkinterface " + compute.ID + "_" + own.ID, "mixin ipnetworkinterface", "mixin " + pool.Term,
				"occi.networkinterface.interface=eth0", "occi.networkinterface.mac=" + nic.MAC,
				"occi.networkinterface.state=active", "occi.networkinterface.address=" + own.Address,
				"occi.networkinterface.allocation=dynamic",
				"source compute " + compute.ID, "target network " + public.ID,
			}
			for _, id := range []string{made.ID, compute.ID + "_" + own.Address} {
				read, err := b.cloud.Get(t.Context(), b.ref(occi.NetworkInterfaceID, id))
				if err != nil {
					t.Fatal(err)
				}
				checkOutline(t, *read, want...)
			}
			shown, err := b.cloud.Get(t.Context(), compute)
			if err != nil {
				t.Fatal(err)
			}
			checkOutline(t, shown.Links[1], want...)
			if ids := b.ids(t, occi.NetworkInterfaceID); !slices.Contains(ids, made.ID) || len(ids) != 2 {
				t.Errorf("the list is %v, want two with %s", ids, made.ID)
			}
			if ids := b.ids(t, occi.IPReservationID); len(ids) != 0 {
				t.Errorf("the address of a link is reserved: %v", ids)
			}
			b.checkGone(t, b.ref(occi.IPReservationID, own.ID))

			if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
				t.Fatal(err)
			}
			b.checkGone(t, made.Ref())
			if left := b.FloatingIPs("demo"); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		}
	}
}

// A link works when it has been made, or is not waited for much longer.
func TestOutsideIsActive(t *testing.T) {
	t.Parallel()
	clock := newClock(400 * time.Millisecond)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Second}, Options{})
	compute, public := b.server(t, "worker"), b.network(t, "public")
	link := func(d time.Duration, want string) {
		t.Helper()
		ctx, cancel := contextFor(t, d)
		defer cancel()
		made, err := b.cloud.Create(ctx, b.link(occi.NetworkInterfaceID, compute, public))
		if err != nil {
			t.Fatal(err)
		}
		if got := made.Attributes.Text("occi.networkinterface.state"); got != want {
			t.Errorf("the new link is %s, want %s", got, want)
		}
		if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
			t.Fatal(err)
		}
	}
	link(time.Minute, "active")
	clock.stop()
	link(2*time.Second, "inactive")
	b.AddFault(openstacktest.Fault{Method: http.MethodGet, Path: regexp.MustCompile(`/floatingips/`), Status: http.StatusInternalServerError})
	link(time.Minute, "inactive")
}

func TestLinkToReservation(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, other := b.server(t, "worker"), b.server(t, "other")
	kept := b.must(t, b.entity(occi.IPReservationID))
	address := kept.Attributes.Text("occi.ipreservation.address")
	for name, wanted := range map[string]*occi.Entity{
		"by its id":      b.link(occi.NetworkInterfaceID, compute, kept.Ref()),
		"by its address": b.link(occi.NetworkInterfaceID, compute, b.network(t, "public"), "occi.networkinterface.address", address),
	} {
		made := b.must(t, wanted)
		if made.Target != kept.Ref() || made.Attributes.Text("occi.networkinterface.address") != address ||
			made.Attributes.Text("occi.networkinterface.allocation") != "static" {
			t.Errorf("%s: %v, want a link to %s with %s", name, outline(*made), kept.ID, address)
		}
		used, err := b.cloud.Get(t.Context(), kept.Ref())
		if err != nil || used.Attributes.Text("occi.ipreservation.used") != "true" {
			t.Errorf("%s: %v (error %v), want it used", name, used, err)
		}
		checkCode(t, b.cloud.Delete(t.Context(), kept.Ref()), occi.Conflict)
		_, err = b.cloud.Create(t.Context(), b.link(occi.NetworkInterfaceID, other, kept.Ref()))
		checkCode(t, err, occi.Conflict)

		if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
			t.Fatal(err)
		}
		b.checkGone(t, made.Ref())
		if diff := cmp.Diff([]string{address + ` "" used=false`}, b.marks(t)); diff != "" {
			t.Errorf("%s: after the link (-want +got):\n%s", name, diff)
		}
	}
}

func TestOutsideRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	campus, err := b.AddExternalNetwork("campus", "198.51.100.0/24")
	if err != nil {
		t.Fatal(err)
	}
	compute, private, public := b.server(t, "worker"), b.network(t, "private"), b.network(t, "public")
	kept := b.must(t, b.entity(occi.IPReservationID))
	link := func(target occi.Ref, pools []string, pairs ...string) *occi.Entity {
		e := b.link(occi.NetworkInterfaceID, compute, target, pairs...)
		for _, term := range pools {
			e.Mixins = append(e.Mixins, b.pool(t, term))
		}
		return e
	}
	tagged := link(kept.Ref(), nil)
	tagged.Mixins = []*occi.Mixin{{ID: occi.ID{Scheme: "http://example.org/tags#", Term: "blue"}, User: true}}
	for _, test := range []struct {
		name string
		link *occi.Entity
		code occi.Code
		says string
	}{
		{"no router to it", link(b.ref(occi.NetworkID, campus), nil), occi.Conflict, "has a router to network"},
		{"a pool that is not the network's", link(public, []string{"campus"}), occi.Invalid, campus},
		{"two pools", link(b.ref(occi.NetworkID, "PUBLIC"), []string{"campus", "public"}), occi.Invalid, "two pools"},
		{"a pool for a network inside", link(private, []string{"public"}), occi.Invalid, private.ID},
		{"a reservation of another pool", link(kept.Ref(), []string{"campus"}), occi.Invalid, campus},
		{"no such reservation", link(b.ref(occi.IPReservationID, nobody), nil), occi.Invalid, nobody},
		{"no reservation's id", link(b.ref(occi.IPReservationID, "PUBLIC"), nil), occi.Invalid, "PUBLIC"},
		{"an address that is not reserved", link(public, nil, "occi.networkinterface.address", "203.0.113.99"), occi.Invalid, "203.0.113.99"},
		{"another address", link(kept.Ref(), nil, "occi.networkinterface.address", "203.0.113.99"), occi.Invalid, "203.0.113.99"},
		{"no address", link(public, nil, "occi.networkinterface.address", "any"), occi.Invalid, `"any"`},
		{"another MAC address", link(public, nil, "occi.networkinterface.mac", "fa:16:3e:ff:ff:ff"), occi.Invalid, "fa:16:3e:ff:ff:ff"},
		{"a gateway", link(public, nil, "occi.networkinterface.gateway", "203.0.113.1"), occi.Unimplemented, "gateway"},
		{"users' mixins", tagged, occi.Unimplemented, "ipreservation"},
		{"no such compute", b.link(occi.NetworkInterfaceID, b.ref(occi.ComputeID, nobody), public), occi.Invalid, nobody},
	} {
		_, err := b.cloud.Create(t.Context(), test.link)
		checkCode(t, err, test.code)
		if err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q does not mention %q", test.name, err, test.says)
		}
	}
	if err := b.SetQuota("demo", "floatingip", 1); err != nil {
		t.Fatal(err)
	}
	_, err = b.cloud.Create(t.Context(), link(public, nil))
	checkCode(t, err, occi.Forbidden)
	b.must(t, link(kept.Ref(), nil))
	if err := b.SetQuota("demo", "floatingip", 10); err != nil {
		t.Fatal(err)
	}
	_, err = b.cloud.Create(t.Context(), link(public, nil)) // the compute's one address has one already
	checkCode(t, err, occi.Conflict)
	if err == nil || !strings.Contains(err.Error(), "already has a floating IP on external network") {
		t.Errorf("got %v, want Neutron's reason", err)
	}
	if left := b.FloatingIPs("demo"); len(left) != 1 {
		t.Errorf("there are %v, want the reservation alone", left)
	}
}

func TestOutsideOfSeveralInterfaces(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second) // ports are told apart by their age in seconds
	b := newBench(t, openstacktest.Options{Now: clock.now}, Options{})
	lonely, err := b.AddNetwork("demo", "lonely", "10.66.0.0/24")
	if err != nil {
		t.Fatal(err)
	}
	wanted := b.newCompute(t, "title", "many")
	for _, id := range []string{lonely, b.network(t, "private").ID, b.network(t, "private").ID} {
		wanted.Links = append(wanted.Links, *b.link(occi.NetworkInterfaceID, occi.Ref{}, b.ref(occi.NetworkID, id)))
	}
	compute := b.must(t, wanted).Ref()
	b.waitFor(t, compute, "occi.compute.state", "active")
	public := b.network(t, "public")
	interfaceOf := func(pairs ...string) string {
		made := b.must(t, b.link(occi.NetworkInterfaceID, compute, public, pairs...))
		if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
			t.Fatal(err)
		}
		return made.Attributes.Text("occi.networkinterface.interface")
	}
	if got := interfaceOf(); got != "eth1" {
		t.Errorf("the address leads to %s, want eth1: the first with a router", got)
	}
	shown, err := b.cloud.Get(t.Context(), compute)
	if err != nil {
		t.Fatal(err)
	}
	if got := interfaceOf("occi.networkinterface.mac", strings.ToUpper(shown.Links[2].Attributes.Text("occi.networkinterface.mac"))); got != "eth2" {
		t.Errorf("the address leads to %s, want eth2, whose MAC address was given", got)
	}
}

func TestOutsideWaitsForTheCompute(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 6 * time.Second}, Options{})
	compute := b.must(t, b.newCompute(t, "title", "young")).Ref()
	b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "public")))
	if err := b.cloud.Delete(t.Context(), compute); err != nil {
		t.Fatal(err)
	}
	if left := b.FloatingIPs("demo"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDeletedComputeLeavesReservationsAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.server(t, "worker")
	kept := b.must(t, b.entity(occi.IPReservationID))
	if _, err := b.cloud.Create(t.Context(), b.link(occi.NetworkInterfaceID, compute, b.network(t, "private"))); err != nil {
		t.Fatal(err)
	}
	b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "public")))
	b.must(t, b.link(occi.NetworkInterfaceID, compute, kept.Ref()))
	if err := b.cloud.Delete(t.Context(), compute); err != nil {
		t.Fatal(err)
	}
	if left := b.FloatingIPs("demo"); len(left) != 1 || left[0].ID != kept.ID || left[0].PortID != "" {
		t.Errorf("there are %v, want the reservation alone, free", left)
	}
}

func TestLockedComputeKeepsItsAddress(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.server(t, "worker")
	b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "public")))
	nova, err := b.cloud.nova()
	if err != nil {
		t.Fatal(err)
	}
	if err := servers.Lock(t.Context(), nova, compute.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	checkCode(t, b.cloud.Delete(t.Context(), compute), occi.Conflict)
	if used := b.FloatingIPs("demo"); len(used) != 1 || used[0].PortID == "" {
		t.Errorf("there are %v, want one in use", used)
	}
}

// An address whose server was removed elsewhere can be seen and given back.
func TestAddressThatLostItsComputeIsReserved(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.server(t, "worker")
	made := b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "public")))
	nova, err := b.cloud.nova()
	if err != nil {
		t.Fatal(err)
	}
	if err := servers.Delete(t.Context(), nova, compute.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref())
	ids := b.ids(t, occi.IPReservationID)
	if len(ids) != 1 {
		t.Fatalf("reserved are %v, want one", ids)
	}
	if err := b.cloud.Delete(t.Context(), b.ref(occi.IPReservationID, ids[0])); err != nil {
		t.Error(err)
	}
}

// Each step of a link fails in each way; nothing is left, or it is named.
func TestOutsideThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	tag := &occi.Mixin{ID: occi.ID{Scheme: "http://example.org/tags#", Term: "blue"}, User: true}
	for step, call := range map[string]openstacktest.Fault{
		"looking": {Method: http.MethodGet, Path: regexp.MustCompile(`/ports$`)},
		"making":  {Method: http.MethodPost, Path: regexp.MustCompile(`/floatingips$`)},
		"tagging": {Method: http.MethodPut, Path: regexp.MustCompile(`/tags/`)},
	} {
		for way, fault := range faults(call) {
			t.Run(step+" "+way, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{})
				compute, public := b.server(t, "worker"), b.network(t, "public")
				if _, err := b.cloud.Model(t.Context()); err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second) // for what hangs
				defer cancel()
				b.AddFault(fault)
				wanted := b.link(occi.NetworkInterfaceID, compute, public)
				wanted.Mixins = []*occi.Mixin{tag}
				made, err := b.cloud.Create(ctx, wanted)
				if err == nil { // reads are repeated, and an address that is there is not made again
					if used := b.FloatingIPs("demo"); len(used) != 1 || linkID(compute.ID, used[0].ID) != made.ID {
						t.Errorf("there are %v, want that of %s alone", used, made.ID)
					}
					return
				}
				checkNothingLeft(t, b, err)
			})
		}
	}
}

// The same for a reservation, which is free again.
func TestLinkToReservationThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	for way, fault := range faults(openstacktest.Fault{Method: http.MethodPut, Path: regexp.MustCompile(`/floatingips/`)}) {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			compute, kept := b.server(t, "worker"), b.must(t, b.entity(occi.IPReservationID))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // for what hangs
			defer cancel()
			b.AddFault(fault)
			_, err := b.cloud.Create(ctx, b.link(occi.NetworkInterfaceID, compute, kept.Ref())) // one that is there is found
			if left := b.FloatingIPs("demo"); len(left) != 1 || (left[0].PortID == "") != (err != nil) {
				t.Errorf("there are %v after %v, want one that is free unless there is a link", left, err)
			}
		})
	}
}

func TestComputeWithAddresses(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 6 * time.Second}, Options{})
	campus, err := b.AddExternalNetwork("campus", "198.51.100.0/24")
	if err != nil {
		t.Fatal(err)
	}
	kept := b.must(t, b.entity(occi.IPReservationID))
	private := b.network(t, "private")
	for name, c := range map[string]struct{ targets, want []occi.Ref }{
		"the default one":               {[]occi.Ref{b.ref(occi.NetworkID, "PUBLIC")}, []occi.Ref{private, b.network(t, "public")}},
		"beside a network":              {[]occi.Ref{b.network(t, "public"), private}, []occi.Ref{private, b.network(t, "public")}},
		"a reservation":                 {[]occi.Ref{kept.Ref()}, []occi.Ref{private, kept.Ref()}},
		"two, on interfaces of its own": {[]occi.Ref{private, private, kept.Ref(), b.ref(occi.NetworkID, "public")}, []occi.Ref{private, private, kept.Ref(), b.network(t, "public")}},
	} {
		wanted := b.newCompute(t, "title", name)
		for _, target := range c.targets {
			wanted.Links = append(wanted.Links, *b.link(occi.NetworkInterfaceID, occi.Ref{}, target))
		}
		made := b.must(t, wanted)
		read, err := b.cloud.Get(t.Context(), made.Ref())
		if err != nil {
			t.Fatal(err)
		}
		read.Links = slices.DeleteFunc(read.Links, func(l occi.Entity) bool { return l.Kind.ID == occi.SecurityGroupLinkID })
		var got []string
		for _, l := range read.Links {
			got = append(got, l.Target.ID)
		}
		var want []string
		for _, ref := range c.want {
			want = append(want, ref.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: targets (-want +got):\n%s", name, diff)
		}
		if last := made.Links[len(made.Links)-1].ID; last != read.Links[len(read.Links)-1].ID {
			t.Errorf("%s: the answer to the creation has %s, not %s", name, last, read.Links[len(read.Links)-1].ID)
		}
		if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
			t.Fatal(err)
		}
		if left := b.FloatingIPs("demo"); len(left) != 1 || left[0].PortID != "" {
			t.Errorf("%s: there are %v, want the reservation alone, free", name, left)
		}
	}
	for name, c := range map[string]struct {
		link *occi.Entity
		code occi.Code
	}{
		"no router":        {b.link(occi.NetworkInterfaceID, occi.Ref{}, b.ref(occi.NetworkID, campus)), occi.Conflict},
		"no reservation":   {b.link(occi.NetworkInterfaceID, occi.Ref{}, b.ref(occi.IPReservationID, nobody)), occi.Invalid},
		"nobody's address": {b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "public"), "occi.networkinterface.address", "203.0.113.77"), occi.Invalid},
		"a MAC address":    {b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "public"), "occi.networkinterface.mac", "fa:16:3e:00:00:01"), occi.Invalid},
	} {
		wanted := b.newCompute(t, "title", name)
		wanted.Links = []occi.Entity{*c.link}
		_, err := b.cloud.Create(t.Context(), wanted)
		checkCode(t, err, c.code)
		if left := b.ids(t, occi.ComputeID); len(left) != 0 {
			t.Errorf("%s: there are the computes %v, want none", name, left)
		}
	}
}

// Each step of a creation with an address fails in each way; neither server nor address is left, or they are named.
func TestComputeWithAddressThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	for step, call := range map[string]openstacktest.Fault{
		"the server":  {Method: http.MethodPost, Path: regexp.MustCompile(`/servers$`)},
		"its ports":   {Method: http.MethodGet, Path: regexp.MustCompile(`/ports$`)},
		"the address": {Method: http.MethodPost, Path: regexp.MustCompile(`/floatingips$`)},
	} {
		for way, fault := range faults(call) {
			t.Run(step+" "+way, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{})
				wanted := b.newCompute(t, "title", "faulty")
				wanted.Links = []occi.Entity{*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "public"))}
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // for what hangs
				defer cancel()
				b.AddFault(fault)
				made, err := b.cloud.Create(ctx, wanted)
				servers, addresses := b.Servers("demo"), b.FloatingIPs("demo")
				switch {
				case err == nil: // reads are repeated, and an address that is there is not made again
					if len(servers) != 1 || len(addresses) != 1 || servers[0].ID != made.ID {
						t.Errorf("there are %v and %v, want one of each", servers, addresses)
					}
				case len(servers) > 0 && !strings.Contains(err.Error(), "it is not known whether a compute named"):
					t.Errorf("there is %v, but the error is %q", servers, err)
				case len(addresses) > 0:
					t.Errorf("left behind: %v", addresses)
				}
			})
		}
	}
}
