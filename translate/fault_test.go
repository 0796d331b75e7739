package translate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// trial is a change of several steps, to be made with each of its calls failing in each way.
type trial struct {
	options Options
	prepare func(*testing.T, *bench) func(context.Context) error // makes what the change needs and returns the change
	again   bool                                                 // one that is cut short is finished by repeating it, as removals are
}

// outcome is how a change went: the calls that it made, and what there is since.
type outcome struct {
	calls []openstacktest.Call
	left  []string
}

// Each call of each change fails in each way. Afterwards all is as it would be without the fault; or there is an error, and
// all is as before, or the error tells that it is not, and names whatever has come into being.
func TestChangesThatFailAreWholeOrUndone(t *testing.T) {
	t.Parallel()
	for name, change := range trials() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, run := change.begin(t)
			b.ResetCalls()
			if err := run(t.Context()); err != nil {
				t.Fatalf("without faults: %v", err)
			}
			without := outcome{b.Calls(), lines(b.holdings(t))}
			steps := callsToBreak(without.calls)
			for _, step := range steps {
				for way, faults := range waysToFail(step.Method) {
					faults[0].Service, faults[0].Method, faults[0].Path, faults[0].Skip = step.Service, step.Method, step.Path, step.Skip
					title := fmt.Sprintf("%s %s %s #%d %s", step.Service, step.Method, step.Path, step.Skip, way)
					t.Run(title, func(t *testing.T) {
						t.Parallel()
						change.check(t, without, faults...)
					})
				}
			}
		})
	}
}

// begin prepares a bench of its own.
func (c trial) begin(t *testing.T) (*bench, func(context.Context) error) {
	t.Helper()
	b := newBench(t, openstacktest.Options{}, c.options)
	if _, err := b.cloud.Model(t.Context()); err != nil { // so that templates are known
		t.Fatal(err)
	}
	return b, c.prepare(t, b)
}

// check makes the change with faults. without is how it went without any.
func (c trial) check(t *testing.T, without outcome, faults ...openstacktest.Fault) {
	t.Helper()
	b, run := c.begin(t)
	before := b.holdings(t)
	ctx := t.Context()
	if mode := faults[0].Mode; mode == openstacktest.Hang || mode == openstacktest.HangAfter {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 400*time.Millisecond)
		defer cancel()
	}
	b.ResetCalls()
	for _, fault := range faults {
		b.AddFault(fault)
	}
	err := run(ctx)
	b.ClearFaults()
	checkCreations(t, b.Calls(), without.calls)
	after := b.holdings(t)
	if err != nil && slices.Equal(lines(after), lines(before)) {
		return
	}
	if err != nil && c.again {
		if again := run(t.Context()); again != nil && occi.CodeOf(again) != occi.NotFound {
			t.Errorf("after %v the change was repeated: %v", err, again)
		}
		if diff := cmp.Diff(without.left, unnamed(b.holdings(t), without.left, err)); diff != "" {
			t.Errorf("after %v the change was repeated (-without the fault +with it):\n%s", err, diff)
		}
		return
	}
	if err == nil {
		if len(faults) > 1 { // that a server is there counts for more than a keypair that cannot be removed
			after = slices.DeleteFunc(after, func(x thing) bool { return x.kind == "keypair" })
		}
		if diff := cmp.Diff(without.left, lines(after)); diff != "" {
			t.Errorf("no error, but (-without the fault +with it):\n%s", diff)
		}
		return
	}
	for _, x := range leftOver(before, after) {
		if !x.isNamedIn(err) {
			t.Errorf("%q does not name %s %q", told(err), x.kind, x.names)
		}
	}
	if !tellsOfRest(err) {
		t.Errorf("%v; (-before +after):\n%s", err, cmp.Diff(lines(before), lines(after)))
	}
}

// told is what a client is told of an error.
func told(err error) string {
	if e, ok := errors.AsType[*occi.Error](err); ok {
		return e.Message
	}
	return ""
}

