package conformance

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
)

// securityGroupCases: securitygroup and securitygrouplink, which rOCCI-server 2 and rOCCI-cli have.
func securityGroupCases() []Case {
	return []Case{
		{"security groups", "securitygroup: creation with rules as text, read, new rules, deletion", securityGroupLife, anyone},
		{"security groups", "securitygroup: creation and rules in JSON, as ooi has them", securityGroupJSON, anyone},
		{"security groups", "securitygroup: rules that make no sense, and the project's own group, are refused", badSecurityGroups, anyone},
		{"security groups", "securitygrouplink: direct creation, read, list, shown by the compute, deletion", securityGroupLink, anyone},
		{"security groups", "securitygrouplink: a compute begins with its groups", inlineSecurityGroup, anyone},
	}
}

// newGroup makes a security group as rOCCI does.
func (s *suite) newGroup(t *testing.T, title, rules string) string {
	t.Helper()
	return s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/securitygroup/", text(
		categoryLine(occi.SecurityGroupID, "kind"), attributeLine("occi.core.id", "a262ad95-c093-4814-8c0d-bc6d475bb845"),
		attributeLine("occi.core.title", prefix+title), attributeLine(occi.SecurityGroupRules, strings.ReplaceAll(rules, `"`, `\"`)))))
}

// rules returns the rules of a security group, each as "type protocol port range".
func (s *suite) rules(t *testing.T, location string) []string {
	t.Helper()
	list, ok := s.readJSON(t, location).Attributes[occi.SecurityGroupRules].([]any)
	if !ok {
		t.Fatalf("the rules of %s are no array", location)
	}
	var rules []string
	for _, item := range list {
		rule, _ := item.(map[string]any)
		var words []string
		for _, name := range []string{"type", "protocol", "port", "range"} {
			if word, ok := rule[name].(string); ok {
				words = append(words, word)
			}
		}
		rules = append(rules, strings.Join(words, " "))
	}
	return rules
}

// outwards is what a new group lets through without being told.
var outwards = []string{"outbound all 0.0.0.0/0", "outbound all ::/0"}

func securityGroupLife(t *testing.T, s *suite) {
	group := s.newGroup(t, "group", `[{"protocol":"TCP","type":"inbound","port":"22"}]`)
	m := s.want(t, http.StatusOK, http.MethodGet, group).message(t)
	if got := m.Attributes.Text("occi.core.title"); got != prefix+"group" {
		t.Errorf("got title %q", got)
	}
	if got := m.Attributes.Text("occi.securitygroup.state"); got != "active" {
		t.Errorf("got state %q, want active", got)
	}
	if got, want := s.rules(t, group), append([]string{"inbound tcp 22 0.0.0.0/0"}, outwards...); !slices.Equal(got, want) {
		t.Errorf("got rules %q, want %q", got, want)
	}
	if list := s.locations(t, "/securitygroup/"); !slices.Contains(list, group) {
		t.Errorf("the collection lacks the new group: %q", list)
	}
	s.want(t, http.StatusOK, http.MethodPost, group, text(categoryLine(occi.SecurityGroupID, "kind"),
		attributeLine("occi.core.title", prefix+"regrouped"),
		attributeLine(occi.SecurityGroupRules, `[{\"protocol\":\"udp\",\"type\":\"inbound\",\"port\":\"1000-2000\",\"range\":\"192.0.2.0/24\"}]`)))
	if got, want := s.rules(t, group), []string{"inbound udp 1000-2000 192.0.2.0/24"}; !slices.Equal(got, want) {
		t.Errorf("got rules %q, want %q", got, want)
	}
	s.want(t, http.StatusOK, http.MethodDelete, group)
	s.awaitGone(t, group)
}

func securityGroupJSON(t *testing.T, s *suite) {
	group := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/securitygroup/", toJSON(t, map[string]any{
		"kind": occi.SecurityGroupID.String(), "title": prefix + "json",
		"attributes": map[string]any{occi.SecurityGroupRules: []any{
			map[string]any{"type": "inbound", "protocol": "tcp", "port": 443, "range": "2001:db8::/32", "ipversion": "IPv6"},
			map[string]any{"type": "outbound", "protocol": "all"},
		}},
	})))
	want := []string{"inbound tcp 443 2001:db8::/32", "outbound all 0.0.0.0/0"}
	if got := s.rules(t, group); !slices.Equal(got, want) {
		t.Errorf("got rules %q, want %q", got, want)
	}
	e := s.readJSON(t, group)
	s.want(t, http.StatusOK, http.MethodPut, group, toJSON(t, map[string]any{
		"kind": e.Kind, "id": e.ID, "title": prefix + "again", "attributes": e.Attributes,
	}))
	if got := s.rules(t, group); !slices.Equal(got, want) {
		t.Errorf("after everything was sent back: got rules %q, want %q", got, want)
	}
	s.remove(t, group)
}

func badSecurityGroups(t *testing.T, s *suite) {
	for _, rules := range []string{
		"open", `[{\"protocol\":\"tcp\"}]`, `[{\"type\":\"inbound\",\"protocol\":\"tcp\",\"port\":\"90-80\"}]`,
		`[{\"type\":\"inbound\",\"protocol\":\"nonsense\"}]`,
	} {
		s.want(t, http.StatusBadRequest, http.MethodPost, "/securitygroup/", text(
			categoryLine(occi.SecurityGroupID, "kind"), attributeLine("occi.core.title", prefix+"bad"),
			attributeLine(occi.SecurityGroupRules, rules)))
	}
	for _, group := range s.listJSON(t, "/securitygroup/").Resources {
		switch group.Title {
		case prefix + "bad":
			t.Errorf("a group with bad rules was left behind: %s", group.ID)
		case "default":
			s.want(t, http.StatusConflict, http.MethodDelete, "/securitygroup/"+group.ID)
		}
	}
}

func securityGroupLink(t *testing.T, s *suite) {
	group := s.newGroup(t, "linked", `[]`)
	s.linkLife(t, link{
		kind: occi.SecurityGroupLinkID, path: "/securitygrouplink/", target: group, targetKind: occi.SecurityGroupID,
		wantID: idOf(t, s.sharedCompute(t)) + "_" + idOf(t, group), state: "occi.securitygrouplink.state",
	})
	s.remove(t, group)
}

func inlineSecurityGroup(t *testing.T, s *suite) {
	group := s.newGroup(t, "inline", `[]`)
	compute := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(append(s.computeLines(t, "guarded"),
		`Link: <`+group+`>; rel="`+occi.SecurityGroupID.String()+`"; category="`+occi.SecurityGroupLinkID.String()+`"`)...)))
	s.awaitState(t, compute, "occi.compute.state", "active")
	got := linksTo(s.want(t, http.StatusOK, http.MethodGet, compute).message(t), occi.SecurityGroupID)
	if len(got) != 1 || got[0].Target != group {
		t.Errorf("got links to security groups %v, want one to %s", got, group)
	}
	s.want(t, http.StatusConflict, http.MethodDelete, group)
	s.remove(t, compute)
	s.remove(t, group)
}
