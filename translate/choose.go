package translate

import (
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
)

// chooseTemplates returns the image and the flavor of a new compute: those of its templates, else the
// operator's defaults. Without a resource template the sizes that the client wants decide (IM sends cores and
// memory), and the default is for those who want none in particular.
func chooseTemplates(t *templates, e *occi.Entity, o Options) (*image, *flavors.Flavor, error) {
	imageID, err := templateOf(e, occi.OSTemplateID)
	if err != nil {
		return nil, nil, err
	}
	flavorID, err := templateOf(e, occi.ResourceTemplateID)
	if err != nil {
		return nil, nil, err
	}
	i := t.imageByID(imageID)
	if imageID == "" {
		i = t.imageNamed(o.OSTemplate)
	}
	if i == nil {
		return nil, nil, missingTemplate(occi.OSTemplateID, imageID, o.OSTemplate)
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
	return i, f, nil
}

// chooseFlavor returns the flavor of a new compute without a resource template, nil if there is none.
func chooseFlavor(t *templates, e *occi.Entity, i *image, byDefault string) (*flavors.Flavor, error) {
	cores, wantsCores := e.Attributes.Get("occi.compute.cores").Int()
	memory, wantsMemory := e.Attributes.Get("occi.compute.memory").Float()
	if !wantsCores && !wantsMemory {
		return t.flavorNamed(byDefault), nil
	}
	f := t.fitting(cores, memory, i)
	if f == nil {
		return nil, occi.Errorf(occi.Invalid, "no resource template has the %d cores and %g GiB of memory asked for", cores, memory)
	}
	return f, nil
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
