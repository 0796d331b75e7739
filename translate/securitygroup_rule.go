package translate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/occigate/occigate/occi"
)

// groupRule is traffic that a security group lets through. Rules that let through the same are equal.
type groupRule struct {
	Direction    string // ingress or egress
	EtherType    string // IPv4 or IPv6
	Protocol     string // in lower case; "" is any
	Port         string // "80" or "1000-2000", of ICMP "type" or "type-code"; "" is any
	Prefix       string // remote addresses; "" is any
	GroupID      string // remote ports with this security group
	AddressGroup string // remote addresses of this address group
}

// occiRule is a rule as clients know it. The first five members are those of ooi and rOCCI-server 2; the last two are
// for what only Neutron has.
type occiRule struct {
	Type         string   `json:"type"`
	Protocol     string   `json:"protocol"`
	Port         rulePort `json:"port,omitempty"`
	Range        string   `json:"range,omitempty"`
	IPVersion    string   `json:"ipversion,omitempty"`
	Group        string   `json:"group,omitempty"`
	AddressGroup string   `json:"addressgroup,omitempty"`
}

// rulePort is a port or a range of ports. Clients may write one port as a number.
type rulePort string

// UnmarshalJSON reads a string or a whole number.
func (p *rulePort) UnmarshalJSON(b []byte) error {
	var number uint16
	if json.Unmarshal(b, &number) == nil {
		*p = rulePort(strconv.Itoa(int(number)))
		return nil
	}
	return json.Unmarshal(b, (*string)(p))
}

// Words of OCCI's rules, and what they are at Neutron.
const (
	inbound, ingress = "inbound", "ingress"
	outbound, egress = "outbound", "egress"

	anyProtocol = "all"
)

// parseRules reads the rules that a client wants, each once.
func parseRules(value occi.Value) ([]groupRule, error) {
	var items []json.RawMessage
	if err := json.Unmarshal([]byte(value.Text()), &items); err != nil {
		return nil, occi.Errorf(occi.Invalid, "attribute %s: not a list of rules", occi.SecurityGroupRules)
	}
	var rules []groupRule
	for i, item := range items {
		r, err := parseRule(item)
		if err != nil {
			return nil, occi.Errorf(occi.Invalid, "attribute %s: rule %d: %v", occi.SecurityGroupRules, i+1, err)
		}
		if !slices.Contains(rules, r) {
			rules = append(rules, r)
		}
	}
	return rules, nil
}

// parseRule reads one rule.
func parseRule(item []byte) (groupRule, error) {
	var said occiRule
	strict := json.NewDecoder(bytes.NewReader(item))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&said); err != nil {
		return groupRule{}, errors.New("want an object with type, protocol and perhaps port, range, ipversion, group")
	}
	r := groupRule{GroupID: said.Group, AddressGroup: said.AddressGroup}
	switch strings.ToLower(said.Type) { // in capitals at OpenNebula, and so in rOCCI
	case inbound:
		r.Direction = ingress
	case outbound:
		r.Direction = egress
	default:
		return groupRule{}, fmt.Errorf("type %q is neither inbound nor outbound", clip(said.Type, 80))
	}
	remotes := 0
	for _, remote := range []string{said.Range, said.Group, said.AddressGroup} {
		if remote != "" {
			remotes++
		}
	}
	if remotes > 1 {
		return groupRule{}, errors.New("want one of range, group and addressgroup")
	}
	for _, id := range []string{said.Group, said.AddressGroup} {
		if id != "" && !isUUID(id) {
			return groupRule{}, absent(named(occi.SecurityGroupID, id))
		}
	}
	var err error
	if r.EtherType, r.Prefix, err = parseRange(said.IPVersion, said.Range); err != nil {
		return groupRule{}, err
	}
	if said.Protocol == "" {
		return groupRule{}, errors.New("want a protocol: tcp, udp, icmp, all or another one")
	}
	r.Protocol = neutronProtocol(said.Protocol, r.EtherType)
	first, last, err := parsePort(string(said.Port), r.isICMP())
	if err != nil {
		return groupRule{}, err
	}
	r.Port = portText(first, last, r.isICMP())
	return r, nil
}

