package conformance

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

// repeatedCreation sends a creation twice, as clients do that got no answer to the first.
func repeatedCreation(t *testing.T, s *suite) {
	t.Helper()
	id := "repeated-" + strconv.FormatInt(time.Now().UnixNano(), 36) // the suite may run again within minutes
	lines := append(s.computeLines(t, "repeated"), attributeLine("occi.core.id", id))
	first := s.created(t, s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)))
	again := s.want(t, http.StatusCreated, http.MethodPost, "/compute/", text(lines...)).Header.Get("Location")
	if again != first {
		t.Errorf("the repetition is at %s, want %s", again, first)
	}
	s.remove(t, first)
}
