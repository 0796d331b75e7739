package translate

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// The interfaces of a server are in the order in which Nova made its ports, which is the order of the request. Neutron
// tells when a port was made in seconds; of those made within one, Nova tells the order by that of the server's addresses.

// serverAddresses are the MAC addresses of a server's ports as the server shows them: network by network, in the order
// of the interfaces that the networks have first. A port without an address is not among them. Nova tells nothing while
// it makes the ports. Compute API: "Show server details", addresses.
type serverAddresses []string

// UnmarshalJSON reads an object whose members have an order that counts.
func (a *serverAddresses) UnmarshalJSON(b []byte) error {
	*a = nil
	in := json.NewDecoder(bytes.NewReader(b))
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return err
	}
	for in.More() {
		if _, err := in.Token(); err != nil { // the name of a network
			return err
		}
		var addresses []struct {
			MAC string `json:"OS-EXT-IPS-MAC:mac_addr"`
		}
		if err := in.Decode(&addresses); err != nil {
			return err
		}
		for _, address := range addresses {
			*a = append(*a, address.MAC)
		}
	}
	return nil
}

// sort puts the ports of a server in the order of its interfaces. What is neither told by their age nor by the addresses
// stays as it is.
func (a serverAddresses) sort(own []ports.Port) {
	place := func(p ports.Port) int {
		if i := slices.Index(a, p.MACAddress); i >= 0 {
			return i
		}
		return len(a)
	}
	slices.SortStableFunc(own, func(p, q ports.Port) int {
		return cmp.Or(p.CreatedAt.Compare(q.CreatedAt), cmp.Compare(place(p), place(q)))
	})
}

// tells reports whether all of the ports are among the addresses.
func (a serverAddresses) tells(own []ports.Port) bool {
	return !slices.ContainsFunc(own, func(p ports.Port) bool { return !slices.Contains(a, p.MACAddress) })
}

// areOfOneAge reports whether two of a server's ports, oldest first, were made within one second.
func areOfOneAge(own []ports.Port) bool {
	for i := 1; i < len(own); i++ {
		if own[i].CreatedAt.Equal(own[i-1].CreatedAt) {
			return true
		}
	}
	return false
}

// interfaces returns those of the ports that are a server's, in the order of its interfaces. Only if their age does not
// tell it, Nova is asked; as long as Nova does not tell either, the order is not sure.
func (c *Cloud) interfaces(ctx context.Context, serverID string, all []ports.Port) (own []ports.Port, sure bool) {
	own = serverPorts(all)[serverID]
	if !areOfOneAge(own) {
		return own, true
	}
	side, cancel := aside(ctx)
	defer cancel()
	s, err := c.server(side, named(occi.ComputeID, serverID))
	if err != nil {
		return own, false
	}
	s.Addresses.sort(own)
	return own, s.Addresses.tells(own)
}

// sortInterfaces puts the ports of servers in the order of their interfaces, where their age does not tell it.
func (c *Cloud) sortInterfaces(ctx context.Context, byServer map[string][]ports.Port) {
	unsure := false
	for _, own := range byServer {
		unsure = unsure || areOfOneAge(own)
	}
	if !unsure {
		return
	}
	side, cancel := aside(ctx)
	defer cancel()
	all, _ := c.servers(side, serverQuery{}) // decoration: without an answer the order stays
	for _, s := range all {
		s.Addresses.sort(byServer[s.ID])
	}
}