// parseRange reads the remote addresses and their version; each may be missing. All addresses are no restriction.
func parseRange(version, addresses string) (etherType, prefix string, err error) {
	switch {
	case version == "", strings.EqualFold(version, "IPv4"):
		etherType = "IPv4"
	case strings.EqualFold(version, "IPv6"):
		etherType = "IPv6"
	default:
		return "", "", fmt.Errorf("ipversion %q is neither IPv4 nor IPv6", clip(version, 80))
	}
	if addresses == "" {
		return etherType, "", nil
	}
	cidr, err := netip.ParsePrefix(addresses)
	if err != nil {
		address, err := netip.ParseAddr(addresses)
		if err != nil || address.Zone() != "" {
			return "", "", fmt.Errorf("range %q is no address range such as 192.0.2.0/24", clip(addresses, 80))
		}
		cidr = netip.PrefixFrom(address, address.BitLen())
	}
	family := "IPv4"
	if cidr.Addr().Is6() {
		family = "IPv6"
	}
	if version != "" && family != etherType {
		return "", "", fmt.Errorf("range %s is not %s", cidr, etherType)
	}
	if cidr.Bits() == 0 {
		return family, "", nil
	}
	return family, cidr.Masked().String(), nil
}

// neutronProtocol is a protocol as Neutron keeps it: by name or number, "" for all of them.
func neutronProtocol(said, etherType string) string {
	name := strings.ToLower(strings.TrimSpace(said))
	switch {
	case name == anyProtocol, name == "any":
		return ""
	case name == "icmpv6", name == "icmp" && etherType == "IPv6":
		return "ipv6-icmp"
	}
	return name
}

// isICMP reports whether what stands for ports is a type and a code.
func (r groupRule) isICMP() bool {
	return slices.Contains([]string{"icmp", "ipv6-icmp", "1", "58"}, r.Protocol)
}

// namesOthers reports whether the rule is about something else that has to exist.
func (r groupRule) namesOthers() bool { return r.GroupID+r.AddressGroup != "" }

// parsePort reads a port or a range of ports, or the type and perhaps the code of ICMP.
func parsePort(text string, icmp bool) (first, last *int, err error) {
	if text == "" {
		return nil, nil, nil
	}
	begin, end, isRange := strings.Cut(text, "-")
	from, err := strconv.ParseUint(strings.TrimSpace(begin), 10, 16)
	to := from
	if err == nil && isRange {
		to, err = strconv.ParseUint(strings.TrimSpace(end), 10, 16)
	}
	if err != nil || from > to && !icmp {
		return nil, nil, fmt.Errorf("port %q is neither a port nor a range such as 1000-2000", clip(text, 80))
	}
	f, l := int(from), int(to)
	if icmp && !isRange {
		return &f, nil, nil
	}
	return &f, &l, nil
}

// portText writes what parsePort reads.
func portText(first, last *int, icmp bool) string {
	switch {
	case first == nil:
		return ""
	case last == nil, *first == *last && !icmp:
		return strconv.Itoa(*first)
	default:
		return strconv.Itoa(*first) + "-" + strconv.Itoa(*last)
	}
}

// rulesValue is the value of the attribute with the rules: inbound ones first, in a fixed order, since Neutron has none.
func rulesValue(rules []groupRule) occi.Value {
	said := make([]occiRule, 0, len(rules))
	for _, r := range slices.SortedFunc(slices.Values(rules), compareRules) {
		said = append(said, r.occi())
	}
	text, _ := json.Marshal(said) // strings alone: it cannot fail
	return occi.List(string(text))
}

func compareRules(a, b groupRule) int {
	return cmp.Or(
		-cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.EtherType, b.EtherType), cmp.Compare(a.Protocol, b.Protocol),
		cmp.Compare(len(a.Port), len(b.Port)), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Prefix, b.Prefix),
		cmp.Compare(a.GroupID, b.GroupID), cmp.Compare(a.AddressGroup, b.AddressGroup),
	)
}

// occi returns the rule as clients know it.
func (r groupRule) occi() occiRule {
	said := occiRule{
		Type: outbound, Protocol: r.Protocol, Port: rulePort(r.Port), Range: r.Prefix, IPVersion: r.EtherType,
		Group: r.GroupID, AddressGroup: r.AddressGroup,
	}
	if r.Direction == ingress {
		said.Type = inbound
	}
	if said.Protocol == "" {
		said.Protocol = anyProtocol
	}
	if said.Range+said.Group+said.AddressGroup == "" {
		said.Range = "0.0.0.0/0"
		if r.EtherType == "IPv6" {
			said.Range = "::/0"
		}
	}
	return said
}
