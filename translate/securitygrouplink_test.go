package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestSecurityGroupLinkFromLinkingToUnlinking(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, web := b.server(t, "worker"), b.must(t, b.securityGroup("web", `[`+ssh+`]`))
	link := b.link(occi.SecurityGroupLinkID, compute, web.Ref())
	made := b.must(t, link)
	want := []string{
		"securitygrouplink " + compute.ID + "_" + web.ID, "occi.securitygrouplink.state=active",
		"source compute " + compute.ID, "target securitygroup " + web.ID,
	}
	checkOutline(t, *made, want...)
	if again := b.must(t, link); again.ID != made.ID {
		t.Errorf("linked again, the link is %s, want %s", again.ID, made.ID)
	}
	read, err := b.cloud.Get(t.Context(), made.Ref())
	if err != nil {
		t.Fatal(err)
	}
	checkOutline(t, *read, want...)
	if linked := b.securityLinks(t, compute); len(linked) != 2 || !slices.Contains(linked, made.ID) {
		t.Errorf("the compute has %v, want the default group and %s", linked, made.ID)
	}
	if ids := b.ids(t, occi.SecurityGroupLinkID); len(ids) != 2 || !slices.Contains(ids, made.ID) {
		t.Errorf("the list is %v, want two with %s", ids, made.ID)
	}
	checkCode(t, b.cloud.Delete(t.Context(), web.Ref()), occi.Conflict)
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref())
	checkCode(t, b.cloud.Delete(t.Context(), made.Ref()), occi.NotFound)
	if err := b.cloud.Delete(t.Context(), web.Ref()); err != nil {
		t.Errorf("the group cannot be deleted after its link: %v", err)
	}
}

// securityLinks returns the ids of the links to security groups that a compute shows.
func (b *bench) securityLinks(t *testing.T, compute occi.Ref) []string {
	t.Helper()
	read, err := b.cloud.Get(t.Context(), compute)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, l := range read.Links {
		if l.Kind.ID == occi.SecurityGroupLinkID {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

func TestComputeBeginsWithSecurityGroups(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	web, db := b.must(t, b.securityGroup("same name", "")), b.must(t, b.securityGroup("same name", ""))
	wanted := b.newCompute(t)
	for _, group := range []*occi.Entity{web, db, web} {
		wanted.Links = append(wanted.Links, *b.link(occi.SecurityGroupLinkID, occi.Ref{}, group.Ref()))
	}
	made := b.must(t, wanted)
	b.waitFor(t, made.Ref(), "occi.compute.state", "active")
	want := []string{linkID(made.ID, web.ID), linkID(made.ID, db.ID)}
	slices.Sort(want)
	if diff := cmp.Diff(want, b.securityLinks(t, made.Ref())); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestSecurityGroupLinkIsForAllInterfacesThatTakeIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, web := b.server(t, "worker"), b.must(t, b.securityGroup("web", ""))
	open := b.must(t, b.entity(occi.NetworkID, "title", "open", "occi.network.address", "10.88.0.0/24"))
	nic := b.must(t, b.link(occi.NetworkInterfaceID, compute, open.Ref()))
	made := b.must(t, b.link(occi.SecurityGroupLinkID, compute, web.Ref()))
	if message := made.Attributes.Text("occi.securitygrouplink.state.message"); message != "" {
		t.Errorf("with both interfaces the message is %q", message)
	}
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	neutron, err := b.cloud.neutron()
	if err != nil {
		t.Fatal(err)
	}
	_, portID, _ := strings.Cut(nic.ID, "_")
	none := ports.UpdateOpts{SecurityGroups: &[]string{}}
	if err := ports.Update(t.Context(), neutron, portID, withoutSecurity{none}).Err; err != nil {
		t.Fatal(err)
	}
	made = b.must(t, b.link(occi.SecurityGroupLinkID, compute, web.Ref()))
	if message := made.Attributes.Text("occi.securitygrouplink.state.message"); !strings.Contains(message, "1 of 2") {
		t.Errorf("with an interface that takes no group the message is %q", message)
	}
}

// withoutSecurity switches the security of a port off.
type withoutSecurity struct{ ports.UpdateOpts }

// ToPortUpdateMap returns the body.
func (o withoutSecurity) ToPortUpdateMap() (map[string]any, error) {
	body, err := o.UpdateOpts.ToPortUpdateMap()
	if err == nil {
		body["port"].(map[string]any)["port_security_enabled"] = false
	}
	return body, err
}

func TestSecurityGroupLinkRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, web, private := b.server(t, "worker"), b.must(t, b.securityGroup("web", "")), b.network(t, "private")
	others, err := b.as(t, "other", "other").Create(t.Context(), b.securityGroup("theirs", ""))
	if err != nil {
		t.Fatal(err)
	}
	lonely := b.must(t, b.newCompute(t))
	b.waitFor(t, lonely.Ref(), "occi.compute.state", "active")
	nics, err := b.cloud.Get(t.Context(), lonely.Ref())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.cloud.Delete(t.Context(), nics.Links[0].Ref()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		link *occi.Entity
		code occi.Code
		says string
	}{
		{"missing group", b.link(occi.SecurityGroupLinkID, compute, b.ref(occi.SecurityGroupID, nobody)), occi.Invalid, nobody},
		{"impossible group", b.link(occi.SecurityGroupLinkID, compute, b.ref(occi.SecurityGroupID, "web")), occi.Invalid, "web"},
		{"group of others", b.link(occi.SecurityGroupLinkID, compute, others.Ref()), occi.Invalid, others.ID},
		{"missing compute", b.link(occi.SecurityGroupLinkID, b.ref(occi.ComputeID, nobody), web.Ref()), occi.Invalid, nobody},
		{"wrong target", b.link(occi.SecurityGroupLinkID, compute, private), occi.Invalid, "network"},
		{"wrong kind of link", b.link(occi.NetworkInterfaceID, compute, web.Ref()), occi.Invalid, "securitygroup"},
		{"no interface", b.link(occi.SecurityGroupLinkID, lonely.Ref(), web.Ref()), occi.Conflict, "no network interface"},
	} {
		_, err := b.cloud.Create(t.Context(), test.link)
		checkCode(t, err, test.code)
		if err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q does not mention %q", test.name, err, test.says)
		}
	}
	b.checkGone(t, b.ref(occi.SecurityGroupLinkID, compute.ID+"_"+web.ID))
	b.checkGone(t, b.ref(occi.SecurityGroupLinkID, "web"))
	wanted := b.newCompute(t)
	wanted.Links = []occi.Entity{*b.link(occi.SecurityGroupLinkID, occi.Ref{}, b.ref(occi.SecurityGroupID, nobody))}
	_, err = b.cloud.Create(t.Context(), wanted)
	checkCode(t, err, occi.Invalid)
}

// Neutron takes a port's security groups as a whole, so two requests at a time could undo one another.
func TestSecurityGroupLinkIsNotLostToAnotherChange(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.server(t, "worker")
	var links []*occi.Entity
	for _, title := range []string{"a", "b", "c", "d", "e"} {
		links = append(links, b.link(occi.SecurityGroupLinkID, compute, b.must(t, b.securityGroup(title, "")).Ref()))
	}
	failures := make(chan error)
	for _, link := range links {
		go func() {
			_, err := b.cloud.Create(t.Context(), link)
			failures <- err
		}()
	}
	for range links {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	if linked := b.securityLinks(t, compute); len(linked) != len(links)+1 {
		t.Errorf("the compute has %v, want %d and the default one", linked, len(links))
	}
}

func TestSecurityGroupLinkThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	for _, skip := range []int{0, 1} { // the first port, the second
		for name, fault := range map[string]openstacktest.Fault{
			"refused":       {Mode: openstacktest.Refuse},
			"reset after":   {Mode: openstacktest.ResetAfter},
			"cut short":     {Mode: openstacktest.Truncate},
			"a proxy's 502": {Mode: openstacktest.HTML},
			"500":           {Status: http.StatusInternalServerError},
			"409":           {Status: http.StatusConflict},
			"404":           {Status: http.StatusNotFound},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{})
				compute, web := b.server(t, "worker"), b.must(t, b.securityGroup("web", ""))
				b.must(t, b.link(occi.NetworkInterfaceID, compute, b.network(t, "private")))
				before := b.securityLinks(t, compute)
				fault.Service, fault.Method, fault.Path = "neutron", http.MethodPut, regexp.MustCompile(`/ports/`)
				fault.Skip, fault.Times = skip, 1
				b.AddFault(fault)
				_, err := b.cloud.Create(t.Context(), b.link(occi.SecurityGroupLinkID, compute, web.Ref()))
				b.ClearFaults()
				if err == nil {
					t.Fatal("the link is made")
				}
				if diff := cmp.Diff(before, b.securityLinks(t, compute)); diff != "" {
					t.Errorf("%v (-before +after):\n%s", err, diff)
				}
			})
		}
	}
}

