package gateway

import (
	"context"
	"net/http"

	"github.com/occigate/occigate/occi"
)

// Cloud is what the gateway needs of a provider, in OCCI words, on behalf of one caller.
// Every method returns an *occi.Error for what the client may learn; any other error is internal. A reference to an
// entity that does not exist is NotFound. Kinds are compared by ID: those of references need not be the Model's own.
type Cloud interface {
	// Model returns everything the caller can use: kinds, mixins with the templates, actions.
	Model(ctx context.Context) (*occi.Model, error)
	// List returns the entities of a kind. Unless full is set, only what references need: kind and id.
	List(ctx context.Context, kind *occi.Kind, full bool) ([]occi.Entity, error)
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
	// Caller tells who is calling, for the log.
	Caller() Caller
}

// Caller identifies who makes a request; neither field is a secret.
type Caller struct {
	UserID    string
	ProjectID string
}

// Connect authenticates a request. Its errors are *occi.Error; Unauthenticated is answered with the challenge.
type Connect func(*http.Request) (Cloud, error)
