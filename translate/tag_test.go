package translate

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

func TestTagKey(t *testing.T) {
	t.Parallel()
	// Nova's metadata, Cinder's metadata and Neutron's tags all take these.
	legal := regexp.MustCompile(`^occi\.mixin\.[0-9a-f]{32}$`)
	seen := map[string]bool{}
	for _, project := range []string{"p", "q", ""} {
		for _, id := range []occi.ID{
			tag("a").ID, tag("b").ID,
			{Scheme: "http://example.org/tags#a", Term: "x#"},
			{Scheme: "http://example.org/größer#", Term: strings.Repeat("long", 60)},
		} {
			key := tagKey(project, id)
			if !legal.MatchString(key) || seen[key] {
				t.Errorf("key %q of %q in project %q, taken: %t", key, id, project, seen[key])
			}
			seen[key] = true
			if value := tagValue(id); len([]rune(value)) > 255 {
				t.Errorf("value %q has %d characters", value, len([]rune(value)))
			}
		}
	}
	if key := linkTagKey(tagKey("p", tag("a").ID), volumeC); !regexp.MustCompile(`^[a-zA-Z0-9-_:. ]{1,255}$`).MatchString(key) {
		t.Errorf("key %q is none for Nova", key)
	}
}

func TestCreatorTag(t *testing.T) {
	t.Parallel()
	legal := regexp.MustCompile(`^occigate:user=[A-Za-z0-9-]{1,40}$`)
	if got, want := creatorTag("37653b431c464103af43e2861361fa2e"), "occigate:user=37653b431c464103af43e2861361fa2e"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	seen := map[string]bool{}
	for _, id := range []string{strings.Repeat("a", 64), strings.Repeat("a", 63) + "b", "a,b", "a/b", "", "größe"} {
		got := creatorTag(id) // of users from LDAP or another identity provider
		if !legal.MatchString(got) || seen[got] {
			t.Errorf("tag %q of user %q, taken: %t", got, id, seen[got])
		}
		seen[got] = true
	}
}

func TestTagsAmong(t *testing.T) {
	t.Parallel()
	defined := newTags("p", []*occi.Mixin{tag("a"), tag("b"), tag("c")})
	keyOf := func(term string) string { return tagKey("p", tag(term).ID) }
	server := map[string]string{
		keyOf("c"): "", keyOf("a"): "", keyOf("undefined"): "", tagKey("q", tag("b").ID): "", "other": "",
		linkTagKey(keyOf("b"), volumeC): "", linkTagKey(keyOf("a"), volumeC): "", linkTagKey(keyOf("c"), nobody): "",
	}
	for _, c := range []struct {
		name string
		got  []*occi.Mixin
		want []string
	}{
		{"server", defined.among(maps.Keys(server)), []string{"a", "c"}},
		{"link", defined.amongLinks(maps.Keys(server), volumeC), []string{"a", "b"}},
		{"another link", defined.amongLinks(maps.Keys(server), serverA), nil},
		{"tags not known", (*tags)(nil).among(maps.Keys(server)), nil},
	} {
		if got := termsOf(&occi.Entity{Mixins: c.got}); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestSoleKey(t *testing.T) {
	t.Parallel()
	base, special, alone := tag("base"), tag("special", tag("base").ID), tag("alone")
	defined := newTags("p", []*occi.Mixin{base, special, alone})
	for _, c := range []struct {
		of   *occi.Mixin
		want string
	}{
		{base, ""}, // what has special belongs to its collection, too
		{special, tagKey("p", special.ID)},
		{alone, tagKey("p", alone.ID)},
		{tag("undefined"), ""},
	} {
		if got := defined.sole(c.of); got != c.want {
			t.Errorf("%s: got %q, want %q", c.of, got, c.want)
		}
	}
}

func TestModelWithTags(t *testing.T) {
	t.Parallel()
	template := &occi.Mixin{ID: occi.ID{Scheme: resourceTemplateScheme, Term: "tiny"}, Location: "/resource_tpl/tiny/"}
	without := occi.Infrastructure().With(template)
	place := tag("squatter")
	place.Location = template.Location
	defined := newTags("p", []*occi.Mixin{tag("a"), place, tag("b")})
	model := defined.model(without)
	if model.MixinAt(template.Location).ID != template.ID || model.Mixin(place.ID) != nil {
		t.Errorf("at %s is %v", template.Location, model.MixinAt(template.Location))
	}
	var last []string
	for _, x := range model.Mixins()[len(without.Mixins()):] {
		last = append(last, x.Term)
	}
	if diff := cmp.Diff([]string{"a", "b"}, last); diff != "" {
		t.Errorf("mixins after the provider's (-want +got):\n%s", diff)
	}
	if defined.model(without) != model {
		t.Error("the model is made anew for each request")
	}
	if got := newTags("p", nil).model(without); got != without {
		t.Error("without tags the model is another one")
	}
}
