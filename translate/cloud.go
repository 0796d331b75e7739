package translate

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
)

// Cloud is OpenStack in OCCI words on behalf of one caller. It lives for one request.
// Its methods return *occi.Error for what the client may learn; any other error is internal.
type Cloud struct {
	translator *Translator
	session    *keystone.Session
}

// collection translates one kind. Each method returns *occi.Error for what a client may learn.
type collection interface {
	list(ctx context.Context, query occi.Query, full bool) ([]occi.Entity, error)
	get(ctx context.Context, id string) (*occi.Entity, error)
	create(ctx context.Context, e *occi.Entity) (*occi.Entity, error)
	update(ctx context.Context, c *occi.Change) (*occi.Entity, error)
	delete(ctx context.Context, id string) error
	act(ctx context.Context, id string, inv *occi.Invocation) (*occi.Mixin, error)
	// tag and untag put user-defined mixins on an entity and take them off. What is so already is no error.
	tag(ctx context.Context, id string, mixins []*occi.Mixin) error
	untag(ctx context.Context, id string, mixins []*occi.Mixin) error
}

// collection returns the translation of a kind.
func (c *Cloud) collection(kind *occi.Kind) (collection, error) {
	switch kind.ID {
	case occi.ComputeID:
		return computes{c}, nil
	case occi.StorageID:
		return storages{c}, nil
	case occi.NetworkID:
		return networks{c}, nil
	case occi.StorageLinkID:
		return storageLinks{c}, nil
	case occi.NetworkInterfaceID:
		return networkInterfaces{c}, nil
	case occi.IPReservationID:
		return ipReservations{c}, nil
	case occi.SecurityGroupID:
		return securityGroups{c}, nil
	case occi.SecurityGroupLinkID:
		return securityGroupLinks{c}, nil
	default:
		return nil, occi.Errorf(occi.Unimplemented, "%s has no entities of its own", kind.Term)
	}
}

// UserID returns the id of the calling user.
func (c *Cloud) UserID() string { return c.session.UserID() }

// ProjectID returns the id of the project that the caller's token is for.
func (c *Cloud) ProjectID() string { return c.session.ProjectID() }

// Model returns everything the caller can use: the kinds, mixins and actions of OCCI Infrastructure,
// OpenStack's contextualization mixins, the project's images and flavors as templates, what Cinder offers for volumes if
// it can be had, and its own mixins.
func (c *Cloud) Model(ctx context.Context) (*occi.Model, error) {
	var t *templates
	var offers *volumeOffers
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		t, err = c.templates(roundCtx)
		return err
	})
	round.Go(func() error {
		offers = c.volumeOffersAside(roundCtx) // computes can be made without Cinder
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	own, err := c.tags(ctx)
	if err != nil {
		return nil, err
	}
	if offers == nil {
		offers = c.translator.noOffers
	}
	return own.model(offers.model(c.hidden().model(t.model))), nil
}

// List returns the project's entities of a kind that the query selects, oldest first and then by id; networks of
// others come last. Unless full is set they have kind and id alone.
func (c *Cloud) List(ctx context.Context, kind *occi.Kind, query occi.Query, full bool) ([]occi.Entity, error) {
	of, err := c.collection(kind)
	if err != nil {
		return nil, err
	}
	if query.Mixins, err = c.meant(ctx, query.Mixins); err != nil {
		return nil, err
	}
	if id, ok := soleID(query); ok {
		return listOne(ctx, of, id, query, full)
	}
	return of.list(ctx, query, full)
}

// Get returns one entity, complete with links and applicable actions.
func (c *Cloud) Get(ctx context.Context, ref occi.Ref) (*occi.Entity, error) {
	of, err := c.collection(ref.Kind)
	if err != nil {
		return nil, err
	}
	return of.get(ctx, ref.ID)
}

// Create makes the entity and its links, or nothing. The answer has kind and id, and can be read at once.
func (c *Cloud) Create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	of, err := c.collection(e.Kind)
	if err != nil {
		return nil, err
	}
	wanted := *e
	if wanted.Mixins, err = c.meant(ctx, e.Mixins); err != nil {
		return nil, err
	}
	return of.create(ctx, &wanted)
}

// Update changes the entity with the change's kind and id, and returns it as it is then.
func (c *Cloud) Update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	of, err := c.collection(change.Kind)
	if err != nil {
		return nil, err
	}
	wanted := *change
	if wanted.Mixins, err = c.meant(ctx, change.Mixins); err != nil {
		return nil, err
	}
	return of.update(ctx, &wanted)
}

// Delete removes an entity; a resource takes its links with it.
func (c *Cloud) Delete(ctx context.Context, ref occi.Ref) error {
	of, err := c.collection(ref.Kind)
	if err != nil {
		return err
	}
	return of.delete(ctx, ref.ID)
}

// Act invokes an action. The answer is the mixin that the action made (save), else nil.
func (c *Cloud) Act(ctx context.Context, ref occi.Ref, invocation *occi.Invocation) (*occi.Mixin, error) {
	of, err := c.collection(ref.Kind)
	if err != nil {
		return nil, err
	}
	return of.act(ctx, ref.ID, invocation)
}

// Associate puts a mixin on an entity. A resource template replaces the one of a compute, which resizes it; what else
// a provider's mixin can do to an entity that exists, Update decides.
func (c *Cloud) Associate(ctx context.Context, ref occi.Ref, mixin *occi.Mixin) error {
	of, err := c.collection(ref.Kind)
	if err != nil {
		return err
	}
	if mixin.User {
		if err := checkApplies(ref.Kind, []*occi.Mixin{mixin}); err != nil {
			return err
		}
		return of.tag(ctx, ref.ID, []*occi.Mixin{mixin})
	}
	_, err = c.Update(ctx, &occi.Change{Entity: occi.Entity{Kind: ref.Kind, ID: ref.ID, Mixins: []*occi.Mixin{mixin}}})
	return err
}

// Dissociate takes a user-defined mixin off an entity; that it is not on it is no error. The provider's are Forbidden.
func (c *Cloud) Dissociate(ctx context.Context, ref occi.Ref, mixin *occi.Mixin) error {
	of, err := c.collection(ref.Kind)
	if err != nil {
		return err
	}
	if !mixin.User {
		return occi.Errorf(occi.Forbidden, "mixin %s is the provider's and cannot be taken off", mixin.ID)
	}
	return of.untag(ctx, ref.ID, []*occi.Mixin{mixin})
}

// kind returns a kind of the standard. All entities share the same ones.
func (c *Cloud) kind(id occi.ID) *occi.Kind { return c.translator.base.Kind(id) }
