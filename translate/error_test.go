package translate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
)

const novaURL = "http://nova.internal:8774/v2.1/servers"

// answer is a refusal as gophercloud returns it.
func answer(status int, body string, header ...string) error {
	h := http.Header{"X-Openstack-Request-Id": {"req-1"}}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return gophercloud.ErrUnexpectedResponseCode{
		Method: http.MethodPost, URL: novaURL + "?secret=yes", Actual: status, Body: []byte(body), ResponseHeader: h,
	}
}

func TestFault(t *testing.T) {
	t.Parallel()
	compute := addressed(occi.ComputeID, "17")
	for _, c := range []struct {
		name    string
		err     error
		about   subject
		code    occi.Code
		message string
		after   time.Duration
	}{
		{
			"Nova 400", answer(400, `{"badRequest": {"code": 400, "message": "Can not find requested image"}}`), compute,
			occi.Invalid, "Can not find requested image", 0,
		},
		{"400 without a reason", answer(400, `<html>Bad Request</html>`), compute, occi.Invalid, "OpenStack refused the request without a reason", 0},
		{
			"401", answer(401, `{"error": {"code": 401, "message": "The request you have made requires authentication."}}`), compute,
			occi.Unauthenticated, "OpenStack does not accept the token any more: get a new one", 0,
		},
		{
			"Nova quota", answer(403, `{"forbidden": {"code": 403, "message": "Quota exceeded for cores: Requested 1, but already used 20 of 20 cores"}}`),
			compute, occi.Forbidden, "Quota exceeded for cores: Requested 1, but already used 20 of 20 cores", 0,
		},
		{
			"Cinder quota", answer(413, `{"overLimit": {"code": 413, "message": "VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded for quota 'volumes'.", "retryAfter": "0"}}`, "Retry-After", "0"),
			compute, occi.Forbidden, "VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded for quota 'volumes'.", 0,
		},
		{
			"Neutron quota", answer(409, `{"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: ['port'].", "detail": ""}}`),
			compute, occi.Forbidden, "Quota exceeded for resources: ['port'].", 0,
		},
		{"Nova 404 on the addressed", answer(404, `{"itemNotFound": {"message": "Instance 17 could not be found."}}`), compute, occi.NotFound, `there is no compute "17"`, 0},
		{"404 on the named", answer(404, ``), named(occi.NetworkID, "5"), occi.Invalid, `there is no network "5"`, 0},
		{"404 on nothing", answer(404, ``), subject{}, occi.BadUpstream, "OpenStack gave an answer that cannot be used", 0},
		{
			"Nova 409", answer(409, `{"conflictingRequest": {"message": "Cannot 'stop' instance 17 while it is in vm_state stopped"}}`), compute,
			occi.Conflict, "Cannot 'stop' instance 17 while it is in vm_state stopped", 0,
		},
		{"old rate limit", answer(413, `{"overLimit": {"message": "x"}}`, "Retry-After", "7"), compute, occi.Throttled, "OpenStack limits the rate of requests, try again later", 7 * time.Second},
		{"rate limit", answer(429, ``), compute, occi.Throttled, "OpenStack limits the rate of requests, try again later", time.Second},
		{"large request", answer(413, `Request is too large.`), compute, occi.TooLarge, "OpenStack refused the request as too large", 0},
		{
			"Nova 500", answer(500, `{"computeFault": {"message": "Unexpected API Error. <class 'oslo_db.exception.DBError'>"}}`), compute,
			occi.BadUpstream, "OpenStack gave an answer that cannot be used", 0,
		},
		{"gateway's page", answer(502, `<html>haproxy</html>`), compute, occi.BadUpstream, "OpenStack gave an answer that cannot be used", 0},
		{"503", answer(503, ``), compute, occi.Unavailable, "OpenStack cannot serve at the moment, try again later", time.Second},
		{"503 with a time", answer(503, ``, "Retry-After", "30"), compute, occi.Unavailable, "OpenStack cannot serve at the moment, try again later", 30 * time.Second},
		{"503 with too long a time", answer(503, ``, "Retry-After", "86400"), compute, occi.Unavailable, "OpenStack cannot serve at the moment, try again later", 5 * time.Minute},
		{"501", answer(501, ``), compute, occi.Unimplemented, "OpenStack does not offer this here", 0},
		{"version that Nova does not have any more", answer(406, ``), compute, occi.Unavailable, "OpenStack has changed the versions it speaks, try again", time.Second},
		{"deadline", fmt.Errorf("get: %w", context.DeadlineExceeded), compute, occi.Timeout, "OpenStack did not answer in time", 0},
		{"client gone", fmt.Errorf("get: %w", context.Canceled), compute, occi.ClientGone, "the client closed the connection", 0},
		{"half an answer", io.ErrUnexpectedEOF, compute, occi.BadUpstream, "OpenStack gave an answer that cannot be used", 0},
		{"no JSON", json.Unmarshal([]byte("<"), &struct{}{}), compute, occi.BadUpstream, "OpenStack gave an answer that cannot be used", 0},
		{
			"connection refused", &keystone.Error{Kind: keystone.Unavailable, Message: "away", RetryAfter: 5 * time.Second}, compute,
			occi.Unavailable, "away", 5 * time.Second,
		},
		{"no such service", &keystone.Error{Kind: keystone.NoService, Message: "none"}, compute, occi.Unimplemented, "none", 0},
		{"answer of no use", &keystone.Error{Kind: keystone.BadAnswer, Message: "odd"}, compute, occi.BadUpstream, "odd", 0},
		{"nonsense from Keystone", &keystone.Error{Kind: keystone.BadAnswer, Message: "odd", RetryAfter: 5 * time.Second}, compute, occi.Unavailable, "odd", 5 * time.Second},
		{"two tokens", &keystone.Error{Kind: keystone.AmbiguousCredential, Message: "send one"}, compute, occi.Invalid, "send one", 0},
		{"project of others", &keystone.Error{Kind: keystone.Foreign, Message: "yours are"}, compute, occi.Forbidden, "yours are", 0},
		{"guessing", &keystone.Error{Kind: keystone.Throttled, Message: "later", RetryAfter: time.Minute}, compute, occi.Throttled, "later", time.Minute},
		{"no token", &keystone.Error{Kind: keystone.NoCredential, Message: "send one"}, compute, occi.Unauthenticated, "send one", 0},
		{"token of no project", &keystone.Error{Kind: keystone.Unscoped, Message: "scope it"}, compute, occi.Unauthenticated, "scope it", 0},
		{"known already", occi.Errorf(occi.Conflict, "busy"), compute, occi.Conflict, "busy", 0},
	} {
		got, ok := errors.AsType[*occi.Error](fault(c.err, c.about))
		if !ok {
			t.Errorf("%s: fault = %v, want an *occi.Error", c.name, fault(c.err, c.about))
			continue
		}
		if got.Code != c.code || got.Message != c.message || got.RetryAfter != c.after {
			t.Errorf("%s: fault = code %d, %q, %s, want code %d, %q, %s",
				c.name, got.Code, got.Message, got.RetryAfter, c.code, c.message, c.after)
		}
	}
}

