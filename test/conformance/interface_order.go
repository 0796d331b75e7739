package conformance

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/occigate/occigate/occi"
)

// interfaceOrder makes computes with links to the same networks in different orders: one of them is not the order in
// which something is listed by chance.
func interfaceOrder(t *testing.T, s *suite) {
	networks := make([]string, 3)
	for i := range networks {
		networks[i] = s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/network/", text(
			categoryLine(occi.NetworkID, "kind"), categoryLine(occi.IPNetworkID, "mixin"),
			attributeLine("occi.core.title", prefix+fmt.Sprint("order-", i)),
			attributeLine("occi.network.address", fmt.Sprintf("10.83.%d.0/24", i)))))
	}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		lines := s.computeLines(t, "order")
		lines = lines[:len(lines)-1] // but the link
		want := map[string]string{}
		for place, i := range order {
			lines = append(lines, `Link: <`+networks[i]+`>; rel="`+occi.NetworkID.String()+`"; category="`+occi.NetworkInterfaceID.String()+`"`)
			want[fmt.Sprint("eth", place)] = networks[i]
		}
		compute := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)))
		s.awaitState(t, compute, "occi.compute.state", "active")
		links := linksTo(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.NetworkID)
		if len(links) != len(want) {
			t.Errorf("%d links to networks, want %d", len(links), len(want))
		}
		for _, l := range links {
			name := l.Attributes.Text("occi.networkinterface.interface")
			alone := s.want(t, http.StatusOK, http.MethodGet, l.Self).message(t)
			if got := alone.Attributes.Text("occi.networkinterface.interface"); got != name {
				t.Errorf("the link is %s when it is read and %s in the compute", got, name)
			}
			if l.Target != want[name] {
				t.Errorf("%s is on %s, want %s", name, l.Target, want[name])
			}
		}
		s.remove(t, compute)
	}
	for _, network := range networks {
		s.remove(t, network)
	}
}
