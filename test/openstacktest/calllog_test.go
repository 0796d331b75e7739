package openstacktest

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

func TestRoundsAndPeakConcurrency(t *testing.T) {
	t.Parallel()
	zero := time.Now()
	for _, test := range []struct {
		name         string
		spans        [][2]int // start and end, in milliseconds
		rounds, peak int
	}{
		{"nothing", nil, 0, 0},
		{"one", [][2]int{{0, 10}}, 1, 1},
		{"one after another", [][2]int{{0, 10}, {10, 20}, {25, 30}}, 3, 1},
		{"together", [][2]int{{0, 10}, {1, 12}, {2, 9}}, 1, 3},
		{"two rounds of two", [][2]int{{0, 10}, {1, 11}, {12, 20}, {13, 21}}, 2, 2},
		{"a chain beside a long call", [][2]int{{0, 100}, {0, 10}, {11, 20}, {21, 30}}, 3, 2},
		{"overlaps that form no chain", [][2]int{{0, 10}, {9, 19}, {8, 12}}, 1, 3},
	} {
		var calls []Call
		for _, span := range test.spans {
			calls = append(calls, Call{
				Start: zero.Add(time.Duration(span[0]) * time.Millisecond), End: zero.Add(time.Duration(span[1]) * time.Millisecond),
			})
		}
		if got := Rounds(calls); got != test.rounds {
			t.Errorf("%s: %d rounds, want %d", test.name, got, test.rounds)
		}
		if got := PeakConcurrency(calls); got != test.peak {
			t.Errorf("%s: peak %d, want %d", test.name, got, test.peak)
		}
	}
}

func TestCallsThatWaitTogetherAreOneRound(t *testing.T) {
	t.Parallel()
	c := start(t, Options{Latency: 400 * time.Millisecond})
	demo := as(t, c, "demo")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if r, err := demo.try(http.MethodGet, keypairsPath, ""); err != nil || r.code != 200 {
				t.Errorf("%d, %v", r.code, err)
			}
		})
	}
	group.Wait()
	demo.get("/compute/v2.1/flavors")
	calls := c.Calls()
	if got := Rounds(calls); got != 2 {
		t.Errorf("%d rounds, want 2", got)
	}
	if got := PeakConcurrency(calls); got != 4 {
		t.Errorf("peak %d, want 4", got)
	}
	c.ResetCalls()
	if got := len(c.Calls()); got != 0 {
		t.Errorf("%d calls after the reset", got)
	}
}

func TestACallIsLoggedWithItsEndpoint(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo").at("compute 2.47")
	for path, want := range map[string]Call{
		"/compute/v2.1/flavors?limit=1":                {Service: "nova", Region: "RegionOne", Interface: "public", Path: "/v2.1/flavors", Query: "limit=1"},
		"/internal/networking/v2.0/networks":           {Service: "neutron", Region: "RegionOne", Interface: "internal", Path: "/v2.0/networks"},
		"/RegionTwo/volume/v3/volumes":                 {Service: "cinder", Region: "RegionTwo", Interface: "public", Path: "/v3/volumes"},
		"/RegionTwo/admin/image/v2/images":             {Service: "glance", Region: "RegionTwo", Interface: "admin", Path: "/v2/images"},
		"/RegionTwo/internal/identity/v3/auth/catalog": {Service: "keystone", Region: "RegionTwo", Interface: "internal", Path: "/v3/auth/catalog"},
	} {
		c.ResetCalls()
		r, err := demo.try(http.MethodGet, path, "")
		if err != nil {
			t.Fatal(err)
		}
		got := c.Calls()[0]
		if got.RequestID != r.header.Get("X-Openstack-Request-Id") || got.End.Before(got.Start) {
			t.Errorf("%s: %+v", path, got)
		}
		want.Method, want.Status, want.Version = "GET", 200, "compute 2.47"
		want.Start, want.End, want.RequestID = got.Start, got.End, got.RequestID
		if got != want {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
}
