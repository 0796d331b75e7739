package translate

import (
	"context"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/occigate/occigate/occi"
)

// rebuild makes the server's disk anew from the plan's image, and reports whether it did something (GFD.224 §3.5.1). Key, user
// data, addresses, tags and linked storage stay, what is on the disk is lost. Nova refuses a server whose disk is a volume:
// that is a storage of the user's.
func (c computes) rebuild(ctx context.Context, plan computeChange, s *server) (bool, error) {
	if plan.imageID == "" {
		return false, nil
	}
	about := addressed(occi.ComputeID, s.ID)
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return false, err
	}
	if err := servers.Rebuild(ctx, nova, s.ID, rebuildOpts{ImageRef: plan.imageID, AdminPass: plan.password}).Err; err != nil {
		return false, unknown(c.refusedAction(ctx, err, about), err, "it is not known whether the compute is being rebuilt")
	}
	return true, ongoing(c.waitRebuilt(ctx, about, plan.imageID), "the compute is still being rebuilt")
}

// rebuildOpts is the body of Nova's "Rebuild server". gophercloud's wants a new password.
type rebuildOpts struct {
	ImageRef  string `json:"imageRef"`
	AdminPass string `json:"adminPass,omitempty"`
}

// ToServerRebuildMap returns the body for gophercloud.
func (o rebuildOpts) ToServerRebuildMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(o, "rebuild")
}

// rebuildInterval is the first pause between two looks at a server that is being rebuilt.
const rebuildInterval = 500 * time.Millisecond

// waitRebuilt waits until a server can be worked with again, made from the image.
func (c computes) waitRebuilt(ctx context.Context, about subject, imageID string) error {
	err := waitUntil(ctx, rebuildInterval, func(ctx context.Context) (bool, error) {
		s, err := c.server(ctx, about)
		switch {
		case err != nil:
			return false, err
		case s.Status == "ERROR":
			return false, occi.Errorf(occi.BadUpstream, "OpenStack could not rebuild the compute: %s", statusOf(s).message)
		case s.Status == "REBUILD", s.TaskState != "":
			return false, nil
		case string(s.Image) != imageID:
			return false, occi.Errorf(occi.Conflict, "OpenStack could not rebuild the compute: it has its old OS template")
		}
		return true, nil
	})
	return c.fault(err, about)
}
