package translate

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
)

func TestOSTemplate(t *testing.T) {
	t.Parallel()
	got := osTemplate(image{ID: "1b01b88e", Name: "Debian 12.5"})
	want := &occi.Mixin{
		ID:    occi.ID{Scheme: "http://schemas.openstack.org/template/os#", Term: "1b01b88e"},
		Title: "Debian 12.5", Location: "/os_tpl/1b01b88e/", Aliases: []string{"debian_12-5"},
		Depends: []occi.ID{occi.OSTemplateID}, Applies: []occi.ID{occi.ComputeID},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("os_tpl (-want +got):\n%s", diff)
	}
}

func TestResourceTemplate(t *testing.T) {
	t.Parallel()
	got := resourceTemplate(scratch)
	if got.Term != "x--s_2e2" || got.Location != "/resource_tpl/x--s_2e2/" || got.Title != "scratch" || !got.DependsOn(occi.ResourceTemplateID) {
		t.Errorf("resource_tpl = %+v", got)
	}
	if diff := cmp.Diff([]string{"s.2", "scratch"}, got.Aliases); diff != "" {
		t.Errorf("aliases (-want +got):\n%s", diff)
	}
	var defaults []string
	for _, a := range got.Attributes {
		defaults = append(defaults, a.Name+"="+a.Default.Text())
		if _, ok := a.Default.As(a.Type); !ok {
			t.Errorf("default of %s is no %s", a.Name, a.Type)
		}
	}
	want := []string{
		"occi.compute.cores=2", "occi.compute.memory=1.5", "occi.compute.ephemeral_storage.size=20",
		"org.openstack.flavor.disk=10", "org.openstack.flavor.ephemeral=20", "org.openstack.flavor.swap=512",
		"org.openstack.flavor.name=scratch",
	}
	if diff := cmp.Diff(want, defaults); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	for _, a := range resourceTemplate(tiny).Attributes {
		if a.Name == ephemeralSize {
			t.Errorf("a flavor without ephemeral disk has the attribute %s", ephemeralSize)
		}
	}
}

func TestTemplatesInTheModel(t *testing.T) {
	t.Parallel()
	all := newTemplates(testModel(), []image{
		cirros,
		{ID: "b", Name: "same", Status: "active"},
		{ID: "c", Name: "same", Status: "active"},
		{ID: "d", Status: "queued"},
		{ID: "e", Name: "saved", Status: "saving", ImageType: "snapshot"},
		{ID: "f", Status: "deactivated"},
	}, []flavors.Flavor{large, tiny, scratch})
	for _, c := range []struct{ scheme, term, want string }{
		{osTemplateScheme, cirros.ID, "cirros"},
		{osTemplateScheme, "cirros", "cirros"},
		{osTemplateScheme, "CIRROS", "cirros"},
		{osTemplateScheme, "b", "same"},
		{osTemplateScheme, "same", ""}, // two have the name: it names neither
		{osTemplateScheme, "d", ""},    // not active
		{osTemplateScheme, "e", "saved"},
		{osTemplateScheme, "f", ""},
		{resourceTemplateScheme, "m1-tiny", "m1.tiny"},
		{resourceTemplateScheme, "x--s_2e2", "scratch"},
		{resourceTemplateScheme, "s.2", "scratch"},
		{resourceTemplateScheme, "cirros", ""},
	} {
		title := ""
		if x := all.model.Mixin(occi.ID{Scheme: c.scheme, Term: c.term}); x != nil {
			title = x.Title
		}
		if title != c.want {
			t.Errorf("template %q has the title %q, want %q", c.term, title, c.want)
		}
	}
	var sizes []string
	for _, x := range all.model.Mixins() {
		if x.DependsOn(occi.ResourceTemplateID) {
			sizes = append(sizes, x.Title)
		}
	}
	if diff := cmp.Diff([]string{"m1.tiny", "scratch", "m1.large"}, sizes); diff != "" {
		t.Errorf("resource templates, smallest first (-want +got):\n%s", diff)
	}
}

func TestFittingFlavor(t *testing.T) {
	t.Parallel()
	all := testTemplates()
	for _, c := range []struct {
		want sizes
		name string
	}{
		{sizes{}, "m1.tiny"},
		{sizes{cores: 1, memory: 0.5}, "m1.tiny"},
		{sizes{cores: 1, memory: 0.501}, "scratch"},
		{sizes{cores: 2}, "scratch"},
		{sizes{cores: 3, memory: 1}, "m1.large"},
		{sizes{cores: 1, memory: 0.5, disk: 1}, "m1.tiny"},
		{sizes{cores: 1, memory: 0.5, disk: 2}, "scratch"},
		{sizes{cores: 1, memory: 0.5, imageMemory: 2048}, "m1.large"},
		{sizes{cores: 1, memory: 0.5, disk: 11}, "m1.large"}, // its disk grows with the image
		{sizes{scratch: 0.5}, "scratch"},
		{sizes{scratch: 20}, "scratch"},
		{sizes{scratch: 20.5}, ""},
		{sizes{cores: 9}, ""},
		{sizes{memory: 8.1}, ""},
	} {
		got := ""
		if f := all.fitting(c.want); f != nil {
			got = f.Name
		}
		if got != c.name {
			t.Errorf("fitting(%+v) = %q, want %q", c.want, got, c.name)
		}
	}
}

func TestAServiceThatTheCloudLacksHasNoTemplates(t *testing.T) {
	t.Parallel()
	if err := offered(fmt.Errorf("list: %w", &keystone.Error{Kind: keystone.NoService})); err != nil {
		t.Errorf("offered = %v, want none", err)
	}
	away := &keystone.Error{Kind: keystone.Unavailable}
	if err := offered(away); !errors.Is(err, away) {
		t.Errorf("offered = %v, want %v", err, away)
	}
}
