package translate

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
)

// Schemes of the templates, the same as ooi's (GFD.224 §3.5.1, §3.5.2).
const (
	osTemplateScheme       = "http://schemas.openstack.org/template/os#"
	resourceTemplateScheme = "http://schemas.openstack.org/template/resource#"
)

// templates are the images, flavors and extras that a project can use, with the model that holds them as mixins. They are
// immutable and shared by requests.
type templates struct {
	model   *occi.Model
	images  []image
	flavors []flavors.Flavor // smallest first
	extras
}

// newTemplates makes the model of a project from everything its listings hold. Other things that the project can use are
// mixins already.
func newTemplates(base *occi.Model, images []image, sizes []flavors.Flavor, others ...*occi.Mixin) *templates {
	t := &templates{flavors: slices.SortedStableFunc(slices.Values(sizes), compareSize)}
	var mixins []*occi.Mixin
	for _, i := range images {
		if usable(i) {
			t.images = append(t.images, i)
			mixins = append(mixins, osTemplate(i))
		}
	}
	for _, f := range t.flavors {
		mixins = append(mixins, resourceTemplate(f))
	}
	t.model = base.With(slices.Concat(mixins, others)...)
	return t
}

// resourceTemplate is the mixin of a flavor: its sizes are defaults of the compute's attributes
// (GFD.224 §3.5.2), and what OCCI has no attribute for is named as ooi did.
func resourceTemplate(f flavors.Flavor) *occi.Mixin {
	term := templateTerm(f.ID)
	own := []occi.Attribute{
		{Name: "occi.compute.cores", Type: occi.IntegerType, Default: occi.Integer(int64(f.VCPUs)), Description: "number of virtual cores"},
		{Name: "occi.compute.memory", Type: occi.NumberType, Default: gibibytes(f.RAM), Description: "memory in GiB"},
	}
	if f.Ephemeral > 0 {
		own = append(own, occi.Attribute{
			Name: ephemeralSize, Type: occi.NumberType,
			Default: occi.Number(float64(f.Ephemeral)), Description: "scratch disk in GiB",
		})
	}
	own = append(own,
		fixedAttribute("org.openstack.flavor.disk", occi.Integer(int64(f.Disk)), "root disk in GiB"),
		fixedAttribute("org.openstack.flavor.ephemeral", occi.Integer(int64(f.Ephemeral)), "scratch disk in GiB"),
		fixedAttribute("org.openstack.flavor.swap", occi.Integer(int64(f.Swap)), "swap disk in MiB"),
		fixedAttribute("org.openstack.flavor.name", occi.String(f.Name), "name of the flavor"),
	)
	own = append(own, acceleratorAttributes(f.ExtraSpecs)...)
	return &occi.Mixin{
		ID:         occi.ID{Scheme: resourceTemplateScheme, Term: term},
		Title:      titleOr(f.Name, f.ID),
		Depends:    []occi.ID{occi.ResourceTemplateID},
		Applies:    []occi.ID{occi.ComputeID},
		Location:   "/resource_tpl/" + term + "/",
		Attributes: own,
		Aliases:    templateAliases(term, f.ID, f.Name),
	}
}

// ephemeralSize is an attribute of the Compute Resource Templates Profile (GFD.222 §7.1).
const ephemeralSize = "occi.compute.ephemeral_storage.size"

// templateAliases are other terms that clients know a template by: the bare id, and the slug of the name.
func templateAliases(term, id, name string) []string {
	var aliases []string
	for _, alias := range []string{id, nameSlug(name)} {
		if alias != "" && alias != term && !slices.Contains(aliases, alias) {
			aliases = append(aliases, alias)
		}
	}
	return aliases
}

func titleOr(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

// gibibytes converts Nova's MiB to OCCI's GiB.
func gibibytes(mebibytes int) occi.Value { return occi.Number(float64(mebibytes) / 1024) }

// imageByID returns the image with an id, or nil.
func (t *templates) imageByID(id string) *image {
	return find(t.images, func(i image) bool { return i.ID == id })
}

// flavorByID returns the flavor with an id, or nil.
func (t *templates) flavorByID(id string) *flavors.Flavor {
	return find(t.flavors, func(f flavors.Flavor) bool { return f.ID == id })
}

// imageNamed returns the image with an id or else the first with a name, or nil.
func (t *templates) imageNamed(idOrName string) *image {
	if i := t.imageByID(idOrName); i != nil {
		return i
	}
	return find(t.images, func(i image) bool { return idOrName != "" && i.Name == idOrName })
}

// flavorNamed returns the flavor with an id or else the first with a name, or nil.
func (t *templates) flavorNamed(idOrName string) *flavors.Flavor {
	if f := t.flavorByID(idOrName); f != nil {
		return f
	}
	return find(t.flavors, func(f flavors.Flavor) bool { return idOrName != "" && f.Name == idOrName })
}

// find returns the first element that passes, or nil.
func find[T any](in []T, pass func(T) bool) *T {
	if i := slices.IndexFunc(in, pass); i >= 0 {
		return &in[i]
	}
	return nil
}

// sizes are what a compute needs of a flavor. Zero asks for nothing.
type sizes struct {
	cores       int64
	memory      float64 // GiB
	scratch     float64 // GiB
	imageMemory int     // MiB that the image needs
	disk        int     // GiB that the image needs
}

// fitting returns the smallest flavor that has the sizes, nil if no flavor has.
func (t *templates) fitting(want sizes) *flavors.Flavor {
	ram := max(int(math.Ceil(want.memory*1024)), want.imageMemory)
	return find(t.flavors, func(f flavors.Flavor) bool {
		// A root disk of 0 means as large as the image.
		return int64(f.VCPUs) >= want.cores && f.RAM >= ram && (f.Disk == 0 || f.Disk >= want.disk) && float64(f.Ephemeral) >= want.scratch
	})
}

// compareSize orders flavors from small to large: by memory, cores and disk, and by name for a fixed order.
func compareSize(a, b flavors.Flavor) int {
	return cmp.Or(
		cmp.Compare(a.RAM, b.RAM),
		cmp.Compare(a.VCPUs, b.VCPUs),
		cmp.Compare(a.Disk+a.Ephemeral, b.Disk+b.Ephemeral),
		strings.Compare(a.Name, b.Name),
	)
}

// osTemplateOf returns the mixin of an image by its id, or nil if the project does not have it (any more).
func (t *templates) osTemplateOf(imageID string) *occi.Mixin {
	return t.model.Mixin(occi.ID{Scheme: osTemplateScheme, Term: templateTerm(imageID)})
}

// resourceTemplateOf returns the mixin of a flavor by its id, or nil if the project does not have it.
func (t *templates) resourceTemplateOf(flavorID string) *occi.Mixin {
	return t.model.Mixin(occi.ID{Scheme: resourceTemplateScheme, Term: templateTerm(flavorID)})
}
