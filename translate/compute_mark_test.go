package translate

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// posts counts the calls that ask Nova to make something.
func (b *bench) posts(suffix string) int {
	n := 0
	for _, call := range b.Calls() {
		if call.Method == http.MethodPost && strings.HasSuffix(call.Path, suffix) {
			n++
		}
	}
	return n
}

// numbered is a compute that a client wants, with the id that it invented.
func (b *bench) numbered(t *testing.T, title, id string) *occi.Entity {
	t.Helper()
	e := b.newCompute(t, "title", title)
	e.ClientID = id
	return e
}

// replica is another gateway in front of the same cloud, with the same user.
func (b *bench) replica(t *testing.T, o Options) *bench {
	t.Helper()
	client, err := keystone.New(keystone.Options{URL: b.AuthURL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	o.Keystone = client
	translator, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	other := &bench{Cloud: b.Cloud, translator: translator}
	other.cloud = other.as(t, "demo", "demo")
	return other
}

func TestRepeatedCreation(t *testing.T) {
	t.Parallel()
	const id = "urn:uuid:996ad860-2a9a-504f-8861-aeafd0b2ae29"
	for name, c := range map[string]struct {
		window time.Duration
		again  func(t *testing.T, b *bench, made *occi.Entity) (*occi.Entity, error)
		same   bool
	}{
		"as it was": {time.Minute, func(t *testing.T, b *bench, _ *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			return b.cloud.Create(t.Context(), b.numbered(t, "one", id))
		}, true},
		"at another gateway": {time.Minute, func(t *testing.T, b *bench, _ *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			return b.replica(t, Options{RepeatWindow: time.Minute}).cloud.Create(t.Context(), b.numbered(t, "one", id))
		}, true},
		"switched off": {0, func(t *testing.T, b *bench, _ *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			return b.cloud.Create(t.Context(), b.numbered(t, "one", id))
		}, false},
		"too late": {time.Nanosecond, func(t *testing.T, b *bench, _ *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			return b.cloud.Create(t.Context(), b.numbered(t, "one", id))
		}, false},
		"another id": {time.Minute, func(t *testing.T, b *bench, _ *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			return b.cloud.Create(t.Context(), b.numbered(t, "one", id+"1"))
		}, false},
		"without an id": {time.Minute, func(t *testing.T, b *bench, _ *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			return b.cloud.Create(t.Context(), b.numbered(t, "one", ""))
		}, false},
		"another title": {time.Minute, func(t *testing.T, b *bench, _ *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			return b.cloud.Create(t.Context(), b.numbered(t, "two", id))
		}, false},
		"another user of the project": {time.Minute, func(t *testing.T, b *bench, _ *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			if err := b.Grant("other", "demo", "member"); err != nil {
				t.Fatal(err)
			}
			return b.as(t, "other", "demo").Create(t.Context(), b.numbered(t, "one", id))
		}, false},
		"deleted meanwhile": {time.Minute, func(t *testing.T, b *bench, made *occi.Entity) (*occi.Entity, error) {
			t.Helper()
			if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
				t.Fatal(err)
			}
			return b.cloud.Create(t.Context(), b.numbered(t, "one", id))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{RepeatWindow: c.window})
			made := b.must(t, b.numbered(t, "one", id))
			again, err := c.again(t, b, made)
			if err != nil {
				t.Fatal(err)
			}
			if same := again.ID == made.ID; same != c.same {
				t.Errorf("the second creation gave %s after %s, want the same: %t", again.ID, made.ID, c.same)
			}
			if n, same := b.posts("/servers"), c.same; n != 1 && same || n != 2 && !same {
				t.Errorf("%d servers asked for", n)
			}
		})
	}
}

func TestIDsOfClientsAreNoTrouble(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{RepeatWindow: time.Minute})
	for _, id := range []string{"großes Bücherregal", "a\nb", strings.Repeat("x", 5000), "😀", `"`} {
		first, second := b.must(t, b.numbered(t, "one", id)), b.must(t, b.numbered(t, "one", id))
		if first.ID != second.ID {
			t.Errorf("id %.20q: two computes", id)
		}
		if err := b.cloud.Delete(t.Context(), first.Ref()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRacingRepetitionsMakeOneServer(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{Latency: 20 * time.Millisecond}, Options{RepeatWindow: time.Minute})
	wanted := b.numbered(t, "one", "x")
	ids := make(chan string)
	for range 4 {
		go func() {
			made, err := b.cloud.Create(t.Context(), wanted)
			if err != nil {
				ids <- err.Error()
				return
			}
			ids <- made.ID
		}()
	}
	first := <-ids
	for range 3 {
		if id := <-ids; id != first {
			t.Errorf("computes %s and %s, want one", first, id)
		}
	}
	if n := b.posts("/servers"); n != 1 {
		t.Errorf("%d servers asked for, want 1", n)
	}
}

// A creation whose client has gone before Nova's answer came is taken back.
func TestATimeOutLeavesNoServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults []openstacktest.Fault
		saying string
		left   int
	}{
		"made":        {[]openstacktest.Fault{{Method: "POST", Mode: openstacktest.HangAfter}}, "did not answer in time", 0},
		"not made":    {[]openstacktest.Fault{{Method: "POST", Mode: openstacktest.Hang}}, "was found afterwards", 0},
		"not removed": {[]openstacktest.Fault{{Method: "POST", Mode: openstacktest.HangAfter}, {Method: "DELETE", Status: http.StatusConflict}}, "left behind: compute", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			wanted := b.newCompute(t, "title", "one")
			for _, fault := range c.faults {
				fault.Path = regexp.MustCompile("/servers(/[^/]+)?$")
				b.AddFault(fault)
			}
			ctx, cancel := contextFor(t, 300*time.Millisecond)
			defer cancel()
			_, err := b.cloud.Create(ctx, wanted)
			checkCode(t, err, occi.Timeout)
			if err != nil && !strings.Contains(err.Error(), c.saying) {
				t.Errorf("%v, want it to say %q", err, c.saying)
			}
			all, err := b.cloud.List(t.Context(), b.cloud.kind(occi.ComputeID), occi.Query{}, true)
			if err != nil || len(all) != c.left {
				t.Errorf("%d computes left, %v, want %d", len(all), err, c.left)
			}
		})
	}
}

func TestTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var all turns
		release, err := all.take(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		other, err := all.take(t.Context(), "b")
		if err != nil {
			t.Fatal(err)
		}
		other()
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := all.take(impatient, "a"); err == nil {
			t.Error("two have the same key")
		}
		go func() {
			time.Sleep(time.Second)
			release()
		}()
		before := time.Now()
		if release, err = all.take(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(before); waited != time.Second {
			t.Errorf("waited %s, want 1s", waited)
		}
		release()
		if len(all.held) > 0 {
			t.Errorf("%d keys are kept", len(all.held))
		}
	})
}
