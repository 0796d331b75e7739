package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

const (
	ssh      = `{"type":"inbound","protocol":"tcp","port":"22","range":"0.0.0.0/0","ipversion":"IPv4"}`
	ping     = `{"type":"inbound","protocol":"icmp","range":"0.0.0.0/0","ipversion":"IPv4"}`
	outwards = `{"type":"outbound","protocol":"all","range":"0.0.0.0/0","ipversion":"IPv4"},` +
		`{"type":"outbound","protocol":"all","range":"::/0","ipversion":"IPv6"}`
	outHTTPS = `{"type":"outbound","protocol":"tcp","port":"443","range":"192.0.2.0/24","ipversion":"IPv4"}`
)

// securityGroup is a security group as a client describes it.
func (b *bench) securityGroup(title, rules string) *occi.Entity {
	e := b.entity(occi.SecurityGroupID, "title", title, "summary", "of a test")
	if rules != "" {
		e.Attributes.Set(occi.SecurityGroupRules, occi.List(rules))
	}
	return e
}

func TestSecurityGroupFromCreationToDeletion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, rules, want string }{
		{"without rules", ``, `[` + outwards + `]`},
		{"none", `[]`, `[` + outwards + `]`},
		{"inwards", `[{"protocol":"TCP","type":"inbound","port":22}]`, `[` + ssh + `,` + outwards + `]`},
		{"outwards", `[` + outHTTPS + `]`, `[` + outHTTPS + `]`},
		{"ünïcödé; \"quoted\"", `[` + ping + `,` + ssh + `]`, `[` + ping + `,` + ssh + `,` + outwards + `]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			made := b.must(t, b.securityGroup(test.name, test.rules))
			want := []string{
				"securitygroup " + made.ID, "title " + test.name, "summary of a test",
				"occi.securitygroup.rules=" + test.want, "occi.securitygroup.state=active",
			}
			checkOutline(t, *made, want...)
			read, err := b.cloud.Get(t.Context(), made.Ref())
			if err != nil {
				t.Fatal(err)
			}
			checkOutline(t, *read, want...)
			if ids := b.ids(t, occi.SecurityGroupID); len(ids) != 2 || !slices.Contains(ids, made.ID) {
				t.Errorf("the list is %v, want two with %s", ids, made.ID)
			}
			if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
				t.Fatal(err)
			}
			b.checkGone(t, made.Ref())
			checkCode(t, b.cloud.Delete(t.Context(), made.Ref()), occi.NotFound)
		})
	}
}

func TestSecurityGroupUpdateTouchesOnlyWhatDiffers(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	made := b.must(t, b.securityGroup("web", `[`+ping+`,`+ssh+`]`))
	change := func(title, rules string) []string {
		t.Helper()
		b.ResetCalls()
		e := b.securityGroup(title, rules)
		e.ID, e.Summary = made.ID, ""
		now, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *e})
		if err != nil {
			t.Fatal(err)
		}
		var writes []string
		for _, call := range b.Calls() {
			if call.Method != http.MethodGet {
				writes = append(writes, call.Method+" "+strings.Split(call.Path, "/")[2])
			}
		}
		read, err := b.cloud.Get(t.Context(), made.Ref())
		if err != nil {
			t.Fatal(err)
		}
		checkOutline(t, *now, outline(*read)...)
		return writes
	}
	for _, test := range []struct {
		title, rules string
		want         []string
	}{
		{"", `[` + outwards + `,` + ssh + `,` + ping + `]`, nil},
		{"web", "", nil},
		{"front", "", []string{"PUT security-groups"}},
		{"", `[` + ssh + `,` + outHTTPS + `]`, []string{
			"POST security-group-rules", "DELETE security-group-rules", "DELETE security-group-rules", "DELETE security-group-rules",
		}},
		{"", `[` + ssh + `]`, []string{"DELETE security-group-rules"}},
		{"", `[]`, []string{"DELETE security-group-rules"}},
	} {
		if diff := cmp.Diff(test.want, change(test.title, test.rules)); diff != "" {
			t.Errorf("%q with %s (-want +got):\n%s", test.title, test.rules, diff)
		}
	}
}

// Clients send everything back as they read it (pOCCI).
func TestSecurityGroupSentBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	made := b.must(t, b.securityGroup("web", `[`+ssh+`]`))
	same := &occi.Change{Entity: *made, Full: true}
	same.Title = "front"
	if _, err := b.cloud.Update(t.Context(), same); err != nil {
		t.Fatal(err)
	}
	same.Attributes = slices.Clone(same.Attributes)
	shown := strings.NewReplacer(`"`, `'`, `,`, `.`).Replace(made.Attributes.Text(occi.SecurityGroupRules))
	same.Attributes.SetText(occi.SecurityGroupRules, shown) // in header fields
	if _, err := b.cloud.Update(t.Context(), same); err != nil {
		t.Errorf("rules as text/occi shows them: %v", err)
	}
	same.Attributes.SetText(occi.SecurityGroupRules, "['other']")
	_, err := b.cloud.Update(t.Context(), same)
	checkCode(t, err, occi.Invalid)
	same.Attributes.Set(occi.SecurityGroupRules, made.Attributes.Get(occi.SecurityGroupRules))
	same.Attributes.SetText("occi.securitygroup.state", "inactive")
	_, err = b.cloud.Update(t.Context(), same)
	checkCode(t, err, occi.Forbidden)
}

func TestSecurityGroupRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	calls, _ := b.counted(func() {
		_, err := b.cloud.Create(t.Context(), b.securityGroup("web", `[{"protocol":"tcp"}]`))
		checkCode(t, err, occi.Invalid)
	})
	if calls != 0 {
		t.Errorf("%d calls for rules that are wrong, want none", calls)
	}
	all, err := b.cloud.List(t.Context(), b.cloud.kind(occi.SecurityGroupID), occi.Query{}, true)
	if err != nil || len(all) != 1 || all[0].Title != "default" {
		t.Fatalf("got %v (error %v), want the default group", all, err)
	}
	checkCode(t, b.cloud.Delete(t.Context(), all[0].Ref()), occi.Conflict)
	checkCode(t, b.as(t, "other", "other").Delete(t.Context(), all[0].Ref()), occi.NotFound)
	checkCode(t, b.cloud.Delete(t.Context(), b.ref(occi.SecurityGroupID, "default")), occi.NotFound)
	renamed := b.entity(occi.SecurityGroupID, "id", all[0].ID, "title", "mine")
	_, err = b.cloud.Update(t.Context(), &occi.Change{Entity: *renamed})
	checkCode(t, err, occi.Conflict)
	for _, test := range []struct {
		rule, says string
		code       occi.Code
	}{
		{`{"type":"inbound","protocol":"foo"}`, "foo not supported", occi.Invalid},
		{`{"type":"inbound","protocol":"esp","port":80}`, "Ports cannot be specified", occi.Invalid},
		{`{"type":"inbound","protocol":"tcp","group":"` + nobody + `"}`, "does not exist", occi.Invalid},
	} {
		_, err := b.cloud.Create(t.Context(), b.securityGroup("web", `[`+test.rule+`]`))
		checkCode(t, err, test.code)
		if err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q does not mention %q", test.rule, err, test.says)
		}
	}
	for _, quota := range []string{"security_group_rule", "security_group"} {
		if err := b.SetQuota("demo", quota, 0); err != nil {
			t.Fatal(err)
		}
		_, err := b.cloud.Create(t.Context(), b.securityGroup("web", `[`+ssh+`]`))
		checkCode(t, err, occi.Forbidden)
	}
	if ids := b.ids(t, occi.SecurityGroupID); len(ids) != 1 {
		t.Errorf("there are %v, want the default group alone", ids)
	}
}

