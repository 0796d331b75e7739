package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/occigate/occigate/occi"
)

// client speaks to one OCCI service as one user.
type client struct {
	http     *http.Client
	endpoint *url.URL
	token    string
}

// limits of what is read: a model may have thousands of templates.
var limits = occi.Limits{
	Body: 64 << 20, HeaderBytes: 1 << 20, Categories: 100_000, Attributes: 100_000, Links: 100_000, Locations: 100_000,
	Members: 100_000, Keys: 10_000_000, Elements: 10_000_000,
}

const mostBody = 64 << 20

// connect makes a client that has signed in.
func connect(ctx context.Context, o *options) (*client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	endpoint, err := url.Parse(o.endpoint)
	if err != nil || endpoint.Host == "" {
		return nil, fmt.Errorf("the endpoint %q is no URL", o.endpoint)
	}
	h, err := httpClient(o)
	if err != nil {
		return nil, err
	}
	c := &client{http: h, endpoint: endpoint}
	if c.token, err = c.signIn(ctx, o); err != nil {
		return nil, fmt.Errorf("signing in: %w", err)
	}
	return c, nil
}

// httpClient follows no redirect, which would take the token to wherever it leads.
func httpClient(o *options) (*http.Client, error) {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	if o.caFile != "" {
		pem, err := os.ReadFile(o.caFile)
		if err != nil {
			return nil, err
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, err
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s has no certificate", o.caFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Transport:     transport,
		Timeout:       o.timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// question is a request to the OCCI service.
type question struct {
	method string
	path   string // below the endpoint, or an absolute URL of its host
	accept string // default text/plain
	body   string // in text/plain
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// refusal is an answer that says no.
type refusal struct {
	status  int
	message string // as the service put it
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%d %s: %s", r.status, http.StatusText(r.status), r.message)
}

// ask sends a request and returns an answer that does not say no.
func (c *client) ask(ctx context.Context, q question) (*answer, error) {
	target, err := c.resolve(q.path)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, q.method, target, strings.NewReader(q.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "occi/"+version+" OCCI/1.2")
	r.Header.Set("Accept", cmp.Or(q.accept, "text/plain"))
	if q.body != "" {
		r.Header.Set("Content-Type", "text/plain")
	}
	if c.token != "" {
		r.Header.Set("X-Auth-Token", c.token)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, mostBody))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return nil, &refusal{response.StatusCode, cmp.Or(strings.TrimSpace(string(body)), "no reason given")}
	}
	return &answer{response.StatusCode, response.Header, body}, nil
}

// resolve returns the URL of what a user or the service named: an absolute URL, a path on the host, or a path below the
// endpoint. The token goes to no other host.
func (c *client) resolve(path string) (string, error) {
	u, err := url.Parse(path)
	if err != nil {
		return "", err
	}
	switch {
	case u.Host != "" && (u.Host != c.endpoint.Host || u.Scheme != c.endpoint.Scheme):
		return "", fmt.Errorf("%s is not at %s", path, c.endpoint)
	case u.Host != "":
		return path, nil
	case c.endpoint.Path != "" && strings.HasPrefix(path, c.endpoint.Path+"/"):
		return c.endpoint.Scheme + "://" + c.endpoint.Host + path, nil
	default:
		return c.endpoint.String() + "/" + strings.TrimPrefix(path, "/"), nil
	}
}

// message parses an answer in text/plain.
func (a *answer) message() (*occi.Message, error) {
	return occi.Parse(occi.TextPlain, a.header, a.body, limits)
}

var locationLine = regexp.MustCompile(`(?mi)^X-OCCI-Location:\s*(\S+)`)

// location returns the URL of what was made.
func (a *answer) location() (string, error) {
	if l := a.header.Get("Location"); l != "" {
		return l, nil
	}
	if found := locationLine.FindSubmatch(a.body); found != nil {
		return string(found[1]), nil
	}
	return "", errors.New("the service does not say where it is")
}
