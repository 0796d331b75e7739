package translate

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// trial is a change of several steps, to be made with each of its calls failing in each way.
type trial struct {
	options Options
	prepare func(*testing.T, *bench) func(context.Context) error // makes what the change needs and returns the change
	again   bool                                                 // one that is cut short is finished by repeating it, as removals are
}

// Each call of each change fails in each way. Afterwards all is as it would be without the fault; or there is an error, and
// all is as before, or the error tells that it is not.
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
			steps := callsToBreak(b.Calls())
			want := b.holdings(t)
			for _, step := range steps {
				for way, fault := range waysToFail(step.Method) {
					fault.Service, fault.Method, fault.Path, fault.Skip = step.Service, step.Method, step.Path, step.Skip
					title := fmt.Sprintf("%s %s %s #%d %s", step.Service, step.Method, step.Path, step.Skip, way)
					t.Run(title, func(t *testing.T) {
						t.Parallel()
						change.check(t, fault, want)
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

// check makes the change with a fault. want is what there is after the change without one.
func (c trial) check(t *testing.T, fault openstacktest.Fault, want []string) {
	t.Helper()
	b, run := c.begin(t)
	before := b.holdings(t)
	ctx := t.Context()
	if fault.Mode == openstacktest.Hang || fault.Mode == openstacktest.HangAfter {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 400*time.Millisecond)
		defer cancel()
	}
	b.AddFault(fault)
	err := run(ctx)
	b.ClearFaults()
	after := b.holdings(t)
	if err != nil && slices.Equal(after, before) {
		return
	}
	if err != nil && c.again {
		if again := run(t.Context()); again != nil && occi.CodeOf(again) != occi.NotFound {
			t.Errorf("after %v the change was repeated: %v", err, again)
		}
		after, err = b.holdings(t), nil
	}
	if err == nil {
		if diff := cmp.Diff(want, after); diff != "" {
			t.Errorf("no error, but (-without the fault +with it):\n%s", diff)
		}
		return
	}
	if !tellsOfRest(err) {
		t.Errorf("%v; (-before +after):\n%s", err, cmp.Diff(before, after))
	}
}

// tellsOfRest reports whether an error says that the change may have been made in part.
func tellsOfRest(err error) bool {
	return slices.ContainsFunc([]string{"left behind: ", "it is not known whether ", " is still being "}, func(words string) bool {
		return strings.Contains(err.Error(), words)
	})
}

// waysToFail are the ways in which a call fails. Reading fails for good, since one failure is made up for.
func waysToFail(method string) map[string]openstacktest.Fault {
	if method == http.MethodGet {
		return map[string]openstacktest.Fault{"failing": {Status: http.StatusInternalServerError}}
	}
	return map[string]openstacktest.Fault{
		"refused":      {Status: http.StatusForbidden, Times: 1},
		"failing":      {Status: http.StatusInternalServerError, Times: 1},
		"reset before": {Mode: openstacktest.Refuse, Times: 1},
		"reset after":  {Mode: openstacktest.ResetAfter, Times: 1},
		"truncated":    {Mode: openstacktest.Truncate, Times: 1},
		"too late":     {Mode: openstacktest.HangAfter, Times: 1},
	}
}

// anyID matches what differs from one simulated cloud to another: ids, in paths and in what there is, and names of keys.
var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|(occi-|occigate:id:)[0-9a-z]{26}`)

// callsToBreak are the calls of a change as faults that meet them: reads once, since they fail for good.
func callsToBreak(calls []openstacktest.Call) []openstacktest.Fault {
	var steps []openstacktest.Fault
	seen := make(map[string]int)
	for _, call := range calls {
		path := "^" + strings.ReplaceAll(regexp.QuoteMeta(anyID.ReplaceAllString(call.Path, "@")), "@", "[^/]+") + "$"
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

// holdings tells what the project has, by what it is like instead of ids.
func (b *bench) holdings(t *testing.T) []string {
	t.Helper()
	var all []string
	add := func(format string, args ...any) {
		all = append(all, anyID.ReplaceAllString(fmt.Sprintf(format, args...), "*"))
	}
	for _, s := range b.Servers("demo") {
		add("server %s %s %s image=%s flavor=%s volumes=%d %v %v %v", s.Name, s.Description, s.Status, b.imageName(s.ImageID), s.FlavorID,
			len(s.VolumeIDs), s.Metadata, s.Tags, s.SecurityGroups)
	}
	for _, v := range b.Volumes("demo") {
		add("volume %s %s %s %d GiB servers=%d %v", v.Name, v.Description, v.Status, v.SizeGB, len(v.ServerIDs), v.Metadata)
	}
	for _, s := range b.Snapshots("demo") {
		add("snapshot %s %d GiB", s.Status, s.SizeGB)
	}
	for _, p := range b.Ports("demo") {
		add("port %s of %s %v groups=%d %v", p.Name, p.DeviceOwner, p.Status, len(p.SecurityGroups), p.Tags)
	}
	for _, n := range b.Networks("demo") {
		add("network %s %s subnets=%d %v", n.Name, n.Description, len(n.SubnetIDs), n.Tags)
	}
	addresses, err := b.cloud.floatingIPs(t.Context(), floatingips.ListOpts{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range addresses {
		add("floating IP %q used=%t %v", f.Description, f.PortID != "", f.Tags)
	}
	for _, g := range b.groups(t) {
		add("group %s", g)
	}
	for _, k := range b.ownKeypairs() {
		add("keypair %s", k)
	}
	slices.Sort(all)
	return all
}

// imageName is the name of an image, whose id differs from one simulated cloud to another.
func (b *bench) imageName(id string) string {
	for _, i := range b.Images() {
		if i.ID == id {
			return i.Name
		}
	}
	return ""
}
