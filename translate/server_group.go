package translate

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servergroups"

	"github.com/occigate/occigate/occi"
)

// serverGroupID is the mixin that all server groups depend on.
var serverGroupID = occi.ID{Scheme: "http://schemas.openstack.org/compute#", Term: "server_group"}

// Scheme and location of the project's server groups.
const (
	serverGroupScheme   = "http://schemas.openstack.org/compute/server_group#"
	serverGroupLocation = "/server_group/"
)

// serverGroupRoot is the mixin with serverGroupID. It says nothing by itself.
func serverGroupRoot() *occi.Mixin {
	return &occi.Mixin{
		ID: serverGroupID, Title: "Server group", Applies: []occi.ID{occi.ComputeID}, Location: serverGroupLocation,
	}
}

// serverGroup is the mixin of a group whose servers Nova keeps together or apart.
func serverGroup(g servergroups.ServerGroup) *occi.Mixin {
	policy := ""
	if len(g.Policies) > 0 {
		policy = g.Policies[0]
	}
	term := templateTerm(g.ID)
	return &occi.Mixin{
		ID: occi.ID{Scheme: serverGroupScheme, Term: term}, Title: titleOr(g.Name, g.ID),
		Depends: []occi.ID{serverGroupID}, Applies: []occi.ID{occi.ComputeID},
		Location: serverGroupLocation + term + "/",
		Attributes: []occi.Attribute{{
			Name: "org.openstack.server_group.policy", Type: occi.StringType, Immutable: true,
			Default: occi.String(policy), Description: "where Nova places the group's servers",
		}},
		Aliases: templateAliases(term, g.ID, g.Name),
	}
}

// listServerGroups returns the mixins of the project's server groups. Compute API: "List server groups". Nova links to no
// further page, and projects have fewer than the thousand of the first: their quota is ten unless the provider raises it.
func (c *Cloud) listServerGroups(ctx context.Context) ([]*occi.Mixin, error) {
	nova, err := c.session.Compute("")
	if err != nil {
		return nil, err
	}
	groups, _, err := page[servergroups.ServerGroup](ctx, nova, nova.ServiceURL("os-server-groups"), "server_groups")
	mixins := make([]*occi.Mixin, len(groups))
	for i, g := range groups {
		mixins[i] = serverGroup(g)
	}
	return mixins, err
}
