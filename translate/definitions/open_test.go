package definitions

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// emptyMySQL makes a database without tables that is dropped when the test ends, and returns its data source name.
func emptyMySQL(t *testing.T, dsn string) string {
	t.Helper()
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	db, err := connect(Options{Driver: MySQL, DSN: dsn}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	cfg.DBName += "_" + strings.ToLower(newProject())
	if _, err := db.Exec("CREATE DATABASE " + cfg.DBName + " CHARACTER SET utf8mb3"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP DATABASE " + cfg.DBName); err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	return cfg.FormatDSN()
}

// emptyDatabases are databases that nobody shares and that have no tables.
func emptyDatabases(t *testing.T) []Options {
	t.Helper()
	options := databases(t)
	for i, o := range options {
		if o.Driver == MySQL {
			options[i].DSN = emptyMySQL(t, o.DSN)
		}
	}
	return options
}

func TestManyOpenAtOnce(t *testing.T) {
	t.Parallel()
	for _, o := range emptyDatabases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			project := newProject()
			var g errgroup.Group
			for i := range 12 {
				g.Go(func() error {
					s, err := Open(t.Context(), o)
					if err != nil {
						return err
					}
					return errors.Join(s.Add(t.Context(), project, "alice", tags(fmt.Sprint("t", i, "-"), 2)), s.Close())
				})
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
			if got := all(t, open(t, o), project); len(got) != 24 {
				t.Errorf("All has %d definitions, want 24", len(got))
			}
		})
	}
}

func TestOpenRefusesTablesOfAnotherVersion(t *testing.T) {
	t.Parallel()
	for _, o := range emptyDatabases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s := open(t, o)
			if _, err := s.db.Exec("UPDATE occigate_schema SET version = 2"); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "version 2") {
				t.Errorf("Open = %v, want an error that names version 2", err)
			}
		})
	}
}

func TestStoreWithoutTablesIsUnavailable(t *testing.T) {
	t.Parallel()
	for _, o := range emptyDatabases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			s := open(t, o)
			for _, table := range []string{"occigate_schema", "occigate_definition"} {
				if _, err := s.db.Exec("DROP TABLE " + table); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Ping(t.Context()); codeOf(err) != occi.Unavailable {
				t.Errorf("Ping = %v, want Unavailable", err)
			}
			if _, err := s.All(t.Context(), "p"); codeOf(err) != occi.Unavailable {
				t.Errorf("All = %v, want Unavailable", err)
			}
			if err := s.Add(t.Context(), "p", "alice", tags("t", 1)); codeOf(err) != occi.Unavailable {
				t.Errorf("Add = %v, want Unavailable", err)
			}
		})
	}
}

func TestSQLiteFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"plain.db", "odd ?#%41&é.db", ":memory:", "file:x"} {
		s := open(t, Options{DSN: filepath.Join(dir, name)})
		add(t, s, "p", tag("a"))
		for _, suffix := range []string{"", "-wal", "-shm"} {
			info, err := os.Stat(filepath.Join(dir, name) + suffix)
			if err != nil {
				t.Error(err)
			} else if info.Mode().Perm() != 0o600 {
				t.Errorf("%q has mode %v, want only its owner to read it", name+suffix, info.Mode())
			}
		}
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000"} {
			var got string
			if err := s.db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%q: %s = %q, %v, want %q", name, pragma, got, err, want)
			}
		}
	}
}

func TestMySQLSession(t *testing.T) {
	t.Parallel()
	dsn := os.Getenv(mysqlVariable)
	if dsn == "" {
		t.Skipf("%s names no database", mysqlVariable)
	}
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Params = map[string]string{"wait_timeout": "77"}
	s := open(t, Options{Driver: MySQL, DSN: cfg.FormatDSN(), Timeout: 6500 * time.Millisecond})
	var lock, idle int
	err = s.db.QueryRow("SELECT @@innodb_lock_wait_timeout, @@wait_timeout").Scan(&lock, &idle)
	if err != nil || lock != 7 || idle != 77 {
		t.Errorf("session waits %d s for locks and %d s when idle, %v; want 7 and the operator's 77", lock, idle, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk")
	if err := os.WriteFile(junk, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	const password = "s3cr3t"
	for _, o := range []Options{
		{},
		{Driver: "postgres", DSN: "user:" + password + "@/db"},
		{DSN: filepath.Join(dir, "missing", "definitions.db")},
		{DSN: dir},
		{DSN: junk},
		{Driver: MySQL, DSN: "user:" + password},
		{Driver: MySQL, DSN: "user:" + password + "/db"},
		{Driver: MySQL, DSN: "user:" + password + "@tcp(127.0.0.1:1"},
		{Driver: MySQL, DSN: "user:" + password + "@tcp(127.0.0.1:1)/"},
		{Driver: MySQL, DSN: "user:" + password + "@tcp(127.0.0.1:1)/db?tls=" + password},
		{Driver: MySQL, DSN: "user:" + password + "@tcp(127.0.0.1:1)/db"},
		{Driver: MySQL, DSN: "user:" + password + "@unix(/nowhere/mysql.sock)/db"},
	} {
		s, err := Open(t.Context(), o)
		if err == nil {
			_ = s.Close()
			t.Errorf("Open(%q, %q) = nil, want an error", o.Driver, o.DSN)
			continue
		}
		if strings.Contains(err.Error(), password) {
			t.Errorf("Open(%q, %q) = %v: shows the password", o.Driver, o.DSN, err)
		}
	}
	if _, err := Open(t.Context(), Options{DSN: filepath.Join(dir, "missing", "definitions.db")}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open in a missing directory = %v, want that it is missing", err)
	}
}

func TestWrongPasswordIsNotShown(t *testing.T) {
	t.Parallel()
	dsn := os.Getenv(mysqlVariable)
	if dsn == "" {
		t.Skipf("%s names no database", mysqlVariable)
	}
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	cfg.User, cfg.Passwd = "occigate_nobody", "s3cr3t"
	_, err = Open(t.Context(), Options{Driver: MySQL, DSN: cfg.FormatDSN()})
	var refused *mysql.MySQLError
	if !errors.As(err, &refused) || strings.Contains(err.Error(), cfg.Passwd) {
		t.Errorf("Open with a wrong password = %v, want what the server says, without the password", err)
	}
}

func TestOptionsDoNotShowThePassword(t *testing.T) {
	t.Parallel()
	o := Options{Driver: MySQL, DSN: "user:s3cr3t@/db"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if got := fmt.Sprintf(verb, o); got == "" || strings.Contains(got, "s3cr3t") || strings.Contains(got, fmt.Sprintf("%x", "s3cr3t")) {
			t.Errorf("%s = %q", verb, got)
		}
	}
}
