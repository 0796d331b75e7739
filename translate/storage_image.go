package translate

import (
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// volumeImageID is the mixin of storages that are filled from an image. An OS template itself applies to computes alone
// (GFD.224 §3.5.1).
var volumeImageID = occi.ID{Scheme: "http://schemas.openstack.org/storage#", Term: "image"}

// storageImage is the attribute that names the image.
const storageImage = "org.openstack.storage.image"

// volumeImage is the mixin with volumeImageID.
func volumeImage() *occi.Mixin {
	return &occi.Mixin{
		ID: volumeImageID, Title: "Storage from an image", Applies: []occi.ID{occi.StorageID}, Location: "/storage_image/",
		Attributes: []occi.Attribute{{
			Name: storageImage, Type: occi.StringType, Required: true,
			Description: "OS template that the storage is filled from: its term or type identifier",
		}},
	}
}

// wantedImage returns the id of the image that a new storage is to be filled from, "" for none.
func wantedImage(e *occi.Entity) (string, error) {
	name := e.Attributes.Text(storageImage)
	if e.Mixin(volumeImageID) == nil || name == "" {
		return "", nil
	}
	id, ok := templateID(strings.TrimPrefix(name, osTemplateScheme))
	if !ok {
		return "", occi.Errorf(occi.Invalid, "attribute %s: %q is no OS template", storageImage, clip(name, 80))
	}
	return id, nil
}

// imageOf returns the id of the image that a volume was filled from, "" if there is none. Cinder tells once it is filled.
func imageOf(v *volumes.Volume) string { return v.VolumeImageMetadata["image_id"] }
