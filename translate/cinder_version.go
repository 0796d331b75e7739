package translate

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
)

// Versions of Cinder's API that brought what matters here. Block Storage API: "REST API Version History".
var (
	reservesVolumes = keystone.Microversion{Major: 3, Minor: 27} // attachments of Cinder's own, which need no server
	growsInUse      = keystone.Microversion{Major: 3, Minor: 42} // a volume at a server can be extended
)

// cinder returns a client of Cinder's oldest version, 3.0, for what needs nothing newer.
func (c *Cloud) cinder() (*gophercloud.ServiceClient, error) {
	client, err := c.session.Volume("")
	return client, c.fault(err, subject{})
}

// cinderWith returns a client of the version of Cinder that brought something. A cloud that does not have it is
// Unimplemented.
func (c *Cloud) cinderWith(ctx context.Context, version keystone.Microversion) (*gophercloud.ServiceClient, error) {
	if !c.cinderHas(ctx, version) {
		return nil, occi.Errorf(occi.Unimplemented, "this provider's OpenStack is too old for that: it needs version %v of the Block Storage API", version)
	}
	client, err := c.session.Volume(version.String())
	return client, c.fault(err, subject{})
}

// cinderHas reports whether the cloud's Cinder has a version.
func (c *Cloud) cinderHas(ctx context.Context, version keystone.Microversion) bool {
	return c.session.VolumeVersion(ctx).Compare(version) >= 0
}
