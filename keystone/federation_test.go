package keystone

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Keystone takes POST; what stands in for it, such as keystorm, may offer no more than GET.
func TestAccessTokenByGet(t *testing.T) {
	t.Parallel()
	const (
		first  = "/v3/OS-FEDERATION/identity_providers/one/protocols/openid/auth"
		second = "/v3/OS-FEDERATION/identity_providers/two/protocols/openid/auth"
	)
	for _, offered := range []struct {
		name   string
		refuse func(http.ResponseWriter)
	}{
		{"method not allowed", func(w http.ResponseWriter) { w.WriteHeader(http.StatusMethodNotAllowed) }},
		{"not found, not by Keystone", func(w http.ResponseWriter) { http.Error(w, "Not Found", http.StatusNotFound) }},
	} {
		ks := newKeystone(t)
		var asked []string // one after the other: nothing is asked at the same time
		ks.respond(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+r.URL.Path)
			switch {
			case r.Header.Get("Authorization") != "Bearer opaque" || r.URL.Path == first:
				writeJSON(w, http.StatusUnauthorized, doc{"error": doc{"code": 401}})
			case r.Method != http.MethodGet:
				offered.refuse(w)
			default:
				w.Header().Set("X-Subject-Token", goodToken)
				writeJSON(w, http.StatusCreated, tokenOf(time.Now().Add(time.Hour)))
			}
		})
		c := newClient(t, Options{URL: ks.URL, Protocols: []string{"one/openid", "two/openid"}})
		s, err := c.Session(t.Context(), with("Authorization", "Bearer opaque"))
		if err != nil {
			t.Errorf("%s: %v", offered.name, err)
			continue
		}
		if got := s.ProjectID(); got != projectID {
			t.Errorf("%s: got project %q, want %q", offered.name, got, projectID)
		}
		if diff := cmp.Diff([]string{"POST " + first, "POST " + second, "GET " + second}, asked); diff != "" {
			t.Errorf("%s: asked (-want +got):\n%s", offered.name, diff)
		}
	}
}
