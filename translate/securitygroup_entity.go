package translate

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/occigate/occigate/occi"
)

// securityGroup is what is read of a Neutron security group. Networking API v2.0: "Show security group".
type securityGroup struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	ProjectID   string         `json:"project_id"`
	Shared      bool           `json:"shared"` // with the caller's project
	Tags        []string       `json:"tags"`
	CreatedAt   string         `json:"created_at"`
	Rules       []securityRule `json:"security_group_rules"`
}

// isRecent reports whether the group has just been made.
func (g *securityGroup) isRecent() bool {
	created, err := time.Parse(time.RFC3339, g.CreatedAt)
	return err == nil && isRecent(created)
}

// securityRule is what is read of a rule. gophercloud's cannot tell the ICMP code 0 from none.
type securityRule struct {
	ID           string `json:"id"`
	Direction    string `json:"direction"`
	EtherType    string `json:"ethertype"`
	Protocol     string `json:"protocol"`
	First        *int   `json:"port_range_min"`
	Last         *int   `json:"port_range_max"`
	Prefix       string `json:"remote_ip_prefix"`
	GroupID      string `json:"remote_group_id"`
	AddressGroup string `json:"remote_address_group_id"`
}

// rule is what the rule lets through.
func (s securityRule) rule() groupRule {
	r := groupRule{
		Direction: s.Direction, EtherType: s.EtherType, Protocol: neutronProtocol(s.Protocol, s.EtherType), Prefix: s.Prefix,
		GroupID: s.GroupID, AddressGroup: s.AddressGroup,
	}
	r.Port = portText(s.First, s.Last, r.isICMP())
	if cidr, err := netip.ParsePrefix(s.Prefix); err == nil {
		r.Prefix = cidr.Masked().String()
		if cidr.Bits() == 0 {
			r.Prefix = ""
		}
	}
	return r
}

// rules are what the group lets through.
func (g *securityGroup) rules() []groupRule {
	rules := make([]groupRule, 0, len(g.Rules))
	for _, s := range g.Rules {
		rules = append(rules, s.rule())
	}
	return rules
}

// securityGroupEntity maps a security group. It has no state at Neutron: it always works.
func securityGroupEntity(m *occi.Model, g *securityGroup, defined *tags) occi.Entity {
	e := occi.Entity{Kind: m.Kind(occi.SecurityGroupID), ID: g.ID, Title: g.Name, Summary: g.Description}
	e.Mixins = defined.among(slices.Values(g.Tags))
	e.Attributes.Set(occi.SecurityGroupRules, rulesValue(g.rules()))
	e.Attributes.SetText("occi.securitygroup.state", "active")
	return e
}

// isDefault reports whether the group is the one that Neutron makes for each project, and keeps: no other can have its name.
func (g *securityGroup) isDefault() bool { return g.Name == "default" }

// isTaggedGroup reports whether a security group can have a tag.
func isTaggedGroup(g securityGroup) bool { return isTagged(slices.Values(g.Tags)) }

// visibleGroups leaves out what an administrator's token sees of other projects, and sorts the caller's own groups to
// the front, oldest first.
func visibleGroups(all []securityGroup, projectID string) []securityGroup {
	visible := slices.DeleteFunc(all, func(g securityGroup) bool { return g.ProjectID != projectID && !g.Shared })
	foreign := func(g securityGroup) int {
		if g.ProjectID == projectID {
			return 0
		}
		return 1
	}
	slices.SortFunc(visible, func(a, b securityGroup) int {
		return cmp.Or(
			cmp.Compare(foreign(a), foreign(b)), strings.Compare(a.CreatedAt, b.CreatedAt), strings.Compare(a.ID, b.ID),
		)
	})
	return visible
}

// ruleOpts is the body of a rule that is to be made. gophercloud's has no room for the ICMP type and code 0.
type ruleOpts struct {
	SecurityGroup string `json:"security_group_id"`
	Direction     string `json:"direction"`
	EtherType     string `json:"ethertype"`
	Protocol      string `json:"protocol,omitempty"`
	First         *int   `json:"port_range_min,omitempty"`
	Last          *int   `json:"port_range_max,omitempty"`
	Prefix        string `json:"remote_ip_prefix,omitempty"`
	GroupID       string `json:"remote_group_id,omitempty"`
	AddressGroup  string `json:"remote_address_group_id,omitempty"`
}

// ruleOptsOf maps rules that a group is to have.
func ruleOptsOf(groupID string, rules []groupRule) ([]ruleOpts, error) {
	opts := make([]ruleOpts, 0, len(rules))
	for _, r := range rules {
		first, last, err := parsePort(r.Port, r.isICMP())
		if err != nil {
			return nil, err
		}
		opts = append(opts, ruleOpts{
			SecurityGroup: groupID, Direction: r.Direction, EtherType: r.EtherType, Protocol: r.Protocol, First: first, Last: last,
			Prefix: r.Prefix, GroupID: r.GroupID, AddressGroup: r.AddressGroup,
		})
	}
	return opts, nil
}

// diffRules returns what has to be added to a group's rules, and which of them removed, to have the wanted ones.
func diffRules(have []securityRule, wanted []groupRule) (add []groupRule, remove []securityRule) {
	for _, s := range have {
		if !slices.Contains(wanted, s.rule()) {
			remove = append(remove, s)
		}
	}
	for _, r := range wanted {
		if !slices.ContainsFunc(have, func(s securityRule) bool { return s.rule() == r }) {
			add = append(add, r)
		}
	}
	return add, remove
}

// firstRules returns the rules of a new group: those that the client wants, and what Neutron allows outwards unless the
// client says itself what goes out. A group that lets nothing out is hardly what somebody wants who opens port 22.
func firstRules(implied []securityRule, wanted []groupRule) []groupRule {
	if slices.ContainsFunc(wanted, func(r groupRule) bool { return r.Direction == egress }) {
		return wanted
	}
	all := slices.Clone(wanted)
	for _, s := range implied {
		if s.Direction == egress {
			all = append(all, s.rule())
		}
	}
	return all
}
