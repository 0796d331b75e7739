package translate

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// template returns the template with a title.
func (b *bench) template(t *testing.T, title string) *occi.Mixin {
	t.Helper()
	model, err := b.cloud.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(model.Mixins(), func(x *occi.Mixin) bool { return x.Title == title })
	if i < 0 {
		t.Fatalf("there is no template %q", title)
	}
	return model.Mixins()[i]
}

// newCompute is a compute made from cirros and m1.tiny that a client wants.
func (b *bench) newCompute(t *testing.T, pairs ...string) *occi.Entity {
	t.Helper()
	e := b.entity(occi.ComputeID, pairs...)
	e.Mixins = []*occi.Mixin{b.template(t, "cirros"), b.template(t, "m1.tiny")}
	return e
}

// compute makes a compute and waits until it is active.
func (b *bench) compute(t *testing.T, pairs ...string) occi.Ref {
	t.Helper()
	ref := b.must(t, b.newCompute(t, pairs...)).Ref()
	b.waitFor(t, ref, "occi.compute.state", "active")
	return ref
}

func TestComputeFromCreationToDeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	cirros, tiny := b.template(t, "cirros"), b.template(t, "m1.tiny")
	wanted := b.newCompute(t, "title", "my one", "summary", "of the run", "occi.compute.hostname", "host-one")
	made := b.must(t, wanted)
	outlined := []string{
		"compute " + made.ID, "title my one", "summary of the run", "mixin " + cirros.Term, "mixin " + tiny.Term,
		"occi.compute.cores=1", "occi.compute.hostname=host-one", "occi.compute.memory=0.5",
	}
	checkOutline(t, *made, append(slices.Clone(outlined), "occi.compute.state=inactive", "occi.compute.state.message=the server is being built")...)
	read, err := b.cloud.Get(t.Context(), made.Ref()) // at once
	if err != nil {
		t.Fatal(err)
	}
	if read.Title != "my one" {
		t.Errorf("title %q right after creation", read.Title)
	}
	b.waitFor(t, made.Ref(), "occi.compute.state", "active")
	if read, err = b.cloud.Get(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	outlined = slices.Insert(outlined, 5, "mixin nova") // Nova chooses a zone with the host
	checkOutline(t, *read, append(outlined, "occi.compute.state=active", "action stop", "action restart", "action suspend", "action save")...)
	if len(read.Links) != 2 || read.Links[0].Kind.ID != occi.NetworkInterfaceID || read.Links[0].Target != b.network(t, "private") {
		t.Errorf("links = %+v, want one to the network private, and one to a security group", read.Links)
	}
	if ids := b.ids(t, occi.ComputeID); !slices.Contains(ids, made.ID) {
		t.Errorf("the list %v lacks %s", ids, made.ID)
	}
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref())
	if all, err := b.cloud.List(t.Context(), made.Kind, occi.Query{}, true); err != nil || len(all) > 0 {
		t.Errorf("the list has %d computes, %v", len(all), err)
	}
	checkCode(t, b.cloud.Delete(t.Context(), made.Ref()), occi.NotFound)
}

func TestComputeBeingDeletedIsGone(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{})
	made := b.must(t, b.newCompute(t, "title", "one"))
	clock.advance(time.Minute)
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref()) // Nova has it, deleting, until the clock moves
	for _, full := range []bool{true, false} {
		all, err := b.cloud.List(t.Context(), made.Kind, occi.Query{}, full)
		if err != nil || len(all) > 0 {
			t.Errorf("the list (full: %t) has %d computes, %v", full, len(all), err)
		}
	}
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Errorf("second deletion: %v", err)
	}
	_, err := b.cloud.Act(t.Context(), made.Ref(), b.order(occi.StopID))
	checkCode(t, err, occi.NotFound)
}

func TestComputeWithLinks(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	storage, network := b.storage(t, "data"), b.network(t, "private")
	wanted := b.newCompute(t, "title", "one")
	wanted.Links = []occi.Entity{
		*b.link(occi.StorageLinkID, occi.Ref{}, storage, "occi.storagelink.deviceid", "/dev/vdb"),
		*b.link(occi.NetworkInterfaceID, occi.Ref{}, network, "occi.networkinterface.address", "10.0.0.77"),
	}
	made := b.must(t, wanted)
	if len(made.Links) != 1 || made.Links[0].Target != storage {
		t.Errorf("links right after creation = %+v, want the storage", made.Links)
	}
	b.waitFor(t, made.Ref(), "occi.compute.state", "active")
	read, err := b.cloud.Get(t.Context(), made.Ref())
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Links) != 3 || read.Links[2].Kind.ID != occi.SecurityGroupLinkID {
		t.Fatalf("links = %+v, want three, to the default security group, too", read.Links)
	}
	if got := read.Links[0].Attributes.Text("occi.networkinterface.address"); got != "10.0.0.77" {
		t.Errorf("address %q, want the one asked for", got)
	}
	if got := read.Links[1].Attributes.Text("occi.storagelink.deviceid"); got != "/dev/vdb" {
		t.Errorf("device %q, want the one asked for", got)
	}
	all, err := b.cloud.List(t.Context(), read.Kind, occi.Query{}, true)
	if err != nil || len(all) != 1 {
		t.Fatalf("list = %d computes, %v", len(all), err)
	}
	var links [2][]string
	for i, e := range []occi.Entity{*read, all[0]} {
		for _, l := range e.Links {
			links[i] = append(links[i], strings.Join(outline(l), ", "))
		}
	}
	if diff := cmp.Diff(links[0], links[1]); diff != "" {
		t.Errorf("links when read (-) and when listed (+):\n%s", diff)
	}
}

