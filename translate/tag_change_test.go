package translate

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestUpdateOfTags(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	all := b.carriers(t)
	defined := b.define(t, tag("blue"), tag("green"), tag("red"))
	blue, green, red := defined[0], defined[1], defined[2]
	for _, c := range all {
		for _, step := range []struct {
			what   string
			change *occi.Change
			want   []string
		}{
			{"POST adds", changeOf(c.ref, false, blue, green), []string{"blue", "green"}},
			{"POST never removes", changeOf(c.ref, false, red), []string{"blue", "green", "red"}},
			{"PUT removes what it does not name", changeOf(c.ref, true, red, blue), []string{"blue", "red"}},
			{"PUT without mixins removes all", changeOf(c.ref, true), nil},
		} {
			now, err := b.cloud.Update(t.Context(), step.change)
			if err != nil {
				t.Fatalf("%s: %s: %v", c.name, step.what, err)
			}
			answered := termsOf(now)
			slices.Sort(answered)
			if !slices.Equal(answered, step.want) {
				t.Errorf("%s: %s: the answer has %v, want %v", c.name, step.what, answered, step.want)
			}
			b.checkTerms(t, c.ref, step.want...)
		}
	}
}

// An entity sent back as it was read loses nothing.
func TestUpdateWithTheWholeRendering(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	all := b.carriers(t)
	blue := b.define(t, tag("blue"))[0]
	for _, c := range all {
		if err := b.cloud.Associate(t.Context(), c.ref, blue); err != nil {
			t.Fatal(err)
		}
		now, err := b.cloud.Get(t.Context(), c.ref)
		if err != nil {
			t.Fatal(err)
		}
		b.ResetCalls()
		if _, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *now, Full: true}); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, call := range b.Calls() {
			if call.Method != http.MethodGet {
				t.Errorf("%s: %s %s, though nothing changes", c.name, call.Method, call.Path)
			}
		}
		b.checkTerms(t, c.ref, "blue")
	}
}

// A compute's update adds links with tags; the tags of links that there are, it does not change.
func TestUpdateOfAComputeWithTaggedLinks(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	compute, storage, network := b.worker(t), b.storage(t, "data"), b.network(t, "private")
	blue := b.define(t, tag("blue"))[0]
	linkTo := func(kind occi.ID, target occi.Ref) occi.Entity {
		l := b.link(kind, occi.Ref{}, target)
		l.Mixins = []*occi.Mixin{blue}
		return *l
	}
	change := changeOf(compute, false)
	change.Links = []occi.Entity{linkTo(occi.StorageLinkID, storage)}
	if _, err := b.cloud.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	b.checkTerms(t, b.ref(occi.StorageLinkID, linkID(compute.ID, storage.ID)), "blue")
	if _, err := b.cloud.Update(t.Context(), change); err != nil {
		t.Errorf("the same once more: %v", err)
	}
	change.Links = []occi.Entity{linkTo(occi.NetworkInterfaceID, network)}
	_, err := b.cloud.Update(t.Context(), change)
	checkCode(t, err, occi.Invalid)
}

// When a later step fails, tags are as they were.
func TestTagsOfAnUpdateThatFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		make   func(*testing.T, *bench) occi.Ref
		method string
		path   string // of the call that fails
	}{
		{"compute", func(t *testing.T, b *bench) occi.Ref { t.Helper(); return b.compute(t, "title", "one") }, http.MethodPut, `/servers/[^/]+$`},
		{"storage", func(t *testing.T, b *bench) occi.Ref { t.Helper(); return b.storage(t, "one") }, http.MethodPut, `/volumes/[^/]+$`},
		{"network", func(t *testing.T, b *bench) occi.Ref {
			t.Helper()
			return b.must(t, b.entity(occi.NetworkID, "title", "one")).Ref()
		}, http.MethodPut, `/networks/[^/]+$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newTagBench(t, openstacktest.Options{}, Options{})
			ref := c.make(t, b)
			defined := b.define(t, tag("blue"), tag("red"))
			if err := b.cloud.Associate(t.Context(), ref, defined[0]); err != nil {
				t.Fatal(err)
			}
			b.AddFault(openstacktest.Fault{Method: c.method, Path: regexp.MustCompile(c.path), Status: http.StatusServiceUnavailable})
			change := changeOf(ref, true, append(defined[1:], b.templates(t, ref)...)...)
			change.Title = "two"
			_, err := b.cloud.Update(t.Context(), change)
			b.ClearFaults()
			checkCode(t, err, occi.Unavailable)
			if err != nil && strings.Contains(err.Error(), "left behind") {
				t.Errorf("update: %v", err)
			}
			b.checkTerms(t, ref, "blue")
		})
	}
}

// templates returns the provider's mixins of an entity.
func (b *bench) templates(t *testing.T, ref occi.Ref) []*occi.Mixin {
	t.Helper()
	e, err := b.cloud.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(e.Mixins, func(x *occi.Mixin) bool { return x.User })
}

// Whatever happens to the calls that change tags, either the change is made or it is not.
func TestTagCallsThatFail(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]openstacktest.Fault{
		"refused":       {Mode: openstacktest.Refuse},
		"reset after":   {Mode: openstacktest.ResetAfter},
		"cut short":     {Mode: openstacktest.Truncate},
		"a proxy's 502": {Mode: openstacktest.HTML},
		"500":           {Status: http.StatusInternalServerError},
		"503":           {Status: http.StatusServiceUnavailable},
		"409":           {Status: http.StatusConflict},
		"403":           {Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newTagBench(t, openstacktest.Options{}, Options{})
			all := b.carriers(t)
			defined := b.define(t, tag("blue"), tag("red"), tag("green"))
			for _, c := range all {
				if err := b.cloud.Associate(t.Context(), c.ref, defined[0]); err != nil {
					t.Fatal(err)
				}
				for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
					broken := fault
					broken.Method, broken.Path = method, regexp.MustCompile(`/(metadata|tags)\b`)
					broken.Times = 1 // so that it can be taken back
					b.AddFault(broken)
					_, err := b.cloud.Update(t.Context(), changeOf(c.ref, true, append(defined[1:], b.templates(t, c.ref)...)...))
					b.ClearFaults()
					got := b.terms(t, c.ref)
					if want := []string{"red", "green"}; err == nil && !slices.Equal(got, want) {
						t.Errorf("%s, %s: no error, but the mixins are %v, want %v", c.name, method, got, want)
					}
					if want := []string{"blue"}; err != nil && !slices.Equal(got, want) {
						t.Errorf("%s, %s: %v, but the mixins are %v, want %v", c.name, method, err, got, want)
					}
					if _, err := b.cloud.Update(t.Context(), changeOf(c.ref, true, append(b.templates(t, c.ref), defined[0])...)); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}
