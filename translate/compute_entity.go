package translate

import (
	"cmp"
	"maps"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// serverParts are what a server is made from and connected to. All of it is decoration: what could not be
// had is left out of the compute.
type serverParts struct {
	templates   *templates // nil if unknown
	hidden      *hiddenImages
	tags        *tags // likewise
	ports       []ports.Port
	floating    map[string][]floatingips.FloatingIP // by the port that they lead to
	attachments []attachment
}

// computeEntity maps a server (GFD.224 §3.1). From 2.47 on its sizes are its own, and so are there even if its flavor is
// not; before they are its flavor's. Templates that the project does not have (any more) are left out unless they are noted: a category on
// an entity has to be in the model, or rOCCI 5 cannot read the entity.
func computeEntity(m *occi.Model, s *server, with serverParts) occi.Entity {
	is := statusOf(s)
	e := occi.Entity{Kind: m.Kind(occi.ComputeID), ID: s.ID, Title: s.Name, Actions: is.actions}
	if s.Description != s.Name { // Nova's own description of servers made without one, before 2.19
		e.Summary = s.Description
	}
	var architecture string
	size, templated := s.Flavor, false
	if t := with.templates; t != nil {
		if i := t.imageByID(string(s.Image)); i != nil {
			e.Mixins = append(e.Mixins, t.osTemplateOf(i.ID))
			architecture = occiArchitecture(i.Architecture)
		} else if x := with.hidden.template(string(s.Image)); x != nil {
			e.Mixins = append(e.Mixins, x)
		}
		if f := t.flavorOf(s); f != nil {
			e.Mixins = append(e.Mixins, t.resourceTemplateOf(f.ID))
			size, templated = serverFlavorOf(*f), true
		}
		e.Mixins = append(e.Mixins, t.placesOf(s)...)
	}
	e.Mixins = append(e.Mixins, with.tags.among(maps.Keys(s.Metadata))...)
	metadata := metadataValue(userItems(s.Metadata))
	if !metadata.IsZero() {
		e.Mixins = append(e.Mixins, m.Mixin(metadataID))
	}
	e.Attributes.SetText("occi.compute.architecture", architecture)
	if size.isSized() {
		e.Attributes.Set("occi.compute.cores", occi.Integer(int64(size.VCPUs)))
	}
	e.Attributes.SetText("occi.compute.hostname", cmp.Or(s.Hostname, hostnameOf(s.Name)))
	if size.isSized() {
		e.Attributes.Set("occi.compute.memory", gibibytes(size.RAM))
	}
	if templated && size.Ephemeral > 0 { // the template defines the attribute
		e.Attributes.Set(ephemeralSize, occi.Number(float64(size.Ephemeral)))
	}
	e.Attributes.SetText("occi.compute.state", is.state)
	e.Attributes.SetText("occi.compute.state.message", is.message)
	e.Attributes.Set(computeMetadata, metadata)

	e.Links = interfaceEntities(m, s, with)
	for _, a := range with.attachments {
		a.mixins = with.tags.amongLinks(maps.Keys(s.Metadata), a.volumeID)
		e.Links = append(e.Links, storageLinkEntity(m, a))
	}
	for _, l := range groupLinks(s.ID, serverPorts(with.ports)[s.ID]) {
		l.mixins = with.tags.amongLinks(maps.Keys(s.Metadata), l.groupID)
		e.Links = append(e.Links, securityGroupLinkEntity(m, l))
	}
	return e
}

// placesOf returns the mixins of where a server is: its zone and its server groups, as far as the project has them.
func (t *templates) placesOf(s *server) []*occi.Mixin {
	var found []*occi.Mixin
	if x := t.model.Mixin(occi.ID{Scheme: computeZoneScheme, Term: templateTerm(s.Zone)}); x != nil {
		found = append(found, x)
	}
	for _, id := range s.Groups {
		if x := t.model.Mixin(occi.ID{Scheme: serverGroupScheme, Term: templateTerm(id)}); x != nil {
			found = append(found, x)
		}
	}
	return found
}

// occiArchitecture maps the architecture in an image's properties to the values that OCCI knows
// (GFD.224 §3.1), "" for others.
func occiArchitecture(property string) string {
	switch property {
	case "x86_64", "amd64":
		return "x64"
	case "i386", "i486", "i586", "i686", "x86":
		return "x86"
	}
	return ""
}
