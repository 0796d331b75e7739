package gateway

import (
	"context"
	"net/http"

	"github.com/occigate/occigate/occi"
)

// Cloud is what the gateway needs of a provider, in OCCI words, on behalf of one caller.
// Every method returns an *occi.Error for what the client may learn; any other error is internal.
//
// The kinds in references are the gateway's own: a provider compares them by ID.
type Cloud interface {
	// Model returns everything the caller can use: kinds, mixins with the templates and the project's own, actions.
	Model(ctx context.Context) (*occi.Model, error)
	// List returns the entities of a kind that the query selects, oldest first. Unless full is set, only what
	// references need: kind and id.
	List(ctx context.Context, kind *occi.Kind, query occi.Query, full bool) ([]occi.Entity, error)
	// Get returns one entity, complete with links and applicable actions.
	Get(ctx context.Context, ref occi.Ref) (*occi.Entity, error)
	// Create makes the entity and its links, or nothing. The answer has at least kind and id.
	Create(ctx context.Context, e *occi.Entity) (*occi.Entity, error)
	// Update changes an entity and returns it as it is then.
	Update(ctx context.Context, change *occi.Change) (*occi.Entity, error)
	// Delete removes an entity; a resource takes its links with it.
	Delete(ctx context.Context, ref occi.Ref) error
	// Act invokes an action. The answer is the mixin that the action made (save), else nil.
	Act(ctx context.Context, ref occi.Ref, invocation *occi.Invocation) (*occi.Mixin, error)
	// Define adds mixins of the caller's project to the model: all of them or none. A provider that keeps no
	// user-defined mixins answers Unimplemented.
	Define(ctx context.Context, mixins []*occi.Mixin) error
	// Undefine removes mixins that Define has added, and takes them off every entity; those that are Removable it deletes.
	Undefine(ctx context.Context, mixins []*occi.Mixin) error
	// Associate puts a mixin on an entity that exists. A template replaces the one the entity has.
	Associate(ctx context.Context, ref occi.Ref, mixin *occi.Mixin) error
	// Dissociate takes a mixin off an entity.
	Dissociate(ctx context.Context, ref occi.Ref, mixin *occi.Mixin) error
	// Caller tells who is calling, for the log.
	Caller() Caller
}

// Caller identifies who makes a request; neither field is a secret.
type Caller struct {
	UserID    string
	ProjectID string
}

// Connect authenticates a request. Its errors are *occi.Error; Unauthenticated is answered with the challenge.
type Connect func(*http.Request, Origin) (Cloud, error)
