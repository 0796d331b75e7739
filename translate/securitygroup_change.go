package translate

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/rules"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// create makes a security group, says in its tags who made it, and gives it its rules. Whatever step fails, the group is
// removed again.
func (s securityGroups) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	if len(e.Links) > 0 {
		return nil, occi.Errorf(occi.Invalid, "a securitygroup has no links of its own: link the compute to it")
	}
	said := e.Attributes.Get(occi.SecurityGroupRules)
	var wanted []groupRule
	if !said.IsZero() {
		var err error
		if wanted, err = parseRules(said); err != nil {
			return nil, err
		}
	}
	neutron, err := s.neutron()
	if err != nil {
		return nil, err
	}
	var body struct {
		Group securityGroup `json:"security_group"`
	}
	opts := groups.CreateOpts{Name: e.Title, Description: e.Summary}
	if err := groups.Create(ctx, neutron, opts).ExtractInto(&body); err != nil {
		return nil, s.lostGroup(ctx, e.Title, err)
	}
	g := body.Group
	var undo undo
	undo.push(fmt.Sprintf("securitygroup %q", g.ID), func(ctx context.Context) error {
		return gone(groups.Delete(ctx, neutron, g.ID).ExtractErr())
	})
	mixins := userMixins(e.Mixins)
	wanted = firstRules(g.Rules, wanted)
	var round errgroup.Group // as in addTags
	round.Go(func() (err error) {
		g.Tags, err = s.sign(ctx, neutron, groupsPlural, g.ID, mixins)
		return err
	})
	round.Go(func() error {
		add, remove := diffRules(g.Rules, wanted)
		return s.changeRules(ctx, neutron, g.ID, add, remove)
	})
	if err := round.Wait(); err != nil {
		return nil, undo.after(ctx, err)
	}
	made := securityGroupEntity(s.translator.base, &g, newTags(s.ProjectID(), mixins))
	made.Attributes.Set(occi.SecurityGroupRules, rulesValue(wanted))
	return &made, nil
}

// lostGroup tells what a group may be whose creation got no answer: one of the name that nobody has signed.
func (s securityGroups) lostGroup(ctx context.Context, title string, cause error) error {
	failure := s.fault(cause, subject{})
	if isRefusal(cause) {
		return failure
	}
	return suspects(ctx, failure, occi.SecurityGroupID.Term, title, func(ctx context.Context) ([]string, error) {
		all, err := s.securityGroups(ctx, title, "")
		var ids []string
		for _, g := range all {
			if g.Name == title && g.ProjectID == s.ProjectID() && len(g.Tags) == 0 && g.isRecent() {
				ids = append(ids, g.ID)
			}
		}
		return ids, err
	})
}

// update changes title, summary and tags, and adds and removes the rules in which the wanted ones differ.
func (s securityGroups) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	g, err := s.securityGroup(ctx, addressed(occi.SecurityGroupID, change.ID))
	if err != nil {
		return nil, err
	}
	now := securityGroupEntity(s.translator.base, g, s.shown(ctx, isTaggedGroup(*g)))
	wanted := g.rules()
	rest := *change
	rest.Attributes = slices.DeleteFunc(slices.Clone(change.Attributes), func(p occi.Pair) bool {
		return p.Name == occi.SecurityGroupRules
	})
	if err := onlyTexts(&now, &rest); err != nil {
		return nil, err
	}
	if said := change.Attributes.Get(occi.SecurityGroupRules); !said.IsZero() && !occi.Echoes(said.Text(), now.Attributes.Text(occi.SecurityGroupRules)) {
		if wanted, err = parseRules(said); err != nil {
			return nil, err
		}
	}
	retag, err := planTags(&now, change)
	if err != nil {
		return nil, err
	}
	var undo undo
	if err := retag.apply(ctx, s, &now, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	if err := s.rename(ctx, &now, change, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	if err := s.replaceRules(ctx, g, wanted, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	now.Attributes.Set(occi.SecurityGroupRules, rulesValue(wanted))
	return &now, nil
}

// groupTexts is the body of Neutron's "Update security group"; nil leaves a text as it is.
type groupTexts struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`
}

// ToSecGroupUpdateMap returns the body.
func (o groupTexts) ToSecGroupUpdateMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(o, "security_group")
}

// rename changes title and summary, and remembers to change them back.
func (s securityGroups) rename(ctx context.Context, now *occi.Entity, change *occi.Change, undo *undo) error {
	opts := groupTexts{Name: changed(now.Title, change.Title), Description: changed(now.Summary, change.Summary)}
	if opts == (groupTexts{}) {
		return nil
	}
	neutron, err := s.neutron()
	if err != nil {
		return err
	}
	id, title, summary := now.ID, now.Title, now.Summary
	before := groupTexts{Description: &summary}
	if opts.Name != nil { // Neutron refuses any name for the default group
		before.Name = &title
	}
	g, err := groups.Update(ctx, neutron, id, opts).Extract()
	if err == nil || !isRefusal(err) {
		undo.push("the texts of securitygroup "+id, func(ctx context.Context) error {
			return gone(groups.Update(ctx, neutron, id, before).Err)
		})
	}
	if err != nil {
		return s.fault(err, addressed(occi.SecurityGroupID, id))
	}
	now.Title, now.Summary = g.Name, g.Description
	return nil
}

// replaceRules gives a group the wanted rules, and remembers to give it those it had. Rules that stay are not touched.
func (s securityGroups) replaceRules(ctx context.Context, g *securityGroup, wanted []groupRule, undo *undo) error {
	add, remove := diffRules(g.Rules, wanted)
	if len(add)+len(remove) == 0 {
		return nil
	}
	neutron, err := s.neutron()
	if err != nil {
		return err
	}
	before := g.rules()
	undo.push("new rules of securitygroup "+g.ID, func(ctx context.Context) error {
		now, err := s.securityGroup(ctx, addressed(occi.SecurityGroupID, g.ID)) // what was done may not be known
		if err != nil {
			return unlessGone(err)
		}
		add, remove := diffRules(now.Rules, before)
		return s.changeRules(ctx, neutron, g.ID, add, remove)
	})
	return s.changeRules(ctx, neutron, g.ID, add, remove)
}

// changeRules adds rules to a group, all in one call, and then removes others.
func (s securityGroups) changeRules(
	ctx context.Context, neutron *gophercloud.ServiceClient, id string, add []groupRule, remove []securityRule,
) error {
	about := addressed(occi.SecurityGroupID, id)
	if len(add) > 0 {
		opts, err := ruleOptsOf(id, add)
		if err != nil {
			return err
		}
		body := map[string]any{"security_group_rules": opts}
		//nolint:bodyclose // closed by gophercloud, which decodes it
		_, err = neutron.Post(ctx, neutron.ServiceURL("security-group-rules"), body, &struct{}{}, nil)
		if gophercloud.ResponseCodeIs(err, http.StatusNotFound) && slices.ContainsFunc(add, groupRule.namesOthers) {
			return occi.Errorf(occi.Invalid, "a rule names a group or an addressgroup that does not exist")
		}
		if err != nil {
			return s.fault(err, about)
		}
	}
	var round errgroup.Group // as in addTags
	round.SetLimit(maxTogether)
	for _, r := range remove {
		round.Go(func() error { return s.fault(gone(rules.Delete(ctx, neutron, r.ID).ExtractErr()), about) })
	}
	return round.Wait()
}
