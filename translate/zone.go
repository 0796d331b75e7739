package translate

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/availabilityzones"

	"github.com/occigate/occigate/occi"
)

// availabilityZoneID is the mixin that all availability zones depend on. rOCCI-server has the same term in the scheme of the
// standard, which is not for providers (GFD.221 §5.5.1).
var availabilityZoneID = occi.ID{Scheme: "http://schemas.openstack.org/infrastructure#", Term: "availability_zone"}

// Scheme and location of Nova's zones. Cinder's are others, even where they have the same names.
const (
	computeZoneScheme   = "http://schemas.openstack.org/compute/availability_zone#"
	computeZoneLocation = "/availability_zone/compute/"
)

// availabilityZoneRoot is the mixin with availabilityZoneID. It says nothing by itself.
func availabilityZoneRoot() *occi.Mixin {
	return &occi.Mixin{ID: availabilityZoneID, Title: "Availability zone", Location: "/availability_zone/"}
}

// computeZone is the mixin of one of Nova's zones.
func computeZone(name string) *occi.Mixin {
	term := templateTerm(name)
	return &occi.Mixin{
		ID: occi.ID{Scheme: computeZoneScheme, Term: term}, Title: name,
		Depends: []occi.ID{availabilityZoneID}, Applies: []occi.ID{occi.ComputeID},
		Location: computeZoneLocation + term + "/",
		Aliases:  templateAliases(term, name, name),
	}
}

// listComputeZones returns the mixins of the zones that Nova has hosts in. Compute API: "Get availability zone
// information".
func (c *Cloud) listComputeZones(ctx context.Context) ([]*occi.Mixin, error) {
	nova, err := c.session.Compute("")
	if err != nil {
		return nil, err
	}
	zones, _, err := page[availabilityzones.AvailabilityZone](
		ctx, nova, nova.ServiceURL("os-availability-zone"), "availabilityZoneInfo")
	var mixins []*occi.Mixin
	for _, z := range zones {
		if z.ZoneState.Available {
			mixins = append(mixins, computeZone(z.ZoneName))
		}
	}
	return mixins, err
}
