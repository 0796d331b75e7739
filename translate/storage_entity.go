package translate

import (
	"maps"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// volumeParts are what a volume was made of. All of it is decoration: what could not be had is left out of the storage.
type volumeParts struct {
	offers *volumeOffers // nil if unknown
	tags   *tags         // likewise
}

// storageEntity maps a volume (GFD.224 §3.3).
func storageEntity(m *occi.Model, v *volumes.Volume, with volumeParts) occi.Entity {
	is := volumeStatusOf(v)
	e := occi.Entity{
		Kind:    m.Kind(occi.StorageID),
		ID:      v.ID,
		Title:   v.Name,
		Summary: v.Description,
		Actions: is.actions,
	}
	if id := imageOf(v); id != "" {
		e.Mixins = append(e.Mixins, m.Mixin(volumeImageID))
		e.Attributes.SetText(storageImage, templateTerm(id))
	}
	e.Mixins = append(e.Mixins, with.offers.of(v)...)
	e.Mixins = append(e.Mixins, with.tags.among(maps.Keys(v.Metadata))...)
	e.Attributes.Set("occi.storage.size", occi.Integer(int64(v.Size)))
	e.Attributes.SetText("occi.storage.state", is.state)
	e.Attributes.SetText("occi.storage.state.message", is.message)
	return e
}

// volumeAttachments maps the places where a volume is attached.
func volumeAttachments(v *volumes.Volume) []attachment {
	places := make([]attachment, 0, len(v.Attachments))
	for _, a := range v.Attachments {
		if a.ServerID != "" { // attached to a host, without Nova
			places = append(places, attachment{
				serverID: a.ServerID, volumeID: v.ID, device: a.Device, status: v.Status, since: a.AttachedAt,
			})
		}
	}
	return places
}

// attachmentsByServer groups the places where volumes are attached by the server's id.
func attachmentsByServer(all []volumes.Volume) map[string][]attachment {
	grouped := make(map[string][]attachment)
	for i := range all {
		for _, a := range volumeAttachments(&all[i]) {
			grouped[a.serverID] = append(grouped[a.serverID], a)
		}
	}
	return grouped
}
