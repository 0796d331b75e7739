package translate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// busyRetryAfter is how long to wait for a thing that OpenStack is working on.
const busyRetryAfter = 2 * time.Second

// volumeInterval is the first pause between two looks at a volume that Cinder works on.
const volumeInterval = 250 * time.Millisecond

// whenSettled makes a change that Cinder, and Nova for it, refuses with 400 as long as something else is done to the
// volume. It waits for the end of that, for half of the time there is at most, and tries once more. The error is that of
// the change.
func (c *Cloud) whenSettled(ctx context.Context, about subject, change func(context.Context) error) error {
	err := change(ctx)
	if !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) || c.settled(ctx, about) != "available" {
		return err
	}
	return change(ctx)
}

// settled waits until nothing is done to a volume any more, for half of the time there is at most, and returns the status
// that it has then: "" if that could not be had.
func (c *Cloud) settled(ctx context.Context, about subject) string {
	ctx, cancel := aside(ctx)
	defer cancel()
	status := ""
	err := waitUntil(ctx, volumeInterval, func(ctx context.Context) (bool, error) {
		v, err := c.volume(ctx, about)
		if err != nil {
			return false, err
		}
		status = v.Status
		return !volumeStatusOf(v).busy, nil
	})
	if err != nil {
		return ""
	}
	return status
}

// refusedVolume is fault for changes of a volume: Cinder says 400 to those that do not suit the volume's status, which
// is a conflict with the state of the storage. What cannot be done is told in the participle, such as "resized".
func (c *Cloud) refusedVolume(ctx context.Context, err error, about subject, done string) error {
	if !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		return c.fault(err, about)
	}
	v, missing := c.volume(ctx, about)
	if missing != nil {
		return missing
	}
	refused := c.fault(err, about)
	if volumeStatusOf(v).state == storageOnline {
		return refused // because of what was asked for
	}
	return storageConflict(v, done, refused)
}

// storageConflict says why something cannot be done to a storage now: what its status tells, else OpenStack's words, such
// as those about snapshots or a boot disk.
func storageConflict(v *volumes.Volume, done string, refused error) *occi.Error {
	conflict := &occi.Error{
		Code: occi.Conflict, Message: fmt.Sprintf("storage %q cannot be %s now", v.ID, done), Cause: refused,
	}
	is := volumeStatusOf(v)
	said, ok := errors.AsType[*occi.Error](refused)
	switch {
	case is.message != "":
		conflict.Message += ": " + is.message
	case ok:
		conflict.Message += ": " + said.Message
	}
	if is.busy {
		conflict.RetryAfter = busyRetryAfter
	}
	return conflict
}
