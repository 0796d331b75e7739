package translate

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

const (
	// loadTimeout bounds loading a value, apart from the requests that wait for it.
	loadTimeout = 20 * time.Second
	// stalePatience is how long a request waits for a newer value before it takes an old one.
	stalePatience = 2 * time.Second
)

// cache keeps what a project has, by a key. Up to three quarters of their time to live, values are taken as they are;
// then they are loaded anew, at first without anybody waiting. Values older than that are taken, until they are stale,
// when newer ones cannot be had: a short outage should not keep anybody from reading a compute. Failures are not kept.
type cache[K cacheKey, V any] struct {
	entries *otter.Cache[K, cacheEntry[V]]
	flights singleflight.Group
	drops   atomic.Uint64 // counts calls of drop: what was loaded across one may be old
	cacheOptions
}

// cacheKey is a key whose text no other key has.
type cacheKey interface {
	comparable
	String() string
}

type cacheEntry[V any] struct {
	value  V
	loaded time.Time
	ttl    time.Duration // how long it is taken without asking
}

// partial is a value that may lack what could not be had when it was loaded. It is asked for again soon.
type partial interface{ isPartial() bool }

// partialTTL is how long a value that lacks something is taken without asking.
const partialTTL = 5 * time.Second

// peek returns the value of key that is kept, however old, if any.
func (c *cache[K, V]) peek(key K) (V, bool) {
	entry, known := c.entries.GetIfPresent(key)
	return entry.value, known
}

// cacheOptions configure a cache; all are required.
type cacheOptions struct {
	size  int           // how many values are kept
	ttl   time.Duration // how long a value is taken without asking
	stale time.Duration // how long it may be taken when a newer one cannot be had
	now   func() time.Time
	event func(result string) // told the result of each look
}

// Results of a look into the template cache, as given to Options.CacheEvent.
const (
	CacheHit   = "hit"   // known, and fresh enough
	CacheMiss  = "miss"  // OpenStack is asked, or somebody's question to it shared
	CacheStale = "stale" // too old, but newer ones cannot be had now
)

func newCache[K cacheKey, V any](o cacheOptions) (*cache[K, V], error) {
	entries, err := otter.New(&otter.Options[K, cacheEntry[V]]{
		MaximumSize:      o.size,
		ExpiryCalculator: otter.ExpiryWriting[K, cacheEntry[V]](o.stale),
		Clock:            cacheClock{o.now},
		Executor:         func(task func()) { task() }, // its upkeep is part of the call that causes it
	})
	if err != nil {
		return nil, err
	}
	return &cache[K, V]{entries: entries, cacheOptions: o}, nil
}

// get returns the value of key, loading it if there is none that is fresh.
func (c *cache[K, V]) get(ctx context.Context, key K, load func(context.Context) (V, error)) (V, error) {
	entry, known := c.entries.GetIfPresent(key)
	age := c.now().Sub(entry.loaded)
	if known && age < entry.ttl*3/4 {
		c.event(CacheHit)
		return entry.value, nil
	}
	flight := c.load(ctx, key, load)
	if !known {
		c.event(CacheMiss)
		return landed(ctx, flight, load)
	}
	if age < entry.ttl {
		c.event(CacheHit)
		return entry.value, nil
	}
	patience, cancel := context.WithTimeout(ctx, stalePatience)
	defer cancel()
	select {
	case result := <-flight:
		if result.Err == nil {
			c.event(CacheMiss)
			return result.Val.(V), nil
		}
	case <-patience.Done():
	}
	c.event(CacheStale)
	return entry.value, nil
}

// landed waits for a flight.
func landed[V any](
	ctx context.Context, flight <-chan singleflight.Result, load func(context.Context) (V, error),
) (V, error) {
	var none V
	select {
	case result := <-flight:
		if result.Err == nil {
			return result.Val.(V), nil
		}
		if result.Shared && gophercloud.ResponseCodeIs(result.Err, http.StatusUnauthorized) {
			return load(ctx) // somebody else's token was refused
		}
		return none, result.Err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// load starts loading, or joins who has. The flight outlives each request that waits for it, so that one
// impatient client does not fail the others.
func (c *cache[K, V]) load(
	ctx context.Context, key K, load func(context.Context) (V, error),
) <-chan singleflight.Result {
	return c.flights.DoChan(key.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		start, drops := c.now(), c.drops.Load()
		loaded, err := load(ctx)
		if err != nil {
			return nil, err
		}
		if c.drops.Load() == drops {
			ttl := c.ttl
			if p, ok := any(loaded).(partial); ok && p.isPartial() {
				ttl = min(ttl, partialTTL)
			}
			c.entries.Set(key, cacheEntry[V]{loaded, start, ttl})
		}
		return loaded, nil
	})
}

// drop forgets the value of key, because the caller has just changed it.
func (c *cache[K, V]) drop(key K) {
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