func TestFaultOfNonsenseIsInternal(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		gophercloud.ErrMissingInput{Argument: "Name"},
		gophercloud.ErrInvalidInput{},
	} {
		if got := occi.CodeOf(fault(err, subject{})); got != occi.Internal {
			t.Errorf("code of %v = %d, want Internal", err, got)
		}
	}
}

func TestFaultLogsNeitherBodyNorQuery(t *testing.T) {
	t.Parallel()
	err := fault(answer(500, `{"computeFault": {"message": "user_data I0EhL2Jpbi9zaA=="}}`), subject{})
	got := err.Error()
	if strings.Contains(got, "I0EhL2Jpbi9zaA") || strings.Contains(got, "secret") || strings.Contains(got, "nova.internal") {
		t.Errorf("the log would show %q", got)
	}
	for _, want := range []string{"POST /v2.1/servers", "500", "req-1"} {
		if !strings.Contains(got, want) {
			t.Errorf("the log would show %q, without %q", got, want)
		}
	}
}

func TestReadRefusal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		want       refusal
	}{
		{"Nova", `{"badRequest": {"code": 400, "message": "Flavor nope could not be found."}}`, refusal{"badRequest", "Flavor nope could not be found."}},
		{"Neutron", `{"NeutronError": {"type": "NetworkNotFound", "message": "Network nope could not be found.", "detail": ""}}`, refusal{"NetworkNotFound", "Network nope could not be found."}},
		{"Keystone", `{"error": {"code": 403, "title": "Forbidden", "message": "no"}}`, refusal{"error", "no"}},
		{"Glance", `{"message": "No image found with ID nope<br /><br />\n\n\n", "code": "404 Not Found", "title": "Not Found"}`, refusal{"", "No image found with ID nope"}},
		{
			"a schema check quotes the value",
			`{"badRequest": {"message": "Invalid input for field/attribute user_data. Value: c2VjcmV0. 'c2VjcmV0' is too long"}}`,
			refusal{"badRequest", "Invalid input for field/attribute user_data."},
		},
		{"addresses", `{"badRequest": {"message": "see http://nova.internal:8774/ for more"}}`, refusal{"badRequest", "see … for more"}},
		{"control characters", `{"badRequest": {"message": "one\u0000two\r\n\tthree"}}`, refusal{"badRequest", "one two three"}},
		{"HTML", `<html></html>`, refusal{}},
		{"list", `[1]`, refusal{}},
		{"nothing", ``, refusal{}},
		{"other JSON", `{"a": 1, "b": {"c": 2}}`, refusal{}},
	} {
		if got := readRefusal([]byte(c.body)); got != c.want {
			t.Errorf("%s: readRefusal = %+v, want %+v", c.name, got, c.want)
		}
	}
	long := readRefusal([]byte(`{"e": {"message": "` + strings.Repeat("ö", 400) + `"}}`)).message
	if len(long) > 310 || !strings.HasSuffix(long, "ö…") {
		t.Errorf("a long message has %d bytes and ends in %q", len(long), long[len(long)-8:])
	}
}
