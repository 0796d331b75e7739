package translate

import (
	"context"
	"regexp"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/occigate/occigate/occi"
)

// serverQuery is the query of a listing of servers, always oldest first and then by id: gophercloud's has no order.
// Compute API: "List servers", sort_key.
type serverQuery servers.ListOpts

// ToServerListQuery returns the query for gophercloud.
func (q serverQuery) ToServerListQuery() (string, error) {
	const order = "sort_key=created_at&sort_dir=asc&sort_key=uuid&sort_dir=asc"
	query, err := servers.ListOpts(q).ToServerListQuery()
	if query == "" {
		return "?" + order, err
	}
	return query + "&" + order, err
}

// serverQueryOf asks for what Nova can select of a query. Metadata it does not select by for users.
func serverQueryOf(q occi.Query, userID string) serverQuery {
	var asked serverQuery
	for _, x := range q.Mixins {
		id, ok := templateID(x.Term)
		switch {
		case !ok || !x.IsTemplate():
		case x.DependsOn(occi.OSTemplateID):
			asked.Image = id
		default:
			asked.Flavor = id
		}
	}
	if title := titleOf(q); title != "" {
		asked.Name = namePattern(title)
	}
	if q.Own {
		asked.UserID = userID
	}
	return asked
}

// special matches what may mean something in a regular expression, or does not count as one character.
var special = regexp.MustCompile(`[^a-zA-Z0-9 _-]+`)

// namePattern returns the regular expression that a name matches for Nova, and perhaps others as well: databases have
// dialects of their own, so nothing is quoted.
func namePattern(name string) string { return "^" + special.ReplaceAllString(name, ".+") + "$" }

// servers lists the project's servers, those that are being deleted included.
func (c *Cloud) servers(ctx context.Context, asked serverQuery) ([]server, error) {
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return nil, err
	}
	all, err := pages(func(marker string) ([]server, bool, error) {
		asked.Marker = marker
		query, err := asked.ToServerListQuery()
		if err != nil {
			return nil, false, err
		}
		return page[server](ctx, nova, nova.ServiceURL("servers", "detail")+query, "servers")
	}, func(s server) string { return s.ID })
	return all, c.fault(err, subject{})
}

// serverIDs lists the project's servers without details.
func (c *Cloud) serverIDs(ctx context.Context) ([]string, error) {
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return nil, err
	}
	type brief struct {
		ID string `json:"id"`
	}
	all, err := pages(func(marker string) ([]brief, bool, error) {
		query, err := serverQuery{Marker: marker}.ToServerListQuery()
		if err != nil {
			return nil, false, err
		}
		return page[brief](ctx, nova, nova.ServiceURL("servers")+query, "servers")
	}, func(s brief) string { return s.ID })
	if err != nil {
		return nil, c.fault(err, subject{})
	}
	ids := make([]string, len(all))
	for i, s := range all {
		ids[i] = s.ID
	}
	return ids, nil
}

// leavingFor is how far back leavingServers looks: longer than a deletion takes and clocks differ.
const leavingFor = 5 * time.Minute

// leavingServers returns the servers that are being deleted. A listing without details does not tell, so this asks
// for the few that changed lately. It is decoration: without an answer there are none.
func (c *Cloud) leavingServers(ctx context.Context) map[string]bool {
	changed, err := c.servers(ctx, serverQuery{ChangesSince: time.Now().Add(-leavingFor).UTC().Format(time.RFC3339)})
	if err != nil {
		return nil
	}
	leaving := make(map[string]bool)
	for i := range changed {
		leaving[changed[i].ID] = statusOf(&changed[i]).gone
	}
	return leaving
}

// ownServers returns which servers the caller's user has created.
func (c *Cloud) ownServers(ctx context.Context) (map[string]bool, error) {
	all, err := c.servers(ctx, serverQuery{UserID: c.UserID()})
	own := make(map[string]bool, len(all))
	for _, s := range all {
		own[s.ID] = s.UserID == c.UserID()
	}
	return own, err
}
