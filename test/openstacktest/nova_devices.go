package openstacktest

import (
	"fmt"
	"net/http"
	"slices"
)

// planDevices checks a new server's block devices: what they are made of, and that exactly one boots.
func (n *nova) planDevices(t *token, p *plan) error {
	boots := 0
	for _, d := range p.devices {
		if bootsFirst(d) {
			boots++
		}
		if err := n.planDevice(t, p, d); err != nil {
			return err
		}
	}
	if boots != 1 && len(p.devices) > 0 { // with devices, the image must be one of them
		return refuse(http.StatusBadRequest, "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.")
	}
	for _, d := range p.devices {
		if kind := str(d, "volume_type"); kind != "" {
			if _, err := n.cloud.cinder.typeNamed(kind); err != nil {
				return refuse(http.StatusBadRequest, "Volume type %s could not be found.", kind)
			}
		}
		v := n.cloud.cinder.volumes.get(str(d, "uuid"))
		if v != nil && str(d, "source_type") == "volume" && v.status != "available" {
			return refuse(http.StatusBadRequest, "Invalid volume: Invalid input received: Invalid volume: Volume %s status must be available "+
				"or downloading to reserve, but the current status is %s. (HTTP 400) (Request-ID: req-%s)", v.id, v.status, newUUID())
		}
	}
	if slices.ContainsFunc(p.devices, func(d object) bool { return bootsFirst(d) && str(d, "destination_type") == "volume" }) {
		p.server.image = ""
	}
	return nil
}

// bootsFirst tells whether a device is the one with boot index 0.
func bootsFirst(d object) bool { return fmt.Sprint(d["boot_index"]) == "0" }

// planDevice checks one device against what it is made of.
func (n *nova) planDevice(t *token, p *plan, d object) error {
	id, toVolume, size := str(d, "uuid"), str(d, "destination_type") == "volume", integer(d, "volume_size")
	switch str(d, "source_type") {
	case "image":
		if n.cloud.glance.find(id, t) == nil {
			return refuse(http.StatusBadRequest, "Block Device Mapping is Invalid: failed to get image %s.", id)
		}
		if toVolume && size == 0 {
			return refuse(http.StatusBadRequest, "Images with destination_type 'volume' need to have a non-zero size specified")
		}
	case "volume":
		v := n.cloud.cinder.volumes.get(id)
		switch {
		case (v == nil || !t.owns(v.project)) && bootsFirst(d):
			return refuse(http.StatusBadRequest, "Block Device Mapping is Invalid: failed to get volume %s.", id)
		case v == nil || !t.owns(v.project):
			return refuse(http.StatusBadRequest, "Volume %s could not be found.", id)
		case bootsFirst(d) && p.image == nil && !v.bootable:
			return refuse(http.StatusBadRequest, "Block Device %s is not bootable.", id)
		}
	case "snapshot":
		if s := n.cloud.cinder.snapshots.get(id); s == nil || !t.owns(s.project) {
			return refuse(http.StatusBadRequest, "Block Device Mapping is Invalid: failed to get snapshot %s.", id)
		}
	case "blank":
		if toVolume && size == 0 {
			return refuse(http.StatusBadRequest, "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size")
		}
	}
	return nil
}

// makeVolumes makes or takes the volumes of a new server's devices and puts them on it.
func (n *nova) makeVolumes(s *server, p *plan) error {
	c := n.cloud.cinder
	for _, d := range p.devices {
		if str(d, "destination_type") != "volume" && str(d, "source_type") != "volume" {
			continue // a disk of the hypervisor's own
		}
		v := c.volumes.get(str(d, "uuid"))
		if str(d, "source_type") != "volume" {
			v = &volume{project: s.project, user: s.user, kind: defaultVolumeType, zone: "nova", sizeGB: integer(d, "volume_size")}
			if kind := str(d, "volume_type"); kind != "" {
				v.kind = kind
			}
			if i := n.cloud.glance.images.get(str(d, "uuid")); i != nil {
				v.fromImage(i)
			}
			if from := c.snapshots.get(str(d, "uuid")); from != nil {
				v.snapshot, v.sizeGB = from.id, max(v.sizeGB, from.sizeGB)
			}
			if err := c.addVolume(v); err != nil {
				return err
			}
		}
		c.become(v, "reserved")
		s.volumes = append(s.volumes, serverVolume{
			volume: v.id, device: n.nextDevice(s, str(d, "device_name")), tag: str(d, "tag"),
			deleteWithServer: truth(d, "delete_on_termination"), root: bootsFirst(d),
		})
	}
	for _, sv := range s.volumes {
		n.attach(c.volumes.get(sv.volume), s, sv.device)
	}
	return nil
}

// nextDevice names the next disk of a server. The fake hypervisor of the lab calls them sd*.
func (n *nova) nextDevice(s *server, wanted string) string {
	if wanted != "" {
		return wanted
	}
	for letter := 'a'; letter <= 'z'; letter++ {
		name := "/dev/sd" + string(letter)
		taken := letter == 'a' && s.image != "" || slices.ContainsFunc(s.volumes, func(v serverVolume) bool { return v.device == name })
		if !taken {
			return name
		}
	}
	return "/dev/sdzz"
}

// attach records that a volume is, or is about to be, on a server.
func (n *nova) attach(v *volume, s *server, device string) {
	v.attachments = append(v.attachments, attachment{id: newUUID(), server: s.id, device: device, at: n.cloud.now()})
}

// occupy marks a volume as in use.
func (n *nova) occupy(id string) {
	if v := n.cloud.cinder.volumes.get(id); v != nil {
		n.cloud.cinder.become(v, "in-use")
	}
}
