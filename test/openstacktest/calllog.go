package openstacktest

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// logLimit bounds the calls and the violations kept; older ones are forgotten.
const logLimit = 20_000

// Call is one HTTP call the cloud has seen.
type Call struct {
	Service         string // keystone, nova, neutron, cinder, glance or placement
	Region          string // RegionOne or RegionTwo, by the endpoint used
	Interface       string // public, internal or admin, by the endpoint used
	Method          string
	Path            string // below the service's mount, such as /v2.1/servers
	Query           string // raw
	Version         string // the microversion asked for, such as "compute 2.47"
	Status          int    // 0 when the connection was cut before an answer
	Start, End      time.Time
	RequestID       string // the answer's x-openstack-request-id
	GlobalRequestID string // the X-Openstack-Request-Id the caller sent
}

type callLog struct {
	mu         sync.Mutex
	calls      []Call
	violations []string
}

func (l *callLog) add(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, c)
	if len(l.calls) > logLimit {
		l.calls = slices.Clone(l.calls[logLimit/2:])
	}
}

func (l *callLog) violate(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.violations) < logLimit {
		l.violations = append(l.violations, text)
	}
}

// Calls gives the calls answered or cut so far, in the order in which they arrived. A call is
// in the log before its caller sees the first byte of the answer.
func (c *Cloud) Calls() []Call {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	calls := slices.Clone(c.log.calls)
	slices.SortStableFunc(calls, func(a, b Call) int { return a.Start.Compare(b.Start) })
	return calls
}

// ResetCalls empties the call log.
func (c *Cloud) ResetCalls() {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	c.log.calls = nil
}

// Violations tells what callers did that no correct client does: unknown paths and fields, a
// missing token, an unsupported microversion, a wrong content type. One sentence each.
func (c *Cloud) Violations() []string {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	return slices.Clone(c.log.violations)
}

// ResetViolations forgets the violations seen so far.
func (c *Cloud) ResetViolations() {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	c.log.violations = nil
}

// Rounds is the length of the longest chain of calls of which each began after the one before had
// ended: calls that overlap are one round. It tells little unless Options.Latency keeps calls that
// were sent together overlapping.
func Rounds(calls []Call) int {
	byEnd := slices.SortedFunc(slices.Values(calls), func(a, b Call) int { return a.End.Compare(b.End) })
	rounds := 0
	var end time.Time
	for _, call := range byEnd {
		if rounds == 0 || !call.Start.Before(end) {
			rounds++
			end = call.End
		}
	}
	return rounds
}

// PeakConcurrency is the largest number of calls that were under way at one moment.
func PeakConcurrency(calls []Call) int {
	type edge struct {
		at   time.Time
		step int
	}
	var edges []edge
	for _, call := range calls {
		edges = append(edges, edge{call.Start, 1}, edge{call.End, -1})
	}
	slices.SortFunc(edges, func(a, b edge) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.step, b.step))
	})
	running, peak := 0, 0
	for _, e := range edges {
		running += e.step
		peak = max(peak, running)
	}
	return peak
}
