package keystone

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
)

// cloud is one server with all services, each below a path of its own, that records requests.
type cloud struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
}

func newCloud(t *testing.T, o Options) (*cloud, *Session) {
	t.Helper()
	cl := &cloud{}
	cl.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/identity/v3/auth/tokens" {
			writeJSON(w, http.StatusOK, tokenOf(time.Now().Add(time.Hour),
				public("compute", cl.URL+"/compute/v2.1"), public("network", cl.URL+"/networking"),
				public("image", cl.URL+"/image/"), public("volumev3", cl.URL+"/volume/v3")))
			return
		}
		line := r.Method + " " + r.URL.Path + " " + r.Header.Get("OpenStack-API-Version")
		if r.Header.Get("X-Auth-Token") != goodToken {
			line += " without token"
		}
		cl.mu.Lock()
		cl.requests = append(cl.requests, strings.TrimSpace(line))
		cl.mu.Unlock()
		writeJSON(w, http.StatusOK, doc{
			"server": doc{"id": "s"}, "network": doc{"id": "n"}, "volume": doc{"id": "v"}, "flavor": doc{"id": "f"}, "id": "i",
		})
	}))
	t.Cleanup(cl.Close)
	o.URL = cl.URL + "/identity"
	return cl, session(t, newClient(t, o))
}

func TestClientsReachTheirServices(t *testing.T) {
	t.Parallel()
	var rec recorder
	cl, s := newCloud(t, Options{Observe: rec.observe})
	nova, err := s.Compute("2.90")
	if err != nil {
		t.Fatal(err)
	}
	oldNova, err := s.Compute("")
	if err != nil {
		t.Fatal(err)
	}
	neutron, err := s.Network()
	if err != nil {
		t.Fatal(err)
	}
	glance, err := s.Image()
	if err != nil {
		t.Fatal(err)
	}
	cinder, err := s.Volume("3.60")
	if err != nil {
		t.Fatal(err)
	}
	if len(cl.requests) != 0 {
		t.Errorf("making clients sent %q, want nothing", cl.requests)
	}
	ctx := t.Context()
	_, err1 := servers.Get(ctx, nova, "s").Extract()
	_, err2 := flavors.Get(ctx, oldNova, "f").Extract()
	_, err3 := networks.Get(ctx, neutron, "n").Extract()
	_, err4 := images.Get(ctx, glance, "i").Extract()
	_, err5 := volumes.Get(ctx, cinder, "v").Extract()
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			t.Error(err)
		}
	}
	want := []string{
		"GET /compute/v2.1/servers/s compute 2.90",
		"GET /compute/v2.1/flavors/f",
		"GET /networking/v2.0/networks/n",
		"GET /image/v2/images/i",
		"GET /volume/v3/" + projectID + "/volumes/v volume 3.60",
	}
	if diff := cmp.Diff(want, cl.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	var observed []string
	for _, call := range rec.all() {
		observed = append(observed, call.Service)
	}
	if diff := cmp.Diff([]string{"identity", "compute", "compute", "network", "image", "volume"}, observed); diff != "" {
		t.Errorf("observed services (-want +got):\n%s", diff)
	}
}

func TestSessionDescribesTheCaller(t *testing.T) {
	t.Parallel()
	_, s := newCloud(t, Options{})
	got := []string{s.UserID(), s.UserName(), s.ProjectID(), s.ProjectName(), s.DomainID(), s.Region()}
	if diff := cmp.Diff([]string{"u1", "demo", projectID, "demo", "default", "RegionOne"}, got); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
	if left := time.Until(s.Expires()); left < 59*time.Minute || left > time.Hour {
		t.Errorf("expires in %s, want an hour", left)
	}
	s.Roles()[0] = "admin"
	if got := s.Roles(); !slices.Equal(got, []string{"member", "reader"}) {
		t.Errorf("roles %q, want member and reader, whatever callers do to the slice", got)
	}
	if d := s.TokenDigest(); len(d) != 32 || strings.Contains(goodToken, d) {
		t.Errorf("token digest %q", d)
	}
	if printed := fmt.Sprintf("%v %+v %#v", s, s, s); strings.Contains(printed, goodToken) {
		t.Errorf("printing a session shows its token: %s", printed)
	}
}

func TestMissingService(t *testing.T) {
	t.Parallel()
	ks := newKeystone(t)
	ks.respond(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, tokenOf(time.Now().Add(time.Hour), public("compute", "http://nova"), public("image", "ftp://glance")))
	})
	s := session(t, newClient(t, Options{URL: ks.URL}))
	for serviceType, want := range map[string]bool{
		"compute": true, "image": false, "network": false, "volume": false, "volumev3": false, "block-storage": false,
		"identity": false, "dns": false, "": false,
	} {
		if got := s.HasService(serviceType); got != want {
			t.Errorf("HasService(%q) = %v, want %v", serviceType, got, want)
		}
	}
	if client, err := s.Compute("2.1"); err != nil || client == nil {
		t.Errorf("Compute: %v, %v", client, err)
	}
	_, network := s.Network()
	_, image := s.Image()
	_, volume := s.Volume("3.60")
	for name, err := range map[string]error{"network": network, "image": image, "volume": volume} {
		if kindOf(t, err) != NoService || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want NoService naming the service", name, err)
		}
	}
}

func TestClientsOfOneSessionAreIndependent(t *testing.T) {
	t.Parallel()
	cl, s := newCloud(t, Options{})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			client, err := s.Compute(fmt.Sprintf("2.%d", i))
			if err == nil {
				_, err = servers.Get(t.Context(), client, fmt.Sprint(i)).Extract()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	slices.Sort(cl.requests)
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("GET /compute/v2.1/servers/%d compute 2.%d", i, i))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, cl.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// BenchmarkSessionWarm is what recognising a known caller costs each request.
func BenchmarkSessionWarm(b *testing.B) {
	ks := newKeystone(b)
	token := strings.Repeat("gAAAAA", 30) // as long as a Fernet token
	ks.respond(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, tokenOf(time.Now().Add(time.Hour), public("compute", "http://nova"), public("image", "http://glance")))
	})
	c := newClient(b, Options{URL: ks.URL, CacheTTL: time.Hour})
	h := withToken(token)
	ctx := b.Context()
	if _, err := c.Session(ctx, h); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Session(ctx, h); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(ks.calls.Load()), "keystone-calls")
}
