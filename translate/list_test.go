package translate

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// Each query is answered by one round of calls; whatever the service can select, it is asked for.
func TestQueriesOfEveryKind(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newTagBench(t, openstacktest.Options{Now: clock.now, Latency: 150 * time.Millisecond}, Options{})
	const title = "a.*(b) [ö] $1"
	defined := b.define(t, tag("blue"), tag("group"), tag("member", tag("group").ID))
	blue, group, member := defined[0], defined[1], defined[2]
	compute, other := b.compute(t, "title", title), b.compute(t, "title", "a.*(b) [ö] $10")
	storage := b.storage(t, title)
	b.storage(t, "other")
	network := b.must(t, b.entity(occi.NetworkID, "title", title, "occi.network.address", "10.88.0.0/24")).Ref()
	disk := b.must(t, b.link(occi.StorageLinkID, compute, storage)).Ref()
	clock.advance(time.Second) // so that it is eth1
	nic := b.must(t, b.link(occi.NetworkInterfaceID, compute, network)).Ref()
	for _, ref := range []occi.Ref{compute, storage, network, disk, nic} {
		for _, x := range []*occi.Mixin{blue, member} {
			if err := b.cloud.Associate(t.Context(), ref, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	cirros, tiny, small := b.template(t, "cirros"), b.template(t, "m1.tiny"), b.template(t, "m1.small")
	privateNIC := slices.DeleteFunc(b.ids(t, occi.NetworkInterfaceID), func(id string) bool { return id == nic.ID })
	model := b.translator.base
	for _, c := range []struct {
		name  string
		kind  occi.ID
		query occi.Query
		want  []string
		calls int
		asked string // a query parameter of a call, "" for none
	}{
		{"OS template", occi.ComputeID, with(cirros), []string{compute.ID, other.ID}, 1, "image=" + cirros.Term},
		{"resource template", occi.ComputeID, with(tiny), []string{compute.ID, other.ID}, 1, "flavor=" + tiny.Term},
		{"templates", occi.ComputeID, with(cirros, tiny), []string{compute.ID, other.ID}, 1, "image=" + cirros.Term},
		{"templates of which none has both", occi.ComputeID, with(cirros, small), nil, 1, "flavor=" + small.Term},
		{"any OS template", occi.ComputeID, with(model.Mixin(occi.OSTemplateID)), []string{compute.ID, other.ID}, 1, ""},
		{"title", occi.ComputeID, having("occi.core.title", title), []string{compute.ID}, 1, "name=^a.+b.+ .+ .+1$"},
		{"title that is another's pattern", occi.ComputeID, having("occi.core.title", "a.+b.+ .+ .+1"), nil, 1, ""},
		{"cores", occi.ComputeID, having("occi.compute.cores", "1"), []string{compute.ID, other.ID}, 1, ""},
		{"memory", occi.ComputeID, having("occi.compute.memory", "0.5"), []string{compute.ID, other.ID}, 1, ""},
		{"hostname", occi.ComputeID, having("occi.compute.hostname", "nobody"), nil, 1, ""},
		{"id", occi.ComputeID, having("occi.core.id", other.ID), []string{other.ID}, 4, ""},
		{"tag", occi.ComputeID, with(blue), []string{compute.ID}, 1, ""},
		{"tag of a tag", occi.ComputeID, with(group), []string{compute.ID}, 1, ""},
		{"own", occi.ComputeID, occi.Query{Own: true}, []string{compute.ID, other.ID}, 1, "user_id=" + b.cloud.UserID()},

		{"title", occi.StorageID, having("occi.core.title", title), []string{storage.ID}, 1, "name=" + title},
		{"size", occi.StorageID, having("occi.storage.size", "2"), nil, 1, ""},
		{"id", occi.StorageID, having("occi.core.id", storage.ID), []string{storage.ID}, 1, ""},
		{"id of none", occi.StorageID, having("occi.core.id", nobody), nil, 1, ""},
		{"id that is none", occi.StorageID, having("occi.core.id", "../x"), nil, 0, ""},
		{"tag", occi.StorageID, with(blue), []string{storage.ID}, 1, "metadata={" + `"` + tagKey(b.cloud.ProjectID(), blue.ID) + `":"http://example.org/tags#blue"}`},
		{"tag of a tag", occi.StorageID, with(group), []string{storage.ID}, 1, ""},

		{"title", occi.NetworkID, having("occi.core.title", title), []string{network.ID}, 2, "name=" + title},
		{"address", occi.NetworkID, having("occi.network.address", "10.88.0.0/24"), []string{network.ID}, 2, ""},
		{"id", occi.NetworkID, having("occi.core.id", network.ID), []string{network.ID}, 2, ""},
		{"tag", occi.NetworkID, with(blue), []string{network.ID}, 2, "tags=" + tagKey(b.cloud.ProjectID(), blue.ID)},
		{"tag of a tag", occi.NetworkID, with(group), []string{network.ID}, 2, ""},
		{"own", occi.NetworkID, occi.Query{Own: true}, []string{network.ID}, 1, "tags=occigate:user=" + b.cloud.UserID()},

		{"tag", occi.StorageLinkID, with(blue), []string{disk.ID}, 2, ""},
		{"source", occi.StorageLinkID, having("occi.core.source", "/compute/"+compute.ID), []string{disk.ID}, 2, ""},
		{"source", occi.StorageLinkID, having("occi.core.source", "/compute/"+other.ID), nil, 2, ""},
		{"own", occi.StorageLinkID, occi.Query{Own: true}, []string{disk.ID}, 2, "user_id=" + b.cloud.UserID()},

		{"tag", occi.NetworkInterfaceID, with(blue), []string{nic.ID}, 3, ""},
		{"target", occi.NetworkInterfaceID, having("occi.core.target", "/network/"+network.ID), []string{nic.ID}, 3, ""},
		{"place", occi.NetworkInterfaceID, having("occi.networkinterface.interface", "eth0"), privateNIC, 3, ""},
		{"own", occi.NetworkInterfaceID, occi.Query{Own: true}, append(slices.Clone(privateNIC), nic.ID), 3, "user_id=" + b.cloud.UserID()},
	} {
		start := time.Now()
		all, err := b.cloud.List(t.Context(), model.Kind(c.kind), c.query, false)
		if err != nil {
			t.Errorf("%s by %s: %v", c.kind.Term, c.name, err)
			continue
		}
		calls := slices.DeleteFunc(b.Calls(), func(call openstacktest.Call) bool { return call.Start.Before(start) })
		if rounds := openstacktest.Rounds(calls); rounds > 1 || len(calls) != c.calls {
			t.Errorf("%s by %s: %d calls in %d rounds, want %d in 1", c.kind.Term, c.name, len(calls), rounds, c.calls)
		}
		if !isAsked(t, calls, c.asked) {
			t.Errorf("%s by %s: nobody is asked for %q", c.kind.Term, c.name, c.asked)
		}
		var brief []string
		for _, e := range all {
			brief = append(brief, e.ID)
			if e.Kind.ID != c.kind || e.Title != "" || e.Mixins != nil || e.Attributes != nil || e.Links != nil {
				t.Errorf("%s by %s: more than kind and id: %+v", c.kind.Term, c.name, e)
			}
		}
		slices.Sort(c.want)
		slices.Sort(brief)
		if diff := cmp.Diff(c.want, brief); diff != "" {
			t.Errorf("%s by %s (-want +got):\n%s", c.kind.Term, c.name, diff)
		}
		if all, err = b.cloud.List(t.Context(), model.Kind(c.kind), c.query, true); err != nil {
			t.Errorf("%s in full by %s: %v", c.kind.Term, c.name, err)
		}
		var full []string
		for _, e := range all {
			full = append(full, e.ID)
		}
		slices.Sort(full)
		if diff := cmp.Diff(c.want, full); diff != "" {
			t.Errorf("%s in full by %s (-want +got):\n%s", c.kind.Term, c.name, diff)
		}
	}
}

// isAsked reports whether one of the calls has a query parameter, name=value.
func isAsked(t *testing.T, calls []openstacktest.Call, parameter string) bool {
	t.Helper()
	name, value, _ := strings.Cut(parameter, "=")
	return parameter == "" || slices.ContainsFunc(calls, func(call openstacktest.Call) bool {
		q, err := url.ParseQuery(call.Query)
		if err != nil {
			t.Error(err)
		}
		return slices.Contains(q[name], value)
	})
}

// Everything is listed oldest first and then by id, whether in full or not, page by page.
func TestOrderOfListings(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newTagBench(t, openstacktest.Options{Now: clock.now, PageSize: 2}, Options{})
	private := b.network(t, "private")
	var computes, storages, networks []string
	for range 3 { // at different times, and two at the same
		var made [3][]string
		for range 2 {
			made[0] = append(made[0], b.worker(t).ID)
			made[1] = append(made[1], b.storage(t, "one").ID)
			made[2] = append(made[2], b.must(t, b.entity(occi.NetworkID, "title", "one")).ID)
		}
		for i, all := range []*[]string{&computes, &storages, &networks} {
			slices.Sort(made[i])
			*all = append(*all, made[i]...)
		}
		clock.advance(time.Second)
	}
	var disks, nics []string
	for i := range computes { // in another order than that of the ids
		from := b.ref(occi.ComputeID, computes[len(computes)-1-i])
		disks = append(disks, b.must(t, b.link(occi.StorageLinkID, from, b.ref(occi.StorageID, storages[i]))).ID)
		nics = append(nics, b.must(t, b.link(occi.NetworkInterfaceID, from, private)).ID)
		clock.advance(time.Second)
	}
	for kind, want := range map[occi.ID][]string{
		occi.ComputeID: computes, occi.StorageID: storages, occi.NetworkID: networks,
		occi.StorageLinkID: disks, occi.NetworkInterfaceID: nics,
	} {
		got := slices.DeleteFunc(b.selected(t, b.translator.base.Kind(kind), occi.Query{}), func(id string) bool {
			return !slices.Contains(want, id)
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order of %s (-want +got):\n%s", kind.Term, diff)
		}
	}
}

// What somebody else has created in the project is not the caller's own, nor are links to it.
func TestOwnOfTwoUsersInAProject(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	mine := b.carriers(t)
	colleague := &bench{Cloud: b.Cloud, translator: b.translator, cloud: b.as(t, "reader", "demo")}
	theirs := colleague.carriers(t)
	for i, c := range mine {
		for _, user := range []struct {
			*bench
			own, foreign string
		}{{b, c.ref.ID, theirs[i].ref.ID}, {colleague, theirs[i].ref.ID, c.ref.ID}} {
			own := user.selected(t, c.ref.Kind, occi.Query{Own: true})
			if !slices.Contains(own, user.own) || slices.Contains(own, user.foreign) {
				t.Errorf("own %ss: %v, want %s and not %s", c.name, own, user.own, user.foreign)
			}
			if all := user.selected(t, c.ref.Kind, occi.Query{}); !slices.Contains(all, user.foreign) {
				t.Errorf("all %ss: %v, want %s among them", c.name, all, user.foreign)
			}
		}
	}
}

// What a query selects by is no decoration: nothing is left out because it could not be had.
func TestQueryThatCannotBeDecided(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newTagBench(t, openstacktest.Options{Now: clock.now}, Options{})
	b.carriers(t)
	cirros := b.template(t, "cirros")
	blue := b.define(t, tag("blue"))[0]
	b.translator.templates.drop(b.cloud.templateKey())
	for _, c := range []struct {
		name    string
		kind    occi.ID
		query   occi.Query
		service string
		path    string
	}{
		{"template", occi.ComputeID, with(cirros), "glance", `/images`},
		{"architecture", occi.ComputeID, having("occi.compute.architecture", "x64"), "glance", `/images`},
		{"address", occi.NetworkID, having("occi.network.address", "10.88.0.0/24"), "neutron", `/subnets`},
		{"tag", occi.StorageLinkID, with(blue), "nova", `/servers`},
		{"own", occi.StorageLinkID, occi.Query{Own: true}, "nova", `/servers`},
		{"own", occi.NetworkInterfaceID, occi.Query{Own: true}, "nova", `/servers`},
	} {
		b.AddFault(openstacktest.Fault{
			Service: c.service, Path: regexp.MustCompile(c.path), Status: http.StatusInternalServerError,
		})
		all, err := b.cloud.List(t.Context(), b.translator.base.Kind(c.kind), c.query, false)
		if codeOf(err) != occi.BadUpstream {
			t.Errorf("%s by %s: %d entities, error %v", c.kind.Term, c.name, len(all), err)
		}
		b.ClearFaults()
	}
}
