package keystone

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// Answer is what Keystone said, its body read.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Send sends one request to Keystone in somebody else's words: path begins after Keystone's root, such as
// "/v3/auth/tokens", and may have a query; header is sent as it is. Any status is an answer; the errors
// are *Error of the kinds Unavailable and BadAnswer, or the context's.
func (c *Client) Send(ctx context.Context, method, path string, header http.Header, body []byte) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.root+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, badAnswer(identityService, err)
	}
	req.Header = header
	resp, err := c.keystone.Do(req)
	if err != nil {
		return Answer{}, askError(err)
	}
	defer func() { _ = resp.Body.Close() }()
	a := Answer{Status: resp.StatusCode, Header: resp.Header}
	if a.Body, err = io.ReadAll(resp.Body); err != nil {
		return Answer{}, readError(ctx, err)
	}
	return a, nil
}
