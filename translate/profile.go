package translate

import (
	"context"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
)

// profileScheme is that of the Compute Resource Templates Profile 1.1 (GFD.222 §2).
const profileScheme = "http://schemas.ogf.org/occi/infrastructure/compute/template/1.1#"

// profileTemplate is a size that is called the same at every provider.
type profileTemplate struct {
	term, title string
	cores       int
	memory      int // GiB
	scratch     int // GiB
}

// profileTemplates are all templates of the profile (GFD.222 §7.3 to §7.8).
var profileTemplates = []profileTemplate{
	{"small", "A small Compute instance", 1, 1, 10},
	{"medium", "A medium Compute instance", 2, 2, 20},
	{"large", "A large Compute instance", 4, 4, 40},
	{"mem_small", "A small Compute instance for memory-intensive applications", 1, 4, 10},
	{"mem_medium", "A medium Compute instance for memory-intensive applications", 2, 8, 20},
	{"mem_large", "A large Compute instance for memory-intensive applications", 4, 16, 40},
}

// flavor returns what the template means: the flavor that the operator has chosen, by id or name, else the smallest that has
// at least its sizes, root and ephemeral disk together; nil if there is none.
func (p profileTemplate) flavor(all []flavors.Flavor, chosen map[string]string) *flavors.Flavor {
	if wanted := chosen[p.term]; wanted != "" {
		return (&templates{flavors: all}).flavorNamed(wanted)
	}
	fitting := slices.DeleteFunc(slices.Clone(all), func(f flavors.Flavor) bool {
		return f.VCPUs < p.cores || f.RAM < p.memory*1024 || f.Disk+f.Ephemeral < p.scratch
	})
	if len(fitting) == 0 {
		return nil
	}
	least := slices.MinFunc(fitting, compareSize)
	return &least
}

// profileMixins are the templates of the profile that mean a flavor, with its sizes: those are what a compute gets.
func profileMixins(all []flavors.Flavor, o Options) []*occi.Mixin {
	if !o.Profile {
		return nil
	}
	var mixins []*occi.Mixin
	for _, p := range profileTemplates {
		f := p.flavor(all, o.ProfileFlavors)
		if f == nil {
			continue
		}
		x := resourceTemplate(*f)
		x.ID = occi.ID{Scheme: profileScheme, Term: p.term}
		x.Title, x.Aliases, x.Location = p.title, nil, "/compute_template/"+p.term+"/"
		mixins = append(mixins, x)
	}
	return mixins
}

// meant replaces templates of the profile by the resource templates that they mean.
func (c *Cloud) meant(ctx context.Context, mixins []*occi.Mixin) ([]*occi.Mixin, error) {
	ofProfile := func(x *occi.Mixin) bool { return x.Scheme == profileScheme }
	if !slices.ContainsFunc(mixins, ofProfile) {
		return mixins, nil
	}
	t, err := c.templates(ctx)
	if err != nil {
		return nil, err
	}
	plain := slices.Clone(mixins)
	for n, x := range plain {
		if !ofProfile(x) {
			continue
		}
		i := slices.IndexFunc(profileTemplates, func(p profileTemplate) bool { return p.term == x.Term })
		if i < 0 {
			return nil, missingTemplate(occi.ResourceTemplateID, x.Term, "")
		}
		f := profileTemplates[i].flavor(t.flavors, c.translator.options.ProfileFlavors)
		if f == nil { // it was there when the request was read
			return nil, missingTemplate(occi.ResourceTemplateID, x.Term, "")
		}
		plain[n] = t.resourceTemplateOf(f.ID)
	}
	return plain, nil
}
