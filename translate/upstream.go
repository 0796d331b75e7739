package translate

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/occigate/occigate/occi"
)

// maxItems bounds a listing, so that a service that never ends it does not fill the memory.
const maxItems = 100_000

// pages follows a listing to its end. Each page is asked for by the id of the last item of the page
// before, as every OpenStack service takes it: the URL that a service gives for its next page often has
// a scheme or host that only its own network knows.
func pages[T any](fetch func(marker string) (items []T, more bool, err error), id func(T) string) ([]T, error) {
	var all []T
	marker := ""
	for {
		items, more, err := fetch(marker)
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

// page asks for one page of a listing and decodes it straight into its type; key is the member of the answer that has
// the items. gophercloud's pagers decode a page into maps, encode those and decode that again, each page twice.
func page[T any](ctx context.Context, client *gophercloud.ServiceClient, url, key string) (items []T, more bool, err error) {
	var body map[string]json.RawMessage
	//nolint:bodyclose // closed by gophercloud, which decodes it
	if _, err := client.Get(ctx, url, &body, nil); err != nil {
		return nil, false, err
	}
	if err := json.Unmarshal(body[key], &items); err != nil {
		return nil, false, err
	}
	for name, raw := range body {
		if !strings.HasSuffix(name, "_links") { // after the items, but volume_type_links after volume_types
			continue
		}
		var links []gophercloud.Link
		if err := json.Unmarshal(raw, &links); err != nil {
			return nil, false, err
		}
		more = more || slices.ContainsFunc(links, func(l gophercloud.Link) bool { return l.Rel == "next" })
	}
	return items, more, nil
}

// firstPage is page for items that only gophercloud's own functions can extract: those made of several of its types.
func firstPage[T any](
	ctx context.Context, list pagination.Pager, extract func(pagination.Page) ([]T, error),
) (items []T, more bool, err error) {
	err = list.EachPage(ctx, func(_ context.Context, p pagination.Page) (bool, error) {
		var err error
		if items, err = extract(p); err != nil {
			return false, err
		}
		next, err := p.NextPageURL()
		more = next != ""
		return false, err
	})
	return items, more, err
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
