package openstacktest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a cloud for a test.
func start(t *testing.T, o Options) *Cloud {
	t.Helper()
	c, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// caller is somebody who talks to a cloud with a token.
type caller struct {
	t         *testing.T
	cloud     *Cloud
	transport *http.Transport
	token     string
	version   string // OpenStack-API-Version
}

// as logs a user in to the project of the same name.
func as(t *testing.T, c *Cloud, user string) *caller {
	t.Helper()
	token, err := c.Token(user, user)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &caller{t: t, cloud: c, transport: transport, token: token}
}

// at is the same caller with a microversion.
func (c *caller) at(version string) *caller {
	versioned := *c
	versioned.version = version
	return &versioned
}

// result is an answer.
type result struct {
	code   int
	header http.Header
	text   string
	body   object
}

// try sends a call; path is a URL or below the cloud's root. A body is sent as JSON.
func (c *caller) try(method, path, body string) (result, error) {
	c.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = c.cloud.base + path
	}
	q, err := http.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.token != "" {
		q.Header.Set("X-Auth-Token", c.token)
	}
	if c.version != "" {
		q.Header.Set("OpenStack-API-Version", c.version)
	}
	if body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	p, err := c.transport.RoundTrip(q)
	if err != nil {
		return result{}, err
	}
	text, err := io.ReadAll(p.Body)
	if err := errors.Join(err, p.Body.Close()); err != nil {
		return result{}, err
	}
	r := result{code: p.StatusCode, header: p.Header, text: string(text)}
	if strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") && strings.HasPrefix(r.text, "{") {
		if err := json.Unmarshal(text, &r.body); err != nil {
			c.t.Fatal(err)
		}
	}
	return r, nil
}

// do is try for calls that must be answered, with this status.
func (c *caller) do(method, path, body string, status int) object {
	c.t.Helper()
	r, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if r.code != status {
		c.t.Fatalf("%s %s: status %d, want %d: %s", method, path, r.code, status, r.text)
	}
	return r.body
}

func (c *caller) get(path string) object {
	c.t.Helper()
	return c.do(http.MethodGet, path, "", http.StatusOK)
}

// boot creates a server on the private network and gives its id.
func (c *caller) boot(name string) string {
	c.t.Helper()
	body := c.do(http.MethodPost, "/compute/v2.1/servers", serverBody(name, ""), http.StatusAccepted)
	return str(child(body, "server"), "id")
}

// serverBody asks for a server on the private network; more is added to its fields.
func serverBody(name, more string) string {
	return `{"server": {"name": "` + name + `", "flavorRef": "` + seedUUID("flavor m1.tiny") + `", "imageRef": "` + seedUUID("image cirros") +
		`", "networks": [{"uuid": "` + seedUUID("network private") + `"}]` + more + `}}`
}

// make creates a thing and gives its id.
func (c *caller) make(path, body string, status int) string {
	c.t.Helper()
	for _, thing := range c.do(http.MethodPost, path, body, status) {
		o, _ := thing.(object)
		return str(o, "id")
	}
	return ""
}

// clock is a time that moves only when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestStartRefusesBadOptions(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{NovaMax: "3.1"}, {NovaMax: "latest"}, {CinderMax: "2.60"}, {CinderMax: "3.x"}, {Addr: "no address"},
	} {
		if c, err := Start(o); err == nil {
			c.Close()
			t.Errorf("Start(%+v) succeeded", o)
		}
	}
}

func TestSeedIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	paths := []string{
		"/compute/v2.1/flavors", "/image/v2/images?fields=id", "/networking/v2.0/networks?fields=id", "/networking/v2.0/ports?fields=id",
		"/networking/v2.0/security-groups?fields=id", "/compute/v2.1/os-keypairs",
	}
	ids := func() []string {
		at := newClock()
		c := start(t, Options{Now: at.Now})
		demo := as(t, c, "demo")
		var texts []string
		for _, path := range paths {
			r, err := demo.try(http.MethodGet, path, "")
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, strings.ReplaceAll(r.text, c.base, ""))
		}
		return texts
	}
	first, second := ids(), ids()
	for i, path := range paths {
		if first[i] != second[i] {
			t.Errorf("%s differs:\n%s\n%s", path, first[i], second[i])
		}
	}
}

func TestCloseTwice(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	c.Close()
	c.Close()
}
