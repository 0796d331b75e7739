package translate

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/external"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/provider"
	neutronnet "github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/occigate/occigate/occi"
)

// The attributes of a network that can change with its subnet (GFD.224 §3.2.1).
const (
	networkGateway    = "occi.network.gateway"
	networkAllocation = "occi.network.allocation"
)

// neutronNetwork is a network with the attributes of extensions. The provider's are seen by
// administrators alone.
type neutronNetwork struct {
	neutronnet.Network
	external.NetworkExternalExt
	provider.NetworkProviderExt
	AutoAllocated struct {
		IsDefault bool `json:"is_default"` // of the external networks: what Neutron's own choices go to
	}
}

// networkEntity maps a network with its subnets (GFD.224 §3.2). OCCI has room for one subnet: see mainSubnet.
// Whoever may not change the network is offered no actions.
func networkEntity(
	m *occi.Model, n neutronNetwork, of []subnets.Subnet, projectID string, defined *tags,
) occi.Entity {
	e := occi.Entity{
		Kind:    m.Kind(occi.NetworkID),
		ID:      n.ID,
		Title:   n.Name,
		Summary: n.Description,
	}
	state, message := networkState(n.Status, n.AdminStateUp)
	e.Attributes.Set("occi.network.vlan", vlan(n))
	e.Attributes.SetText("occi.network.label", n.PhysicalNetwork)
	e.Attributes.SetText("occi.network.state", state)
	e.Attributes.SetText("occi.network.state.message", message)
	if subnet, ok := mainSubnet(of); ok {
		e.Mixins = append(e.Mixins, m.Mixin(occi.IPNetworkID))
		e.Attributes.SetText("occi.network.address", subnet.CIDR)
		e.Attributes.SetText(networkGateway, subnet.GatewayIP)
		e.Attributes.SetText(networkAllocation, allocation(subnet.EnableDHCP))
	}
	showSubnets(m, &e, of)
	e.Mixins = append(e.Mixins, defined.among(slices.Values(n.Tags))...)
	switch {
	case n.ProjectID != projectID:
	case n.AdminStateUp:
		e.Actions = []occi.ID{occi.DownID}
	default:
		e.Actions = []occi.ID{occi.UpID}
	}
	return e
}

// isTaggedNetwork reports whether a network can have a tag.
func isTaggedNetwork(n neutronNetwork) bool { return isTagged(slices.Values(n.Tags)) }

// vlan is the network's 802.1q tag, or nothing.
func vlan(n neutronNetwork) occi.Value {
	if n.NetworkType != "vlan" {
		return occi.Value{}
	}
	tag, err := strconv.ParseInt(n.SegmentationID, 10, 64)
	if err != nil {
		return occi.Value{}
	}
	return occi.Integer(tag)
}

// mainSubnet returns the subnet that an OCCI network shows: IPv4 before IPv6, since IM and rOCCI look for
// IPv4 addresses, then the oldest. It reports false if there is none.
func mainSubnet(of []subnets.Subnet) (subnets.Subnet, bool) {
	if len(of) == 0 {
		return subnets.Subnet{}, false
	}
	return slices.MinFunc(of, compareSubnets), true
}

func compareSubnets(a, b subnets.Subnet) int {
	return cmp.Or(
		cmp.Compare(a.IPVersion, b.IPVersion),
		a.CreatedAt.Compare(b.CreatedAt),
		strings.Compare(a.ID, b.ID),
	)
}

// visibleNetworks leaves out what an administrator's token sees of other projects, and sorts the caller's
// own networks to the front, oldest first: pOCCI connects a compute to the first network it sees.
func visibleNetworks(all []neutronNetwork, projectID string) []neutronNetwork {
	var visible []neutronNetwork
	for _, n := range all {
		if n.ProjectID == projectID || n.Shared || n.External {
			visible = append(visible, n)
		}
	}
	own := func(n neutronNetwork) int {
		if n.ProjectID == projectID {
			return 0
		}
		return 1
	}
	slices.SortFunc(visible, func(a, b neutronNetwork) int {
		return cmp.Or(
			cmp.Compare(own(a), own(b)),
			a.CreatedAt.Compare(b.CreatedAt),
			strings.Compare(a.ID, b.ID),
		)
	})
	return visible
}

// networkCreateOpts maps a network that a client wants, without its address range.
func networkCreateOpts(e *occi.Entity) (neutronnet.CreateOpts, error) {
	if len(e.Links) > 0 {
		return neutronnet.CreateOpts{}, occi.Errorf(occi.Invalid, "a network has no links of its own: link the compute to it")
	}
	for _, name := range []string{"occi.network.vlan", "occi.network.label"} {
		if !e.Attributes.Get(name).IsZero() {
			return neutronnet.CreateOpts{}, occi.Errorf(occi.Unimplemented, "attribute %s is chosen by OpenStack: leave it out", name)
		}
	}
	return neutronnet.CreateOpts{Name: e.Title, Description: e.Summary}, nil
}

// subnetCreateOpts maps the address range that a client wants (GFD.224 §3.2.1). It returns nil if the client
// names none: pOCCI gives a title alone.
func subnetCreateOpts(e *occi.Entity) (*subnets.CreateOpts, error) {
	address := e.Attributes.Text("occi.network.address")
	gateway := e.Attributes.Text(networkGateway)
	if address == "" {
		if gateway != "" {
			return nil, occi.Errorf(occi.Invalid, "attribute occi.network.gateway needs occi.network.address")
		}
		return nil, nil //nolint:nilnil // no range is a wish like any other
	}
	cidr, err := netip.ParsePrefix(address)
	if err != nil {
		return nil, occi.Errorf(occi.Invalid, "attribute occi.network.address: %q is no address range such as 192.0.2.0/24", clip(address, 80))
	}
	cidr = cidr.Masked()
	opts := &subnets.CreateOpts{Name: e.Title, CIDR: cidr.String(), IPVersion: 4}
	if cidr.Addr().Is6() {
		opts.IPVersion = 6
	}
	if gateway != "" {
		if gateway, err = gatewayIn(cidr, gateway); err != nil {
			return nil, err
		}
		opts.GatewayIP = &gateway
	}
	if opts.EnableDHCP, err = parseAllocation(networkAllocation, e); err != nil {
		return nil, err
	}
	return opts, nil
}

// gatewayIn reads the address of a gateway, which has to be within the range.
func gatewayIn(cidr netip.Prefix, text string) (string, error) {
	ip, err := netip.ParseAddr(text)
	if err != nil || !cidr.Contains(ip) {
		return "", occi.Errorf(occi.Invalid, "attribute %s: %q is no address within %s", networkGateway, clip(text, 80), cidr)
	}
	return ip.String(), nil
}

// parseAllocation reads an allocation attribute: true for dynamic, false for static, nil if it is not there.
func parseAllocation(name string, e *occi.Entity) (*bool, error) {
	var dhcp bool
	switch value := e.Attributes.Text(name); value {
	case "":
		return nil, nil //nolint:nilnil // an attribute that is not there
	case allocationDynamic:
		dhcp = true
	case allocationStatic:
	default:
		return nil, occi.Errorf(occi.Invalid, "attribute %s: %q is neither dynamic nor static", name, clip(value, 80))
	}
	return &dhcp, nil
}
