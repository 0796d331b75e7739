package openstacktest

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// securityRule lets traffic through.
type securityRule struct {
	record
	group, direction, ethertype string
	protocol                    any // its name in lower case, or nil for all
	first, last                 any // port numbers (int), or ICMP's type and code; nil for all
	prefix, remoteGroup         string
	implied                     bool // made with its group
}

func (s *securityRule) view() object {
	v := s.shared()
	delete(v, "name")
	delete(v, "tags") // shown in the group only
	if s.implied {
		v["description"] = nil
	}
	v["security_group_id"] = s.group
	v["direction"] = s.direction
	v["ethertype"] = s.ethertype
	v["protocol"] = s.protocol
	v["port_range_min"] = s.first
	v["port_range_max"] = s.last
	v["remote_ip_prefix"] = nullable(s.prefix)
	v["remote_group_id"] = nullable(s.remoteGroup)
	v["remote_address_group_id"] = nil
	v["normalized_cidr"] = nil
	if s.prefix != "" {
		v["normalized_cidr"] = netip.MustParsePrefix(s.prefix).Masked().String()
	}
	return v
}

func (n *neutron) newRule(g *securityGroup, s *securityRule) *securityRule {
	now := n.cloud.now()
	s.record = record{id: newUUID(), description: s.description, project: g.project, tags: []string{}, created: now, updated: now}
	s.group = g.id
	n.rules.add(s.id, s)
	return s
}

func (n *neutron) ruleCollection() *collection {
	attributes := commonAttributes(map[string]attribute{
		"security_group_id":       {post: true, required: true, takes: anID},
		"direction":               {post: true, required: true, takes: anyOf("ingress", "egress")},
		"ethertype":               {post: true},
		"protocol":                {post: true},
		"port_range_min":          {post: true, takes: wholeOrNull},
		"port_range_max":          {post: true, takes: wholeOrNull},
		"remote_ip_prefix":        {post: true, takes: cidr},
		"remote_group_id":         {post: true, takes: idOrNull},
		"remote_address_group_id": {post: true, takes: idOrNull},
	})
	delete(attributes, "name")
	return &collection{
		plural: "security_group_rules", singular: "security_group_rule", path: "security-group-rules", bodyless: "Resource body required",
		missing: "SecurityGroupRuleNotFound", missingText: "Security group rule %s does not exist",
		all: resources(&n.rules), lookup: lookup(&n.rules), visible: ownOnly, attributes: attributes, create: n.createRule, bulk: true,
		remove: func(_ *request, res resource) error {
			n.rules.remove(res.base().id)
			return nil
		},
	}
}