func TestCallsAndRoundsOfSecurityGroups(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second) // Nova is asked for the order of ports of one age
	b := newBench(t, openstacktest.Options{Now: clock.now, Latency: 150 * time.Millisecond}, Options{})
	compute, kind := b.server(t, "worker"), b.cloud.kind
	if err := b.get(t, compute); err != nil { // so that Nova's version is known
		t.Fatal(err)
	}
	var web, link *occi.Entity
	for _, test := range []struct {
		name          string
		run           func() error
		calls, rounds int
	}{
		{"create a group with rules", func() (err error) {
			web, err = b.cloud.Create(t.Context(), b.securityGroup("web", `[`+ssh+`,`+ping+`]`))
			return err
		}, 3, 2},
		{"list groups", func() error { return b.list(t, kind(occi.SecurityGroupID), true) }, 1, 1},
		{"get a group", func() error { return b.get(t, web.Ref()) }, 1, 1},
		{"change nothing", func() error {
			_, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *web})
			return err
		}, 1, 1},
		{"change two rules", func() error {
			e := b.securityGroup("", `[`+ssh+`,`+outHTTPS+`,`+outwards+`]`)
			e.ID, e.Summary = web.ID, ""
			_, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *e})
			return err
		}, 3, 3},
		{"link", func() (err error) {
			link, err = b.cloud.Create(t.Context(), b.link(occi.SecurityGroupLinkID, compute, web.Ref()))
			return err
		}, 3, 2},
		{"list links", func() error { return b.list(t, kind(occi.SecurityGroupLinkID), true) }, 1, 1},
		{"get a link", func() error { return b.get(t, link.Ref()) }, 1, 1},
		{"unlink", func() error { return b.cloud.Delete(t.Context(), link.Ref()) }, 2, 2},
		{"delete a group", func() error { return b.cloud.Delete(t.Context(), web.Ref()) }, 1, 1},
	} {
		var err error
		calls, rounds := b.counted(func() { err = test.run() })
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if calls != test.calls || rounds != test.rounds {
			t.Errorf("%s: %d calls in %d rounds, want %d in %d", test.name, calls, rounds, test.calls, test.rounds)
		}
	}
}
