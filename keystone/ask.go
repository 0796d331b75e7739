package keystone

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// maxKeystoneBytes bounds Keystone's answers: a catalogue has some KiB.
const maxKeystoneBytes = 1 << 20

// question is one call to Keystone.
type question struct {
	method, path string
	token        Secret // in X-Auth-Token, and the subject of the question; may be empty
	bearer       Secret // in Authorization; may be empty
	body         any    // sent as JSON unless nil
}

// answer is what Keystone said, its body read.
type answer struct {
	status int // 0 if there is none
	header http.Header
	body   []byte
}

// ask sends a question to Keystone, unless that has not answered the ones before.
// An answer that breaks off has a status and comes with an error.
func (c *Client) ask(ctx context.Context, q question) (answer, error) {
	if !c.outage.admit(c.now()) {
		return answer{}, unavailable(identityService, outagePause, errors.New("it has not answered several times in a row"))
	}
	a, err := c.exchange(ctx, q)
	c.outage.report(a.status != 0 && a.status < http.StatusBadGateway, c.now())
	return a, err
}

func (c *Client) exchange(ctx context.Context, q question) (answer, error) {
	req, err := c.request(ctx, q)
	if err != nil {
		return answer{}, badAnswer(identityService, err)
	}
	resp, err := c.keystone.Do(req)
	if err != nil {
		return answer{}, askError(err)
	}
	defer func() { _ = resp.Body.Close() }()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		return a, readError(ctx, err)
	}
	return a, nil
}

func (c *Client) request(ctx context.Context, q question) (*http.Request, error) {
	var body io.Reader = http.NoBody
	if q.body != nil {
		text, err := json.Marshal(q.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, q.method, c.root+q.path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if q.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if secret := q.token.Reveal(); secret != "" {
		req.Header.Set("X-Auth-Token", secret)
		req.Header.Set("X-Subject-Token", secret)
	}
	if secret := q.bearer.Reveal(); secret != "" {
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	// Asking for one more token does no harm. For net/http the mere presence of this field says so, and
	// without a value it is not sent.
	req.Header[idempotent] = nil
	return req, nil
}

// askError is why Keystone gave no answer.
func askError(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err // drops the text around it
	}
	if e, ok := errors.AsType[*Error](err); ok {
		err = e.Cause
		if e.Kind != Unavailable {
			return e
		}
	}
	return unavailable(identityService, 0, notOurs(err))
}

// readError is why Keystone's answer ended early.
func readError(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if ctx.Err() != nil {
		return unavailable(identityService, 0, notOurs(err))
	}
	return badAnswer(identityService, err)
}

// notOurs keeps Keystone's slowness from looking like the end of the request's own time, which is
// noticed where the request waits.
func notOurs(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New(err.Error())
	}
	return err
}

// refusal is the error of an answer that gives nothing. Of what Keystone does not accept it is refused,
// unless the answer shows that whatever is at this URL is not Keystone, or is not well.
func (c *Client) refusal(a answer, refused *Error) error {
	status := fmt.Errorf("HTTP status %d", a.status)
	switch a.status {
	case http.StatusUnauthorized:
		return refused.because(a.status, true)
	case http.StatusForbidden: // a policy, which may change while the credential stays
		return refused.because(a.status, false)
	case http.StatusNotFound:
		if isKeystoneError(a) {
			return refused.because(a.status, true)
		}
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return unavailable(identityService, retryAfter(a.header, c.now()), status)
	}
	return badAnswer(identityService, status)
}

// isKeystoneError reports whether a is an error that Keystone itself has written.
func isKeystoneError(a answer) bool {
	var doc struct {
		Error struct {
			Code int `json:"code"`
		} `json:"error"`
	}
	return json.Unmarshal(a.body, &doc) == nil && doc.Error.Code == a.status
}

// rejected is the error for a credential that Keystone does not accept.
func (c *Client) rejected(what string) *Error {
	return &Error{
		Kind:    Rejected,
		Message: fmt.Sprintf("Keystone does not accept %s: get a new one from %s", what, c.publicURL),
	}
}
