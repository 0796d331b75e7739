package translate

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestDefaultExternal(t *testing.T) {
	t.Parallel()
	network := func(id, name string, byDefault bool) neutronNetwork {
		n := neutronNetwork{Network: neutronnet.Network{ID: id, Name: name}}
		n.AutoAllocated.IsDefault = byDefault
		return n
	}
	old, twin, neutrons := network("a", "internet", false), network("b", "internet", false), network("c", "campus", true)
	for _, test := range []struct {
		name   string
		all    []neutronNetwork
		wanted string
		want   string
	}{
		{"no network", nil, "", ""},
		{"the only one", []neutronNetwork{old}, "", "a"},
		{"the oldest", []neutronNetwork{old, twin}, "", "a"},
		{"Neutron's", []neutronNetwork{old, neutrons}, "", "c"},
		{"the operator's by name", []neutronNetwork{neutrons, old, twin}, "internet", "a"},
		{"the operator's by id", []neutronNetwork{old, twin, neutrons}, "b", "b"},
		{"an id before a name", []neutronNetwork{network("x", "b", false), twin}, "b", "b"},
		{"the operator's, which the project does not see", []neutronNetwork{old, neutrons}, "grid", ""},
	} {
		got := ""
		if n := defaultExternal(test.all, test.wanted); n != nil {
			got = n.ID
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestExternalNetworksAreDistinctAndPublicIsOneOfThem(t *testing.T) {
	t.Parallel()
	for wanted, name := range map[string]string{"": "public", "campus": "campus"} {
		t.Run("default "+wanted, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{DefaultExternal: wanted})
			campus, err := b.AddExternalNetwork("campus", "198.51.100.0/24")
			if err != nil {
				t.Fatal(err)
			}
			public := b.network(t, "public").ID
			if ids := b.ids(t, occi.NetworkID); len(ids) != 3 || !slices.Contains(ids, campus) || !slices.Contains(ids, public) {
				t.Errorf("the networks are %v, want three with %s and %s", ids, campus, public)
			}
			for _, alias := range []string{"PUBLIC", "public"} {
				read, err := b.cloud.Get(t.Context(), b.ref(occi.NetworkID, alias))
				if err != nil {
					t.Fatal(err)
				}
				checkOutline(t, *read, "network "+b.network(t, name).ID, "title "+name, "occi.network.state=active")
			}
			listed, err := b.cloud.List(t.Context(), b.translator.base.Kind(occi.NetworkID),
				occi.Query{Attributes: occi.Attributes{{Name: "occi.core.id", Value: occi.String("PUBLIC")}}}, false)
			if err != nil || len(listed) != 0 {
				t.Errorf("the alias is listed as %v (error %v), want nothing", listed, err)
			}
		})
	}
}

// What may not be done to a network of others may not be done to it by ooi's name either.
func TestPublicIsNotTheCallers(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	public := b.ref(occi.NetworkID, "PUBLIC")
	checkCode(t, b.cloud.Delete(t.Context(), public), occi.Forbidden)
	_, err := b.cloud.Act(t.Context(), public, b.invocation(occi.DownID))
	checkCode(t, err, occi.Forbidden)
	_, err = b.cloud.Update(t.Context(), &occi.Change{Entity: *b.entity(occi.NetworkID, "id", "PUBLIC", "title", "ours")})
	checkCode(t, err, occi.Forbidden)
}

func TestPublicWithoutAnExternalNetworkIsMissing(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{DefaultExternal: "grid"})
	b.checkGone(t, b.ref(occi.NetworkID, "PUBLIC"))
	checkCode(t, b.cloud.Delete(t.Context(), b.ref(occi.NetworkID, "PUBLIC")), occi.NotFound)
}

func TestExternalNetworksAreAskedForOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.AddFault(openstacktest.Fault{
		Service: "neutron", Path: regexp.MustCompile(`/networks$`), Status: http.StatusInternalServerError, Times: 2,
	})
	_, err := b.cloud.externalNetworks(t.Context())
	checkCode(t, err, occi.BadUpstream) // neither with the templates nor apart from them, and is not kept
	ask := func() {
		t.Helper()
		if _, err := b.cloud.externalNetworks(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if calls, _ := b.counted(ask); calls != 1 {
		t.Errorf("%d calls for the networks that the templates lack, want 1", calls)
	}
	b.translator.templates.drop(b.cloud.templateKey())
	ask() // along with the templates
	var calls []int
	for range 3 {
		n, _ := b.counted(func() {
			if all, err := b.cloud.externalNetworks(t.Context()); err != nil || len(all) != 1 || all[0].Name != "public" {
				t.Errorf("got %v (error %v), want public", all, err)
			}
		})
		calls = append(calls, n)
	}
	if diff := cmp.Diff([]int{0, 0, 0}, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
