package translate

import (
	"maps"
	"math"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// storageEntity maps a volume (GFD.224 §3.3). It has no actions yet: none of the kind's is performed.
func storageEntity(m *occi.Model, v volumes.Volume, defined *tags) occi.Entity {
	e := occi.Entity{
		Kind:    m.Kind(occi.StorageID),
		Mixins:  defined.among(maps.Keys(v.Metadata)),
		ID:      v.ID,
		Title:   v.Name,
		Summary: v.Description,
	}
	state, message := storageState(v.Status)
	e.Attributes.Set("occi.storage.size", occi.Integer(int64(v.Size)))
	e.Attributes.SetText("occi.storage.state", state)
	e.Attributes.SetText("occi.storage.state.message", message)
	return e
}

// volumeCreateOpts maps a storage that a client wants. OCCI's gigabytes are Cinder's GiB; a fraction is rounded
// up, since Cinder makes whole ones (pOCCI asks for 0.1).
func volumeCreateOpts(e *occi.Entity) (volumes.CreateOpts, error) {
	if len(e.Links) > 0 {
		return volumes.CreateOpts{}, occi.Errorf(occi.Invalid, "a storage has no links of its own: link the compute to it")
	}
	asked := e.Attributes.Get("occi.storage.size")
	size, _ := asked.Float()
	size = math.Ceil(size)
	if size < 1 || size > math.MaxInt32 {
		return volumes.CreateOpts{}, occi.Errorf(occi.Invalid,
			"attribute occi.storage.size: %q is no size in GiB between 1 and %d", asked.Text(), math.MaxInt32)
	}
	return volumes.CreateOpts{Size: int(size), Name: e.Title, Description: e.Summary}, nil
}

// volumeAttachments maps the places where a volume is attached.
func volumeAttachments(v volumes.Volume) []attachment {
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
	for _, v := range all {
		for _, a := range volumeAttachments(v) {
			grouped[a.serverID] = append(grouped[a.serverID], a)
		}
	}
	return grouped
}
