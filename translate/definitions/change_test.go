package definitions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// race runs do n times at once, on two stores in turn, and counts the outcomes by code.
func race(t *testing.T, o Options, n int, do func(s *Store, i int) error) map[occi.Code]int {
	t.Helper()
	stores := []*Store{open(t, o), open(t, o)}
	codes := make([]occi.Code, n)
	var g errgroup.Group
	for i := range n {
		g.Go(func() error {
			codes[i] = codeOf(do(stores[i%2], i))
			return nil
		})
	}
	_ = g.Wait() // the outcomes are in codes
	count := make(map[occi.Code]int)
	for _, code := range codes {
		count[code]++
	}
	return count
}

func TestRacesHaveOneWinner(t *testing.T) {
	t.Parallel()
	const n = 24
	for _, o := range databases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			project := newProject()
			won := map[occi.Code]int{0: 1, occi.Conflict: n - 1}
			got := race(t, o, n, func(s *Store, _ int) error {
				return s.Add(t.Context(), project, "alice", []*occi.Mixin{tag("same")})
			})
			if diff := cmp.Diff(won, got); diff != "" {
				t.Errorf("codes of adding the same mixin differ (-want +got):\n%s", diff)
			}
			got = race(t, o, n, func(s *Store, i int) error {
				m := tag(fmt.Sprint("t", i))
				m.Location = "/shared/"
				return s.Add(t.Context(), project, "alice", []*occi.Mixin{m})
			})
			if diff := cmp.Diff(won, got); diff != "" {
				t.Errorf("codes of adding at the same location differ (-want +got):\n%s", diff)
			}
			got = race(t, o, n, func(s *Store, _ int) error {
				return s.Remove(t.Context(), project, []occi.ID{tag("same").ID})
			})
			if diff := cmp.Diff(map[occi.Code]int{0: 1, occi.NotFound: n - 1}, got); diff != "" {
				t.Errorf("codes of removing the same mixin differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBoundHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	for _, o := range databases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			o.PerProject = 10
			project := newProject()
			got := race(t, o, 40, func(s *Store, i int) error {
				return s.Add(t.Context(), project, "alice", tags(fmt.Sprint("t", i, "-"), 2))
			})
			if diff := cmp.Diff(map[occi.Code]int{0: 5, occi.Forbidden: 35}, got); diff != "" {
				t.Errorf("codes differ (-want +got):\n%s", diff)
			}
			if got := all(t, open(t, o), project); len(got) != o.PerProject {
				t.Errorf("All has %d definitions, want %d", len(got), o.PerProject)
			}
		})
	}
}

func TestReadersDoNotWaitForChanges(t *testing.T) {
	t.Parallel()
	for _, o := range emptyDatabases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s, project := open(t, o), newProject()
			add(t, s, project, tag("a"))
			entered, leave := make(chan struct{}), make(chan struct{})
			var g errgroup.Group
			g.Go(func() error {
				return s.change(t.Context(), 1, func(context.Context, *sql.Tx, int64) error {
					close(entered)
					<-leave
					return nil
				})
			})
			<-entered
			for range 2 * maxConnections { // more changes than connections
				g.Go(func() error {
					return s.Add(t.Context(), newProject(), "alice", tags("t", 1))
				})
			}
			for range maxConnections {
				if got := all(t, s, project); len(got) != 1 {
					t.Errorf("All during a change = %v, want one", got)
				}
			}
			close(leave)
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

// hold takes the lock of all changes by another store until the function it returns is called.
func hold(t *testing.T, o Options) (release func()) {
	t.Helper()
	tx, err := open(t, o).db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(countChanges, 1); err != nil {
		t.Fatal(err)
	}
	release = sync.OnceFunc(func() { _ = tx.Rollback() })
	t.Cleanup(release)
	return release
}

func TestLockedDatabaseIsUnavailable(t *testing.T) {
	t.Parallel()
	for _, o := range emptyDatabases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			project := newProject()
			release := hold(t, o)
			s := open(t, o)
			patience := s.timeout
			s.timeout = 100 * time.Millisecond

			err := s.Add(t.Context(), project, "alice", tags("t", 1))
			e, ok := errors.AsType[*occi.Error](err)
			if !ok || e.Code != occi.Unavailable || e.RetryAfter <= 0 {
				t.Errorf("Add = %v, want Unavailable with a time to wait", err)
			}
			short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			if err := s.Add(short, project, "alice", tags("t", 1)); codeOf(err) != occi.Timeout {
				t.Errorf("Add with a deadline = %v, want Timeout", err)
			}
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if err := s.Remove(gone, project, []occi.ID{tag("t0").ID}); codeOf(err) != occi.ClientGone {
				t.Errorf("Remove for nobody = %v, want ClientGone", err)
			}
			if _, err := s.All(gone, project); codeOf(err) != occi.ClientGone {
				t.Errorf("All for nobody = %v, want ClientGone", err)
			}

			release()
			s.timeout = patience
			add(t, s, project, tag("after"))
			if diff := cmp.Diff([]*occi.Mixin{tag("after")}, all(t, s, project)); diff != "" {
				t.Errorf("All differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChangeWaitsForItsTurnNoLongerThanItMay(t *testing.T) {
	t.Parallel()
	s := open(t, Options{DSN: t.TempDir() + "/definitions.db"})
	patience := s.timeout
	s.timeout = 50 * time.Millisecond
	s.turn <- struct{}{}
	if err := s.Add(t.Context(), "p", "alice", tags("t", 1)); codeOf(err) != occi.Unavailable {
		t.Errorf("Add = %v, want Unavailable", err)
	}
	<-s.turn
	s.timeout = patience
	add(t, s, "p", tag("a"))
}

func TestCollisionsAreRepeated(t *testing.T) {
	t.Parallel()
	collision := fmt.Errorf("commit: %w", &mysql.MySQLError{Number: 1213, Message: "Deadlock found"})
	for _, o := range emptyDatabases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s, project := open(t, o), newProject()
			for _, c := range []struct {
				term                 string
				collisions, attempts int
				code                 occi.Code
			}{
				{"lucky", 2, 3, 0},
				{"unlucky", 100, 5, occi.Unavailable},
			} {
				attempts := 0
				err := s.change(t.Context(), 1, func(ctx context.Context, tx *sql.Tx, position int64) error {
					_, err := tx.ExecContext(ctx, insertDefinition, project, position, scheme, c.term, "", "/"+c.term+"/",
						"", "", "", 0)
					if attempts++; err == nil && attempts <= c.collisions {
						err = collision
					}
					return err
				})
				if codeOf(err) != c.code || attempts != c.attempts {
					t.Errorf("%s: %v after %d attempts, want code %d after %d", c.term, err, attempts, c.code, c.attempts)
				}
			}
			if got := all(t, s, project); len(got) != 1 || got[0].Term != "lucky" {
				t.Errorf("All = %v, want what the last attempt of the first change inserted", got)
			}
		})
	}
}

