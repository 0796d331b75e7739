package conformance

import (
	"io"
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

// Case shows that a row is met, or a part of it.
type Case struct {
	Row  string // name of the row
	Name string // the requirement in words
	Run  func(t *testing.T, s *suite)
	As   clients
}

// clients are those that a case is run as.
type clients []string

// The versions of OCCI that a client says it speaks, which matters only where they differ.
var (
	anyone     = clients{""}
	eachClient = clients{"1.1", "1.2"}
)

// Run runs every case against the target, in order, and prints the table of rows.
func Run(t *testing.T, target Target) {
	t.Helper()
	s := newSuite(t, target)
	areas := map[string]string{}
	for _, row := range Rows() {
		areas[row.Name] = row.Area
	}
	var all tally
	for _, c := range Cases() {
		for _, version := range c.As {
			name := areas[c.Row] + "/" + c.Name
			if version != "" {
				name += " (OCCI " + version + ")"
			}
			t.Run(name, func(t *testing.T) {
				defer func() { all.add(c.Row, t) }()
				s.version = version
				c.Run(t, s)
			})
		}
	}
	t.Run("every row is met or known not to be", func(t *testing.T) {
		defer func() { all.add("", t) }()
		all.check(t, notMet(t))
	})
	if err := all.print(target.Out, target.Endpoint, notMet(t)); err != nil {
		t.Error(err)
	}
}

// Cases returns all cases in the order in which they run.
func Cases() []Case {
	var all []Case
	for _, area := range [][]Case{
		accessCases(), queryCases(), negotiationCases(),
		filterCases(), networkCases(), storageCases(), storageActionCases(), computeCases(), contextCases(), linkCases(),
		outsideCases(), actionCases(),
		updateCases(), deleteCases(), placementCases(), metadataCases(), badInputCases(), textCases(), textRenderingCases(), versionCases(),
		jsonCases(), jsonInputCases(), collectionCases(), pageCases(), collectionChangeCases(),
		definitionCases(), membershipCases(), securityGroupCases(),
	} {
		all = append(all, area...)
	}
	return all
}