func TestComputeWithoutLinksWhereSeveralNetworksAre(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	if _, err := b.AddNetwork("demo", "second", "10.9.0.0/24"); err != nil {
		t.Fatal(err)
	}
	wanted := b.newCompute(t, "title", "one")
	_, err := b.cloud.Create(t.Context(), wanted)
	checkCode(t, err, occi.Conflict) // IM tries again with links
	wanted.Links = []occi.Entity{*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "second"))}
	b.must(t, wanted)
}

func TestComputeWithoutNetwork(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.cloud = b.as(t, "other", "other")
	ref := b.compute(t, "title", "one")
	read, err := b.cloud.Get(t.Context(), ref)
	if err != nil || len(read.Links) != 0 {
		t.Errorf("get = %+v, %v, want no links", read, err)
	}
}

func TestComputeThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	made := b.must(t, b.newCompute(t, "title", "fail-one"))
	b.waitFor(t, made.Ref(), "occi.compute.state", "error")
	read, err := b.cloud.Get(t.Context(), made.Ref())
	if err != nil {
		t.Fatal(err)
	}
	if got := read.Attributes.Text("occi.compute.state.message"); !strings.Contains(got, "the name asks for a failure") {
		t.Errorf("message %q, want Nova's fault", got)
	}
	if len(read.Actions) > 0 {
		t.Errorf("actions %v of a failed compute", read.Actions)
	}
}

func TestComputeRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	if err := b.SetQuota("demo", "instances", 1); err != nil {
		t.Fatal(err)
	}
	link := func(kind, target occi.ID, id string) []occi.Entity {
		return []occi.Entity{*b.link(kind, occi.Ref{}, b.ref(target, id))}
	}
	for _, c := range []struct {
		name   string
		links  []occi.Entity
		pairs  []string
		code   occi.Code
		saying string
	}{
		{"network that is not there", link(occi.NetworkInterfaceID, occi.NetworkID, nobody), nil, occi.Invalid, nobody},
		{"storage that is not there", link(occi.StorageLinkID, occi.StorageID, nobody), nil, occi.Invalid, nobody},
		{"no key", nil, []string{openStackKeyData, "hello"}, occi.Invalid, "line 1"},
		{"key without keypair", nil, []string{openStackKeyName, "nobodys"}, occi.Invalid, "key_name"},
		{"too much user data", nil, []string{occiUserData, strings.Repeat("#", 50_000)}, occi.Invalid, "49149"},
		{"title too long", nil, []string{"title", strings.Repeat("a", 256)}, occi.Invalid, "name"},
	} {
		wanted := b.newCompute(t, append([]string{"title", "one"}, c.pairs...)...)
		wanted.Links = c.links
		_, err := b.cloud.Create(t.Context(), wanted)
		if codeOf(err) != c.code || !strings.Contains(err.Error(), c.saying) {
			t.Errorf("%s: %v, want code %d and %q", c.name, err, c.code, c.saying)
		}
	}
	b.ResetViolations() // Nova checks the length of names
	b.compute(t, "title", "one")
	_, err := b.cloud.Create(t.Context(), b.newCompute(t, "title", "two"))
	if codeOf(err) != occi.Forbidden || !strings.Contains(err.Error(), "Quota exceeded for instances") {
		t.Errorf("over quota: %v, want Forbidden with Nova's words", err)
	}
	if n := len(b.Servers("demo")); n != 1 {
		t.Errorf("%d servers, want 1", n)
	}
}

func TestComputesThatAreNotThere(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	theirs := b.compute(t, "title", "one")
	b.cloud = b.as(t, "other", "other")
	for _, id := range []string{theirs.ID, nobody, "1", "../flavors", ""} {
		ref := b.ref(occi.ComputeID, id)
		_, err := b.cloud.Get(t.Context(), ref)
		checkCode(t, err, occi.NotFound)
		checkCode(t, b.cloud.Delete(t.Context(), ref), occi.NotFound)
		_, err = b.cloud.Act(t.Context(), ref, b.order(occi.StartID))
		checkCode(t, err, occi.NotFound)
		_, err = b.cloud.Update(t.Context(), &occi.Change{Entity: occi.Entity{Kind: ref.Kind, ID: id, Title: "mine"}})
		checkCode(t, err, occi.NotFound)
	}
	if ids := b.ids(t, occi.ComputeID); len(ids) > 0 {
		t.Errorf("the other project lists %v", ids)
	}
}

