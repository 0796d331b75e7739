package translate

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
	"github.com/occigate/occigate/translate/definitions"
)

// newTagBench is newBench with a store of definitions.
func newTagBench(t *testing.T, simulated openstacktest.Options, o Options) *bench {
	t.Helper()
	o.Definitions = openStore(t, filepath.Join(t.TempDir(), "mixins.db"))
	return newBench(t, simulated, o)
}

// openStore opens a store for the time of the test.
func openStore(t *testing.T, path string) *definitions.Store {
	t.Helper()
	store, err := definitions.Open(t.Context(), definitions.Options{DSN: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// tag is a mixin that a client defines.
func tag(term string, depends ...occi.ID) *occi.Mixin {
	return &occi.Mixin{
		ID:       occi.ID{Scheme: "http://example.org/tags#", Term: term},
		Title:    "the tag " + term,
		Depends:  depends,
		Location: "/tags/" + term + "/",
		User:     true,
	}
}

// define defines mixins and returns them as the model has them.
func (b *bench) define(t *testing.T, wanted ...*occi.Mixin) []*occi.Mixin {
	t.Helper()
	if err := b.cloud.Define(t.Context(), wanted); err != nil {
		t.Fatal(err)
	}
	model, err := b.cloud.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defined := make([]*occi.Mixin, len(wanted))
	for i, x := range wanted {
		if defined[i] = model.Mixin(x.ID); defined[i] == nil {
			t.Fatalf("the model lacks %s", x.ID)
		}
	}
	return defined
}

// carrier is an entity of each kind.
type carrier struct {
	name string
	ref  occi.Ref
}

// carriers makes an entity of each kind that a tag can be on.
func (b *bench) carriers(t *testing.T) []carrier {
	t.Helper()
	compute, storage := b.worker(t), b.storage(t, "data")
	network := b.must(t, b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")).Ref()
	disk := b.must(t, b.link(occi.StorageLinkID, compute, storage)).Ref()
	nic := b.must(t, b.link(occi.NetworkInterfaceID, compute, network)).Ref()
	group := b.must(t, b.entity(occi.SecurityGroupID, "title", "web")).Ref()
	guard := b.must(t, b.link(occi.SecurityGroupLinkID, compute, group)).Ref()
	return []carrier{
		{"compute", compute},
		{"storage", storage},
		{"network", network},
		{"storagelink", disk},
		{"networkinterface", nic},
		{"securitygroup", group},
		{"securitygrouplink", guard},
	}
}

// worker makes a compute in the network private, whatever other networks there are.
func (b *bench) worker(t *testing.T) occi.Ref {
	t.Helper()
	wanted := b.newCompute(t, "title", "worker")
	wanted.Links = []occi.Entity{*b.link(occi.NetworkInterfaceID, occi.Ref{}, b.network(t, "private"))}
	ref := b.must(t, wanted).Ref()
	b.waitFor(t, ref, "occi.compute.state", "active")
	return ref
}

// selected returns the ids of the entities of a kind that a query selects.
func (b *bench) selected(t *testing.T, kind *occi.Kind, q occi.Query) []string {
	t.Helper()
	brief, err := b.cloud.List(t.Context(), kind, q, false)
	if err != nil {
		t.Fatalf("%s: %v", kind.Term, err)
	}
	full, err := b.cloud.List(t.Context(), kind, q, true)
	if err != nil {
		t.Fatalf("%s in full: %v", kind.Term, err)
	}
	ids := make([][]string, 2)
	for i, all := range [][]occi.Entity{brief, full} {
		for _, e := range all {
			ids[i] = append(ids[i], e.ID)
		}
	}
	if diff := cmp.Diff(ids[0], ids[1]); diff != "" {
		t.Errorf("%s: ids (-brief +full):\n%s", kind.Term, diff)
	}
	return ids[0]
}

// terms returns the terms of an entity's user-defined mixins.
func (b *bench) terms(t *testing.T, ref occi.Ref) []string {
	t.Helper()
	e, err := b.cloud.Get(t.Context(), ref)
	if err != nil {
		t.Fatalf("%s: %v", ref.Kind.Term, err)
	}
	return termsOf(e)
}

func termsOf(e *occi.Entity) []string {
	var terms []string
	for _, x := range userMixins(e.Mixins) {
		terms = append(terms, x.Term)
	}
	return terms
}

// checkTerms compares an entity's user-defined mixins.
func (b *bench) checkTerms(t *testing.T, ref occi.Ref, want ...string) {
	t.Helper()
	if got := b.terms(t, ref); !slices.Equal(got, want) {
		t.Errorf("%s %s has the mixins %v, want %v", ref.Kind.Term, ref.ID, got, want)
	}
}

func with(mixins ...*occi.Mixin) occi.Query { return occi.Query{Mixins: mixins} }

func having(name, value string) occi.Query {
	return occi.Query{Attributes: occi.Attributes{{Name: name, Value: occi.String(value)}}}
}
