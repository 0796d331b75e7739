package translate

import (
	"context"
	"time"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/occigate/occigate/occi"
)

// maxItems bounds a listing, so that a service that never ends it does not fill the memory.
const maxItems = 100_000

// pages follows a listing to its end. Each page is asked for by the id of the last item of the page
// before, as every OpenStack service takes it: the URL that a service gives for its next page often has
// a scheme or host that only its own network knows.
func pages[T any](
	ctx context.Context,
	list func(marker string) pagination.Pager,
	extract func(pagination.Page) ([]T, error),
	id func(T) string,
) ([]T, error) {
	var all []T
	marker := ""
	for {
		var items []T
		more := false
		err := list(marker).EachPage(ctx, func(_ context.Context, page pagination.Page) (bool, error) {
			var err error
			if items, err = extract(page); err != nil {
				return false, err
			}
			next, err := page.NextPageURL()
			more = next != ""
			return false, err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if !more || len(items) == 0 {
			return all, nil
		}
		last := id(items[len(items)-1])
		if last == marker || len(all) >= maxItems {
			return nil, occi.Errorf(occi.BadUpstream, "OpenStack gave a listing that does not end")
		}
		marker = last
	}
}

// maxInterval is the longest pause of waitUntil.
const maxInterval = 2 * time.Second

// waitUntil asks done until it reports true or fails, at intervals that grow from the given one.
// If the context ends first, its error is returned.
func waitUntil(ctx context.Context, interval time.Duration, done func(context.Context) (bool, error)) error {
	for {
		ok, err := done(ctx)
		if ok || err != nil {
			return err
		}
		timer := time.NewTimer(interval)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		interval = min(interval*3/2, maxInterval)
	}
}
