package translate

import (
	"context"
	"slices"
	"strings"
	"time"
)

// staleLimit is how many times their TTL old templates may be and still be served when newer ones cannot be had.
const staleLimit = 10

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

// newTemplateCache makes a cache by the options' Template fields and CacheEvent, with a clock of its own.
func newTemplateCache(o Options, now func() time.Time) (*cache[templateKey, *templates], error) {
	return newCache[templateKey, *templates](cacheOptions{
		size: o.TemplateProjects, ttl: o.TemplateTTL, stale: staleLimit * o.TemplateTTL, now: now, event: o.CacheEvent,
	})
}

// templates returns the caller's templates, usually from the cache.
func (c *Cloud) templates(ctx context.Context) (*templates, error) {
	t, err := c.translator.templates.get(ctx, c.templateKey(), c.loadTemplates)
	return t, c.fault(err, subject{})
}