// TestDeadlockIsACollision makes the server undo a change in favour of a larger one. SQLite has one lock, so no deadlocks.
func TestDeadlockIsACollision(t *testing.T) {
	t.Parallel()
	for _, o := range emptyDatabases(t) {
		if o.Driver != MySQL {
			continue
		}
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s, project := open(t, o), newProject()
			add(t, s, project, tags("t", 20)...)
			larger, err := s.db.Begin()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := larger.Exec("UPDATE occigate_definition SET created = created + 1"); err != nil {
				t.Fatal(err)
			}
			attempts := 0
			err = s.change(t.Context(), 1, func(ctx context.Context, tx *sql.Tx, _ int64) error {
				if attempts++; attempts > 1 {
					return nil
				}
				var g errgroup.Group
				g.Go(func() error { // waits for the change, or the change for it: whichever comes second closes the circle
					_, err := larger.Exec(countChanges, 1)
					return errors.Join(err, larger.Commit())
				})
				_, err := tx.ExecContext(ctx, deleteDefinition, project, scheme, "t0")
				if waitErr := g.Wait(); waitErr != nil {
					return fmt.Errorf("the larger change: %w", waitErr)
				}
				return err
			})
			if err != nil || attempts != 2 {
				t.Errorf("change = %v after %d attempts, want success after 2", err, attempts)
			}
		})
	}
}

// TestStoreComesBackWithTheDatabase takes the way to the server away for a while.
func TestStoreComesBackWithTheDatabase(t *testing.T) {
	t.Parallel()
	dsn := os.Getenv(mysqlVariable)
	if dsn == "" {
		t.Skipf("%s names no database", mysqlVariable)
	}
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	way := &forwarder{network: cfg.Net, address: cfg.Addr}
	if cfg.Addr, err = way.open("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(way.close)
	cfg.Net = "tcp"
	s, project := open(t, Options{Driver: MySQL, DSN: cfg.FormatDSN()}), newProject()
	add(t, s, project, tag("before"))

	way.close()
	_, err = s.All(t.Context(), project)
	if e, ok := errors.AsType[*occi.Error](err); !ok || e.Code != occi.Unavailable || e.RetryAfter <= 0 {
		t.Errorf("All = %v, want Unavailable with a time to wait", err)
	}
	if err := s.Add(t.Context(), project, "alice", tags("t", 1)); codeOf(err) != occi.Unavailable {
		t.Errorf("Add = %v, want Unavailable", err)
	}
	if err := s.Ping(t.Context()); codeOf(err) != occi.Unavailable {
		t.Errorf("Ping = %v, want Unavailable", err)
	}

	if _, err := way.open(cfg.Addr); err != nil {
		t.Fatal(err)
	}
	add(t, s, project, tag("after"))
	if diff := cmp.Diff([]*occi.Mixin{tag("before"), tag("after")}, all(t, s, project)); diff != "" {
		t.Errorf("All differs (-want +got):\n%s", diff)
	}
}
