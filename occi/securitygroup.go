package occi

// The kinds of security groups. No OGF document has them: they are those of rOCCI-core 5, which rOCCI-server 2 serves
// and rOCCI-cli links computes to.
var (
	SecurityGroupID     = ID{infrastructureScheme, "securitygroup"}
	SecurityGroupLinkID = ID{infrastructureScheme, "securitygrouplink"}
)

// SecurityGroupRules is the attribute with the rules of a security group: a list of objects with the members type
// (inbound or outbound), protocol, port, range and ipversion, of which rOCCI-server 2 insists on the first two and ooi
// has the last.
const SecurityGroupRules = "occi.securitygroup.rules"

func securityGroupKind() *Kind {
	own := []Attribute{{
		Name: SecurityGroupRules, Type: ListType,
		Description: "what the group lets through: objects with type, protocol, port, range, ipversion, group",
	}}
	return &Kind{
		ID: SecurityGroupID, Parent: ResourceID, Title: "Security group", Location: "/securitygroup/",
		Attributes: resourceAttributes(append(own, stateAttributes("securitygroup")...)...),
	}
}

func securityGroupLinkKind() *Kind {
	return &Kind{
		ID: SecurityGroupLinkID, Parent: LinkID, Title: "Security group link", Location: "/securitygrouplink/",
		Attributes: linkAttributes(stateAttributes("securitygrouplink")...),
	}
}
