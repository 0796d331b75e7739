package keystone

import (
	"context"
	"errors"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

const (
	// expiryMargin is how long before its token's end an identity is no longer used: a request that
	// begins with a valid token should end with one.
	expiryMargin = 30 * time.Second
	// stalePatience is how long a request waits for news about a caller who was known a while ago.
	stalePatience = 2 * time.Second
)

// identityCache keeps who credentials stand for, and the refusal of those that stand for nobody, by
// digest. Refusals have a store of their own, so that guessing pushes no known identity out.
// Only what the credential itself is the reason for is kept, never an outage.
type identityCache struct {
	known   *otter.Cache[digest, lease]
	refused *otter.Cache[digest, *Error]
	flights singleflight.Group

	ttl      time.Duration
	grace    time.Duration
	timeout  time.Duration
	patience time.Duration
	event    func(result string)
	now      func() time.Time
}

// lease is who a credential stands for and how long that may be used.
type lease struct {
	*recognised
	fresh  time.Time     // until then without asking
	usable time.Time     // until then if Keystone does not answer
	kept   time.Duration // from when it was stored: a token given in exchange is kept while it is good
}

func newIdentityCache(o Options) (*identityCache, error) {
	known, err := otter.New(&otter.Options[digest, lease]{
		MaximumSize: o.CacheSize,
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[digest, lease]) time.Duration {
			return e.Value.kept
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
		known:    known,
		refused:  refused,
		ttl:      o.CacheTTL,
		grace:    max(o.OutageTTL, o.CacheTTL),
		timeout:  o.IdentityTimeout,
		patience: stalePatience,
		event:    o.CacheEvent,
		now:      o.Now,
	}, nil
}

// asking finds out who a credential stands for; known is what was known of it, nil for nothing.
type asking func(ctx context.Context, known *recognised) (*recognised, error)

// get returns who the credential of key stands for, or the error of one known to be refused, or what
// ask says. While Keystone does not answer, whoever was known not long ago is.
//
// Callers that want the same key at the same time share one ask, which outlives each of them, so
// that one impatient caller does not fail the others.
func (c *identityCache) get(ctx context.Context, key digest, ask asking) (*recognised, error) {
	l, known := c.known.GetIfPresent(key)
	if known && c.now().Before(l.fresh) {
		c.event(CacheHit)
		return l.recognised, nil
	}
	if refusal, ok := c.refused.GetIfPresent(key); ok {
		c.event(CacheNegative)
		return nil, refusal
	}
	c.event(CacheMiss)
	flight := c.flights.DoChan(string(key[:]), func() (any, error) { return c.fly(ctx, key, ask) })
	var impatience <-chan time.Time
	usable := known && c.now().Before(l.usable)
	if usable {
		timer := time.NewTimer(c.patience)
		defer timer.Stop()
		impatience = timer.C
	}
	select {
	case result := <-flight:
		if result.Err == nil {
			return result.Val.(*recognised), nil
		}
		if !usable || !isOutage(result.Err) {
			return nil, result.Err
		}
	case <-impatience:
	case <-ctx.Done():
		return nil, unavailable(identityService, 0, ctx.Err())
	}
	c.event(CacheStale)
	return l.recognised, nil
}

// fly asks for all callers who want the key now.
func (c *identityCache) fly(ctx context.Context, key digest, ask asking) (*recognised, error) {
	l, known := c.known.GetIfPresent(key)
	if known && c.now().Before(l.fresh) {
		return l.recognised, nil // stored by a flight that ended after the caller's look
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.timeout)
	defer cancel()
	r, err := ask(ctx, l.recognised)
	c.store(key, r, err)
	return r, err
}

// isOutage reports whether err says nothing about the credential.
func isOutage(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Kind == Unavailable || e.Kind == BadAnswer)
}

// store keeps the outcome of asking, if it lasts.
func (c *identityCache) store(key digest, r *recognised, err error) {
	if err != nil {
		if refusal, ok := errors.AsType[*Error](err); ok && !isOutage(err) {
			c.known.Invalidate(key)
			if refusal.lasting {
				_, _ = c.refused.Set(key, refusal)
			}
		}
		return
	}
	now := c.now()
	l := lease{recognised: r, fresh: now.Add(c.ttl), usable: now.Add(c.grace), kept: c.grace}
	if !r.ends.IsZero() {
		ends := r.ends.Add(-expiryMargin)
		l.fresh, l.usable = earlier(l.fresh, ends), earlier(l.usable, ends)
		if l.kept = min(l.kept, ends.Sub(now)); r.token != (Secret{}) {
			l.kept = ends.Sub(now)
		}
	}
	if l.kept > 0 {
		_, _ = c.known.Set(key, l)
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
