package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// object is a JSON object.
type object = map[string]any

// cloud is the cloud under test as one user in one project sees it, in one test.
type cloud struct {
	*testing.T
	target                   Target
	client                   *http.Client
	token, userID, projectID string
	urls                     map[string]string // by service type, with the version
	version                  string            // OpenStack-API-Version sent, such as "compute 2.47"
}

// connect logs in and finds the endpoints.
func connect(t *testing.T, target Target) *cloud {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 4}
	t.Cleanup(transport.CloseIdleConnections)
	c := &cloud{T: t, target: target, client: &http.Client{Transport: transport, Timeout: time.Minute}}
	root := strings.TrimSuffix(strings.TrimSuffix(target.AuthURL, "/"), "/v3")
	c.urls = map[string]string{"keystone": root, "identity": root + "/v3"}
	return c.login(target.User, target.Password, target.Project)
}

// login gives the same cloud as another user sees it.
func (c *cloud) login(user, password, project string) *cloud {
	c.Helper()
	anonymous := *c
	anonymous.token = ""
	r := anonymous.do(http.MethodPost, "identity", "/auth/tokens", passwordLogin(c.target.Domain, user, password, project))
	r.status(http.StatusCreated)
	in := *c
	in.token = r.header.Get("X-Subject-Token")
	in.userID = c.str(r.body, "token", "user", "id")
	in.projectID = c.str(r.body, "token", "project", "id")
	in.urls = map[string]string{"keystone": c.urls["keystone"], "identity": c.urls["identity"]}
	for service, suffix := range map[string]string{"compute": "", "network": "/v2.0", "image": "/v2", "volumev3": ""} {
		in.urls[service] = strings.TrimSuffix(in.endpoint(r.body, service), "/") + suffix
	}
	return &in
}

func passwordLogin(domain, user, password, project string) object {
	auth := object{"identity": object{
		"methods":  []string{"password"},
		"password": object{"user": object{"name": user, "password": password, "domain": object{"name": domain}}},
	}}
	switch project {
	case "":
	case "unscoped":
		auth["scope"] = "unscoped"
	default:
		auth["scope"] = object{"project": object{"name": project, "domain": object{"name": domain}}}
	}
	return object{"auth": auth}
}

// endpoint finds a service's public endpoint in the target's region.
func (c *cloud) endpoint(body object, service string) string {
	c.Helper()
	for _, entry := range c.list(body, "token", "catalog") {
		if get(entry, "type") != service {
			continue
		}
		for _, e := range c.list(entry, "endpoints") {
			if get(e, "interface") == "public" && get(e, "region") == c.target.Region {
				return c.str(e, "url")
			}
		}
	}
	c.Fatalf("the catalogue has no public endpoint of %q in %q", service, c.target.Region)
	return ""
}

// in gives the cloud for another test.
func (c *cloud) in(t *testing.T) *cloud {
	t.Helper()
	moved := *c
	moved.T = t
	return &moved
}

// at gives the cloud with a microversion, such as "compute 2.47".
func (c *cloud) at(version string) *cloud {
	versioned := *c
	versioned.version = version
	return &versioned
}

// reply is an answer with its decoded body.
type reply struct {
	c      *cloud
	call   string
	code   int
	header http.Header
	text   string
	body   object
}

// do sends one call. A body that is a string goes out as it is, anything else as JSON.
func (c *cloud) do(method, service, path string, body any, headers ...string) reply {
	c.Helper()
	r, err := c.try(method, service, path, body, headers...)
	if err != nil {
		c.Fatal(err)
	}
	return r
}

// try is do for callers who must go on after a failure, such as clean-ups.
func (c *cloud) try(method, service, path string, body any, headers ...string) (reply, error) {
	c.Helper()
	var payload []byte
	switch b := body.(type) {
	case nil:
	case string:
		payload = []byte(b)
	default:
		var err error
		if payload, err = json.Marshal(body); err != nil {
			return reply{}, err
		}
	}
	url := path
	if !strings.HasPrefix(path, "http") {
		url = c.urls[service] + path
	}
	q, err := http.NewRequestWithContext(c.Context(), method, url, bytes.NewReader(payload))
	if c.Context().Err() != nil { // in a clean-up
		q, err = http.NewRequest(method, url, bytes.NewReader(payload))
	}
	if err != nil {
		return reply{}, err
	}
	if c.token != "" {
		q.Header.Set("X-Auth-Token", c.token)
	}
	if c.version != "" {
		q.Header.Set("OpenStack-API-Version", c.version)
	}
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	p, err := c.client.Do(q)
	if err != nil {
		return reply{}, err
	}
	text, err := io.ReadAll(p.Body)
	if err := errors.Join(err, p.Body.Close()); err != nil {
		return reply{}, err
	}
	r := reply{c: c, call: method + " " + service + " " + path, code: p.StatusCode, header: p.Header, text: string(text)}
	if strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") && len(text) > 0 && text[0] == '{' {
		if err := json.Unmarshal(text, &r.body); err != nil {
			return reply{}, fmt.Errorf("%s: %w in %q", r.call, err, text)
		}
	}
	return r, nil
}

func (c *cloud) get(service, path string) reply {
	c.Helper()
	return c.do(http.MethodGet, service, path, nil)
}

func (c *cloud) post(service, path string, body any) reply {
	c.Helper()
	return c.do(http.MethodPost, service, path, body)
}

func (c *cloud) put(service, path string, body any) reply {
	c.Helper()
	return c.do(http.MethodPut, service, path, body)
}

func (c *cloud) delete(service, path string) reply {
	c.Helper()
	return c.do(http.MethodDelete, service, path, nil)
}

// status ends the test unless the answer has the status.
func (r reply) status(want int) reply {
	r.c.Helper()
	if r.code != want {
		r.c.Fatalf("%s: status %d, want %d: %s", r.call, r.code, want, clip(r.text))
	}
	return r
}

// says checks a header.
func (r reply) says(header, want string) {
	r.c.Helper()
	if got := r.header.Values(header); !slices.Contains(got, want) {
		r.c.Errorf("%s: header %s is %q, want %q", r.call, header, got, want)
	}
}

func clip(s string) string {
	if len(s) > 600 {
		return s[:600] + "…"
	}
	return s
}

// get walks down objects; nil when a step is missing.
func get(v any, path ...string) any {
	for _, name := range path {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

func (c *cloud) str(v any, path ...string) string {
	c.Helper()
	s, ok := get(v, path...).(string)
	if !ok {
		c.Fatalf("%s is %v, want a string", strings.Join(path, "."), get(v, path...))
	}
	return s
}

func (c *cloud) list(v any, path ...string) []any {
	c.Helper()
	l, ok := get(v, path...).([]any)
	if !ok {
		c.Fatalf("%s is %v, want a list", strings.Join(path, "."), get(v, path...))
	}
	return l
}

// eventually asks until the answer is yes, or fails the test. The answer says what is so instead.
func (c *cloud) eventually(what string, ask func() (yes bool, instead string)) {
	c.Helper()
	patience, poll := c.target.patience()
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	deadline := time.Now().Add(patience)
	for {
		yes, instead := ask()
		if yes {
			return
		}
		if time.Now().After(deadline) {
			c.Fatalf("%s: not after %v: %s", what, patience, instead)
		}
		<-ticker.C
	}
}
