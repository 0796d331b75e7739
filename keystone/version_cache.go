package keystone

import (
	"context"
	"errors"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

const (
	// versionTTL is how long a service's newest microversion is used before it is asked for anew.
	versionTTL = time.Hour
	// versionRetry is how long after a useless answer the service is asked again.
	versionRetry = 10 * time.Second
	// versionTimeout bounds asking, repeats included.
	versionTimeout = 3 * time.Second
	// versionEndpoints bounds the endpoints whose versions are known.
	versionEndpoints = 1000
)

// errTokenRefused is why a service did not tell its versions to this caller.
var errTokenRefused = errors.New("the token is not accepted")

// versionCache keeps the newest microversion of each endpoint. A service that does not tell it is
// taken for one that has what it had before, else for the oldest: that works everywhere, with less.
type versionCache struct {
	known   *otter.Cache[string, knownVersion]
	flights singleflight.Group
	now     func() time.Time
}

// knownVersion is a newest microversion, and until when it is used without asking.
type knownVersion struct {
	newest Microversion
	until  time.Time
}

func newVersionCache(o Options) (*versionCache, error) {
	known, err := otter.New(&otter.Options[string, knownVersion]{
		MaximumSize: versionEndpoints,
		Executor:    runInline,
	})
	if err != nil {
		return nil, err
	}
	return &versionCache{known: known, now: o.Now}, nil
}

// get returns the newest microversion of an endpoint. Nobody waits for one that is merely old: it is
// asked for meanwhile. If there is none, callers share one question, which outlives each of them;
// who cannot wait for the answer gets the oldest.
func (c *versionCache) get(
	ctx context.Context, address string, oldest Microversion, ask func(context.Context) (Microversion, error),
) Microversion {
	have, ok := c.known.GetIfPresent(address)
	if ok && c.now().Before(have.until) {
		return have.newest
	}
	flight := c.flights.DoChan(address, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), versionTimeout)
		defer cancel()
		newest, err := ask(ctx)
		ttl := versionTTL
		if err != nil {
			newest, ttl = oldest, versionRetry
			if last, ok := c.known.GetIfPresent(address); ok {
				newest = last.newest
			}
		}
		if !errors.Is(err, errTokenRefused) { // which says nothing about the service
			c.known.Set(address, knownVersion{newest, c.now().Add(ttl)})
		}
		return newest, nil
	})
	if ok {
		return have.newest
	}
	select {
	case result := <-flight:
		return result.Val.(Microversion)
	case <-ctx.Done():
		return oldest
	}
}

// drop forgets the version of an endpoint.
func (c *versionCache) drop(address string) {
	c.flights.Forget(address)
	c.known.Invalidate(address)
}
