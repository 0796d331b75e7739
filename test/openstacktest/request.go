package openstacktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxBody is the largest request body taken (Nova's osapi_max_request_body_size).
const maxBody = 114_688

// request is a call as a handler sees it.
type request struct {
	*http.Request
	id     string // req-…
	root   string // URL of the service's mount as the caller addressed it
	self   string // URL without the query
	params map[string]string
	token  *token // nil on open routes
	minor  int    // the microversion's second number, or noVersion
	raw    []byte
	strict func(text string) // records a violation
}

// param is a path parameter.
func (r *request) param(name string) string { return r.params[name] }

// atRoot tells whether the call is for the service's list of versions.
func (r *request) atRoot() bool { return strings.TrimSuffix(r.self, "/") == r.root }

// answer is what a handler sends: a JSON body or, when that is nil, text.
type answer struct {
	status      int
	header      http.Header
	body        any
	text        string
	contentType string // of text; a body is always JSON
}

// reply answers with a JSON body.
func reply(status int, body any) (answer, error) {
	return answer{status: status, header: http.Header{}, body: body}, nil
}

// empty answers without a body.
func empty(status int) (answer, error) {
	return answer{status: status, header: http.Header{}}, nil
}

// noText answers without a body but with WebOb's default content type.
func noText(status int) (answer, error) {
	return answer{status: status, header: http.Header{}, contentType: "text/html; charset=UTF-8"}, nil
}

// apiError is a failure that a service answers. Kind is Neutron's error type; other services derive
// theirs from the status.
type apiError struct {
	status  int
	kind    string
	message string
	header  http.Header
}

func (e *apiError) Error() string { return e.message }

// refuse makes the error that a service answers with a status and a message.
func refuse(status int, format string, args ...any) *apiError {
	return &apiError{status: status, message: fmt.Sprintf(format, args...)}
}

// beforeRouting makes an error that the services answer ahead of their own error handling, most of
// them as plain text.
func beforeRouting(status int, format string, args ...any) *apiError {
	e := refuse(status, format, args...)
	e.kind = earlyError
	return e
}

// earlyError is the kind of errors made by beforeRouting.
const earlyError = "early"

// plain is an error as WebOb renders it for a client that asked for nothing in particular.
func plain(e *apiError) answer {
	return answer{
		status: e.status, header: http.Header{}, contentType: "text/plain; charset=UTF-8",
		text: fmt.Sprintf("%d %s\n\n%s\n\n   ", e.status, http.StatusText(e.status), e.message),
	}
}

// decode reads the JSON body. A wrong content type is a violation; what the service answers to it
// is the service's business, so it is told apart by sentinel values.
func (r *request) decode() (object, error) {
	if kind := r.Header.Get("Content-Type"); kind != "application/json" {
		r.strict(fmt.Sprintf("content type %q", kind))
	}
	var body object
	decoder := json.NewDecoder(bytes.NewReader(r.raw))
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil {
		r.strict("the body is no JSON object")
		return nil, errNoJSON
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		r.strict("the body goes on after the JSON object")
		return nil, errNoJSON
	}
	return body, nil
}

// errNoJSON says that a body is no JSON object.
var errNoJSON = errors.New("no JSON object")
