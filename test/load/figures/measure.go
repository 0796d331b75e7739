package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/occigate/occigate/test/openstacktest"
)

// operation is a request whose cost is of interest.
type operation struct {
	name   string
	goal   string // what the gateway's own share should not exceed
	method string
	path   string
	accept string
}

func operations(server string) []operation {
	return []operation{
		{"HEAD /-/ (warm)", "", http.MethodHead, "/-/", "text/plain"},
		{"GET /-/, 200 images, 50 flavors", "3ms", http.MethodGet, "/-/", "text/plain"},
		{"GET /compute/{id}", "1ms", http.MethodGet, "/compute/" + server, "text/plain"},
		{"GET /compute/, 1000 servers", "", http.MethodGet, "/compute/", "text/uri-list"},
		{"GET /storage/", "", http.MethodGet, "/storage/", "text/plain"},
		{"GET /network/", "", http.MethodGet, "/network/", "text/plain"},
		{"GET /networkinterface/", "", http.MethodGet, "/networkinterface/", "text/plain"},
	}
}

// figure is the median of several measurements.
type figure struct {
	total, own    time.Duration
	calls, rounds int
}

// measure runs an operation several times, one after the other. The gateway's own share is the time of a request
// in which no call to OpenStack was under way; it includes this client and the connection.
func measure(ctx context.Context, cloud *openstacktest.Cloud, c *client, o operation, runs int) (figure, error) {
	var total, own []time.Duration
	var f figure
	for i := range runs + 3 {
		cloud.ResetCalls()
		start := time.Now()
		if err := c.do(ctx, o); err != nil {
			return figure{}, err
		}
		elapsed := time.Since(start)
		calls := cloud.Calls()
		if i < 3 { // connections and caches warm up
			continue
		}
		total = append(total, elapsed)
		own = append(own, elapsed-busy(calls))
		f.calls, f.rounds = len(calls), openstacktest.Rounds(calls)
	}
	f.total, f.own = median(total), median(own)
	return f, nil
}

// busy is how long at least one call was under way; the calls are in the order of their start.
func busy(calls []openstacktest.Call) time.Duration {
	var sum time.Duration
	var until time.Time
	for _, c := range calls {
		start := c.Start
		if start.Before(until) {
			start = until
		}
		if c.End.After(start) {
			sum += c.End.Sub(start)
			until = c.End
		}
	}
	return sum
}

func median(values []time.Duration) time.Duration {
	slices.SortFunc(values, cmp.Compare)
	return values[len(values)/2]
}

// client sends one user's requests over one connection.
type client struct {
	http     *http.Client
	endpoint string
	token    string
}

func newClient(endpoint, token string) *client {
	return &client{http: &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}, endpoint: endpoint, token: token}
}

// warmUp fills the gateway's caches.
func (c *client) warmUp(ctx context.Context) error {
	return c.do(ctx, operation{method: http.MethodGet, path: "/-/", accept: "text/plain"})
}

func (c *client) do(ctx context.Context, o operation) error {
	r, err := http.NewRequestWithContext(ctx, o.method, c.endpoint+o.path, http.NoBody)
	if err != nil {
		return err
	}
	r.Header.Set("X-Auth-Token", c.token)
	r.Header.Set("Accept", o.accept)
	response, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(body)))
	}
	return err
}
