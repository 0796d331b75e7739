package translate

import (
	"slices"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/external"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestChooseNetwork(t *testing.T) {
	t.Parallel()
	network := func(id, project string, age time.Duration, outside bool) neutronNetwork {
		return neutronNetwork{
			Network:            neutronnet.Network{ID: id, ProjectID: project, CreatedAt: time.Unix(1e9, 0).Add(-age)},
			NetworkExternalExt: external.NetworkExternalExt{External: outside},
		}
	}
	own, older, shared := network("own", "p", 1, false), network("older", "p", 2, false), network("shared", "q", 3, false)
	for _, test := range []struct {
		name string
		all  []neutronNetwork
		want string
	}{
		{"none", nil, ""},
		{"external ones alone", []neutronNetwork{network("outside", "q", 9, true)}, ""},
		{"the project's own before others'", []neutronNetwork{shared, own}, "own"},
		{"the oldest of its own", []neutronNetwork{own, older, shared}, "older"},
		{"another's", []neutronNetwork{shared}, "shared"},
	} {
		if got := chooseNetwork(test.all, "p"); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestDefaultNetwork(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, wanted string
		link         bool   // to the second network
		want         string // name of the network; "": Nova refuses
	}{
		{name: "none set"},
		{name: "by name", wanted: "private", want: "private"},
		{name: "one that the project does not see", wanted: "elsewhere"},
		{name: "one that is external", wanted: "public"},
		{name: "the client names another", wanted: "private", link: true, want: "second"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{DefaultNetwork: test.wanted})
			second, err := b.AddNetwork("demo", "second", "198.51.100.0/24")
			if err != nil {
				t.Fatal(err)
			}
			wanted := b.newCompute(t, "title", "one")
			if test.link {
				wanted.Links = append(wanted.Links, *b.link(occi.NetworkInterfaceID, occi.Ref{}, b.ref(occi.NetworkID, second)))
			}
			made, err := b.cloud.Create(t.Context(), wanted)
			if test.want == "" {
				if occi.CodeOf(err) != occi.Conflict {
					t.Fatalf("got error %v, want Nova's conflict", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			b.waitFor(t, made.Ref(), "occi.compute.state", "active")
			var networks []string
			for _, p := range b.Ports("demo") {
				if p.DeviceID == made.ID {
					networks = append(networks, p.NetworkID)
				}
			}
			if want := []string{b.network(t, test.want).ID}; !slices.Equal(networks, want) {
				t.Errorf("the compute is in the networks %v, want %v", networks, want)
			}
		})
	}
}
