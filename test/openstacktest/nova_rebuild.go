package openstacktest

import (
	"cmp"
	"net/http"
	"slices"
)

// rebuild makes a server's disk anew from an image. What the body does not name stays. Nova API: rebuild server.
func (n *nova) rebuild(r *request, s *server, in object) (answer, error) {
	i, err := n.rebuildImage(r, s, str(in, "imageRef"))
	if err != nil {
		return answer{}, err
	}
	if name := str(in, "name"); name != "" {
		s.name = name
	}
	if _, given := in["metadata"]; given {
		s.metadata = words(in, "metadata")
	}
	for field, target := range map[string]*string{"description": &s.description, "key_name": &s.keyName, "user_data": &s.userData} {
		if _, given := in[field]; given {
			*target = str(in, field)
		}
	}
	s.adminPass = cmp.Or(str(in, "adminPass"), secret(9))
	before := s.vmState
	s.fault = nil
	if s.image != "" {
		s.image = i.id
	}
	n.start(s, "rebuilding", func(*nova, *server) {
		s.vmState, s.power, s.launched, s.placed = "active", powerRunning, n.cloud.now(), true
		if before == "stopped" {
			s.vmState, s.power = "stopped", powerShutdown
		}
	})
	view := n.basicView(r, s, n.portsOf(s))
	view["adminPass"] = s.adminPass
	if r.minor >= 9 {
		view["locked"] = s.locked
	}
	if r.minor >= 19 {
		view["description"] = nullable(s.description)
	}
	if r.minor >= 54 {
		view["key_name"] = nullable(s.keyName)
	}
	a, err := reply(http.StatusAccepted, object{"server": view})
	a.header.Set("Location", r.root+"/v2.1/servers/"+s.id)
	return a, err
}

// rebuildImage is the image that a server is to be made from anew. One on a volume can have no other before 2.93, and
// cannot have it here after that either: nothing replaces what is on a volume.
func (n *nova) rebuildImage(r *request, s *server, id string) (*image, error) {
	i := n.cloud.glance.find(id, r.token)
	switch {
	case i == nil:
		return nil, refuse(http.StatusBadRequest, "Cannot find image for rebuild")
	case s.image == "" && !n.bootsFrom(s, i):
		if r.minor >= 93 {
			r.strict("another image for a server on a volume, which is not simulated")
		}
		return nil, refuse(http.StatusBadRequest,
			"Image %s is unacceptable: Unable to rebuild with a different image for a volume-backed server.", i.id)
	case i.status != "active":
		return nil, refuse(http.StatusBadRequest, "Image %s is not active.", i.id)
	case i.minRAM > s.flavor.ramMB:
		return nil, refuse(http.StatusBadRequest, "Flavor's memory is too small for requested image.")
	case i.minDisk > s.flavor.diskGB && s.image != "":
		return nil, refuse(http.StatusBadRequest, "Flavor's disk is smaller than the minimum size specified in image metadata. "+
			"Flavor disk is %d bytes, minimum size is %d bytes.", s.flavor.diskGB<<30, i.minDisk<<30)
	}
	return i, nil
}

// bootsFrom tells whether the volume that a server boots from was made from an image.
func (n *nova) bootsFrom(s *server, i *image) bool {
	return slices.ContainsFunc(s.volumes, func(v serverVolume) bool {
		on := n.cloud.cinder.volumes.get(v.volume)
		return v.root && on != nil && on.imageMetadata["image_id"] == i.id
	})
}
