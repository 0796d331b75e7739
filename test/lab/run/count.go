package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// event is what `go test -json` prints about a test; see `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// counts are the results of tests that have no subtests.
type counts struct {
	passed, failed, skipped int
}

func (c counts) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.passed, c.failed, c.skipped)
}

// fault says what is wrong with the counts of a suite that should have passed wholly.
func (c counts) fault(suite string) error {
	switch {
	case c.failed > 0:
		return fmt.Errorf("%s: %d failed", suite, c.failed)
	case c.skipped > 0:
		return fmt.Errorf("%s: %d skipped, and nothing may be skipped here", suite, c.skipped)
	case c.passed == 0:
		return fmt.Errorf("%s: no test ran", suite)
	}
	return nil
}

// count reads the events, copies the tests' output to w, less the lines that announce tests, and
// counts the results.
func count(events io.Reader, w io.Writer) (counts, error) {
	results := map[string]string{} // package and test → pass, fail or skip
	parents := map[string]bool{}
	for decoder := json.NewDecoder(events); ; {
		var e event
		if err := decoder.Decode(&e); errors.Is(err, io.EOF) {
			return sum(results, parents), nil
		} else if err != nil {
			return sum(results, parents), fmt.Errorf("events of go test: %w", err)
		}
		switch e.Action {
		case "output":
			if strings.HasPrefix(e.Output, "=== ") {
				continue
			}
			if _, err := io.WriteString(w, e.Output); err != nil {
				return sum(results, parents), err
			}
		case "pass", "fail", "skip":
			if e.Test == "" {
				continue // of a package
			}
			name := e.Package + "." + e.Test
			results[name] = e.Action
			for i := len(e.Package); i < len(name); i++ {
				if name[i] == '/' {
					parents[name[:i]] = true
				}
			}
		}
	}
}

func sum(results map[string]string, parents map[string]bool) counts {
	var c counts
	for name, result := range results {
		if parents[name] {
			continue
		}
		switch result {
		case "pass":
			c.passed++
		case "fail":
			c.failed++
		case "skip":
			c.skipped++
		}
	}
	return c
}
