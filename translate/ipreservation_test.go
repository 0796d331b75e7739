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

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// pool returns the mixin of a pool by a term or an alias.
func (b *bench) pool(t *testing.T, term string) *occi.Mixin {
	t.Helper()
	m, err := b.cloud.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x := m.Mixin(occi.ID{Scheme: floatingPoolScheme, Term: term})
	if x == nil {
		t.Fatalf("there is no pool %q", term)
	}
	return x
}

func TestIPReservationFromCreationToDeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	campus, err := b.AddExternalNetwork("Campus Net", "198.51.100.0/24")
	if err != nil {
		t.Fatal(err)
	}
	plain := b.must(t, b.entity(occi.IPReservationID))
	wanted := b.entity(occi.IPReservationID, "title", "Web – größer")
	wanted.Mixins = []*occi.Mixin{b.pool(t, "campus_net")}
	titled := b.must(t, wanted)
	outlineOf := func(id, title, pool, address string) []string {
		return []string{
			"ipreservation " + id, "title " + title, "mixin " + pool,
			"occi.network.state=active", "occi.ipreservation.address=" + address,
			"occi.ipreservation.used=false", "occi.ipreservation.state=active",
		}
	}
	kept := b.FloatingIPs("demo")
	wants := map[string][]string{
		plain.ID:  outlineOf(plain.ID, "public", b.network(t, "public").ID, kept[0].Address),
		titled.ID: outlineOf(titled.ID, "Web – größer", campus, "198.51.100.2"),
	}
	checkOutline(t, *plain, wants[plain.ID]...)
	checkOutline(t, *titled, wants[titled.ID]...)
	all, err := b.cloud.List(t.Context(), plain.Kind, occi.Query{}, true)
	if err != nil || len(all) != 2 {
		t.Fatalf("the list is %v (error %v), want two", all, err)
	}
	for _, e := range all {
		checkOutline(t, e, wants[e.ID]...)
		read, err := b.cloud.Get(t.Context(), e.Ref())
		if err != nil {
			t.Fatal(err)
		}
		checkOutline(t, *read, wants[e.ID]...)
	}
	inPool, err := b.cloud.List(t.Context(), plain.Kind, occi.Query{Mixins: wanted.Mixins}, false)
	if err != nil || len(inPool) != 1 || inPool[0].ID != titled.ID {
		t.Errorf("of the pool there are %v (error %v), want the one", inPool, err)
	}

	renamed, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *b.entity(occi.IPReservationID, "id", titled.ID, "title", "mail")})
	if err != nil || renamed.Title != "mail" {
		t.Errorf("renamed to %v (error %v)", renamed, err)
	}
	for _, ref := range []occi.Ref{plain.Ref(), titled.Ref()} {
		if err := b.cloud.Delete(t.Context(), ref); err != nil {
			t.Error(err)
		}
		b.checkGone(t, ref)
		checkCode(t, b.cloud.Delete(t.Context(), ref), occi.NotFound)
	}
}

func TestIPReservationRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	if _, err := b.AddExternalNetwork("campus", "198.51.100.0/24"); err != nil {
		t.Fatal(err)
	}
	reserve := func(pairs ...string) *occi.Entity { return b.entity(occi.IPReservationID, pairs...) }
	linked, twice := reserve(), reserve()
	linked.Links = []occi.Entity{*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "private"))}
	twice.Mixins = []*occi.Mixin{b.pool(t, "public"), b.pool(t, "campus")}
	for _, test := range []struct {
		name   string
		entity *occi.Entity
		code   occi.Code
		says   string
	}{
		{"a link", linked, occi.Invalid, "no links of its own"},
		{"two pools", twice, occi.Invalid, "two pools"},
		{"a summary", reserve("summary", "s"), occi.Unimplemented, "occi.core.summary"},
		{"the mark of links", reserve("title", linkMark), occi.Invalid, linkMark},
		{"a label", reserve("occi.network.label", "blue"), occi.Unimplemented, "occi.network.label"},
		{"no address", reserve("occi.ipreservation.address", "lots"), occi.Invalid, `"lots"`},
		{"an address of choice, which Neutron allows to few", reserve("occi.ipreservation.address", "203.0.113.9"), occi.Forbidden, "policy"},
	} {
		_, err := b.cloud.Create(t.Context(), test.entity)
		checkCode(t, err, test.code)
		if err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q does not mention %q", test.name, err, test.says)
		}
	}
	if err := b.SetQuota("demo", "floatingip", 0); err != nil {
		t.Fatal(err)
	}
	_, err := b.cloud.Create(t.Context(), reserve())
	checkCode(t, err, occi.Forbidden)
	if err == nil || !strings.Contains(err.Error(), "Quota exceeded for resources: ['floatingip']") {
		t.Errorf("got %v, want Neutron's words", err)
	}
	if left := b.FloatingIPs("demo"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, id := range []string{nobody, "203.0.113.9", "../x"} {
		_, err := b.cloud.Get(t.Context(), b.ref(occi.IPReservationID, id))
		checkCode(t, err, occi.NotFound)
	}
}

func TestIPReservationWithoutExternalNetwork(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{DefaultExternal: "elsewhere"})
	_, err := b.cloud.Create(t.Context(), b.entity(occi.IPReservationID))
	checkCode(t, err, occi.Invalid)
}

// Each step of a creation fails in each way; nothing is left, or it is named.
func TestIPReservationThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	steps := map[string]openstacktest.Fault{
		"making":  {Service: "neutron", Method: http.MethodPost, Path: regexp.MustCompile(`/floatingips$`)},
		"signing": {Service: "neutron", Method: http.MethodPut, Path: regexp.MustCompile(`/tags$`)},
	}
	for step, fault := range steps {
		for name, f := range faults(fault) {
			t.Run(step+" "+name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{})
				if _, err := b.cloud.Model(t.Context()); err != nil {
					t.Fatal(err)
				}
				b.AddFault(f)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second) // for what hangs
				defer cancel()
				_, err := b.cloud.Create(ctx, b.entity(occi.IPReservationID))
				checkNothingLeft(t, b, err)
			})
		}
	}
}

func TestIPReservationsOfOthersAreNotListed(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	mine := b.must(t, b.entity(occi.IPReservationID))
	admin := b.as(t, "admin", "admin")
	for _, q := range []occi.Query{{}, {Own: true}} {
		if all, err := admin.List(t.Context(), mine.Kind, q, false); err != nil || len(all) != 0 {
			t.Errorf("the administrator's project has %v (error %v), want none", all, err)
		}
	}
	_, err := admin.Get(t.Context(), mine.Ref())
	checkCode(t, err, occi.NotFound)
	own, err := b.cloud.List(t.Context(), mine.Kind, occi.Query{Own: true}, false)
	if err != nil || !slices.ContainsFunc(own, func(e occi.Entity) bool { return e.ID == mine.ID }) {
		t.Errorf("own: %v (error %v), want %s", own, err, mine.ID)
	}
}

func TestPools(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	campus, err := b.AddExternalNetwork("Campus Net", "198.51.100.0/24")
	if err != nil {
		t.Fatal(err)
	}
	public := b.network(t, "public").ID
	got := map[string]string{}
	for _, term := range []string{"public", "PUBLIC", public, "campus_net", campus} {
		x := b.pool(t, term)
		got[term] = x.Term + " " + x.Title + " " + x.Location
		if !x.DependsOn(floatingPoolID) || !x.AppliesTo(occi.IPReservationID) || x.AppliesTo(occi.ComputeID) {
			t.Errorf("pool %v depends on %v, applies to %v", x.ID, x.Depends, x.Applies)
		}
	}
	isPublic, isCampus := public+" public /floatingippool/"+public+"/", campus+" Campus Net /floatingippool/"+campus+"/"
	want := map[string]string{"public": isPublic, "PUBLIC": isPublic, public: isPublic, "campus_net": isCampus, campus: isCampus}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pools (-want +got):\n%s", diff)
	}
}
