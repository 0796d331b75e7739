package conformance

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// Target is the endpoint under test and what the suite may use there.
type Target struct {
	Endpoint string        // URL of the service with its mount, such as "http://127.0.0.1:8787/occi1.2"
	Token    string        // accepted in X-Auth-Token, scoped to a project that may create things
	Keystone string        // URL that the challenge has to name
	Settle   time.Duration // the longest a compute may take to become active
	Poll     time.Duration // pause between looks at something that has to settle
	Out      io.Writer     // where the table goes
}

// Case is one requirement.
type Case struct {
	Area string // part of the standard: core, infrastructure, http, text
	Name string // the requirement in words
	Run  func(t *testing.T, s *suite)
}

// Run runs every case against the target, in order, and prints the table.
func Run(t *testing.T, target Target) {
	t.Helper()
	s := newSuite(t, target)
	var table strings.Builder
	passed, failed, skipped := 0, 0, 0
	for _, c := range Cases() {
		result := "passed"
		t.Run(c.Area+"/"+c.Name, func(t *testing.T) {
			defer func() {
				switch {
				case t.Failed():
					result = "FAILED"
					failed++
				case t.Skipped():
					result = "skipped"
					skipped++
				default:
					passed++
				}
			}()
			c.Run(t, s)
		})
		fmt.Fprintf(&table, "%-14s | %-72s | %s\n", c.Area, c.Name, result)
	}
	fmt.Fprintf(&table, "\nconformance at %s: %d passed, %d failed, %d skipped\n", target.Endpoint, passed, failed, skipped)
	if _, err := io.WriteString(target.Out, table.String()); err != nil {
		t.Error(err)
	}
}

// Cases returns all cases in the order in which they run.
func Cases() []Case {
	var all []Case
	for _, area := range [][]Case{
		accessCases(), queryCases(), negotiationCases(),
		networkCases(), storageCases(), computeCases(), contextCases(), linkCases(), actionCases(),
		updateCases(), deleteCases(), badInputCases(), textCases(),
	} {
		all = append(all, area...)
	}
	return all
}
