package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

// twoNetworks creates two networks in one request (GFD.226 §3.3).
const twoNetworks = `{"resources": [
	{"kind": "http://schemas.ogf.org/occi/infrastructure#network", "title": "one"},
	{"kind": "http://schemas.ogf.org/occi/infrastructure#network", "title": "two"}]}`

func TestCreateSeveral(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	b := newBench(t, cloud)
	w := b.do(t, "POST", "/network/", twoNetworks, "Content-Type", "application/occi+json", "Accept", "application/occi+json")
	if w.Code != http.StatusCreated {
		t.Fatalf("got %d %q, want 201", w.Code, w.Body)
	}
	for _, title := range []string{`"title":"one"`, `"title":"two"`} {
		if !strings.Contains(w.Body.String(), title) {
			t.Errorf("got %s, want it to contain %s", w.Body, title)
		}
	}
	list := b.do(t, "GET", "/network/", "", "Accept", "text/uri-list").Body.String()
	if location := w.Header().Get("Location"); !slices.Contains(strings.Split(list, "\n"), location) {
		t.Errorf("got Location %q, want one of %q", location, list)
	}
}

// Several entities are created all or not at all (GFD.185 §3.6.4).
func TestCreateSeveralOrNone(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	before := len(cloud.entities)
	cloud.refuse["create two"] = occi.Errorf(occi.Forbidden, "quota exceeded")
	b := newBench(t, cloud)
	w := b.do(t, "POST", "/network/", twoNetworks, "Content-Type", "application/occi+json")
	if w.Code != http.StatusForbidden || w.Body.String() != "quota exceeded" {
		t.Errorf("got %d %q, want 403 quota exceeded", w.Code, w.Body)
	}
	if got := len(cloud.entities); got != before {
		t.Errorf("got %d entities afterwards, want %d as before; log %q", got, before, cloud.log)
	}
}

func TestCreateNamesWhatIsLeft(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	cloud.refuse["create two"] = occi.Errorf(occi.Forbidden, "quota exceeded")
	cloud.refuse["delete new8"] = occi.Errorf(occi.Unavailable, "later")
	b := newBench(t, cloud)
	w := b.do(t, "POST", "/network/", twoNetworks, "Content-Type", "application/occi+json")
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "left behind: http") {
		t.Errorf("got %d %q, want 403 that names what is left behind", w.Code, w.Body)
	}
}

// That the time is over is a reason to delete what was created, not to leave it.
func TestCreateSeveralOrNoneInTime(t *testing.T) {
	t.Parallel()
	cloud := newMemoryCloud()
	before := len(cloud.entities)
	cloud.refuse["create two"] = occi.Errorf(occi.Timeout, "OpenStack did not answer in time")
	b := newBench(t, cloud, func(o *gateway.Options) { o.ChangeTimeout = time.Nanosecond })
	w := b.do(t, "POST", "/network/", twoNetworks, "Content-Type", "application/occi+json")
	if w.Code != http.StatusGatewayTimeout || strings.Contains(w.Body.String(), "left behind") {
		t.Errorf("got %d %q, want 504 with nothing left behind", w.Code, w.Body)
	}
	if got := len(cloud.entities); got != before {
		t.Errorf("got %d entities afterwards, want %d as before; log %q", got, before, cloud.log)
	}
}
