package translate

import (
	"context"
	"slices"
	"time"

	"github.com/occigate/occigate/occi"
)

// Definitions keeps the definitions of user-defined mixins, per project. Its errors are *occi.Error where the client
// may learn them.
type Definitions interface {
	// All returns the mixins of a project, oldest first; the caller may change them.
	All(ctx context.Context, project string) ([]*occi.Mixin, error)
	// Add keeps further mixins of a project, all or none. The user who defines them is for the operator to know.
	Add(ctx context.Context, project, user string, mixins []*occi.Mixin) error
	// Remove forgets mixins of a project, all or none.
	Remove(ctx context.Context, project string, ids []occi.ID) error
}

// definitionsStale is how long old definitions are used when newer ones cannot be had: longer than a database takes to
// fail over. They change seldom.
const definitionsStale = 10 * time.Minute

// projectKey is whose definitions they are.
type projectKey string

// String returns the project's id.
func (k projectKey) String() string { return string(k) }

// newTagCache makes the cache of the projects' tags, with a clock of its own.
func newTagCache(o Options, now func() time.Time) (*cache[projectKey, *tags], error) {
	return newCache[projectKey, *tags](cacheOptions{
		size: o.TemplateProjects, ttl: o.DefinitionTTL, stale: max(definitionsStale, o.DefinitionTTL), now: now,
		event: func(string) {},
	})
}

// tags returns the project's tags, usually from the cache.
func (c *Cloud) tags(ctx context.Context) (*tags, error) {
	kept := c.translator.options.Definitions
	if kept == nil {
		return &tags{}, nil
	}
	t, err := c.translator.tags.get(ctx, projectKey(c.ProjectID()), func(ctx context.Context) (*tags, error) {
		mixins, err := kept.All(ctx, c.ProjectID())
		if err != nil {
			return nil, err
		}
		for _, x := range mixins {
			x.User = true
		}
		return newTags(c.ProjectID(), mixins), nil
	})
	return t, c.fault(err, subject{})
}

// shown returns the tags for showing things, some of which are tagged or none. They are decoration, nil if they cannot
// be had.
func (c *Cloud) shown(ctx context.Context, tagged bool) *tags {
	if !tagged {
		return nil
	}
	side, cancel := aside(ctx)
	defer cancel()
	t, _ := c.tags(side)
	return t
}

// Define adds mixins to the project's model: all of them or none. Other gateways on the same store know them when
// their caches expire, see Options.DefinitionTTL. Without a store it is Unimplemented.
func (c *Cloud) Define(ctx context.Context, mixins []*occi.Mixin) error {
	kept, err := c.definitions()
	if err != nil {
		return err
	}
	defer c.translator.tags.drop(projectKey(c.ProjectID())) // also after an error: what was done may not be known
	return kept.Add(ctx, c.ProjectID(), c.UserID(), mixins)
}

// Undefine takes mixins off everything in the project and then removes them from its model. When it fails on the way
// they are still defined, and it can be repeated. Snapshots it deletes.
func (c *Cloud) Undefine(ctx context.Context, mixins []*occi.Mixin) error {
	var snapshots, others []*occi.Mixin
	for _, x := range mixins {
		if x.DependsOn(volumeSnapshotID) && !x.User {
			snapshots = append(snapshots, x)
		} else {
			others = append(others, x)
		}
	}
	if len(others) > 0 {
		if err := c.undefine(ctx, others); err != nil {
			return err
		}
	}
	for _, x := range snapshots {
		if err := c.deleteSnapshot(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// undefine is Undefine for what users have defined.
func (c *Cloud) undefine(ctx context.Context, mixins []*occi.Mixin) error {
	kept, err := c.definitions()
	if err != nil {
		return err
	}
	defined, err := kept.All(ctx, c.ProjectID()) // not from the cache: what is gone already is NotFound
	if err != nil {
		return err
	}
	ids := make([]occi.ID, len(mixins))
	for i, x := range mixins {
		if !x.User {
			return occi.Errorf(occi.Forbidden, "mixin %s is the provider's and cannot be removed", x.ID)
		}
		if !slices.ContainsFunc(defined, func(d *occi.Mixin) bool { return d.ID == x.ID }) {
			return occi.Errorf(occi.NotFound, "there is no mixin %q", clip(x.String(), 80))
		}
		ids[i] = x.ID
	}
	if err := c.strip(ctx, mixins); err != nil {
		return err
	}
	defer c.translator.tags.drop(projectKey(c.ProjectID()))
	return kept.Remove(ctx, c.ProjectID(), ids)
}

// definitions returns the store of definitions, or why there is none.
func (c *Cloud) definitions() (Definitions, error) {
	if kept := c.translator.options.Definitions; kept != nil {
		return kept, nil
	}
	return nil, occi.Errorf(occi.Unimplemented, "this provider keeps no mixins of users")
}
