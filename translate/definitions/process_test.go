package definitions

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

// Variables that make the test binary a process that adds definitions; see writeUntilKilled.
const (
	writerVariable  = "OCCIGATE_TEST_WRITER" // prefix of the terms
	driverVariable  = "OCCIGATE_TEST_WRITER_DRIVER"
	dsnVariable     = "OCCIGATE_TEST_WRITER_DSN"
	projectVariable = "OCCIGATE_TEST_WRITER_PROJECT"
)

// batch is how many definitions a writer adds at once.
const batch = 3

// writeUntilKilled adds batches of definitions for ever, and prints the prefix of each batch that was acknowledged.
func writeUntilKilled() int {
	ctx := context.Background()
	s, err := Open(ctx, Options{
		Driver: os.Getenv(driverVariable), DSN: os.Getenv(dsnVariable), PerProject: 1_000_000,
	})
	for i := 0; err == nil; i++ {
		prefix := fmt.Sprintf("%s-%d-", os.Getenv(writerVariable), i)
		if err = s.Add(ctx, os.Getenv(projectVariable), "alice", tags(prefix, batch)); err == nil {
			_, err = fmt.Println(prefix)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// writer is a process that adds definitions.
type writer struct {
	cmd  *exec.Cmd
	acks *bufio.Scanner
	seen map[string]bool // prefixes of the acknowledged batches
}

func startWriter(t *testing.T, o Options, project, prefix string) *writer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), writerVariable+"="+prefix, driverVariable+"="+o.Driver, dsnVariable+"="+o.DSN,
		projectVariable+"="+project)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &writer{cmd, bufio.NewScanner(out), make(map[string]bool)}
}

// read takes note of n acknowledgements, or of all until the process ends if n is negative.
func (w *writer) read(n int) error {
	for ; n != 0; n-- {
		if !w.acks.Scan() {
			if n > 0 {
				return errors.New("the writer ended by itself")
			}
			return w.acks.Err()
		}
		w.seen[w.acks.Text()] = true
	}
	return nil
}

// TestNothingIsLostWhenProcessesAreKilled lets two processes add definitions and kills them in the middle of it,
// several times.
func TestNothingIsLostWhenProcessesAreKilled(t *testing.T) {
	t.Parallel()
	for _, o := range databases(t) {
		t.Run(o.Driver, func(t *testing.T) {
			t.Parallel()
			project := newProject()
			acknowledged := make(map[string]bool)
			const rounds, writers = 3, 2
			for round := range rounds {
				var g errgroup.Group
				var started [writers]*writer
				for i := range started {
					w := startWriter(t, o, project, fmt.Sprintf("r%dw%d", round, i))
					started[i] = w
					g.Go(func() error {
						return errors.Join(w.read(10+7*round), w.cmd.Process.Kill(), w.read(-1))
					})
				}
				if err := g.Wait(); err != nil {
					t.Fatal(err)
				}
				for _, w := range started {
					if err := w.cmd.Wait(); err == nil {
						t.Error("a writer ended well, want it killed")
					}
					maps.Copy(acknowledged, w.seen)
				}
			}

			s := open(t, o)
			stored := make(map[string]int)
			for _, m := range all(t, s, project) {
				stored[m.Term[:strings.LastIndexByte(m.Term, '-')+1]]++
			}
			for prefix, n := range stored {
				if n != batch {
					t.Errorf("batch %q has %d definitions, want %d", prefix, n, batch)
				}
			}
			for prefix := range acknowledged {
				if stored[prefix] == 0 {
					t.Errorf("batch %q was acknowledged and is lost", prefix)
				}
			}
			if extra := len(stored) - len(acknowledged); extra > rounds*writers {
				t.Errorf("%d batches are stored that were not acknowledged, want at most one per process", extra)
			}
			t.Logf("%d batches acknowledged, %d stored", len(acknowledged), len(stored))
			if o.Driver == MySQL {
				return
			}
			var intact string
			if err := s.db.QueryRow("PRAGMA integrity_check").Scan(&intact); err != nil || intact != "ok" {
				t.Errorf("integrity check: %q, %v", intact, err)
			}
		})
	}
}
