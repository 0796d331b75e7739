package translate

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// extras are what the model has besides templates: computes can be made, and everything can be read, without them.
type extras struct {
	zones, groups []*occi.Mixin
	externals     []neutronNetwork // oldest first
	gaps          []occi.Gap       // what could not be had: there are older ones in its place, or none
}

// isPartial reports whether some could not be had.
func (e extras) isPartial() bool { return len(e.gaps) > 0 }

// mixins are what a model has of the extras.
func (e extras) mixins() []*occi.Mixin {
	mixins := slices.Concat(e.zones, e.groups)
	for _, n := range e.externals {
		mixins = append(mixins, floatingPool(n))
	}
	return mixins
}

// extrasPatience is how long extras are waited for: less than half of the time that a read has.
const extrasPatience = 4 * time.Second

// loadExtras asks Nova and Neutron for the extras, in one round of calls. In the place of those that cannot be had are
// the last ones that could. The error is a refused token alone.
func (c *Cloud) loadExtras(ctx context.Context) (extras, error) {
	var before extras
	if t, known := c.translator.templates.peek(c.templateKey()); known {
		before = t.extras
	}
	var e extras
	var zones, groups, externals error
	round, ctx := errgroup.WithContext(ctx)
	side, cancel := context.WithTimeout(ctx, extrasPatience)
	defer cancel()
	round.Go(func() error {
		e.zones, zones = orBefore(before.zones)(c.listComputeZones(side))
		return refusedToken(zones)
	})
	round.Go(func() error {
		e.groups, groups = orBefore(before.groups)(c.listServerGroups(side))
		return refusedToken(groups)
	})
	round.Go(func() error {
		e.externals, externals = orBefore(before.externals)(c.loadExternalNetworks(side))
		return refusedToken(externals)
	})
	err := round.Wait()
	for _, part := range []struct {
		failed error
		gap    occi.Gap
	}{
		{zones, occi.Gap{Scheme: computeZoneScheme, Location: computeZoneLocation}},
		{groups, occi.Gap{Scheme: serverGroupScheme, Location: serverGroupLocation}},
		{externals, occi.Gap{Scheme: floatingPoolScheme, Location: floatingPoolLocation}},
	} {
		if part.failed != nil {
			e.gaps = append(e.gaps, part.gap)
		}
	}
	return e, err
}

// orBefore returns a function that puts what there was before in the place of what could not be had. What the cloud does
// not have, or does not show, is none and no error.
func orBefore[T any](before []T) func(now []T, err error) ([]T, error) {
	return func(now []T, err error) ([]T, error) {
		if err = permitted(err); err != nil {
			return before, err
		}
		return now, nil
	}
}

// refusedToken returns the error if it says that the caller's token is not good (any more), else nil.
func refusedToken(err error) error {
	if gophercloud.ResponseCodeIs(err, http.StatusUnauthorized) {
		return err
	}
	return nil
}
