package translate

import (
	"slices"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestTagOnEveryKind(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	all := b.carriers(t)
	defined := b.define(t, tag("blue"), tag("red"))
	blue, red := defined[0], defined[1]
	for _, c := range all {
		for range 2 { // the second time nothing changes
			for _, x := range []*occi.Mixin{red, blue} {
				if err := b.cloud.Associate(t.Context(), c.ref, x); err != nil {
					t.Fatalf("%s: associate: %v", c.name, err)
				}
			}
		}
		b.checkTerms(t, c.ref, "blue", "red") // in the order of their definition
		if got := b.selected(t, c.ref.Kind, with(blue, red)); !slices.Equal(got, []string{c.ref.ID}) {
			t.Errorf("%s: the query selects %v", c.name, got)
		}
		for range 2 {
			if err := b.cloud.Dissociate(t.Context(), c.ref, red); err != nil {
				t.Fatalf("%s: dissociate: %v", c.name, err)
			}
		}
		b.checkTerms(t, c.ref, "blue")
		if got := b.selected(t, c.ref.Kind, with(red)); len(got) > 0 {
			t.Errorf("%s: after dissociation the query selects %v", c.name, got)
		}
	}
	compute, err := b.cloud.Get(t.Context(), all[0].ref)
	if err != nil {
		t.Fatal(err)
	}
	listed, err := b.cloud.List(t.Context(), all[0].ref.Kind, with(blue), true)
	if err != nil || len(listed) != 1 {
		t.Fatalf("list: %d, %v", len(listed), err)
	}
	for _, e := range []*occi.Entity{compute, &listed[0]} {
		tagged := 0
		for i := range e.Links {
			tagged += len(userMixins(e.Links[i].Mixins))
		}
		if tagged != 3 {
			t.Errorf("links with tags in the compute: %d, want the storagelink, one of the networkinterfaces and a securitygrouplink", tagged)
		}
	}
	if err := b.cloud.Undefine(t.Context(), []*occi.Mixin{blue}); err != nil {
		t.Fatal(err)
	}
	b.define(t, tag("blue")) // what has been undefined does not come back
	for _, c := range all {
		b.checkTerms(t, c.ref)
	}
}

func TestTagOnWhatIsNotThere(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	all := b.carriers(t)
	blue := b.define(t, tag("blue"))[0]
	for _, c := range all {
		for _, id := range []string{nobody, linkID(nobody, volumeC), linkID(all[0].ref.ID, nobody), "../x"} {
			ref := occi.Ref{Kind: c.ref.Kind, ID: id}
			if err := b.cloud.Associate(t.Context(), ref, blue); occi.CodeOf(err) != occi.NotFound {
				t.Errorf("%s %s: associate: %v, want it not found", c.name, id, err)
			}
			if err := b.cloud.Dissociate(t.Context(), ref, blue); occi.CodeOf(err) != occi.NotFound {
				t.Errorf("%s %s: dissociate: %v, want it not found", c.name, id, err)
			}
		}
	}
}

func TestTagThatDoesNotApply(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	storage := b.storage(t, "data")
	wanted := tag("blue")
	wanted.Applies = []occi.ID{occi.ComputeID}
	blue := b.define(t, wanted)[0]
	checkCode(t, b.cloud.Associate(t.Context(), storage, blue), occi.Invalid)
	_, err := b.cloud.Update(t.Context(), changeOf(storage, false, blue))
	checkCode(t, err, occi.Invalid)
	b.checkTerms(t, storage)
}

// Clients make a compute and tag it at once; Nova takes no metadata until it is built.
func TestTagOnAComputeThatIsBeingBuilt(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{Settle: 300 * time.Millisecond}, Options{})
	blue := b.define(t, tag("blue"))[0]
	made := b.must(t, b.newCompute(t, "title", "worker")).Ref()
	if err := b.cloud.Associate(t.Context(), made, blue); err != nil {
		t.Fatal(err)
	}
	b.checkTerms(t, made, "blue")
}

func TestTagOnAComputeThatHasFailed(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	blue := b.define(t, tag("blue"))[0]
	made := b.must(t, b.newCompute(t, "title", "fail-worker")).Ref()
	b.waitFor(t, made, "occi.compute.state", "error")
	checkCode(t, b.cloud.Associate(t.Context(), made, blue), occi.Conflict)
	checkCode(t, b.cloud.Dissociate(t.Context(), made, blue), 0) // it does not have it
}

func TestProvidersMixins(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{ConfirmResize: true})
	compute := b.compute(t, "title", "worker")
	private := b.network(t, "private")
	ipnetwork := b.translator.base.Mixin(occi.IPNetworkID)
	small := b.template(t, "m1.small")
	for _, c := range []struct {
		name  string
		ref   occi.Ref
		mixin *occi.Mixin
		want  occi.Code
	}{
		{"the OS template it has", compute, b.template(t, "cirros"), 0},
		{"another OS template", compute, b.template(t, "Debian 12 – größer"), 0},
		{"another resource template", compute, small, 0},
		{"contextualization", compute, b.translator.base.Mixin(occi.SSHKeyID), occi.Forbidden},
		{"what a network is", private, ipnetwork, 0},
		{"what a network is not", b.must(t, b.entity(occi.NetworkID, "title", "bare")).Ref(), ipnetwork, occi.Unimplemented},
	} {
		if err := b.cloud.Associate(t.Context(), c.ref, c.mixin); codeOf(err) != c.want {
			t.Errorf("associate %s: %v, want code %d", c.name, err, c.want)
		}
		checkCode(t, b.cloud.Dissociate(t.Context(), c.ref, c.mixin), occi.Forbidden)
	}
	if got := b.selected(t, compute.Kind, with(small)); !slices.Equal(got, []string{compute.ID}) {
		t.Errorf("computes with m1.small: %v", got)
	}
}

// changeOf is an update that names mixins and nothing else.
func changeOf(ref occi.Ref, full bool, mixins ...*occi.Mixin) *occi.Change {
	return &occi.Change{Entity: occi.Entity{Kind: ref.Kind, ID: ref.ID, Mixins: mixins}, Full: full}
}
