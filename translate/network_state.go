package translate

import "fmt"

// The values of occi.network.state, and of the states of both kinds of link (GFD.224 §3.2, §3.4).
const (
	networkActive   = "active"
	networkInactive = "inactive"
	networkError    = "error"

	linkActive   = networkActive
	linkInactive = networkInactive
	linkError    = networkError
)

// networkState maps the status and administrative state of a network to occi.network.state and its message,
// which is empty when the state says everything. Networking API v2.0: network statuses.
func networkState(status string, adminUp bool) (state, message string) {
	return neutronState("network", status, adminUp)
}

// networkInterfaceState maps the status and administrative state of a port to occi.networkinterface.state
// and its message. Networking API v2.0: port statuses.
func networkInterfaceState(status string, adminUp bool) (state, message string) {
	if status == "N/A" { // the back-end does not track the port
		status = "ACTIVE"
	}
	return neutronState("port", status, adminUp)
}

// neutronState is the table for networks and ports. A failure shows even when the thing is switched off.
func neutronState(what, status string, adminUp bool) (state, message string) {
	switch {
	case status == "ERROR":
		return networkError, fmt.Sprintf("the %s has failed", what)
	case !adminUp:
		return networkInactive, ""
	case status == "ACTIVE":
		return networkActive, ""
	case status == "BUILD":
		return networkInactive, fmt.Sprintf("the %s is being set up", what)
	case status == "DOWN":
		return networkInactive, fmt.Sprintf("the %s is up, but does not work yet", what)
	default:
		return networkInactive, fmt.Sprintf("the %s has the status %q", what, status)
	}
}