// Whatever happens at whatever step, a security group is made whole or not at all, and changed whole or not at all.
func TestSecurityGroupChangesThatFailAreUndone(t *testing.T) {
	t.Parallel()
	for _, step := range []struct {
		name, method string
		path         *regexp.Regexp
	}{
		{"making the group", http.MethodPost, regexp.MustCompile(`/security-groups$`)},
		{"signing the group", http.MethodPut, regexp.MustCompile(`/tags$`)},
		{"renaming the group", http.MethodPut, regexp.MustCompile(`/security-groups/[^/]*$`)},
		{"adding rules", http.MethodPost, regexp.MustCompile(`/security-group-rules$`)},
		{"removing rules", http.MethodDelete, regexp.MustCompile(`/security-group-rules/`)},
	} {
		for name, fault := range map[string]openstacktest.Fault{
			"refused":       {Mode: openstacktest.Refuse},
			"reset after":   {Mode: openstacktest.ResetAfter},
			"cut short":     {Mode: openstacktest.Truncate},
			"a proxy's 502": {Mode: openstacktest.HTML},
			"500":           {Status: http.StatusInternalServerError},
			"409":           {Status: http.StatusConflict},
		} {
			t.Run(step.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{})
				old := b.must(t, b.securityGroup("old", `[`+ssh+`]`))
				before := b.groups(t)
				fault.Service, fault.Method, fault.Path, fault.Times = "neutron", step.method, step.path, 1
				b.AddFault(fault)
				_, failedCreation := b.cloud.Create(t.Context(), b.securityGroup("new", `[`+outHTTPS+`]`))
				b.ClearFaults()
				left := failedCreation != nil && strings.Contains(failedCreation.Error(), `perhaps left behind: securitygroup "`)
				if failedCreation != nil && !left {
					if diff := cmp.Diff(before, b.groups(t)); diff != "" {
						t.Errorf("after the creation, %v (-before +after):\n%s", failedCreation, diff)
					}
				}
				before = b.groups(t)
				b.AddFault(fault)
				e := b.securityGroup("renamed", `[`+outHTTPS+`]`)
				e.ID = old.ID
				_, failedUpdate := b.cloud.Update(t.Context(), &occi.Change{Entity: *e})
				b.ClearFaults()
				if failedUpdate != nil {
					if diff := cmp.Diff(before, b.groups(t)); diff != "" {
						t.Errorf("after the update, %v (-before +after):\n%s", failedUpdate, diff)
					}
				}
				if failedCreation == nil && failedUpdate == nil && name != "cut short" {
					t.Error("neither fails")
				}
			})
		}
	}
}

// groups outlines the project's security groups.
func (b *bench) groups(t *testing.T) []string {
	t.Helper()
	all, err := b.cloud.List(t.Context(), b.cloud.kind(occi.SecurityGroupID), occi.Query{}, true)
	if err != nil {
		t.Fatal(err)
	}
	var outlines []string
	for _, e := range all {
		outlines = append(outlines, strings.Join(outline(e), ", "))
	}
	slices.Sort(outlines)
	return outlines
}