func (n *neutron) createRule(r *request, in object) (resource, error) {
	g := n.groups.get(str(in, "security_group_id"))
	if g == nil || !ownOnly(r.token, g) {
		return nil, noGroup(str(in, "security_group_id"))
	}
	if remote := str(in, "remote_group_id"); remote != "" && n.groups.get(remote) == nil {
		return nil, noGroup(remote)
	}
	s := &securityRule{
		direction: str(in, "direction"), ethertype: str(in, "ethertype"), prefix: str(in, "remote_ip_prefix"),
		remoteGroup: str(in, "remote_group_id"), first: portNumber(in, "port_range_min"), last: portNumber(in, "port_range_max"),
	}
	s.description = str(in, "description")
	if s.ethertype == "" {
		s.ethertype = "IPv4"
	}
	if !slices.Contains([]string{"IPv4", "IPv6"}, s.ethertype) {
		return nil, neutronError(http.StatusBadRequest, "SecurityGroupRuleInvalidEtherType",
			"Security group rule for ethertype '%s' not supported. Allowed values are ['IPv4', 'IPv6'].", s.ethertype)
	}
	if in["protocol"] != nil {
		protocol := ruleProtocol(display(in["protocol"]), s.ethertype)
		if !isRuleProtocol(protocol) {
			return nil, neutronError(http.StatusBadRequest, "SecurityGroupRuleInvalidProtocol",
				"Security group rule protocol %s not supported. Only protocol values [None, '%s'] and integer representations [0 to 255] are supported.",
				protocol, strings.Join(ruleProtocols, "', '"))
		}
		s.protocol = protocol
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	for _, other := range n.rules.order {
		if other.group == g.id && s.same(other) {
			return nil, neutronError(http.StatusConflict, "SecurityGroupRuleExists", "Security group rule already exists. Rule id is %s.", other.id)
		}
	}
	return n.newRule(g, s), nil
}

// check refuses what does not go together.
func (s *securityRule) check() error {
	if s.prefix != "" && s.remoteGroup != "" {
		return neutronError(http.StatusBadRequest, "SecurityGroupMultipleRemoteEntites",
			"Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.")
	}
	if s.prefix != "" {
		prefix := netip.MustParsePrefix(s.prefix) // checked by its attribute
		if prefix.Addr().Is4() != (s.ethertype == "IPv4") {
			return neutronError(http.StatusBadRequest, "SecurityGroupRuleParameterConflict",
				"Conflicting value ethertype %s for CIDR %s", s.ethertype, s.prefix)
		}
	}
	first, hasFirst := s.first.(int)
	last, hasLast := s.last.(int)
	switch {
	case !hasFirst && !hasLast:
		return nil
	case s.protocol == nil:
		return neutronError(http.StatusBadRequest, "SecurityGroupProtocolRequiredWithPorts", "Must also specify protocol if port range is given.")
	case s.protocol == "icmp" || s.protocol == "ipv6-icmp":
		if !hasFirst {
			return neutronError(http.StatusBadRequest, "SecurityGroupMissingIcmpType",
				"ICMP code (port-range-max) %d is provided but ICMP type (port-range-min) is missing.", last)
		}
		for field, value := range map[string]any{"port-range-min": s.first, "port-range-max": s.last} {
			if number, given := value.(int); given && (number < 0 || number > 255) {
				return neutronError(http.StatusBadRequest, "SecurityGroupInvalidIcmpValue",
					"Invalid value for ICMP %s (%s) %d. It must be 0 to 255.", map[string]string{"port-range-min": "type", "port-range-max": "code"}[field], field, number)
			}
		}
		return nil
	case !slices.Contains([]string{"tcp", "udp", "sctp", "dccp", "udplite"}, s.protocol.(string)):
		return neutronError(http.StatusBadRequest, "SecurityGroupInvalidProtocolForPort",
			"Ports cannot be specified for protocol %s. Ports are only supported for DCCP, SCTP, TCP, UDP, UDPLITE.", protocolNumber(s.protocol.(string)))
	case first == 0 || last == 0 || first > 65535 || last > 65535:
		return neutronError(http.StatusBadRequest, "SecurityGroupInvalidPortValue", "Invalid value for port %d", first)
	case !hasFirst || !hasLast || first > last:
		return neutronError(http.StatusBadRequest, "SecurityGroupInvalidPortRange", "For TCP/UDP protocols, port_range_min must be <= port_range_max")
	}
	return nil
}

// same tells whether two rules of one group let the same traffic through.
func (s *securityRule) same(other *securityRule) bool {
	return s.direction == other.direction && s.ethertype == other.ethertype && s.protocol == other.protocol &&
		s.first == other.first && s.last == other.last && s.remoteGroup == other.remoteGroup &&
		s.anywhereIsNone() == other.anywhereIsNone()
}

// anywhereIsNone is the prefix, "" for one that has all addresses.
func (s *securityRule) anywhereIsNone() string {
	if s.prefix == "" || netip.MustParsePrefix(s.prefix).Bits() == 0 {
		return ""
	}
	return netip.MustParsePrefix(s.prefix).Masked().String()
}

// ruleProtocols are the protocols that have names at Neutron.
var ruleProtocols = []string{
	"ah", "dccp", "egp", "esp", "gre", "hopopt", "icmp", "igmp", "ip", "ipip", "ipv6-encap", "ipv6-frag", "ipv6-icmp", "icmpv6",
	"ipv6-nonxt", "ipv6-opts", "ipv6-route", "ospf", "pgm", "rsvp", "sctp", "tcp", "udp", "udplite", "vrrp",
}

// ruleProtocol is a protocol as Neutron keeps it.
func ruleProtocol(given, ethertype string) string {
	name := strings.ToLower(given)
	if name == "icmpv6" || name == "icmp" && ethertype == "IPv6" {
		return "ipv6-icmp"
	}
	return name
}

func isRuleProtocol(name string) bool {
	number, err := strconv.Atoi(name)
	return slices.Contains(ruleProtocols, name) || err == nil && number >= 0 && number <= 255
}

// portNumber reads a number that may be missing: an int, or nil.
func portNumber(in object, name string) any {
	if in[name] == nil {
		return nil
	}
	return integer(in, name)
}

// protocolNumber is a protocol's number where Neutron's messages have that instead of its name.
func protocolNumber(name string) string {
	if number, ok := map[string]string{"ah": "51", "esp": "50", "gre": "47", "igmp": "2", "vrrp": "112"}[name]; ok {
		return number
	}
	return name
}
