package keystone

import (
	"context"
	"errors"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

// expiryMargin is how long before its token's end an identity is no longer used: a request that
// begins with a valid token should end with one.
const expiryMargin = 30 * time.Second

// identityCache keeps identities, and the refusal of tokens that have none, by token digest.
// Refusals have a store of their own, so that guessing tokens pushes no known identity out.
// Only what the token itself is the reason for is kept, never an outage.
type identityCache struct {
	known   *otter.Cache[digest, lease]
	refused *otter.Cache[digest, *Error]
	flights singleflight.Group

	ttl     time.Duration
	timeout time.Duration
	event   func(result string)
	now     func() time.Time
}

// lease is an identity and how long it may be used from when it was stored.
type lease struct {
	identity *identity
	ttl      time.Duration
}

func newIdentityCache(o Options) (*identityCache, error) {
	known, err := otter.New(&otter.Options[digest, lease]{
		MaximumSize: o.CacheSize,
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[digest, lease]) time.Duration {
			return e.Value.ttl
		}),
		Clock:    cacheClock{now: o.Now},
		Executor: runInline,
	})
	if err != nil {
		return nil, err
	}
	refused, err := otter.New(&otter.Options[digest, *Error]{
		MaximumSize:      o.CacheSize,
		ExpiryCalculator: otter.ExpiryWriting[digest, *Error](o.NegativeTTL),
		Clock:            cacheClock{now: o.Now},
		Executor:         runInline,
	})
	if err != nil {
		return nil, err
	}
	return &identityCache{
		known:   known,
		refused: refused,
		ttl:     o.CacheTTL,
		timeout: o.IdentityTimeout,
		event:   o.CacheEvent,
		now:     o.Now,
	}, nil
}

// get returns the identity of key, or the error of a token known to be refused, or what ask says.
// Callers that want the same key at the same time share one ask, which outlives each of them, so
// that one impatient caller does not fail the others.
func (c *identityCache) get(
	ctx context.Context, key digest, ask func(context.Context) (*identity, error),
) (*identity, error) {
	if l, ok := c.known.GetIfPresent(key); ok {
		c.event(CacheHit)
		return l.identity, nil
	}
	if refusal, ok := c.refused.GetIfPresent(key); ok {
		c.event(CacheNegative)
		return nil, refusal
	}
	c.event(CacheMiss)
	flight := c.flights.DoChan(string(key[:]), func() (any, error) {
		if l, ok := c.known.GetIfPresent(key); ok {
			return l.identity, nil // stored by a flight that ended after the look above
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.timeout)
		defer cancel()
		id, err := ask(ctx)
		c.store(key, id, err)
		return id, err
	})
	select {
	case result := <-flight:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*identity), nil
	case <-ctx.Done():
		return nil, unavailable(identityService, 0, ctx.Err())
	}
}

// store keeps the outcome of asking, if it lasts.
func (c *identityCache) store(key digest, id *identity, err error) {
	if err != nil {
		if refusal, ok := errors.AsType[*Error](err); ok && refusal.lasting {
			_, _ = c.refused.Set(key, refusal)
		}
		return
	}
	ttl := c.ttl
	if !id.expires.IsZero() {
		ttl = min(ttl, id.expires.Add(-expiryMargin).Sub(c.now()))
	}
	if ttl > 0 {
		_, _ = c.known.Set(key, lease{identity: id, ttl: ttl})
	}
}

// drop forgets the identity of key. A flight under way is not waited for by later callers.
func (c *identityCache) drop(key digest) {
	c.flights.Forget(string(key[:]))
	c.known.Invalidate(key)
}

// cacheClock gives the cache the client's clock. Without ticks it has no goroutine: entries expire
// when they are looked for, and the size is bounded anyway.
type cacheClock struct{ now func() time.Time }

// NowNano returns the time in nanoseconds since 1970.
func (c cacheClock) NowNano() int64 { return c.now().UnixNano() }

// Tick returns no ticks.
func (cacheClock) Tick(time.Duration) <-chan time.Time { return nil }

// runInline makes the cache's upkeep part of the call that causes it.
func runInline(task func()) { task() }
