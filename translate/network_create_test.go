package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// Whatever happens at whatever step of making a network, nothing stays behind that the error does not name.
func TestNetworkCreationThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	type step struct {
		name, method string
		path         *regexp.Regexp
	}
	for _, step := range []step{
		{"finding the router", http.MethodGet, regexp.MustCompile(`/routers$`)},
		{"making the network", http.MethodPost, regexp.MustCompile(`/networks$`)},
		{"signing the network", http.MethodPut, regexp.MustCompile(`/tags$`)},
		{"making the subnet", http.MethodPost, regexp.MustCompile(`/subnets$`)},
		{"connecting the router", http.MethodPut, regexp.MustCompile(`/add_router_interface$`)},
	} {
		for name, fault := range map[string]openstacktest.Fault{
			"refused":       {Mode: openstacktest.Refuse},
			"reset after":   {Mode: openstacktest.ResetAfter},
			"cut short":     {Mode: openstacktest.Truncate},
			"a proxy's 502": {Mode: openstacktest.HTML},
			"500":           {Status: http.StatusInternalServerError},
			"503":           {Status: http.StatusServiceUnavailable},
			"409":           {Status: http.StatusConflict},
		} {
			t.Run(step.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{AttachRouter: true})
				before := b.inventory(t)
				fault.Service, fault.Method, fault.Path = "neutron", step.method, step.path
				b.AddFault(fault)
				_, err := b.cloud.Create(t.Context(), b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24"))
				b.ClearFaults()
				if code := occi.CodeOf(err); !slices.Contains([]occi.Code{occi.BadUpstream, occi.Unavailable, occi.Conflict}, code) {
					t.Errorf("got code %d (%v)", code, err)
				}
				named := step.name == "making the network" && err != nil && strings.Contains(err.Error(), `perhaps left behind: network "`)
				if after := b.inventory(t); !slices.Equal(after, before) && !named {
					t.Errorf("got %v, but behind stays %v, where there was %v", err, after, before)
				}
			})
		}
	}
}

func TestNetworkThatCannotBeUndoneIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.AddFault(openstacktest.Fault{Service: "neutron", Method: http.MethodPost, Path: regexp.MustCompile(`/subnets$`), Status: http.StatusConflict})
	b.AddFault(openstacktest.Fault{Service: "neutron", Method: http.MethodDelete, Status: http.StatusInternalServerError})
	before := b.ids(t, occi.NetworkID)
	_, err := b.cloud.Create(t.Context(), b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24"))
	checkCode(t, err, occi.Conflict)
	for _, id := range b.ids(t, occi.NetworkID) {
		if !slices.Contains(before, id) && !strings.Contains(err.Error(), `left behind: network "`+id) {
			t.Errorf("network %s is left behind, but the error is %q", id, err)
		}
	}
}

// A range that overlaps one that the router has already is refused by Neutron at the last step.
func TestNetworkWhoseRangeOverlapsLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{AttachRouter: true})
	before := b.inventory(t)
	b.AddFault(openstacktest.Fault{
		Service: "neutron", Method: http.MethodPut, Path: regexp.MustCompile(`/add_router_interface$`), Status: http.StatusBadRequest,
		Body: `{"NeutronError": {"type": "BadRequest", "message": "Bad router request: Cidr 10.0.0.0/24 of subnet overlaps with cidr 10.0.0.0/22.", "detail": ""}}`,
	})
	_, err := b.cloud.Create(t.Context(), b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.0.0.0/24"))
	checkCode(t, err, occi.Invalid)
	if err == nil || !strings.Contains(err.Error(), "overlaps") {
		t.Errorf("got %v, want Neutron's reason", err)
	}
	if after := b.inventory(t); !slices.Equal(after, before) {
		t.Errorf("behind stays %v, where there was %v", after, before)
	}
}

func TestNetworkThatIsWrongIsNotBegun(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{AttachRouter: true})
	for _, wrong := range [][]string{
		{"occi.network.address", "10.88.0.0/24", "occi.network.gateway", "10.99.0.1"},
		{"occi.network.address", "10.88.0.0"},
		{"occi.network.gateway", "10.88.0.1"},
		{"occi.network.vlan", "7"},
	} {
		calls, _ := b.counted(func() {
			if _, err := b.cloud.Create(t.Context(), b.entity(occi.NetworkID, wrong...)); err == nil {
				t.Errorf("%v is accepted", wrong)
			}
		})
		if calls != 0 {
			t.Errorf("%v: %d calls, want none", wrong, calls)
		}
	}
}

// inventory lists what the project has of networks, subnets and ports.
func (b *bench) inventory(t *testing.T) []string {
	t.Helper()
	things := b.ids(t, occi.NetworkID)
	allSubnets, err := b.cloud.subnets(t.Context(), subnets.ListOpts{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range allSubnets {
		things = append(things, "subnet "+s.CIDR)
	}
	allPorts, err := b.cloud.ports(t.Context(), ports.ListOpts{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range allPorts {
		things = append(things, "port "+p.ID)
	}
	slices.Sort(things)
	return things
}
