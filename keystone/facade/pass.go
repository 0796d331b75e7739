package facade

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/occigate/occigate/keystone"
)

// The header fields that go through. Everything else stays here: Keystone believes fields such as
// OIDC-iss of the proxy in front of it, and does not tell hyphens from underscores.
var (
	requestFields  = []string{"Accept", "Content-Type", "X-Auth-Token", "X-Subject-Token"}
	responseFields = []string{"X-Subject-Token", "Retry-After", "Allow"}
)

// passOn hands a request to Keystone as it is.
func (f *Facade) passOn(c *call) (*answer, error) {
	header, err := passedFields(c.Header, requestFields)
	if err != nil {
		return nil, err
	}
	return f.forward(c, c.path, header)
}

// federated is the sign-in through an identity provider: VOMS here, any other at Keystone, which is in
// front of it. Identity API v3: OS-FEDERATION, "Request an unscoped OS-FEDERATION token".
func (f *Facade) federated(c *call) (*answer, error) {
	if f.options.VOMS != nil && strings.HasSuffix(c.path, "/protocols/mapped/auth") {
		t, err := f.signInVOMS(c)
		if err != nil {
			return nil, err
		}
		return &answer{
			status: http.StatusCreated,
			header: http.Header{"X-Subject-Token": {t.ID.Reveal()}},
			body:   json.RawMessage(t.Document),
		}, nil
	}
	header, err := passedFields(c.Header, requestFields)
	if err != nil {
		return nil, err
	}
	if values := c.Header.Values("Authorization"); len(values) == 1 {
		if scheme, _, _ := strings.Cut(values[0], " "); strings.EqualFold(scheme, "Bearer") {
			header.Set("Authorization", values[0])
		}
	}
	a, err := f.forward(c, c.path, header)
	if renamed, old := renamedProtocol(c.path); old && refusedProtocol(err) {
		return f.forward(c, renamed, header)
	}
	return a, err
}

// renamedProtocol is the path with the name that EGI's protocol has today. rOCCI and IM know the old one.
func renamedProtocol(path string) (string, bool) {
	provider, old := strings.CutSuffix(path, "/protocols/oidc/auth")
	return provider + "/protocols/openid/auth", old
}

// refusedProtocol reports whether Keystone may have no such protocol: 404, or 401 where it is no method.
func refusedProtocol(err error) bool {
	f, ok := errors.AsType[*fault](err)
	return ok && (f.status == http.StatusNotFound || f.status == http.StatusUnauthorized)
}

// passedFields are those of the named fields that h has, each of which it may have once.
func passedFields(h http.Header, names []string) (http.Header, error) {
	passed := http.Header{}
	for _, name := range names {
		switch values := h.Values(name); len(values) {
		case 0:
		case 1:
			passed[name] = values
		default:
			return nil, malformed("The header field %s is there %d times.", name, len(values))
		}
	}
	return passed, nil
}

func (f *Facade) forward(c *call, path string, header http.Header) (*answer, error) {
	if c.URL.Query().Has("nocatalog") {
		path += "?nocatalog"
	}
	a, err := f.options.Keystone.Send(c.Context(), c.Method, path, header, c.body)
	if err != nil {
		return nil, err
	}
	passed, err := passedFields(a.Header, responseFields)
	switch {
	case err != nil:
		return nil, garbage(err)
	case a.Status >= http.StatusMultipleChoices && a.Status < http.StatusBadRequest:
		return nil, redirected(c, a.Status)
	case a.Status >= http.StatusBadRequest:
		return nil, refused(a)
	case len(a.Body) == 0:
		return &answer{status: a.Status, header: passed}, nil
	case !json.Valid(a.Body):
		return nil, garbage(fmt.Errorf("HTTP status %d, and no JSON", a.Status))
	}
	return &answer{status: a.Status, header: passed, body: json.RawMessage(a.Body)}, nil
}

// redirected is for an answer that leads elsewhere. A sign-in page of an identity provider is for people
// with browsers.
func redirected(c *call, status int) *fault {
	if strings.HasPrefix(c.path, "/v3/OS-FEDERATION/") {
		return unauthorized()
	}
	return garbage(fmt.Errorf("HTTP status %d", status))
}

// refused is Keystone's own refusal, or garbage if whoever refused is not Keystone.
func refused(a keystone.Answer) *fault {
	switch {
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden, a.Status == http.StatusBadRequest:
		// also by what is in front of Keystone, in its own form
	case a.Status == http.StatusNotFound && !isError(a):
		return notHere()
	case a.Status == http.StatusTooManyRequests,
		a.Status < http.StatusBadRequest, a.Status >= http.StatusInternalServerError:
		return unusable(a)
	}
	return &fault{status: a.Status, message: messageOf(a)} // no cause: the message may quote the request
}

// unusable is for an answer that says nothing about the request.
func unusable(a keystone.Answer) *fault {
	f := unavailable(retryAfter(a.Header), fmt.Errorf("HTTP status %d", a.Status))
	if a.Status == http.StatusTooManyRequests {
		f.status = a.Status
	}
	return f
}

// retryAfter returns the seconds that an answer asks for.
func retryAfter(h http.Header) time.Duration {
	const most = 300
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds <= 0 {
		return defaultRetryAfter
	}
	return time.Duration(min(seconds, most)) * time.Second
}

// messageOf is what Keystone says of its refusal.
func messageOf(a keystone.Answer) string {
	message, err := errorMessage(a.Body)
	if err != nil {
		return http.StatusText(a.Status)
	}
	return message
}

// isError reports whether Keystone itself has written a refusal.
func isError(a keystone.Answer) bool {
	_, err := errorMessage(a.Body)
	return err == nil
}

var errNoMessage = errors.New("no message")

func errorMessage(body []byte) (string, error) {
	var doc struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return "", err
	}
	if doc.Error.Message == "" {
		return "", errNoMessage
	}
	return doc.Error.Message, nil
}
