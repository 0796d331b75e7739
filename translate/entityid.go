package translate

import (
	"net/netip"
	"strings"

	"github.com/occigate/occigate/occi"
)

// isUUID reports whether s has the form of the ids that Nova, Neutron and Cinder give: 8-4-4-4-12 lower-case
// hexadecimal digits. Nothing else may become part of an upstream URL.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

// linkID makes the id of a link from the ids of its server and what is attached to it.
func linkID(serverID, otherID string) string { return serverID + "_" + otherID }

// parseLinkID splits the id of a link between a server and a thing that both have UUIDs.
func parseLinkID(id string) (serverID, otherID string, ok bool) {
	serverID, otherID, _ = strings.Cut(id, "_")
	return serverID, otherID, isUUID(serverID) && isUUID(otherID)
}

// parseAddressLinkID splits the id that ooi gave to network interfaces: the server's and an address.
func parseAddressLinkID(id string) (serverID string, address netip.Addr, ok bool) {
	serverID, text, _ := strings.Cut(id, "_")
	address, err := netip.ParseAddr(text)
	return serverID, address, err == nil && isUUID(serverID)
}

// absent is the error for a subject that cannot exist, so that nobody needs to be asked.
func absent(about subject) error { return missing(&occi.Error{}, about) }