func TestDecorationThatFailsLeavesTheComputeReadable(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	for _, fault := range []openstacktest.Fault{
		{Service: "neutron", Status: http.StatusForbidden},
		{Service: "neutron", Status: http.StatusInternalServerError},
		{Service: "neutron", Mode: openstacktest.Refuse},
		{Service: "neutron", Mode: openstacktest.Truncate},
		{Service: "nova", Path: regexp.MustCompile("os-volume_attachments"), Status: http.StatusNotFound},
		{Service: "cinder", Mode: openstacktest.HTML},
		{Service: "glance", Mode: openstacktest.HTML},
	} {
		b.ClearFaults()
		b.translator.templates.drop(b.cloud.templateKey())
		b.AddFault(fault)
		read, err := b.cloud.Get(t.Context(), ref)
		if err != nil || read.Title != "one" || read.Attributes.Text("occi.compute.cores") != "1" {
			t.Errorf("%+v: get = %+v, %v", fault, read, err)
		}
		all, err := b.cloud.List(t.Context(), ref.Kind, occi.Query{}, true)
		if err != nil || len(all) != 1 {
			t.Errorf("%+v: list = %d computes, %v", fault, len(all), err)
		}
	}
	b.ClearFaults()
	b.RemoveImage(b.template(t, "cirros").Term)
	b.RemoveFlavor(b.template(t, "m1.tiny").Term)
	b.translator.templates.drop(b.cloud.templateKey())
	read, err := b.cloud.Get(t.Context(), ref)
	if err != nil || len(read.MixinsOf(occi.OSTemplateID))+len(read.MixinsOf(occi.ResourceTemplateID)) > 0 || read.Attributes.Text("occi.compute.memory") != "0.5" {
		t.Errorf("without its templates: %+v, %v", read, err)
	}
}

func TestAServiceThatHangsCostsItsPartOfTheAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	b.AddFault(openstacktest.Fault{Service: "neutron", Mode: openstacktest.Hang})
	ctx, cancel := contextFor(t, 2*time.Second)
	defer cancel()
	read, err := b.cloud.Get(ctx, ref)
	if err != nil || len(read.Links) > 0 {
		t.Errorf("get = %+v, %v, want the compute without links", read, err)
	}
}

func TestEssentialFailures(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	for _, c := range []struct {
		fault openstacktest.Fault
		code  occi.Code
	}{
		{openstacktest.Fault{Service: "nova", Status: http.StatusInternalServerError}, occi.BadUpstream},
		{openstacktest.Fault{Service: "nova", Status: http.StatusServiceUnavailable}, occi.Unavailable},
		{openstacktest.Fault{Service: "nova", Mode: openstacktest.HTML}, occi.BadUpstream},
		{openstacktest.Fault{Service: "nova", Mode: openstacktest.Truncate}, occi.BadUpstream},
		{openstacktest.Fault{Service: "nova", Mode: openstacktest.Refuse}, occi.Unavailable},
		{openstacktest.Fault{Service: "nova", Status: http.StatusTooManyRequests}, occi.Throttled},
		{openstacktest.Fault{Service: "nova", Body: `{"server": []}`, Status: http.StatusOK}, occi.BadUpstream},
		{openstacktest.Fault{Service: "nova", Status: http.StatusUnauthorized}, occi.Unauthenticated},
	} {
		b.ClearFaults()
		b.AddFault(c.fault)
		_, err := b.cloud.Get(t.Context(), ref)
		if codeOf(err) != c.code {
			t.Errorf("%+v: get: %v, want code %d", c.fault, err, c.code)
		}
		_, err = b.cloud.List(t.Context(), ref.Kind, occi.Query{}, false)
		if c.fault.Body == "" && codeOf(err) != c.code {
			t.Errorf("%+v: list: %v, want code %d", c.fault, err, c.code)
		}
		if err := b.cloud.Delete(t.Context(), ref); c.fault.Body == "" && c.fault.Mode != openstacktest.Truncate && codeOf(err) != c.code {
			t.Errorf("%+v: delete: %v, want code %d", c.fault, err, c.code)
		}
	}
}

func TestARefusedTokenIsForgotten(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	token, err := b.Token("demo", "demo")
	if err != nil {
		t.Fatal(err)
	}
	connect := func() (*Cloud, error) {
		return b.translator.Connect(t.Context(), keystone.Request{Header: http.Header{"X-Auth-Token": {token}}})
	}
	cloud, err := connect()
	if err != nil {
		t.Fatal(err)
	}
	b.Revoke(token)
	if _, err := connect(); err != nil {
		t.Errorf("a token known a moment ago: %v", err)
	}
	_, err = cloud.Get(t.Context(), ref)
	checkCode(t, err, occi.Unauthenticated)
	_, err = connect()
	checkCode(t, err, occi.Unauthenticated)
}

// contextFor is the test's context with a deadline.
func contextFor(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// order is an action with parameters, name and value in turn.
func (b *bench) order(action occi.ID, pairs ...string) *occi.Invocation {
	return &occi.Invocation{Action: b.translator.base.Action(action), Attributes: texts(pairs...)}
}
