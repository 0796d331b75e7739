package facade_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/keystone/facade"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newCloud starts a simulated OpenStack that must have been asked nothing wrong in the end.
func newCloud(tb testing.TB) *openstacktest.Cloud {
	tb.Helper()
	cloud, err := openstacktest.Start(openstacktest.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		cloud.Close()
		for _, v := range cloud.Violations() {
			tb.Errorf("the real Keystone would not take this: %s", v)
		}
	})
	return cloud
}

// newFacade is a facade at https://gw/keystone in front of the Keystone at url.
func newFacade(tb testing.TB, url string, change ...func(*facade.Options)) *facade.Facade {
	tb.Helper()
	client, err := keystone.New(keystone.Options{URL: url})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(client.Close)
	o := facade.Options{Keystone: client, Path: "/keystone"}
	for _, f := range change {
		f(&o)
	}
	f, err := facade.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// stubKeystone is a Keystone of one function.
func stubKeystone(tb testing.TB, answer http.HandlerFunc) string {
	tb.Helper()
	server := httptest.NewServer(answer)
	tb.Cleanup(server.Close)
	return server.URL
}

// do asks the facade; header are names and values in turn.
func do(tb testing.TB, f http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	tb.Helper()
	return doContext(tb.Context(), f, method, path, body, header...)
}

func doContext(ctx context.Context, f http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(ctx, method, "https://gw/keystone"+path, reader)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	if body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// exactly returns the values of the header of exactly that spelling.
func exactly(h http.Header, name string) []string { return h[name] }

// decode reads an answer's JSON.
func decode(tb testing.TB, w *httptest.ResponseRecorder, into any) {
	tb.Helper()
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		tb.Errorf("Content-Type %q, want application/json", got)
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		tb.Fatalf("%v in %q", err, w.Body)
	}
}

// wantRefusal checks that an answer is a refusal as Keystone writes one.
func wantRefusal(tb testing.TB, w *httptest.ResponseRecorder, status int) {
	tb.Helper()
	if w.Code != status {
		tb.Fatalf("got %d %q, want %d", w.Code, w.Body, status)
	}
	var doc struct {
		Error struct {
			Code           int
			Message, Title string
		}
	}
	decode(tb, w, &doc)
	if doc.Error.Code != status || doc.Error.Message == "" || doc.Error.Title != http.StatusText(status) {
		tb.Errorf("got %q, want an error document of %d", w.Body, status)
	}
	challenges := exactly(w.Header(), "WWW-Authenticate")
	if want := status == http.StatusUnauthorized; want != (len(challenges) == 1) {
		tb.Errorf("got challenges %q with status %d", challenges, status)
	}
	if after := w.Header().Get("Retry-After"); (status == http.StatusServiceUnavailable) != (after != "") {
		tb.Errorf("got Retry-After %q with status %d", after, status)
	}
}
