package translate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"

	"github.com/occigate/occigate/occi"
)

// list follows the pages that a service gives by marker.
func list(t *testing.T, answers map[string]string) (ids []string, asked []string, err error) {
	t.Helper()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("marker"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, answers[r.URL.Query().Get("marker")])
	}))
	defer service.Close()
	client := &gophercloud.ServiceClient{ProviderClient: &gophercloud.ProviderClient{}, Endpoint: service.URL + "/"}
	found, err := pages(func(marker string) ([]server, bool, error) {
		return page[server](t.Context(), client, client.ServiceURL("servers")+"?marker="+marker, "servers")
	}, func(s server) string { return s.ID })
	for _, s := range found {
		ids = append(ids, s.ID)
	}
	return ids, asked, err
}

func TestPagesFollowsMarkersNotURLs(t *testing.T) {
	t.Parallel()
	const elsewhere = `, "servers_links": [{"rel": "next", "href": "http://nova.internal/v2.1/servers?marker=x"}]`
	ids, asked, err := list(t, map[string]string{
		"":  `{"servers": [{"id": "a"}, {"id": "b"}]` + elsewhere + `}`,
		"b": `{"servers": [{"id": "c"}]` + elsewhere + `}`,
		"c": `{"servers": []}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, ids); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"", "b", "c"}, asked); diff != "" {
		t.Errorf("markers (-want +got):\n%s", diff)
	}
}

// Cinder names the links of its types otherwise than the types.
func TestPagesFollowsLinksOfAnyName(t *testing.T) {
	t.Parallel()
	ids, _, err := list(t, map[string]string{
		"":  `{"servers": [{"id": "a"}], "server_links": [{"rel": "next", "href": "/x"}]}`,
		"a": `{"servers": [{"id": "b"}], "server_links": [{"rel": "previous", "href": "/x"}]}`,
	})
	if diff := cmp.Diff([]string{"a", "b"}, ids); diff != "" || err != nil {
		t.Errorf("error %v, items (-want +got):\n%s", err, diff)
	}
}

func TestPagesEndsWithAServiceThatDoesNot(t *testing.T) {
	t.Parallel()
	same := `{"servers": [{"id": "a"}], "servers_links": [{"rel": "next", "href": "/x"}]}`
	_, asked, err := list(t, map[string]string{"": same, "a": same})
	checkCode(t, err, occi.BadUpstream)
	if len(asked) != 2 {
		t.Errorf("asked %d times, want 2", len(asked))
	}
}

func TestPagesFailsWithAPage(t *testing.T) {
	t.Parallel()
	_, _, err := list(t, map[string]string{
		"":  `{"servers": [{"id": "a"}], "servers_links": [{"rel": "next", "href": "/x"}]}`,
		"a": `{"servers": [{"id": `,
	})
	checkCode(t, fault(err, subject{}), occi.BadUpstream)
}

func TestWaitUntil(t *testing.T) {
	t.Parallel()
	asked := 0
	err := waitUntil(t.Context(), time.Microsecond, func(context.Context) (bool, error) {
		asked++
		return asked == 5, nil
	})
	if err != nil || asked != 5 {
		t.Errorf("waitUntil = %v after %d questions, want 5", err, asked)
	}
	broken := errors.New("broken")
	if err := waitUntil(t.Context(), time.Hour, func(context.Context) (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("waitUntil = %v, want %v", err, broken)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = waitUntil(ctx, time.Hour, func(context.Context) (bool, error) {
		cancel()
		return false, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("waitUntil = %v, want the end of the context", err)
	}
}

// An answer that has something else is no empty listing.
func TestPageWithoutItsItems(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{`{}`, `{"servers": null, "servers_links": 1}`, `{"servers": {}}`, `[]`, `<html>`} {
		if ids, _, err := list(t, map[string]string{"": answer}); err == nil {
			t.Errorf("%s: got %q, want an error", answer, ids)
		}
	}
}
