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
	ooi    string // the calls that ooi made for it, one after the other
	method string
	path   string
	accept string
	body   string // text/plain
	undo   string // method that takes the operation back at the Location of the answer
}

// operations are measured on a project with a server, in a model with an OS template and a resource template.
func operations(server, osTemplate, resourceTemplate string) []operation {
	const plain, uris = "text/plain", "text/uri-list"
	compute := "/compute/" + server
	create := `Category: compute; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n" +
		osTemplate + "\n" + resourceTemplate + "\n" + `X-OCCI-Attribute: occi.core.title="figures"`
	storage := `Category: storage; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n" +
		`X-OCCI-Attribute: occi.storage.size=1`
	network := `Category: network; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n" +
		`X-OCCI-Attribute: occi.core.title="figures"`
	return []operation{
		{name: "HEAD /-/ (warm)", ooi: "3", method: http.MethodHead, path: "/-/", accept: plain},
		{name: "GET /-/, 200 images, 50 flavors", goal: "3ms", ooi: "3", method: http.MethodGet, path: "/-/", accept: plain},
		{name: "GET /compute/{id}", goal: "1ms", ooi: "5+", method: http.MethodGet, path: compute, accept: plain},
		{name: "GET /compute/, 1000 servers", ooi: "1", method: http.MethodGet, path: "/compute/", accept: uris},
		{name: "GET /compute/, 100 in full", method: http.MethodGet, path: "/compute/?page=1&number=100", accept: "application/occi+json"},
		{name: "POST /compute/", ooi: "1", method: http.MethodPost, path: "/compute/", accept: plain, body: create, undo: http.MethodDelete},
		{
			name: "POST /compute/ with an id", ooi: "1", method: http.MethodPost, path: "/compute/", accept: plain,
			body: create + "\n" + `X-OCCI-Attribute: occi.core.id="figures"`, undo: http.MethodDelete,
		},
		{
			name: "POST /compute/{id}, a title", method: http.MethodPost, path: compute, accept: plain,
			body: `X-OCCI-Attribute: occi.core.title="figures"`,
		},
		{name: "GET /storage/", ooi: "1", method: http.MethodGet, path: "/storage/", accept: plain},
		{name: "POST /storage/", ooi: "1", method: http.MethodPost, path: "/storage/", accept: plain, body: storage, undo: http.MethodDelete},
		{name: "GET /storagelink/", ooi: "1", method: http.MethodGet, path: "/storagelink/", accept: plain},
		{name: "GET /network/", ooi: "2", method: http.MethodGet, path: "/network/", accept: plain},
		{name: "POST /network/", ooi: "1", method: http.MethodPost, path: "/network/", accept: plain, body: network, undo: http.MethodDelete},
		{name: "GET /networkinterface/", ooi: "2+2n", method: http.MethodGet, path: "/networkinterface/", accept: plain},
		{name: "GET /ipreservation/", ooi: "1", method: http.MethodGet, path: "/ipreservation/", accept: plain},
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
		made, _, err := c.do(ctx, o)
		if err != nil {
			return figure{}, err
		}
		elapsed := time.Since(start)
		calls := cloud.Calls()
		if o.undo != "" {
			if _, _, err := c.do(ctx, operation{method: o.undo, path: made, accept: o.accept}); err != nil {
				return figure{}, err
			}
		}
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

// warmUp fills the gateway's caches, and returns the model.
func (c *client) warmUp(ctx context.Context) (string, error) {
	_, model, err := c.do(ctx, operation{method: http.MethodGet, path: "/-/", accept: "text/plain"})
	return model, err
}

// do sends a request, and returns the path of the answer's Location, and its body.
func (c *client) do(ctx context.Context, o operation) (location, body string, err error) {
	r, err := http.NewRequestWithContext(ctx, o.method, c.endpoint+o.path, strings.NewReader(o.body))
	if err != nil {
		return "", "", err
	}
	r.Header.Set("X-Auth-Token", c.token)
	r.Header.Set("Accept", o.accept)
	if o.body != "" {
		r.Header.Set("Content-Type", "text/plain")
	}
	response, err := c.http.Do(r)
	if err != nil {
		return "", "", err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK && response.StatusCode != http.StatusCreated {
		err = fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(read)))
	}
	return strings.TrimPrefix(response.Header.Get("Location"), c.endpoint), string(read), err
}

// category returns the Category line of the template with a title, without what only the model tells.
func category(model, title string) (string, error) {
	for line := range strings.Lines(model) {
		if strings.Contains(line, `; title="`+title+`"`) {
			identifier, _, _ := strings.Cut(line, "; title=")
			return identifier, nil
		}
	}
	return "", fmt.Errorf("the model has no template %q", title)
}
