package keystone

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeIdentity(t *testing.T) {
	t.Parallel()
	expires := time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
	id, err := decodeIdentity(mustJSON(t, tokenOf(expires, public("compute", "http://nova"))), placement{iface: "public"})
	if err != nil {
		t.Fatal(err)
	}
	got := []any{id.userID, id.userName, id.projectID, id.projectName, id.domainID, id.roles, id.region, id.expires.UTC()}
	want := []any{"u1", "demo", projectID, "demo", "default", []string{"member", "reader"}, "RegionOne", expires}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("identity (-want +got):\n%s", diff)
	}
}

func TestDecodeIdentityKinds(t *testing.T) {
	t.Parallel()
	const user = `"user":{"id":"u"}`
	for _, tc := range []struct {
		body string
		want Kind
		text string // in the message
	}{
		{`{"token":{` + user + `,"project":{"id":"p"}}}`, 0, ""},
		{`{"token":{` + user + `,"project":{"id":"p"},"expires_at":null,"catalog":null,"roles":null}}`, 0, ""},
		{`{"token":{` + user + `,"project":{"id":"p"},"catalog":[{"type":"compute"},{}]}}`, 0, ""},
		{`{"token":{` + user + `,"project":{"id":"p"},"future":{"a":[1]}}}`, 0, ""},
		{`{"token":{` + user + `}}`, Unscoped, "--os-project-name"},
		{`{"token":{` + user + `,"project":null}}`, Unscoped, "to nothing"},
		{`{"token":{` + user + `,"project":{}}}`, Unscoped, "to nothing"},
		{`{"token":{` + user + `,"domain":{"id":"default"}}}`, Unscoped, "to a domain"},
		{`{"token":{` + user + `,"system":{"all":true}}}`, Unscoped, "whole system"},
		{``, BadAnswer, ""},
		{`null`, BadAnswer, ""},
		{`{}`, BadAnswer, ""},
		{`[]`, BadAnswer, ""},
		{`"token"`, BadAnswer, ""},
		{`{"token":null}`, BadAnswer, ""},
		{`{"token":{}}`, BadAnswer, ""},
		{`{"token":{"project":{"id":"p"}}}`, BadAnswer, ""},
		{`{"token":{"user":{"id":7},"project":{"id":"p"}}}`, BadAnswer, ""},
		{`{"token":{` + user + `,"project":{"id":"p"},"expires_at":"tomorrow"}}`, BadAnswer, ""},
		{`{"token":{` + user + `,"project":{"id":"p"},"catalog":{}}}`, BadAnswer, ""},
		{`{"token":{` + user + `,"project":{"id":"p"}}`, BadAnswer, ""},
		{`{"token":{` + user + `,"project":{"id":"p"}}} trailing`, BadAnswer, ""},
		{`<html>login</html>`, BadAnswer, ""},
		{strings.Repeat(`{"token":`, 100_000), BadAnswer, ""},
		{`{"token":{"x":` + strings.Repeat("[", 20_000), BadAnswer, ""},
	} {
		id, err := decodeIdentity([]byte(tc.body), placement{iface: "public"})
		if got := kindOf(t, err); got != tc.want || (id == nil) != (err != nil) {
			t.Errorf("decodeIdentity(%.80q) = %v, %v, want kind %v", tc.body, id, err, tc.want)
		}
		if e, ok := errors.AsType[*Error](err); ok && !strings.Contains(e.Message, tc.text) {
			t.Errorf("decodeIdentity(%.80q): message %q does not say %q", tc.body, e.Message, tc.text)
		}
	}
}

func FuzzDecodeIdentity(f *testing.F) {
	f.Add([]byte(`{"token":{"user":{"id":"u"}}}`))
	f.Add([]byte(`{"token":{"user":{"id":"u"},"project":{"id":"../p"},"expires_at":"2031-01-02T03:04:05.000000Z",` +
		`"catalog":[{"type":"volumev3","endpoints":[{"interface":"public","region_id":"R","url":"http://c/v3/../p"}]}]}}`))
	for _, raw := range []string{
		"http://nova:8774/v2.1", "https://cloud/compute//v2/", "http://169.254.169.254", "http://[::1%25lo]:0/%2e%2e/v3",
		"HTTP://NOVA", "http://a@b", "http://nova/v2.1/AUTH_p",
	} {
		f.Add(mustJSON(f, tokenOf(time.Unix(0, 0), public("compute", raw), public("block-storage", raw))))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		id, err := decodeIdentity(body, placement{iface: "public"})
		if (id == nil) == (err == nil) {
			t.Fatalf("identity %v and error %v", id, err)
		}
		if err != nil {
			if k := kindOf(t, err); k != Unscoped && k != BadAnswer {
				t.Fatalf("kind %v", k)
			}
			return
		}
		if id.userID == "" || id.projectID == "" {
			t.Fatalf("identity without user or project: %+v", id)
		}
		for svc, e := range id.endpoints {
			if e.err != nil {
				continue
			}
			u, err := url.Parse(e.url)
			if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
				!strings.HasSuffix(e.url, "/") || !e.route.holds(u) {
				t.Errorf("%s endpoint %q below %q (%v)", svc, e.url, e.route.path, err)
			}
		}
	})
}
