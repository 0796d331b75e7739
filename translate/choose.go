package translate

import (
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
)

// chooseTemplates returns the image and the flavor of a new compute: those of its templates, else the
// operator's defaults. The image is nil if it boots from a storage. Without a resource template the sizes that the client
// wants decide (IM sends cores and memory), and the default is for those who want none in particular.
func chooseTemplates(t *templates, e *occi.Entity, o Options) (*image, *flavors.Flavor, error) {
	i, err := chooseImage(t, e, o.OSTemplate)
	if err != nil {
		return nil, nil, err
	}
	flavorID, err := templateOf(e, occi.ResourceTemplateID)
	if err != nil {
		return nil, nil, err
	}
	f := t.flavorByID(flavorID)
	if flavorID == "" {
		f, err = chooseFlavor(t, e, i, o.ResourceTemplate)
	}
	if err != nil {
		return nil, nil, err
	}
	if f == nil {
		return nil, nil, missingTemplate(occi.ResourceTemplateID, flavorID, o.ResourceTemplate)
	}
	return i, f, checkScratch(e, f)
}

// chooseImage returns the image of a new compute, nil if it boots from a storage.
func chooseImage(t *templates, e *occi.Entity, byDefault string) (*image, error) {
	if bootStorage(e, byDefault) != "" {
		if e.Mixin(bootVolumeID) != nil {
			return nil, occi.Errorf(occi.Invalid, "mixin %s is about an OS template, and the compute boots from a storage", bootVolumeID)
		}
		return nil, nil //nolint:nilnil // no image is an answer like any other
	}
	id, err := templateOf(e, occi.OSTemplateID)
	if err != nil {
		return nil, err
	}
	i := t.imageByID(id)
	if id == "" {
		i = t.imageNamed(byDefault)
	}
	if i == nil {
		return nil, missingTemplate(occi.OSTemplateID, id, byDefault)
	}
	return i, nil
}

// chooseFlavor returns the flavor of a new compute without a resource template, nil if there is none.
func chooseFlavor(t *templates, e *occi.Entity, i *image, byDefault string) (*flavors.Flavor, error) {
	cores, wantsCores := e.Attributes.Get("occi.compute.cores").Int()
	memory, wantsMemory := e.Attributes.Get("occi.compute.memory").Float()
	scratch, wantsScratch := e.Attributes.Get(ephemeralSize).Float()
	if !wantsCores && !wantsMemory && !wantsScratch {
		return t.flavorNamed(byDefault), nil
	}
	wanted := sizes{cores: cores, memory: memory, scratch: scratch}
	if i != nil {
		wanted.imageMemory, wanted.disk = i.MinRAM, i.MinDisk
		if e.Mixin(bootVolumeID) != nil {
			wanted.disk = 0
		}
	}
	f := t.fitting(wanted)
	if f == nil {
		return nil, occi.Errorf(occi.Invalid,
			"no resource template has the %d cores, %g GiB of memory and %g GiB of scratch disk asked for", cores, memory, scratch)
	}
	return f, nil
}

// checkScratch refuses a flavor without the scratch disk that a new compute wants (GFD.222 §7.1: at least so much). Unlike
// cores and memory, which a resource template overrides, it is something to be relied on.
func checkScratch(e *occi.Entity, f *flavors.Flavor) error {
	if scratch, wanted := e.Attributes.Get(ephemeralSize).Float(); wanted && scratch > float64(f.Ephemeral) {
		return occi.Errorf(occi.Invalid, "resource template %q has %d GiB of scratch disk, not the %g asked for",
			f.Name, f.Ephemeral, scratch)
	}
	return nil
}

// templateOf returns the id of what a mixin of the entity stands for: the image or flavor whose template it has, its zone
// or its server group; "" if it has none. The root mixins themselves say nothing.
func templateOf(e *occi.Entity, root occi.ID) (string, error) {
	switch all := e.MixinsOf(root); len(all) {
	case 0:
		return "", nil
	case 1:
		id, ok := templateID(all[0].Term)
		if !ok {
			return "", missingTemplate(root, all[0].Term, "")
		}
		return id, nil
	default:
		return "", occi.Errorf(occi.Invalid, "the request names two %ss, %q and %q", root.Term, all[0].Term, all[1].Term)
	}
}

// missingTemplate says why a compute has no template: none was named, or none that there is.
func missingTemplate(root occi.ID, id, byDefault string) error {
	switch {
	case id != "":
		return absent(subject{term: root.Term, id: id, missing: occi.NotFound}) // an unknown category
	case byDefault != "":
		return occi.Errorf(occi.Invalid, "a new compute needs an %s: this provider's default is not available to the project", root.Term)
	default:
		return occi.Errorf(occi.Invalid, "a new compute needs a mixin that depends on %s", root)
	}
}
