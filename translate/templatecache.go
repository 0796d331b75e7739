package translate

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

const (
	// templateTimeout bounds loading templates, apart from the requests that wait for it.
	templateTimeout = 20 * time.Second
	// staleLimit is how many times their TTL old templates may be and still be served when newer ones
	// cannot be had: a short outage of Glance should not keep anybody from reading a compute.
	staleLimit = 10
	// stalePatience is how long a request waits for newer templates before it takes those.
	stalePatience = 2 * time.Second
)

// templateKey is whose templates they are. Roles belong to it since an administrator sees more.
type templateKey struct{ region, projectID, roles string }

// String returns a text that no other key has.
func (k templateKey) String() string {
	return strings.Join([]string{k.region, k.projectID, k.roles}, "\x00")
}

func (c *Cloud) templateKey() templateKey {
	roles := slices.Sorted(slices.Values(c.session.Roles()))
	return templateKey{c.session.Region(), c.session.ProjectID(), strings.Join(roles, ",")}
}

// templateCache keeps templates per project. Up to three quarters of their TTL they are taken as they are;
// then they are loaded anew, at first without anybody waiting. Failures are not kept.
type templateCache struct {
	entries *otter.Cache[templateKey, templateEntry]
	flights singleflight.Group
	drops   atomic.Uint64 // counts calls of drop: what was loaded across one may be old
	ttl     time.Duration
	now     func() time.Time
	event   func(result string)
}

// Results of a look into the template cache, as given to Options.CacheEvent.
const (
	CacheHit   = "hit"   // known, and fresh enough
	CacheMiss  = "miss"  // OpenStack is asked, or somebody's question to it shared
	CacheStale = "stale" // too old, but newer ones cannot be had now
)

type templateEntry struct {
	templates *templates
	loaded    time.Time
}

// newTemplateCache makes a cache by the options' Template fields and CacheEvent, with a clock of its own.
func newTemplateCache(o Options, now func() time.Time) (*templateCache, error) {
	entries, err := otter.New(&otter.Options[templateKey, templateEntry]{
		MaximumSize:      o.TemplateProjects,
		ExpiryCalculator: otter.ExpiryWriting[templateKey, templateEntry](staleLimit * o.TemplateTTL),
		Clock:            cacheClock{now},
		Executor:         func(task func()) { task() }, // its upkeep is part of the call that causes it
	})
	if err != nil {
		return nil, err
	}
	return &templateCache{entries: entries, ttl: o.TemplateTTL, now: now, event: o.CacheEvent}, nil
}

// get returns the templates of key, loading them if there are none that are fresh.
func (c *templateCache) get(
	ctx context.Context, key templateKey, load func(context.Context) (*templates, error),
) (*templates, error) {
	entry, known := c.entries.GetIfPresent(key)
	age := c.now().Sub(entry.loaded)
	if known && age < c.ttl*3/4 {
		c.event(CacheHit)
		return entry.templates, nil
	}
	flight := c.load(ctx, key, load)
	if !known {
		c.event(CacheMiss)
		select {
		case result := <-flight:
			if result.Err == nil {
				return result.Val.(*templates), nil
			}
			if result.Shared && gophercloud.ResponseCodeIs(result.Err, http.StatusUnauthorized) {
				return load(ctx) // somebody else's token was refused
			}
			return nil, result.Err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if age < c.ttl {
		c.event(CacheHit)
		return entry.templates, nil
	}
	patience, cancel := context.WithTimeout(ctx, stalePatience)
	defer cancel()
	select {
	case result := <-flight:
		if result.Err == nil {
			c.event(CacheMiss)
			return result.Val.(*templates), nil
		}
	case <-patience.Done():
	}
	c.event(CacheStale)
	return entry.templates, nil
}

// load starts loading, or joins who has. The flight outlives each request that waits for it, so that one
// impatient client does not fail the others.
func (c *templateCache) load(
	ctx context.Context, key templateKey, load func(context.Context) (*templates, error),
) <-chan singleflight.Result {
	return c.flights.DoChan(key.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), templateTimeout)
		defer cancel()
		start, drops := c.now(), c.drops.Load()
		loaded, err := load(ctx)
		if err != nil {
			return nil, err
		}
		if c.drops.Load() == drops {
			c.entries.Set(key, templateEntry{loaded, start})
		}
		return loaded, nil
	})
}

// drop forgets the templates of key, because the caller has just changed them.
func (c *templateCache) drop(key templateKey) {
	c.drops.Add(1)
	c.flights.Forget(key.String())
	c.entries.Invalidate(key)
}

// cacheClock is the cache's clock. Without ticks it has no goroutine: entries expire when they are
// looked for, and the size is bounded anyway.
type cacheClock struct{ now func() time.Time }

// NowNano returns the time in nanoseconds since 1970.
func (c cacheClock) NowNano() int64 { return c.now().UnixNano() }

// Tick returns no ticks.
func (cacheClock) Tick(time.Duration) <-chan time.Time { return nil }
