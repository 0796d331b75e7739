package translate

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"

	"github.com/occigate/occigate/occi"
)

// securityGroups translates security groups to Neutron's, with their rules.
type securityGroups struct{ *Cloud }

func (s securityGroups) list(ctx context.Context, q occi.Query, full bool) ([]occi.Entity, error) {
	wanted, err := s.soleKeys(ctx, q)
	if err != nil {
		return nil, err
	}
	keys := slices.Sorted(maps.Keys(wanted))
	if q.Own {
		keys = append(keys, creatorTag(s.UserID()))
	}
	all, err := s.securityGroups(ctx, titleOf(q), strings.Join(keys, ","))
	if err != nil {
		return nil, err
	}
	visible := visibleGroups(all, s.ProjectID())
	if q.Own {
		visible = slices.DeleteFunc(visible, func(g securityGroup) bool {
			return g.ProjectID != s.ProjectID() || !slices.Contains(g.Tags, creatorTag(s.UserID()))
		})
	}
	if q.Deletable {
		visible = slices.DeleteFunc(visible, func(g securityGroup) bool { return g.ProjectID != s.ProjectID() || g.isDefault() })
	}
	defined, err := s.listed(ctx, q, slices.ContainsFunc(visible, isTaggedGroup))
	if err != nil {
		return nil, err
	}
	entities := make([]occi.Entity, 0, len(visible))
	for i := range visible {
		entities = append(entities, securityGroupEntity(s.translator.base, &visible[i], defined))
	}
	return pick(entities, q, full), nil
}

func (s securityGroups) get(ctx context.Context, id string) (*occi.Entity, error) {
	g, err := s.securityGroup(ctx, addressed(occi.SecurityGroupID, id))
	if err != nil {
		return nil, err
	}
	e := securityGroupEntity(s.translator.base, g, s.shown(ctx, isTaggedGroup(*g)))
	return &e, nil
}

// delete removes the group with its rules. Neutron refuses while a port has it, and for the project's default one.
func (s securityGroups) delete(ctx context.Context, id string) error {
	about := addressed(occi.SecurityGroupID, id)
	if !isUUID(id) {
		return absent(about)
	}
	neutron, err := s.neutron()
	if err != nil {
		return err
	}
	return s.fault(groups.Delete(ctx, neutron, id).ExtractErr(), about)
}

func (s securityGroups) act(_ context.Context, _ string, invocation *occi.Invocation) (*occi.Mixin, error) {
	return nil, noAction(s.kind(occi.SecurityGroupID), invocation)
}

func (s securityGroups) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	about := addressed(occi.SecurityGroupID, id)
	if !isUUID(id) {
		return absent(about)
	}
	return s.addTags(ctx, groupsPlural, about, mixins)
}

func (s securityGroups) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	about := addressed(occi.SecurityGroupID, id)
	if !isUUID(id) {
		return absent(about)
	}
	return s.removeTags(ctx, groupsPlural, about, mixins)
}

// groupsPlural is what Neutron's URLs call security groups.
const groupsPlural = "security-groups"

// securityGroup asks for one security group.
func (c *Cloud) securityGroup(ctx context.Context, about subject) (*securityGroup, error) {
	if !isUUID(about.id) {
		return nil, absent(about)
	}
	neutron, err := c.neutron()
	if err != nil {
		return nil, err
	}
	var body struct {
		Group *securityGroup `json:"security_group"`
	}
	//nolint:bodyclose // closed by gophercloud, which decodes it
	if _, err := neutron.Get(ctx, neutron.ServiceURL(groupsPlural, about.id), &body, nil); err != nil {
		return nil, c.fault(err, about)
	}
	if body.Group == nil {
		return nil, occi.Errorf(occi.BadUpstream, "OpenStack's answer has no security group")
	}
	return body.Group, nil
}

// securityGroups lists the security groups that the token sees, those with a name and tags if these are not empty.
func (c *Cloud) securityGroups(ctx context.Context, name, tags string) ([]securityGroup, error) {
	neutron, err := c.neutron()
	if err != nil {
		return nil, err
	}
	all, err := pages(func(marker string) ([]securityGroup, bool, error) {
		query := url.Values{}
		for key, value := range map[string]string{"name": name, "tags": tags, "marker": marker} {
			if value != "" {
				query.Set(key, value)
			}
		}
		return page[securityGroup](ctx, neutron, neutron.ServiceURL(groupsPlural)+"?"+query.Encode(), "security_groups")
	}, func(g securityGroup) string { return g.ID })
	return all, c.fault(err, subject{})
}
