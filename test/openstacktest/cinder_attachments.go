package openstacktest

import (
	"net/http"
	"slices"
)

// reservation is an attachment of Cinder's own API that no server has: it keeps a volume from being attached. Those of
// servers, which Nova makes, are left out. Block Storage API: microversion 3.27.
type reservation struct{ id, volume, project string }

var attachmentCreate = properties{"attachment": {required: true, rule: properties{
	"volume_uuid": {required: true, rule: uuid},
}.object}}

func noReservation(id string) *apiError {
	return refuse(http.StatusNotFound, "Volume attachment could not be found with filter: attachment_id = %s.", id)
}

func (s *reservation) view(detail bool) object {
	view := object{"id": s.id, "status": "reserved", "instance": nil, "volume_id": s.volume}
	if detail {
		view["attached_at"], view["detached_at"], view["attach_mode"] = "", "", "null"
		view["connection_info"] = object{}
	}
	return view
}

func (c *cinder) createReservation(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	body, err := c.decode(r, attachmentCreate)
	if err != nil {
		return answer{}, err
	}
	v, err := c.findVolume(r, str(child(body, "attachment"), "volume_uuid"))
	if err != nil {
		return answer{}, err
	}
	if v.status != "available" && v.status != "downloading" {
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: %s", notReservable(v))
	}
	s := &reservation{id: newUUID(), volume: v.id, project: v.project}
	c.reservations.add(s.id, s)
	c.become(v, "reserved")
	return reply(http.StatusOK, object{"attachment": s.view(true)})
}

// notReservable is what Cinder says of a volume that cannot be attached, and Nova repeats.
func notReservable(v *volume) string {
	return "Volume " + v.id + " status must be available or downloading to reserve, but the current status is " + v.status + "."
}

func (c *cinder) listReservations(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	q := r.URL.Query()
	found := c.reservations.latest(func(s *reservation) bool {
		volumes, given := q["volume_id"]
		return r.token.owns(s.project) && (!given || slices.Contains(volumes, s.volume))
	})
	return pageOf(c, r, "attachments", found, func(s *reservation) string { return s.id }, noReservation,
		func(s *reservation) object { return s.view(false) })
}

func (c *cinder) deleteReservation(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	s := c.reservations.get(r.param("id"))
	if s == nil || !r.token.owns(s.project) {
		return answer{}, noReservation(r.param("id"))
	}
	c.reservations.remove(s.id)
	if v := c.volumes.get(s.volume); v != nil && v.status == "reserved" {
		c.become(v, "available")
	}
	return reply(http.StatusOK, object{"attachments": []any{}})
}