// tellsOfRest reports whether an error says that the change may have been made in part.
func tellsOfRest(err error) bool {
	return slices.ContainsFunc([]string{"left behind: ", "it is not known whether ", " is still being "}, func(words string) bool {
		return strings.Contains(told(err), words)
	})
}

// waysToFail are the ways in which a call fails, each with what fails besides. Reading fails for good, since one failure is
// made up for.
func waysToFail(method string) map[string][]openstacktest.Fault {
	if method == http.MethodGet {
		return map[string][]openstacktest.Fault{
			"failing":        {{Status: http.StatusInternalServerError}},
			"refused":        {{Status: http.StatusForbidden}},
			"reset":          {{Mode: openstacktest.Refuse}},
			"truncated":      {{Mode: openstacktest.Truncate}},
			"never answered": {{Mode: openstacktest.Hang, Times: 1}},
		}
	}
	return map[string][]openstacktest.Fault{
		"refused":                  {{Status: http.StatusForbidden, Times: 1}},
		"failing":                  {{Status: http.StatusInternalServerError, Times: 1}},
		"reset before":             {{Mode: openstacktest.Refuse, Times: 1}},
		"reset after":              {{Mode: openstacktest.ResetAfter, Times: 1}},
		"truncated":                {{Mode: openstacktest.Truncate, Times: 1}},
		"never answered":           {{Mode: openstacktest.Hang, Times: 1}},
		"too late":                 {{Mode: openstacktest.HangAfter, Times: 1}},
		"like all that takes back": {{Status: http.StatusInternalServerError}, {Method: http.MethodDelete, Status: http.StatusInternalServerError}},
	}
}

// anyID matches what differs from one simulated cloud to another: ids, in paths and in what there is, and names of keys.
var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|(occi-|occigate:id:|occigate:link=)[0-9a-z]{26}`)

// pathPattern matches a call's path whatever the ids in it are.
func pathPattern(call openstacktest.Call) string {
	return "^" + strings.ReplaceAll(regexp.QuoteMeta(anyID.ReplaceAllString(call.Path, "@")), "@", "[^/]+") + "$"
}

// callsToBreak are the calls of a change as faults that meet them: reads once, since they fail for good.
func callsToBreak(calls []openstacktest.Call) []openstacktest.Fault {
	var steps []openstacktest.Fault
	seen := make(map[string]int)
	for _, call := range calls {
		path := pathPattern(call)
		key := call.Service + call.Method + path
		if call.Method != http.MethodGet || seen[key] == 0 {
			steps = append(steps, openstacktest.Fault{
				Service: call.Service, Method: call.Method, Path: regexp.MustCompile(path), Skip: seen[key],
			})
		}
		seen[key]++
	}
	return steps
}

// creationPaths are the ends of the paths where a POST makes something.
var creationPaths = []string{
	"/servers", "/os-keypairs", "/os-interface", "/os-volume_attachments", "/volumes", "/snapshots", "/backups", "/attachments",
	"/networks", "/subnets", "/ports", "/floatingips", "/security-groups",
}

// creations counts the calls that have made something or may have, by their paths: all but those with a plain refusal.
func creations(calls []openstacktest.Call) map[string]int {
	sent := make(map[string]int)
	for _, call := range calls {
		isCreation := call.Method == http.MethodPost && slices.ContainsFunc(creationPaths, func(end string) bool {
			return strings.HasSuffix(call.Path, end)
		})
		if isCreation && (call.Status < http.StatusBadRequest || call.Status >= http.StatusInternalServerError) {
			sent[pathPattern(call)]++
		}
	}
	return sent
}

// checkCreations insists that nothing is created once more because nobody knows whether it was. The calls without a
// fault tell how much is to be created.
func checkCreations(t *testing.T, calls, without []openstacktest.Call) {
	t.Helper()
	wanted := creations(without)
	for path, n := range creations(calls) {
		if wanted[path] > 0 && n > wanted[path] {
			t.Errorf("POST %s was sent %d times, want %d at most", path, n, wanted[path])
		}
	}
}
