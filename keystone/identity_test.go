package keystone

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	expires := time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
	d, err := describe(mustJSON(t, tokenOf(expires, public("compute", "http://nova"))))
	if err != nil {
		t.Fatal(err)
	}
	id := d.identity(placement{iface: "public"})
	got := []any{id.userID, id.userName, id.projectID, id.projectName, id.domainID, id.roles, id.region, id.expires.UTC()}
	want := []any{"u1", "demo", projectID, "demo", "default", []string{"member", "reader"}, "RegionOne", expires}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("identity (-want +got):\n%s", diff)
	}
}

func TestDescribeKinds(t *testing.T) {
	t.Parallel()
	const user = `"user":{"id":"u"}`
	for _, tc := range []struct {
		body string
		want Kind
		text string // the project
	}{
		{`{"token":{` + user + `,"project":{"id":"p"}}}`, 0, "p"},
		{`{"token":{` + user + `,"project":{"id":"p"},"expires_at":null,"catalog":null,"roles":null}}`, 0, "p"},
		{`{"token":{` + user + `,"project":{"id":"p"},"catalog":[{"type":"compute"},{}]}}`, 0, "p"},
		{`{"token":{` + user + `,"project":{"id":"p"},"future":{"a":[1]}}}`, 0, "p"},
		{`{"token":{` + user + `,"project":{"id":"p"},"expires_at":"2026-11-23T17:47:23"}}`, 0, "p"},
		{`{"token":{` + user + `}}`, 0, ""},
		{`{"token":{` + user + `,"project":null}}`, 0, ""},
		{`{"token":{` + user + `,"project":{}}}`, 0, ""},
		{`{"token":{` + user + `,"domain":{"id":"default"}}}`, 0, ""},
		{`{"token":{` + user + `,"system":{"all":true}}}`, 0, ""},
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
		{`{"token":{` + user + `,"project":{"id":"p"},"expires_at":7}}`, BadAnswer, ""},
		{`{"token":{` + user + `,"project":{"id":"p"},"catalog":{}}}`, BadAnswer, ""},
		{`{"token":{` + user + `,"project":{"id":"p"}}`, BadAnswer, ""},
		{`{"token":{` + user + `,"project":{"id":"p"}}} trailing`, BadAnswer, ""},
		{`<html>login</html>`, BadAnswer, ""},
		{strings.Repeat(`{"token":`, 100_000), BadAnswer, ""},
		{`{"token":{"x":` + strings.Repeat("[", 20_000), BadAnswer, ""},
	} {
		d, err := describe([]byte(tc.body))
		if got := kindOf(t, err); got != tc.want || (d == nil) != (err != nil) {
			t.Errorf("describe(%.80q) = %v, %v, want kind %v", tc.body, d, err, tc.want)
		}
		if d != nil && d.project.id != tc.text {
			t.Errorf("describe(%.80q): project %q, want %q", tc.body, d.project.id, tc.text)
		}
	}
}

// The end of an application credential ends its tokens, and is written in another form than theirs.
func TestTimesOfKeystone(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 23, 17, 47, 23, 0, time.UTC)
	for _, text := range []string{"2026-11-23T17:47:23.000000Z", "2026-11-23T17:47:23", "2026-11-23T17:47:23.000000", "2026-11-23T18:47:23+01:00"} {
		d, err := describe([]byte(`{"token":{"user":{"id":"u"},"expires_at":"` + text + `"}}`))
		if err != nil || !d.expires.Equal(want) {
			t.Errorf("expires_at %q: got %v, %v, want %v", text, d, err, want)
		}
	}
}

func FuzzDescribe(f *testing.F) {
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
		d, err := describe(body)
		if (d == nil) == (err == nil) {
			t.Fatalf("description %v and error %v", d, err)
		}
		if err != nil {
			if k := kindOf(t, err); k != BadAnswer {
				t.Fatalf("kind %v", k)
			}
			return
		}
		if d.userID == "" {
			t.Fatalf("description without user: %+v", d)
		}
		id := d.identity(placement{iface: "public"})
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
