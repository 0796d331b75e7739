package translate

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// userTerms returns the terms of the mixins that users have defined, as the model has them.
func userTerms(t *testing.T, c *Cloud) []string {
	t.Helper()
	model, err := c.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return termsOf(&occi.Entity{Mixins: model.Mixins()})
}

func TestDefinitionsOfTwoProjects(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	other := b.as(t, "other", "other")
	blue := b.define(t, tag("blue"), tag("red"))[0]
	if got := userTerms(t, other); got != nil {
		t.Errorf("the other project has %v", got)
	}
	if err := other.Define(t.Context(), []*occi.Mixin{tag("blue")}); err != nil {
		t.Fatal(err)
	}
	storage := b.storage(t, "data")
	if err := b.cloud.Associate(t.Context(), storage, blue); err != nil {
		t.Fatal(err)
	}
	theirs, err := other.Create(t.Context(), b.entity(occi.StorageID, "title", "theirs", "occi.storage.size", "1"))
	if err != nil {
		t.Fatal(err)
	}
	checkCode(t, other.Associate(t.Context(), storage, blue), occi.NotFound)
	checkCode(t, other.Dissociate(t.Context(), storage, blue), occi.NotFound)
	if err := other.Associate(t.Context(), theirs.Ref(), blue); err != nil {
		t.Fatal(err)
	}
	if err := other.Undefine(t.Context(), []*occi.Mixin{blue}); err != nil {
		t.Fatal(err)
	}
	b.checkTerms(t, storage, "blue")
	if got := userTerms(t, b.cloud); !slices.Equal(got, []string{"blue", "red"}) {
		t.Errorf("after the other project's removal: %v", got)
	}
	checkCode(t, other.Undefine(t.Context(), []*occi.Mixin{tag("red")}), occi.NotFound)
}

// A network that several projects see has the tags of each of them, and shows each its own.
func TestTagsOnASharedNetwork(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	admin := &bench{Cloud: b.Cloud, translator: b.translator, cloud: b.as(t, "admin", "admin")}
	public := b.network(t, "public")
	blue := admin.define(t, tag("blue"))[0]
	b.define(t, tag("blue"))
	if err := admin.cloud.Associate(t.Context(), public, blue); err != nil {
		t.Fatal(err)
	}
	admin.checkTerms(t, public, "blue")
	b.checkTerms(t, public)
}

// Two gateways on one database: what one is told, the other knows when its cache expires.
func TestDefinitionsOfTwoGateways(t *testing.T) {
	t.Parallel()
	const ttl = 50 * time.Millisecond
	path := filepath.Join(t.TempDir(), "mixins.db")
	one := newBench(t, openstacktest.Options{}, Options{Definitions: openStore(t, path), DefinitionTTL: ttl})
	options := one.translator.options
	options.Definitions = openStore(t, path)
	second, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	two := &bench{Cloud: one.Cloud, translator: second}
	two.cloud = two.as(t, "demo", "demo")
	storage := one.storage(t, "data")
	eventually := func(what string, want ...string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := waitUntil(ctx, ttl/4, func(ctx context.Context) (bool, error) {
			model, err := two.cloud.Model(ctx)
			return err == nil && slices.Equal(termsOf(&occi.Entity{Mixins: model.Mixins()}), want), err
		}); err != nil {
			t.Fatalf("%s: the other gateway does not have %v: %v", what, want, err)
		}
	}
	eventually("at first")
	blue := one.define(t, tag("blue"))[0]
	if err := one.cloud.Associate(t.Context(), storage, blue); err != nil {
		t.Fatal(err)
	}
	eventually("after definition", "blue")
	two.checkTerms(t, storage, "blue")
	checkCode(t, two.cloud.Define(t.Context(), []*occi.Mixin{tag("blue")}), occi.Conflict)
	if err := two.cloud.Undefine(t.Context(), []*occi.Mixin{blue}); err != nil {
		t.Fatal(err)
	}
	eventually("after removal")
	checkCode(t, one.cloud.Undefine(t.Context(), []*occi.Mixin{blue}), occi.NotFound)
}

func TestWithoutDefinitions(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	for _, err := range []error{
		b.cloud.Define(t.Context(), []*occi.Mixin{tag("blue")}),
		b.cloud.Undefine(t.Context(), []*occi.Mixin{tag("blue")}),
	} {
		if codeOf(err) != occi.Unimplemented || err.Error() != "this provider keeps no mixins of users" {
			t.Errorf("got %v", err)
		}
	}
	if got := userTerms(t, b.cloud); got != nil {
		t.Errorf("the model has %v", got)
	}
}

func TestUndefineOfProvidersMixins(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	blue := b.define(t, tag("blue"))[0]
	checkCode(t, b.cloud.Undefine(t.Context(), []*occi.Mixin{blue, b.template(t, "cirros")}), occi.Forbidden)
	if got := userTerms(t, b.cloud); !slices.Equal(got, []string{"blue"}) {
		t.Errorf("after a removal that is refused: %v", got)
	}
}

