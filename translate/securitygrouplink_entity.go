package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// groupLink is a security group of a server: that of some of its ports, or all.
type groupLink struct {
	serverID, groupID string
	on, of            int           // how many of how many ports have the group
	mixins            []*occi.Mixin // that users have defined
}

// groupLinks are the security groups of a server's ports, ordered by id.
func groupLinks(serverID string, own []ports.Port) []groupLink {
	on := make(map[string]int)
	for _, p := range own {
		for _, id := range p.SecurityGroups {
			on[id]++
		}
	}
	links := make([]groupLink, 0, len(on))
	for id, count := range on {
		links = append(links, groupLink{serverID: serverID, groupID: id, on: count, of: len(own)})
	}
	slices.SortFunc(links, func(a, b groupLink) int { return strings.Compare(a.groupID, b.groupID) })
	return links
}

// securityGroupLinkEntity maps a security group of a server to a link. Where some network interfaces are without the
// group, since they were given to it elsewhere or take none, its message says so.
func securityGroupLinkEntity(m *occi.Model, l groupLink) occi.Entity {
	e := occi.Entity{
		Kind:   m.Kind(occi.SecurityGroupLinkID),
		Mixins: l.mixins,
		ID:     linkID(l.serverID, l.groupID),
		Source: occi.Ref{Kind: m.Kind(occi.ComputeID), ID: l.serverID},
		Target: occi.Ref{Kind: m.Kind(occi.SecurityGroupID), ID: l.groupID},
	}
	e.Attributes.SetText("occi.securitygrouplink.state", linkActive)
	if l.on < l.of {
		e.Attributes.SetText("occi.securitygrouplink.state.message",
			fmt.Sprintf("%d of %d network interfaces have the security group", l.on, l.of))
	}
	return e
}
