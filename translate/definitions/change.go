package definitions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"
)

// step is what a change does in its transaction; it may run again in another. The definitions it adds have the
// positions from the given one on.
type step func(ctx context.Context, tx *sql.Tx, position int64) error

// change does a step that adds or removes n definitions, alone among all changes to the store; all of it, or nothing
// if it fails.
func (s *Store) change(ctx context.Context, n int, do step) error {
	if n == 0 {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-bounded.Done():
		return fault(ctx, bounded.Err())
	}
	const attempts = 5
	for attempt := 1; ; attempt++ {
		err := s.transact(bounded, n, do)
		if attempt == attempts || !isCollision(err) {
			return fault(ctx, err)
		}
	}
}

// transact is one attempt at a change.
func (s *Store) transact(ctx context.Context, n int, do step) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, countChanges, n); err != nil { // takes the lock
		return fmt.Errorf("count changes: %w", err)
	}
	var changes int64
	if err := tx.QueryRowContext(ctx, selectChanges).Scan(&changes); err != nil {
		return fmt.Errorf("select changes: %w", err)
	}
	if err := do(ctx, tx, changes-int64(n)+1); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// isCollision reports whether a transaction was undone in favour of another one. A Galera cluster says so when a
// replica made a change at another node.
func isCollision(err error) bool {
	const deadlock = 1213 // ER_LOCK_DEADLOCK
	e, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && e.Number == deadlock
}
