package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// What is created with tags has them at once, and in as many calls as without, one more for those that OpenStack takes
// no tags with.
func TestCreationWithTags(t *testing.T) {
	t.Parallel()
	clock := newClock(time.Second) // Nova is asked for the order of ports of one age
	b := newTagBench(t, openstacktest.Options{Now: clock.now}, Options{})
	compute, storage, network := b.compute(t, "title", "worker"), b.storage(t, "data"), b.network(t, "private")
	defined := b.define(t, tag("blue"), tag("red"))
	newCompute := b.newCompute(t, "title", "tagged")
	for _, c := range []struct {
		name   string
		wanted *occi.Entity
		more   int // calls than without tags
	}{
		{"compute", newCompute, 0},
		{"storage", b.entity(occi.StorageID, "title", "tagged", "occi.storage.size", "1"), 0},
		{"network", b.entity(occi.NetworkID, "title", "tagged"), 0},
		{"storagelink", b.link(occi.StorageLinkID, compute, storage), 1},
		{"networkinterface", b.link(occi.NetworkInterfaceID, compute, network), 2}, // one for each
	} {
		var plain *occi.Entity
		without, _ := b.counted(func() { plain = b.must(t, c.wanted) })
		if c.name == "storagelink" { // it can be made only once
			if err := b.cloud.Delete(t.Context(), plain.Ref()); err != nil {
				t.Fatal(err)
			}
		}
		c.wanted.Mixins = append(c.wanted.Mixins, defined...)
		var made *occi.Entity
		calls, _ := b.counted(func() { made = b.must(t, c.wanted) })
		if calls != without+c.more {
			t.Errorf("%s: %d calls, want %d", c.name, calls, without+c.more)
		}
		if got := termsOf(made); !slices.Equal(got, []string{"blue", "red"}) {
			t.Errorf("%s: the answer has %v", c.name, got)
		}
		b.checkTerms(t, made.Ref(), "blue", "red")
		if c.name != "storagelink" {
			b.checkTerms(t, plain.Ref())
		}
	}
}

func TestCreationOfAComputeWithTaggedLinks(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	storage, network := b.storage(t, "data"), b.network(t, "private")
	blue := b.define(t, tag("blue"))[0]
	disk := *b.link(occi.StorageLinkID, occi.Ref{}, storage)
	disk.Mixins = []*occi.Mixin{blue}
	wanted := b.newCompute(t, "title", "worker")
	wanted.Links = []occi.Entity{disk}
	made := b.must(t, wanted)
	if len(made.Links) != 1 || !slices.Equal(termsOf(&made.Links[0]), []string{"blue"}) {
		t.Errorf("links right after creation: %+v", made.Links)
	}
	b.waitFor(t, made.Ref(), "occi.compute.state", "active")
	b.checkTerms(t, made.Ref())
	b.checkTerms(t, b.ref(occi.StorageLinkID, linkID(made.ID, storage.ID)), "blue")

	nic := *b.link(occi.NetworkInterfaceID, occi.Ref{}, network)
	nic.Mixins = []*occi.Mixin{blue}
	wanted.Links = []occi.Entity{nic}
	calls, _ := b.counted(func() {
		_, err := b.cloud.Create(t.Context(), wanted)
		checkCode(t, err, occi.Invalid)
	})
	if calls != 0 {
		t.Errorf("%d calls for what cannot be done", calls)
	}
}

// Whatever happens at whatever step of making something with tags, nothing stays behind that the error does not name.
func TestCreationWithTagsThatFailsIsUndone(t *testing.T) {
	t.Parallel()
	for _, kind := range []occi.ID{occi.NetworkID, occi.StorageLinkID, occi.NetworkInterfaceID} {
		for name, fault := range map[string]openstacktest.Fault{
			"refused":       {Mode: openstacktest.Refuse},
			"reset after":   {Mode: openstacktest.ResetAfter},
			"a proxy's 502": {Mode: openstacktest.HTML},
			"500":           {Status: http.StatusInternalServerError},
			"403":           {Status: http.StatusForbidden},
			"409":           {Status: http.StatusConflict},
		} {
			t.Run(kind.Term+"/"+name, func(t *testing.T) {
				t.Parallel()
				b := newTagBench(t, openstacktest.Options{}, Options{})
				compute, storage, network := b.compute(t, "title", "worker"), b.storage(t, "data"), b.network(t, "private")
				wanted := map[occi.ID]*occi.Entity{
					occi.NetworkID:          b.entity(occi.NetworkID, "title", "lan"),
					occi.StorageLinkID:      b.link(occi.StorageLinkID, compute, storage),
					occi.NetworkInterfaceID: b.link(occi.NetworkInterfaceID, compute, network),
				}[kind]
				wanted.Mixins = b.define(t, tag("blue"), tag("red"))
				before := b.ids(t, kind)
				fault.Path, fault.Times = regexp.MustCompile(`/(metadata|tags)\b`), 1
				b.AddFault(fault)
				_, err := b.cloud.Create(t.Context(), wanted)
				b.ClearFaults()
				if err == nil || strings.Contains(err.Error(), "left behind") {
					t.Errorf("got error %v", err)
				}
				if after := b.ids(t, kind); !slices.Equal(after, before) {
					t.Errorf("behind stays %v, where there was %v", after, before)
				}
				wanted.Mixins = nil
				b.checkTerms(t, b.must(t, wanted).Ref())
			})
		}
	}
}

// The tags of a storage link go with it: attached again, it has none.
func TestRemovedStorageLinkHasNoTags(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	compute, storage := b.compute(t, "title", "worker"), b.storage(t, "data")
	wanted := b.link(occi.StorageLinkID, compute, storage)
	wanted.Mixins = b.define(t, tag("blue"))
	made := b.must(t, wanted)
	if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
		t.Fatal(err)
	}
	b.checkGone(t, made.Ref())
	wanted.Mixins = nil
	b.checkTerms(t, b.must(t, wanted).Ref())
}
