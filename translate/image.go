package translate

import (
	"cmp"
	"encoding/json"

	"github.com/occigate/occigate/occi"
)

// image is what is read of a Glance image. Image API v2: "List images"; everything from Architecture on is a property that
// whoever made the image may have set.
type image struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Status       string `json:"status"`
	MinDisk      int    `json:"min_disk"` // GiB
	MinRAM       int    `json:"min_ram"`  // MiB
	Architecture string `json:"architecture"`
	ImageType    string `json:"image_type"` // "snapshot" for what Nova saved
	Distribution string `json:"os_distro"`
	Version      string `json:"os_version"`

	// The properties of cloudkeeper, and of vmcatcher before it, which bring images from EGI's AppDB.
	AppID      string `json:"CLOUDKEEPER_appid"`
	MPURI      string `json:"CLOUDKEEPER_mpuri"`
	BaseMPURI  string `json:"CLOUDKEEPER_base_mpuri"`
	AppVersion string `json:"CLOUDKEEPER_version"`
	Appliance  string `json:"APPLIANCE_ATTRIBUTES"` // JSON
	OldMPURI   string `json:"vmcatcher_event_ad_mpuri"`
}

// usable reports whether an image is a template: one that is active, or one that Nova is still saving, so
// that the template made by the save action is there as soon as the action has been answered.
func usable(i image) bool {
	return i.Status == "active" || i.ImageType == "snapshot" && (i.Status == "queued" || i.Status == "saving")
}

// osTemplate is the mixin of an image (GFD.224 §3.5.1).
func osTemplate(i image) *occi.Mixin {
	term := templateTerm(i.ID)
	return &occi.Mixin{
		ID:         occi.ID{Scheme: osTemplateScheme, Term: term},
		Title:      titleOr(i.Name, i.ID),
		Depends:    []occi.ID{occi.OSTemplateID},
		Applies:    []occi.ID{occi.ComputeID},
		Location:   "/os_tpl/" + term + "/",
		Attributes: imageAttributes(i),
		Aliases:    templateAliases(term, i.ID, i.Name),
	}
}

// imageAttributes tell about an image what its properties tell. Those of AppDB have the names that rOCCI-server gave them.
func imageAttributes(i image) []occi.Attribute {
	var own []occi.Attribute
	add := func(name string, value occi.Value, description string) {
		own = append(own, fixedAttribute(name, value, description))
	}
	if i.MinDisk > 0 {
		add("org.openstack.image.min_disk", occi.Integer(int64(i.MinDisk)), "smallest root disk in GiB")
	}
	if i.MinRAM > 0 {
		add("org.openstack.image.min_ram", occi.Integer(int64(i.MinRAM)), "least memory in MiB")
	}
	a := applianceOf(i)
	for _, p := range []struct{ name, value, description string }{
		{"org.openstack.image.architecture", i.Architecture, "architecture"},
		{"org.openstack.image.os_distro", i.Distribution, "distribution of the operating system"},
		{"org.openstack.image.os_version", i.Version, "version of the operating system"},
		{"eu.egi.fedcloud.appliance.appdb.id", a.ID, "id of the appliance in EGI's AppDB"},
		{"eu.egi.fedcloud.appliance.appdb.mpuri", a.MPURI, "address of the image in EGI's AppDB"},
		{"eu.egi.fedcloud.appliance.appdb.base_mpuri", a.BaseMPURI, "the same without the version"},
		{"eu.egi.fedcloud.appliance.appdb.version", a.Version, "version of the appliance"},
	} {
		if p.value != "" {
			add(p.name, occi.String(clip(p.value, maxProperty)), p.description)
		}
	}
	return own
}

// maxProperty bounds a property of an image in the model.
const maxProperty = 255

// appliance is what an image is in EGI's AppDB.
type appliance struct {
	ID        string `json:"ad:appid"`
	MPURI     string `json:"ad:mpuri"`
	BaseMPURI string `json:"ad:base_mpuri"`
	Version   string `json:"hv:version"`
}

// applianceOf reads the properties that image synchronisers have set: the newest one's, else the older ones'.
func applianceOf(i image) appliance {
	var old appliance
	if json.Unmarshal([]byte(i.Appliance), &old) != nil {
		old = appliance{} // not ours to complain about
	}
	return appliance{
		ID:        cmp.Or(i.AppID, old.ID),
		MPURI:     cmp.Or(i.MPURI, old.MPURI, i.OldMPURI),
		BaseMPURI: cmp.Or(i.BaseMPURI, old.BaseMPURI),
		Version:   cmp.Or(i.AppVersion, old.Version),
	}
}

// fixedAttribute is an attribute of a template that has one value.
func fixedAttribute(name string, value occi.Value, description string) occi.Attribute {
	return occi.Attribute{Name: name, Type: value.Type(), Immutable: true, Default: value, Description: description}
}
