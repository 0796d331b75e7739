package openstacktest

import (
	"net/http"
	"slices"
)

// attachmentView is a volume on a server. Nova API: microversions 2.70, 2.79, 2.89.
func (n *nova) attachmentView(r *request, s *server, v serverVolume) object {
	view := object{"volumeId": v.volume, "serverId": s.id, "device": v.device}
	if r.minor < 89 {
		view["id"] = v.volume
	}
	if r.minor >= 70 {
		view["tag"] = nullable(v.tag)
	}
	if r.minor >= 79 {
		view["delete_on_termination"] = v.deleteWithServer
	}
	if r.minor >= 89 {
		view["attachment_id"], view["bdm_uuid"] = nil, seedUUID("bdm "+s.id+v.volume)
		if volume := n.cloud.cinder.volumes.get(v.volume); volume != nil {
			for _, a := range volume.attachments {
				if a.server == s.id {
					view["attachment_id"] = a.id
				}
			}
		}
	}
	return view
}

func (n *nova) listAttachments(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	views := []any{}
	for _, v := range s.volumes {
		views = append(views, n.attachmentView(r, s, v))
	}
	return reply(http.StatusOK, object{"volumeAttachments": views})
}

// attached gives the path's volume as it is on the server.
func (s *server) attached(id string) (serverVolume, error) {
	i := slices.IndexFunc(s.volumes, func(v serverVolume) bool { return v.volume == id })
	if i < 0 {
		return serverVolume{}, refuse(http.StatusNotFound, "Instance %s is not attached to volume %s", s.id, id)
	}
	return s.volumes[i], nil
}

func (n *nova) getAttachment(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	v, err := s.attached(r.param("volume"))
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"volumeAttachment": n.attachmentView(r, s, v)})
}

var attachmentBody = properties{"volumeAttachment": {required: true, rule: properties{
	"volumeId": {required: true, rule: uuid},
	"device":   {rule: orNone(matching(`(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$`))},
	"tag":      {rule: tagRule, since: 49}, "delete_on_termination": {rule: boolean, since: 79},
}.object}}

// createAttachment puts a volume on a server: reserved and attaching at once, in-use in the background.
func (n *nova) createAttachment(r *request) (answer, error) {
	body, err := decodeChecked(r, attachmentBody)
	if err != nil {
		return answer{}, err
	}
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "volumeAttachment")
	if err := s.mayAct(r.token, action{
		states: []string{"active", "paused", "stopped", "resized", "soft-delete", "shelved", "shelved_offloaded"}, verb: "attach_volume",
	}); err != nil {
		return answer{}, err
	}
	v := n.cloud.cinder.volumes.get(str(in, "volumeId"))
	switch {
	case v == nil || !r.token.owns(v.project):
		return answer{}, noVolume(str(in, "volumeId"))
	case v.multiattach && r.minor < 60:
		return answer{}, refuse(http.StatusBadRequest, "Multiattach volumes are only supported starting with compute API version 2.60.")
	case len(v.attachments) > 0 && !v.multiattach:
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: volume %s is already attached to instances: %s", v.id, v.attachments[0].server)
	case v.status == "reserved":
		return answer{}, refuse(http.StatusBadRequest, "Invalid input received: Invalid volume: %s (HTTP 400) (Request-ID: %s)", notReservable(v), r.id)
	case v.status != "available" && (v.status != "in-use" || !v.multiattach):
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: volume '%s' status must be 'available' or 'in-use' or 'downloading'. Currently in '%s' status", v.id, v.status)
	}
	sv := serverVolume{
		volume: v.id, device: n.nextDevice(s, str(in, "device")), tag: str(in, "tag"), deleteWithServer: truth(in, "delete_on_termination"),
	}
	s.volumes = append(s.volumes, sv)
	n.attach(v, s, sv.device)
	n.cloud.cinder.become(v, "attaching")
	n.cloud.later(func() {
		if v.status == "attaching" {
			n.occupy(v.id)
		}
	})
	return reply(http.StatusOK, object{"volumeAttachment": n.attachmentView(r, s, sv)})
}

// deleteAttachment takes a volume off a server in the background.
func (n *nova) deleteAttachment(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	v := n.cloud.cinder.volumes.get(r.param("volume"))
	if v == nil || !r.token.owns(v.project) {
		return answer{}, noVolume(r.param("volume"))
	}
	sv, err := s.attached(v.id)
	if err != nil {
		return answer{}, err
	}
	if sv.root {
		return answer{}, refuse(http.StatusBadRequest, "Cannot detach a root device volume")
	}
	if err := s.mayAct(r.token, action{
		states: []string{"active", "paused", "stopped", "resized", "soft-delete", "shelved", "shelved_offloaded"}, verb: "detach_volume",
	}); err != nil {
		return answer{}, err
	}
	if v.status != "in-use" {
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: Invalid input received: Invalid volume: Unable to detach volume. "+
			"Volume status must be 'in-use' and attach_status must be 'attached' to detach. (HTTP 400) (Request-ID: %s)", r.id)
	}
	n.cloud.cinder.become(v, "detaching")
	n.cloud.later(func() {
		if v.status != "detaching" {
			return
		}
		s.volumes = slices.DeleteFunc(s.volumes, func(o serverVolume) bool { return o.volume == v.id })
		n.freeVolume(v, s.id)
	})
	return accepted()
}
