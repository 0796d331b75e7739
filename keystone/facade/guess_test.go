package facade_test

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/keystone/facade"
)

// Keystone is asked about what one address guesses a bounded number of times, whatever the way.
func TestGuessesAreCounted(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	const limit = 4
	wrong := 0
	f := newFacade(t, cloud.AuthURL(), func(o *facade.Options) {
		o.Guess = func(client netip.Addr) (func(bool), error) {
			if client != netip.MustParseAddr("192.0.2.1") { // httptest's
				t.Errorf("the client is %s", client)
			}
			if wrong >= limit {
				return nil, &keystone.Error{Kind: keystone.Throttled, Message: "too many", RetryAfter: 7e9}
			}
			return func(guess bool) {
				if guess {
					wrong++
				}
			}, nil
		}
	})
	good := passwordLogin("demo", "demo-secret", "demo")
	for range 2 * limit {
		if w := do(t, f, "POST", "/v2.0/tokens", good); w.Code != http.StatusOK {
			t.Fatalf("a good password counts: got %d %s", w.Code, w.Body)
		}
	}
	cloud.ResetCalls()
	const unknown = `{"auth":{"identity":{"methods":["token"],"token":{"id":"gAAAAA-no"}}}}`
	for i, guess := range [][]string{
		{"POST", "/v2.0/tokens", passwordLogin("demo", "wrong", "")},
		{"POST", "/v2.0/tokens", `{"auth":{"token":{"id":"gAAAAA-no"}}}`},
		{"GET", "/v2.0/tenants", ""},
		{"POST", "/v3/auth/tokens", unknown},
	} {
		if w := do(t, f, guess[0], guess[1], guess[2], "X-Auth-Token", "gAAAAA-no"); w.Code != 401 && w.Code != 404 {
			t.Errorf("%v: got %d", guess, w.Code)
		}
		if wrong != i+1 {
			t.Errorf("%v: %d wrong ones counted, want %d", guess, wrong, i+1)
		}
	}
	asked := len(cloud.Calls())
	for range 5 {
		w := do(t, f, "POST", "/v2.0/tokens", good)
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "7" {
			t.Fatalf("got %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
	}
	if calls := len(cloud.Calls()); calls != asked || asked != limit {
		t.Errorf("Keystone was asked %d times, then %d", asked, calls)
	}
	if w := do(t, f, "GET", "/", ""); w.Code != http.StatusMultipleChoices {
		t.Errorf("the list of versions has no credential: got %d", w.Code)
	}
}
