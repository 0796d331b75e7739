package translate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"golang.org/x/sync/errgroup"
)

// What has addresses is removed in three steps: the addresses are taken off it, since Neutron has been seen to take a minute
// to delete a port that has one; it is removed; and those addresses go that links had brought along. Until the removal is
// under way nothing is lost: the addresses can be put back.

// parted are floating IPs that have been taken off their ports.
type parted struct {
	cloud *Cloud
	all   []floatingips.FloatingIP // as they were before
}

// part takes floating IPs off their ports, all or none.
func (c *Cloud) part(ctx context.Context, all []floatingips.FloatingIP) (parted, error) {
	p := parted{c, all}
	neutron, err := c.neutron()
	if err != nil {
		return p, err
	}
	nowhere := ""
	var round errgroup.Group // as in addTags
	round.SetLimit(maxTogether)
	for _, f := range all {
		round.Go(func() error {
			return c.fault(gone(floatingips.Update(ctx, neutron, f.ID, floatingips.UpdateOpts{PortID: &nowhere}).Err), subject{})
		})
	}
	if err := round.Wait(); err != nil {
		return p, p.putBack(ctx, err)
	}
	return p, nil
}

// putBack leads the floating IPs to their ports again, and returns err with those that could not be.
func (p parted) putBack(ctx context.Context, err error) error {
	var undo undo
	for _, f := range p.all {
		undo.push(fmt.Sprintf("ipreservation %q without its link", f.ID), func(ctx context.Context) error {
			return p.cloud.rejoin(ctx, f)
		})
	}
	return undo.after(ctx, err)
}

// rejoin leads a floating IP to the port that it led to, unless somebody else has taken it since.
func (c *Cloud) rejoin(ctx context.Context, was floatingips.FloatingIP) error {
	neutron, err := c.neutron()
	if err != nil {
		return err
	}
	return waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		now, err := floatingips.Get(ctx, neutron, was.ID).Extract()
		if err != nil || now.PortID != "" {
			return true, gone(err)
		}
		opts := floatingips.UpdateOpts{PortID: &was.PortID, FixedIP: was.FixedIP, RevisionNumber: &now.RevisionNumber}
		err = floatingips.Update(ctx, neutron, was.ID, opts).Err
		return !isOutdated(err), unlessOutdated(err)
	})
}

// giveUp removes those that links had brought along, with some persistence and past the end of the request: what they led
// to is gone, so that nobody could ask for it again.
func (p parted) giveUp(ctx context.Context) error {
	if len(p.all) == 0 {
		return nil
	}
	neutron, err := p.cloud.neutron()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	failed := make([]error, len(p.all))
	var round errgroup.Group
	round.SetLimit(maxTogether)
	for i, f := range p.all {
		if !isOfLink(f) {
			continue
		}
		round.Go(func() error {
			failed[i] = persistently(ctx, func(ctx context.Context) error {
				return gone(floatingips.Delete(ctx, neutron, f.ID).ExtractErr())
			})
			return failed[i]
		})
	}
	err = round.Wait()
	if err == nil {
		return nil
	}
	var left []string
	for i, f := range p.all {
		if failed[i] != nil {
			left = append(left, fmt.Sprintf("ipreservation %q", f.ID))
		}
	}
	return adding(p.cloud.fault(err, subject{}), "left behind: %s", strings.Join(left, ", "))
}

// persistently tries a removal three times.
func persistently(ctx context.Context, remove func(context.Context) error) error {
	tries := 3
	var last error
	err := waitUntil(ctx, 200*time.Millisecond, func(ctx context.Context) (bool, error) {
		last = remove(ctx)
		tries--
		return last == nil || tries == 0, nil
	})
	if err != nil {
		return err
	}
	return last
}
