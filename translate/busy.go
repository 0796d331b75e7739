package translate

import (
	"context"
	"errors"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/occigate/occigate/occi"
)

// whenIdle makes a change of a server that Nova refuses while the server is busy with another, and waits for that as
// long as the request may take: clients attach what they have just made to what they have just started. A conflict
// with an idle server is final. The error is the change's own, or a conflict that tells when to try again.
func (c *Cloud) whenIdle(ctx context.Context, serverID string, change func(context.Context) error) error {
	for wasIdle := false; ; wasIdle = true {
		err := change(ctx)
		if !gophercloud.ResponseCodeIs(err, http.StatusConflict) {
			return err
		}
		waited, failed := c.awaitIdle(ctx, serverID)
		switch {
		case failed != nil:
			return c.laterThan(err)
		case !waited && wasIdle: // the first time, it may have become idle since it was asked
			return err
		}
	}
}

// awaitIdle waits until a server is busy with nothing, and reports whether it was busy at first.
func (c *Cloud) awaitIdle(ctx context.Context, serverID string) (waited bool, err error) {
	looks := 0
	err = waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		looks++
		s, err := computes{c}.server(ctx, named(occi.ComputeID, serverID))
		return err == nil && s.TaskState == "" && s.Status != "BUILD", err
	})
	return looks > 1, err
}

// laterThan is the fault of a refusal that may be none if the client asks again.
func (c *Cloud) laterThan(refused error) error {
	err := c.fault(refused, subject{})
	if conflict, ok := errors.AsType[*occi.Error](err); ok {
		conflict.RetryAfter = busyRetryAfter
	}
	return err
}
