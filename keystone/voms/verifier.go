package voms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/occigate/occigate/keystone"
)

// Clock tells the time.
type Clock func() time.Time

// Bounds of an exchange with the verifier.
const (
	maxAnswer   = 128 << 10
	connectTime = 2 * time.Second
)

// verifier asks cmd/voms-verifier.
type verifier struct {
	http *http.Client
	now  Clock
}

func newVerifier(socket string, now Clock) *verifier {
	if now == nil {
		now = time.Now
	}
	dialer := net.Dialer{Timeout: connectTime}
	return &verifier{now: now, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		},
		DisableKeepAlives: true, // sign-ins are rare, and the verifier may be started anew
	}}}
}

// ask returns whose a chain is.
func (v *verifier) ask(ctx context.Context, chain [][]byte) (person, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://voms-verifier/verify", bytes.NewReader(bytes.Join(chain, nil)))
	if err != nil {
		return person{}, unavailable(err)
	}
	resp, err := v.http.Do(req)
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err // drops the text around it
	}
	if err != nil {
		return person{}, unavailable(fmt.Errorf("voms-verifier: %w", err))
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return person{}, unavailable(fmt.Errorf("voms-verifier: %w", err))
	}
	return v.read(resp.StatusCode, body)
}

// read takes the verdict from an answer.
func (v *verifier) read(status int, body []byte) (person, error) {
	var verdict struct {
		person
		Refused string `json:"refused"`
	}
	if err := json.Unmarshal(body, &verdict); err != nil {
		return person{}, badAnswer(fmt.Errorf("voms-verifier: %w", err))
	}
	switch status {
	case http.StatusOK:
	case http.StatusForbidden, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return person{}, rejected("your proxy certificate is not accepted: "+verdict.Refused, nil)
	default:
		return person{}, unavailable(fmt.Errorf("voms-verifier: HTTP status %d: %s", status, verdict.Refused))
	}
	p := verdict.person
	if p.DN == "" || p.CA == "" || len(p.FQANs) == 0 || verdict.Refused != "" {
		return person{}, badAnswer(errors.New("voms-verifier: a verdict that is none"))
	}
	if !v.now().Before(p.Expires) {
		return person{}, rejected("your proxy certificate has expired", nil)
	}
	return p, nil
}

// rejected is for whoever cannot be signed in.
func rejected(message string, cause error) *keystone.Error {
	return &keystone.Error{Kind: keystone.Rejected, Message: message, Cause: cause}
}

func unavailable(cause error) *keystone.Error {
	return &keystone.Error{
		Kind: keystone.Unavailable, Message: "signing in with a proxy certificate is not possible at the moment, try again later",
		Cause: cause, RetryAfter: retryAfter,
	}
}

// retryAfter is what clients are told: the verifier is started anew within seconds.
const retryAfter = 5 * time.Second

func badAnswer(cause error) *keystone.Error {
	return &keystone.Error{
		Kind: keystone.BadAnswer, Message: "signing in with a proxy certificate does not work here", Cause: cause,
	}
}
