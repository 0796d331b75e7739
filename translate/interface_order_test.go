package translate

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestServerAddresses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		json string
		want serverAddresses
	}{
		{`{}`, nil},
		{`null`, nil},
		{`{"z": [{"addr": "10.0.0.7", "OS-EXT-IPS-MAC:mac_addr": "c"}], "größer \"1\"": [
			{"addr": "10.1.0.7", "OS-EXT-IPS-MAC:mac_addr": "a"}, {"addr": "10.1.0.8", "OS-EXT-IPS-MAC:mac_addr": "b"}
		]}`, serverAddresses{"c", "a", "b"}},
		{`{"a": [], "b": [{"addr": "10.0.0.7"}]}`, serverAddresses{""}},
	} {
		var got serverAddresses
		if err := json.Unmarshal([]byte(test.json), &got); err != nil {
			t.Errorf("%s: %v", test.json, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.json, diff)
		}
	}
	var none serverAddresses
	if err := json.Unmarshal([]byte(`{"a": {"addr": "10.0.0.7"}}`), &none); err == nil {
		t.Errorf("addresses in no list are read as %v", none)
	}
}

func TestServerAddressesSortPorts(t *testing.T) {
	t.Parallel()
	at := time.Unix(1000, 0)
	port := func(mac string, age time.Duration) ports.Port {
		return ports.Port{ID: mac, MACAddress: mac, CreatedAt: at.Add(age)}
	}
	for name, test := range map[string]struct {
		addresses serverAddresses
		own       []ports.Port
		want      []string
		tells     bool
	}{
		"of one age":             {serverAddresses{"c", "a", "b"}, []ports.Port{port("a", 0), port("b", 0), port("c", 0)}, []string{"c", "a", "b"}, true},
		"age before addresses":   {serverAddresses{"b", "a"}, []ports.Port{port("a", 0), port("b", time.Second)}, []string{"a", "b"}, true},
		"not told":               {nil, []ports.Port{port("a", 0), port("b", 0)}, []string{"a", "b"}, false},
		"one without an address": {serverAddresses{"c", "b"}, []ports.Port{port("a", 0), port("b", 0), port("c", 0)}, []string{"c", "b", "a"}, false},
	} {
		own := slices.Clone(test.own)
		test.addresses.sort(own)
		var got []string
		for _, p := range own {
			got = append(got, p.MACAddress)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if tells := test.addresses.tells(own); tells != test.tells {
			t.Errorf("%s: tells is %v", name, tells)
		}
	}
}

// Whatever is read, the interfaces have the order of the request, though all ports were made within a second.
func TestInterfacesOfOneAge(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now}, Options{})
	networks := make(map[string]string) // names by id
	var ids []string
	for name, cidr := range map[string]string{"a": "10.66.1.0/24", "b": "10.66.2.0/24", "c": "10.66.3.0/24", "d": "10.66.4.0/24"} {
		id, err := b.AddNetwork("demo", name, cidr)
		if err != nil {
			t.Fatal(err)
		}
		networks[id] = name
		ids = append(ids, id)
	}
	for range 3 {
		slices.Reverse(ids[1:])
		slices.Reverse(ids)
		wanted := b.newCompute(t)
		want := map[string]string{}
		for i, id := range ids {
			wanted.Links = append(wanted.Links, *b.link(occi.NetworkInterfaceID, occi.Ref{}, b.ref(occi.NetworkID, id)))
			want[interfaceName(i)] = networks[id]
		}
		made := b.must(t, wanted).Ref()
		check := func(what string, links []occi.Entity) {
			t.Helper()
			got := map[string]string{}
			for _, l := range links {
				if l.Source == made && l.Kind.ID == occi.NetworkInterfaceID {
					got[l.Attributes.Text("occi.networkinterface.interface")] = networks[l.Target.ID]
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		read, err := b.cloud.Get(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		check("the compute", read.Links)
		var links []occi.Entity
		for _, l := range read.Links {
			link, err := b.cloud.Get(t.Context(), l.Ref())
			if err != nil {
				t.Fatal(err)
			}
			links = append(links, *link)
		}
		check("each link", links)
		for what, kind := range map[string]occi.ID{"the list of computes": occi.ComputeID, "the list of links": occi.NetworkInterfaceID} {
			all, err := b.cloud.List(t.Context(), b.translator.base.Kind(kind), occi.Query{}, true)
			if err != nil {
				t.Fatal(err)
			}
			if kind == occi.ComputeID {
				all = all[slices.IndexFunc(all, func(e occi.Entity) bool { return e.ID == made.ID })].Links
			}
			check(what, all)
		}
	}
}

// An address from the outside leads to the first interface, also while the compute is being built: it is waited for.
func TestOutsideOfInterfacesOfOneAge(t *testing.T) {
	t.Parallel()
	clock := newClock(20 * time.Millisecond)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: 500 * time.Millisecond}, Options{})
	private := b.network(t, "private")
	for range 3 {
		wanted := b.newCompute(t)
		for _, target := range []occi.Ref{private, private, private, b.network(t, "public")} {
			wanted.Links = append(wanted.Links, *b.link(occi.NetworkInterfaceID, occi.Ref{}, target))
		}
		read, err := b.cloud.Get(t.Context(), b.must(t, wanted).Ref())
		if err != nil {
			t.Fatal(err)
		}
		first, outside := read.Links[0].Attributes, read.Links[3].Attributes
		for _, name := range []string{"occi.networkinterface.interface", "occi.networkinterface.mac"} {
			if got, want := outside.Text(name), first.Text(name); got != want {
				t.Errorf("the address leads to an interface with %s %s, want %s", name, got, want)
			}
		}
	}
}
