package definitions

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/occigate/occigate/occi"
)

// Store holds the definitions of all projects. It is safe for concurrent use, by several processes too.
//
// Errors of its methods are *occi.Error where the client may learn them: Unavailable when the database cannot be used.
// Any other error is internal. None shows the data source name.
type Store struct {
	db         *sql.DB
	perProject int
	timeout    time.Duration
	turn       chan struct{} // taken by the change in progress, so that changes do not occupy all connections
}

// Open connects to the database and makes the tables if they are missing; several processes may do so at once.
// Its errors are for the operator.
func Open(ctx context.Context, o Options) (*Store, error) {
	o = o.withDefaults()
	db, err := connect(o)
	if err != nil {
		return nil, fmt.Errorf("mixin definitions: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	if err := migrate(ctx, db); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("mixin definitions: %w", err)
	}
	return &Store{db: db, perProject: o.PerProject, timeout: o.Timeout, turn: make(chan struct{}, 1)}, nil
}

// Close waits for the statements in progress and closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Ping reports whether definitions can be read: the database answers and has the tables.
func (s *Store) Ping(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	_, err := version(bounded, s.db)
	return fault(ctx, err)
}

// All returns the definitions of a project in the order of their creation; the caller may change them.
// They have id, title, location, depends and applies.
func (s *Store) All(ctx context.Context, project string) ([]*occi.Mixin, error) {
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	mixins, err := list(bounded, s.db, project)
	return mixins, fault(ctx, err)
}

// Add stores definitions of a project, all or none. The user is recorded for the operator.
//
// It is Invalid if one cannot be kept as it is, Conflict if the project has a mixin of the same id, an equal one even,
// or at the same location, and Forbidden if the project would have more than Options.PerProject. After Unavailable,
// Timeout and ClientGone the definitions may have been stored nevertheless: the answer of the database may be lost.
func (s *Store) Add(ctx context.Context, project, user string, mixins []*occi.Mixin) error {
	if err := checkOwner(project, user); err != nil {
		return err
	}
	for _, m := range mixins {
		if err := check(m); err != nil {
			return err
		}
	}
	return s.change(ctx, len(mixins), func(ctx context.Context, tx *sql.Tx, position int64) error {
		has, err := list(ctx, tx, project)
		if err != nil {
			return err
		}
		if err := admit(has, mixins, s.perProject); err != nil {
			return err
		}
		created := time.Now().Unix()
		for i, m := range mixins {
			_, err := tx.ExecContext(ctx, insertDefinition, project, position+int64(i), m.Scheme, m.Term, m.Title,
				m.Location, joinIDs(m.Depends), joinIDs(m.Applies), user, created)
			if err != nil {
				return fmt.Errorf("insert definition: %w", err)
			}
		}
		return nil
	})
}

// Remove deletes definitions of a project, all or none; NotFound if the project lacks one. Ids count as they are
// written, so aliases are for the caller to resolve, and so is to take the mixins from their entities first.
func (s *Store) Remove(ctx context.Context, project string, ids []occi.ID) error {
	return s.change(ctx, len(ids), func(ctx context.Context, tx *sql.Tx, _ int64) error {
		for i, id := range ids {
			if slices.Contains(ids[:i], id) {
				continue
			}
			result, err := tx.ExecContext(ctx, deleteDefinition, project, id.Scheme, id.Term)
			if err != nil {
				return fmt.Errorf("delete definition: %w", err)
			}
			deleted, err := result.RowsAffected()
			if err != nil {
				return fmt.Errorf("delete definition: %w", err)
			}
			if deleted == 0 {
				return occi.Errorf(occi.NotFound, "the project has not defined a mixin %q", clip(id.String()))
			}
		}
		return nil
	})
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// list reads the definitions of a project in the order of their creation.
func list(ctx context.Context, q querier, project string) ([]*occi.Mixin, error) {
	rows, err := q.QueryContext(ctx, selectDefinitions, project)
	if err != nil {
		return nil, fmt.Errorf("select definitions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var mixins []*occi.Mixin
	for rows.Next() {
		var m occi.Mixin
		var depends, applies string
		if err := rows.Scan(&m.Scheme, &m.Term, &m.Title, &m.Location, &depends, &applies); err != nil {
			return nil, fmt.Errorf("select definitions: %w", err)
		}
		m.Depends, m.Applies = splitIDs(depends), splitIDs(applies)
		mixins = append(mixins, &m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("select definitions: %w", err)
	}
	return mixins, nil
}
