package openstacktest

import (
	"net/http"
	"strings"
)

// volumeType is a class of storage that an administrator offers.
type volumeType struct {
	id, name, description string
	multiattach           bool
}

const defaultVolumeType = "__DEFAULT__"

// AddVolumeType offers one more volume type and gives its id.
func (c *Cloud) AddVolumeType(name string, multiattach bool) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := &volumeType{id: newUUID(), name: name, multiattach: multiattach}
	c.cinder.types.add(k.id, k)
	return k.id
}

// AddVolumeZone offers one more availability zone for volumes.
func (c *Cloud) AddVolumeZone(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cinder.zones = append(c.cinder.zones, name)
}

// typeNamed finds a type by its id or its name, which is found in any case.
func (c *cinder) typeNamed(idOrName string) (*volumeType, error) {
	if k := c.types.get(idOrName); k != nil {
		return k, nil
	}
	for _, k := range c.types.order {
		if strings.EqualFold(k.name, idOrName) {
			return k, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "Volume type with name %s could not be found.", idOrName)
}

func (c *cinder) listTypes(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	missing := func(id string) *apiError {
		return refuse(http.StatusNotFound, "Volume type %s could not be found.", id)
	}
	found := c.types.latest(func(*volumeType) bool { return true })
	a, err := pageOf(c, r, "volume_type", found, func(k *volumeType) string { return k.id }, missing, func(k *volumeType) object {
		specs := object{}
		if k.multiattach {
			specs["multiattach"] = "<is> True"
		}
		return object{
			"id": k.id, "name": k.name, "is_public": true, "description": nullable(k.description),
			"extra_specs": specs, "os-volume-type-access:is_public": true,
		}
	})
	if body, ok := a.body.(object); ok { // the links of the page are not named after its items
		body["volume_types"] = body["volume_type"]
		delete(body, "volume_type")
	}
	return a, err
}

func (c *cinder) listZones(r *request) (answer, error) {
	if err := c.own(r); err != nil {
		return answer{}, err
	}
	zones := []any{}
	for _, name := range c.zones {
		zones = append(zones, object{"zoneName": name, "zoneState": object{"available": true}})
	}
	return reply(http.StatusOK, object{"availabilityZoneInfo": zones})
}

var retypeBody = properties{"os-retype": {required: true, rule: properties{
	"new_type": {required: true, rule: text(1, 255)}, "migration_policy": {rule: oneOf("on-demand", "never")},
}.object}}

// retype gives a volume another type in the background.
func (c *cinder) retype(v *volume, in object) (answer, error) {
	k, err := c.typeNamed(str(in, "new_type"))
	if err != nil {
		return answer{}, err
	}
	before := v.status
	if before != "available" && before != "in-use" || v.kind == k.name {
		return answer{}, refuse(http.StatusBadRequest, "Invalid volume: Retype needs volume to be in available or in-use state, not be part "+
			"of an active migration or a consistency group, requested type has to be different that the one from the volume, and for "+
			"in-use volumes front-end qos specs cannot change.")
	}
	c.become(v, "retyping")
	c.cloud.later(func() {
		if v.multiattach == k.multiattach { // else the driver refuses, which only an administrator sees
			v.kind = k.name
		}
		c.become(v, before)
	})
	return noText(http.StatusAccepted)
}
