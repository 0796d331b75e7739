package definitions

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/occigate/occigate/occi"
)

// mysqlVariable names a MariaDB or MySQL database on which every test runs besides SQLite: a data source name.
const mysqlVariable = "OCCIGATE_TEST_MYSQL"

func TestMain(m *testing.M) {
	if os.Getenv(writerVariable) != "" {
		os.Exit(writeUntilKilled())
	}
	goleak.VerifyTestMain(m)
}

// databases are the options for each kind of database. On MariaDB all tests share one, so they use projects of their
// own.
func databases(t *testing.T) []Options {
	t.Helper()
	options := []Options{{Driver: SQLite, DSN: filepath.Join(t.TempDir(), "definitions.db")}}
	if dsn := os.Getenv(mysqlVariable); dsn != "" {
		options = append(options, Options{Driver: MySQL, DSN: dsn})
	}
	return options
}

// open opens a store that is closed when the test ends.
func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// newProject makes up the id of a project.
func newProject() string { return rand.Text() }

const scheme = "http://example.com/occi/tags#"

// tag is a definition with the location "/tag/TERM/".
func tag(term string) *occi.Mixin {
	return &occi.Mixin{ID: occi.ID{Scheme: scheme, Term: term}, Title: "Tag " + term, Location: "/tag/" + term + "/"}
}

// tags are the definitions prefix0, prefix1 and so on.
func tags(prefix string, n int) []*occi.Mixin {
	mixins := make([]*occi.Mixin, n)
	for i := range mixins {
		mixins[i] = tag(fmt.Sprint(prefix, i))
	}
	return mixins
}

func add(t *testing.T, s *Store, project string, mixins ...*occi.Mixin) {
	t.Helper()
	if err := s.Add(t.Context(), project, "alice", mixins); err != nil {
		t.Fatalf("Add(%v): %v", mixins, err)
	}
}

func all(t *testing.T, s *Store, project string) []*occi.Mixin {
	t.Helper()
	mixins, err := s.All(t.Context(), project)
	if err != nil {
		t.Fatalf("All: %v", err)
	}
	return mixins
}

// codeOf is occi.CodeOf with 0 for no error.
func codeOf(err error) occi.Code {
	if err == nil {
		return 0
	}
	return occi.CodeOf(err)
}
