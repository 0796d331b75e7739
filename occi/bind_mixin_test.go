package occi_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// definition is the line that defines a mixin, with further parameters.
func definition(term, location string, more ...string) string {
	line := `Category: ` + term + `; scheme="http://example.com/occi/my_stuff#"; class="mixin"; location="` + location + `"`
	return strings.Join(append([]string{line}, more...), "; ") + "\n"
}

// taggedModel is the example with a mixin that a user has defined.
func taggedModel() *occi.Model {
	return exampleModel().With(&occi.Mixin{
		ID: occi.ID{Scheme: "http://example.com/occi/my_stuff#", Term: "taken"}, Location: "/taken/", User: true,
	})
}

func TestBindNewMixins(t *testing.T) {
	t.Parallel()
	rel := occi.ID{Scheme: "http://example.com/occi/your_stuff#", Term: "your_stuff"}
	tests := []struct{ name, location, want string }{
		{"a path", "/my_stuff/", "/my_stuff/"},
		{"a path with mount", "/occi1.2/my_stuff/", "/my_stuff/"},
		{"a URL", "http://gw.example.org:8787/occi1.1/my_stuff/", "/my_stuff/"},
		{"below another mixin's", "/taken/my_stuff/", "/taken/my_stuff/"},
		{"a longer path", "/Mixin/a-b_c.d/my_stuff/", "/Mixin/a-b_c.d/my_stuff/"},
	}
	for _, tt := range tests {
		message := mustParse(t, definition("my_stuff", tt.location, `title="Mine"`, `rel="`+rel.String()+`"`)+definition("other", "/other/"))
		mixins, err := message.BindNewMixins(taggedModel(), exampleURLs)
		want := []*occi.Mixin{
			{
				ID: occi.ID{Scheme: "http://example.com/occi/my_stuff#", Term: "my_stuff"}, Title: "Mine",
				Depends: []occi.ID{rel}, Location: tt.want, User: true,
			},
			{ID: occi.ID{Scheme: "http://example.com/occi/my_stuff#", Term: "other"}, Location: "/other/", User: true},
		}
		if diff := cmp.Diff(want, mixins); diff != "" || err != nil {
			t.Errorf("%s: got error %v, (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

func TestMixinsThatAreNotAdded(t *testing.T) {
	t.Parallel()
	const scheme = `scheme="http://example.com/occi/my_stuff#"`
	tests := []struct {
		name, message string
		code          occi.Code
		text          string
	}{
		{"nothing", "", occi.Invalid, "no mixin"},
		{"no class", `Category: a; ` + scheme + `; location="/a/"`, occi.Invalid, "class"},
		{"a kind", `Category: a; ` + scheme + `; class="kind"; location="/a/"`, occi.Invalid, "class"},
		{"no location", `Category: a; ` + scheme + `; class="mixin"`, occi.Invalid, "location"},
		{"no slash at the end", definition("a", "/a"), occi.Invalid, "end in"},
		{"no slash at the beginning", definition("a", "a/"), occi.Invalid, "begin"},
		{"the root", definition("a", "/"), occi.Invalid, "begin and end"},
		{"a mount", definition("a", "/occi1.1/"), occi.Invalid, "begin and end"},
		{"an empty part", definition("a", "/a//b/"), occi.Invalid, "between slashes"},
		{"a way up", definition("a", "/a/../b/"), occi.Invalid, "between slashes"},
		{"the same place", definition("a", "/a/./"), occi.Invalid, "between slashes"},
		{"an encoded slash", definition("a", "/a%2Fb%3F/"), occi.Invalid, "between slashes"},
		{"another alphabet", definition("a", "/č/"), occi.Invalid, "between slashes"},
		{"a query", definition("a", "/a/?b=/"), occi.Invalid, "no location"},
		{"a fragment", definition("a", "/a/#/"), occi.Invalid, "no location"},
		{"a long location", definition("a", "/"+strings.Repeat("a", 255)+"/"), occi.Invalid, "no location"},
		{"another host", definition("a", "http://example.org/a/"), occi.Invalid, "not below"},
		{"another host without scheme", definition("a", "//example.org/a/"), occi.Invalid, "not below"},
		{"a long term", definition(strings.Repeat("a", 255), "/a/"), occi.Invalid, "255 bytes"},
		{"a long title", definition("a", "/a/", `title="`+strings.Repeat("č", 256)+`"`), occi.Invalid, "255 characters"},
		{"attributes", definition("a", "/a/", `attributes="org.example.a"`), occi.Invalid, "attributes"},
		{"actions", definition("a", "/a/", `actions="http://example.com/occi/my_stuff#go"`), occi.Invalid, "actions"},
		{"the standard's scheme", `Category: a; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="mixin"; location="/a/"`, occi.Forbidden, "scheme"},
		{"below the standard's scheme", `Category: a; scheme="HTTPS://Schemas.OGF.org/mine#"; class="mixin"; location="/a/"`, occi.Forbidden, "scheme"},
		{"the provider's scheme", `Category: a; scheme="` + templateOS + `"; class="mixin"; location="/a/"`, occi.Forbidden, "scheme"},
		{"related to a template root", definition("a", "/a/", `rel="`+occi.OSTemplateID.String()+`"`), occi.Forbidden, "templates"},
		{"related to a template", definition("a", "/a/", `rel="`+templateResource+`m1-small"`), occi.Forbidden, "templates"},
		{"there already", definition("taken", "/a/"), occi.Conflict, "already"},
		{"there already in other letters", definition("Taken", "/a/"), occi.Conflict, "already"},
		{"a mixin's location", definition("a", "/taken/"), occi.Conflict, "/taken/"},
		{"a template's location", definition("a", "/os_tpl/cirros/"), occi.Conflict, "/os_tpl/cirros/"},
		{"a kind's location", definition("a", "/compute/"), occi.Conflict, "/compute/"},
		{"a kind's location with mount", definition("a", "/occi1.1/compute/"), occi.Conflict, "/compute/"},
		{"a kind's other location", definition("a", "/networklink/"), occi.Conflict, "/networklink/"},
		{"twice", definition("a", "/a/") + definition("a", "/b/"), occi.Conflict, "twice"},
		{"a location twice", definition("a", "/a/") + definition("b", "/occi1.1/a/"), occi.Conflict, "twice"},
		{"one good, one bad", definition("a", "/a/") + definition("taken", "/b/"), occi.Conflict, "taken"},
	}
	for _, tt := range tests {
		mixins, err := mustParse(t, tt.message).BindNewMixins(taggedModel(), exampleURLs)
		if occi.CodeOf(err) != tt.code || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: got %v and %v, want code %d with %q", tt.name, mixins, err, tt.code, tt.text)
		}
	}
}

func TestBindUserMixins(t *testing.T) {
	t.Parallel()
	const taken = `Category: taken; scheme="http://example.com/occi/my_stuff#"` + "\n"
	tests := []struct {
		name, message string
		code          occi.Code // 0 if the mixin is found
	}{
		{"by reference, as doyouspeakOCCI does", taken, 0},
		{"with everything", definition("taken", "/taken/"), 0},
		{"twice", taken + taken, 0},
		{"nothing", "", occi.Invalid},
		{"unknown", taken + lineUnknown, occi.NotFound},
		{"a template", taken + lineCirros, occi.Forbidden},
		{"a mixin of the standard", lineNetwork, occi.Forbidden},
		{"a kind", lineCompute, occi.Forbidden},
		{"an action", lineStart, occi.Forbidden},
	}
	for _, tt := range tests {
		mixins, err := mustParse(t, tt.message).BindUserMixins(taggedModel())
		switch {
		case tt.code != 0 && occi.CodeOf(err) != tt.code:
			t.Errorf("%s: got %v and %v, want code %d", tt.name, mixins, err, tt.code)
		case tt.code == 0 && (err != nil || len(mixins) != 1 || mixins[0].Term != "taken"):
			t.Errorf("%s: got %v and %v, want the one mixin", tt.name, mixins, err)
		}
	}
}

// A user's mixin is none, whatever it claims to be related to.
func TestIsTemplate(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	for term, want := range map[string]bool{"/os_tpl/cirros": true, "/resource_tpl/m1-small": true, "/os_tpl": false, "/ssh_key": false} {
		if got := model.MixinAt(term).IsTemplate(); got != want {
			t.Errorf("%s: got %t, want %t", term, got, want)
		}
	}
	if (&occi.Mixin{Depends: []occi.ID{occi.OSTemplateID}, User: true}).IsTemplate() {
		t.Error("a user's mixin: got true, want false")
	}
}

// Whatever a user defines, the model has it, its location is a plain path, and nothing of the provider's is lost.
func FuzzBindNewMixins(f *testing.F) {
	f.Add(definition("my_stuff", "/my_stuff/", `title="Mine"`, `rel="http://example.com/a#b"`))
	f.Add(definition("a", "/occi1.2//a/b/"))
	f.Add(definition("a", "http://gw.example.org:8787/%2e%2e/") + definition("b", "/b/"))
	f.Add(`Category: x; scheme="http://schemas.ogf.org#"; class="mixin"; location="/x/"`)
	f.Fuzz(func(t *testing.T, body string) {
		message, err := occi.Parse(occi.TextPlain, nil, []byte(body), occi.Limits{})
		if err != nil {
			return
		}
		before := taggedModel()
		mixins, err := message.BindNewMixins(before, exampleURLs)
		if (err == nil) != (len(mixins) > 0) {
			t.Fatalf("got %d mixins and error %v", len(mixins), err)
		}
		after := before.With(mixins...)
		for _, x := range mixins {
			if after.Mixin(x.ID) != x || after.MixinAt(x.Location) != x || after.KindAt(x.Location) != nil {
				t.Errorf("%s at %q is not what the model has there", x.ID, x.Location)
			}
			if u, err := url.Parse(x.Location); err != nil || u.Path != x.Location || u.EscapedPath() != x.Location || u.Host != "" {
				t.Errorf("location %q is no plain path", x.Location)
			}
			if x.IsTemplate() || strings.Contains(x.Scheme, "://schemas.ogf.org/") {
				t.Errorf("%s is a user's", x.ID)
			}
		}
		for _, x := range before.Mixins() {
			if after.Mixin(x.ID) != x || after.MixinAt(x.Location) != x {
				t.Errorf("%s is lost", x.ID)
			}
		}
	})
}