// A removal that fails on the way leaves the mixins defined, and can be repeated.
func TestUndefineThatFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ service, method, path string }{
		{"nova", http.MethodGet, `/servers/detail$`},
		{"cinder", http.MethodGet, `/volumes/detail$`},
		{"neutron", http.MethodGet, `/networks$`},
		{"neutron", http.MethodGet, `/ports$`},
		{"nova", http.MethodDelete, `/metadata/`},
		{"cinder", http.MethodDelete, `/metadata/`},
		{"neutron", http.MethodDelete, `/networks/.*/tags/`},
		{"neutron", http.MethodDelete, `/ports/.*/tags/`},
	} {
		t.Run(c.service+" "+c.method+" "+c.path, func(t *testing.T) {
			t.Parallel()
			b := newTagBench(t, openstacktest.Options{}, Options{})
			all := b.carriers(t)
			defined := b.define(t, tag("blue"), tag("red"))
			for _, carrier := range all {
				for _, x := range defined {
					if err := b.cloud.Associate(t.Context(), carrier.ref, x); err != nil {
						t.Fatal(err)
					}
				}
			}
			b.AddFault(openstacktest.Fault{
				Service: c.service, Method: c.method, Path: regexp.MustCompile(c.path), Status: http.StatusInternalServerError,
			})
			checkCode(t, b.cloud.Undefine(t.Context(), defined[:1]), occi.BadUpstream)
			b.ClearFaults()
			if got := userTerms(t, b.cloud); !slices.Equal(got, []string{"blue", "red"}) {
				t.Errorf("after the failure the model has %v", got)
			}
			if err := b.cloud.Undefine(t.Context(), defined[:1]); err != nil {
				t.Fatal(err)
			}
			if got := userTerms(t, b.cloud); !slices.Equal(got, []string{"red"}) {
				t.Errorf("in the end the model has %v", got)
			}
			b.define(t, tag("blue"))
			for _, carrier := range all {
				b.checkTerms(t, carrier.ref, "red")
			}
		})
	}
}

// store is a store that fails on demand, and counts.
type store struct {
	mixins []*occi.Mixin
	broken atomic.Bool
	reads  atomic.Int32
}

var errStore = &occi.Error{Code: occi.Unavailable, Message: "the store of mixins cannot be used"}

func (s *store) All(context.Context, string) ([]*occi.Mixin, error) {
	s.reads.Add(1)
	if s.broken.Load() {
		return nil, errStore
	}
	return s.mixins, nil
}

func (s *store) Add(context.Context, string, string, []*occi.Mixin) error { return errStore }

func (s *store) Remove(context.Context, string, []occi.ID) error { return errStore }

// When the store cannot be used, everything goes on but what needs it, and that is told so.
func TestStoreThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	kept := &store{mixins: []*occi.Mixin{tag("blue")}}
	b := newBench(t, openstacktest.Options{}, Options{Definitions: kept})
	all := b.carriers(t)
	blue := tag("blue")
	for _, c := range all {
		if err := b.cloud.Associate(t.Context(), c.ref, blue); err != nil {
			t.Fatal(err)
		}
	}
	kept.broken.Store(true)
	for _, c := range all {
		b.checkTerms(t, c.ref, "blue") // as it was known
	}
	b.translator.tags.drop(projectKey(b.cloud.ProjectID()))
	for _, c := range all {
		b.checkTerms(t, c.ref)
		for _, full := range []bool{false, true} {
			if found, err := b.cloud.List(t.Context(), c.ref.Kind, occi.Query{}, full); err != nil || len(found) == 0 {
				t.Errorf("list of %s (full: %t): %d, %v", c.name, full, len(found), err)
			}
			if own := b.selected(t, c.ref.Kind, occi.Query{Own: true}); !slices.Contains(own, c.ref.ID) {
				t.Errorf("own %ss: %v, want %s among them", c.name, own, c.ref.ID)
			}
			_, err := b.cloud.List(t.Context(), c.ref.Kind, with(blue), full)
			checkCode(t, err, occi.Unavailable)
		}
	}
	_, err := b.cloud.Model(t.Context())
	for _, err := range []error{
		err, b.cloud.Define(t.Context(), []*occi.Mixin{blue}), b.cloud.Undefine(t.Context(), []*occi.Mixin{blue}),
	} {
		if !errors.Is(err, errStore) {
			t.Errorf("got %v, want %v", err, errStore)
		}
	}
}

// The store is read once in a while, not once per request, and not at all for what has no tags.
func TestReadsOfTheStore(t *testing.T) {
	t.Parallel()
	kept := &store{mixins: []*occi.Mixin{tag("blue")}}
	b := newBench(t, openstacktest.Options{}, Options{Definitions: kept, DefinitionTTL: time.Hour})
	storage := b.storage(t, "data")
	var got []int32
	for range 3 {
		if _, err := b.cloud.Get(t.Context(), storage); err != nil {
			t.Fatal(err)
		}
		b.selected(t, storage.Kind, occi.Query{})
	}
	got = append(got, kept.reads.Load())
	for range 3 {
		userTerms(t, b.cloud)
		b.selected(t, storage.Kind, with(tag("blue")))
	}
	got = append(got, kept.reads.Load())
	if diff := cmp.Diff([]int32{0, 1}, got); diff != "" {
		t.Errorf("reads without tags and with (-want +got):\n%s", diff)
	}
}
