package translate

import "testing"

// Every status of a network and of a port, and one that nobody knows.
func TestNeutronStates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status       string
		adminUp      bool
		network, nic string
		message      string // of a network
	}{
		{status: "ACTIVE", adminUp: true, network: "active", nic: "active"},
		{status: "ACTIVE", network: "inactive", nic: "inactive"},
		{status: "DOWN", adminUp: true, network: "inactive", nic: "inactive", message: "the network is up, but does not work yet"},
		{status: "DOWN", network: "inactive", nic: "inactive"},
		{status: "BUILD", adminUp: true, network: "inactive", nic: "inactive", message: "the network is being set up"},
		{status: "BUILD", network: "inactive", nic: "inactive"},
		{status: "ERROR", adminUp: true, network: "error", nic: "error", message: "the network has failed"},
		{status: "ERROR", network: "error", nic: "error", message: "the network has failed"},
		{status: "N/A", adminUp: true, network: "inactive", nic: "active", message: `the network has the status "N/A"`},
		{status: "N/A", network: "inactive", nic: "inactive"},
		{status: "WARPED", adminUp: true, network: "inactive", nic: "inactive", message: `the network has the status "WARPED"`},
	} {
		state, message := networkState(test.status, test.adminUp)
		if state != test.network || message != test.message {
			t.Errorf("networkState(%q, %t) = %q, %q, want %q, %q",
				test.status, test.adminUp, state, message, test.network, test.message)
		}
		if state, _ := networkInterfaceState(test.status, test.adminUp); state != test.nic {
			t.Errorf("networkInterfaceState(%q, %t) = %q, want %q", test.status, test.adminUp, state, test.nic)
		}
	}
}
