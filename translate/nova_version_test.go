package translate

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestNovaVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		newest                         novaVersion
		servers, create, createWithOwn string
	}{
		{novaVersion{2, 1}, "2.1", "2.1", "2.1"},
		{novaVersion{2, 60}, "2.60", "2.36", "2.60"},
		{novaVersion{2, 90}, "2.90", "2.36", "2.90"},
		{novaVersion{2, 96}, "2.90", "2.36", "2.90"},
		{novaVersion{3, 1}, "2.90", "2.36", "2.90"},
	} {
		got := []string{c.newest.forServers(), new(serverOpts).version(c.newest), (&serverOpts{Hostname: "h"}).version(c.newest)}
		if diff := cmp.Diff([]string{c.servers, c.create, c.createWithOwn}, got); diff != "" {
			t.Errorf("versions with %v (-want +got):\n%s", c.newest, diff)
		}
	}
}

// novaReleases are newest versions of Nova between which its answers differ: 2.60 is Queens, 2.93 Zed.
var novaReleases = []string{"2.1", "2.18", "2.46", "2.60", "2.74", "2.93"}

// A compute lives the same life on every Nova. What old ones cannot do is not granted when a compute is made, and
// refused later.
func TestComputeOnEveryNova(t *testing.T) {
	t.Parallel()
	for _, newest := range novaReleases {
		t.Run(newest, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{NovaMax: newest}, Options{ConfirmResize: true})
			v := b.cloud.novaVersion(t.Context())
			summary, hostname := []string{"summary of the run"}, "host-one"
			if !v.has(withDescription) {
				summary = nil
			}
			if !v.has(withHostname) {
				hostname = "my-one" // which Nova derives
			}
			cirros, tiny := b.template(t, "cirros"), b.template(t, "m1.tiny")
			made := b.must(t, b.newCompute(t, "title", "my one", "summary", "of the run", "occi.compute.hostname", "host-one"))
			mixins := []string{"mixin " + cirros.Term, "mixin " + tiny.Term}
			outlined := func(more ...string) []string {
				return slices.Concat([]string{"compute " + made.ID, "title my one"}, summary, mixins, []string{
					"occi.compute.cores=1", "occi.compute.hostname=" + hostname, "occi.compute.memory=0.5",
				}, more)
			}
			checkOutline(t, *made, outlined("occi.compute.state=inactive", "occi.compute.state.message=the server is being built")...)
			b.waitFor(t, made.Ref(), "occi.compute.state", "active")
			mixins = append(mixins, "mixin nova") // the zone that Nova chose
			active := outlined("occi.compute.state=active", "action stop", "action restart", "action suspend", "action save")
			read, err := b.cloud.Get(t.Context(), made.Ref())
			if err != nil {
				t.Fatal(err)
			}
			checkOutline(t, *read, active...)
			all, err := b.cloud.List(t.Context(), made.Kind, occi.Query{Mixins: []*occi.Mixin{tiny}}, true)
			if err != nil || len(all) != 1 {
				t.Fatalf("the list has %d computes, %v", len(all), err)
			}
			checkOutline(t, all[0], active...)
			b.checkComputeChanges(t, made.Ref(), v)
			if err := b.cloud.Delete(t.Context(), made.Ref()); err != nil {
				t.Fatal(err)
			}
			b.checkGone(t, made.Ref())
		})
	}
}

// checkComputeChanges changes a compute in every way.
func (b *bench) checkComputeChanges(t *testing.T, ref occi.Ref, v novaVersion) {
	t.Helper()
	update := func(has bool, mixins []*occi.Mixin, pairs ...string) *occi.Entity {
		t.Helper()
		now, err := b.cloud.Update(t.Context(), b.change(ref, mixins, pairs...))
		switch {
		case has && err != nil:
			t.Fatalf("%v: %v", pairs, err)
		case !has:
			checkCode(t, err, occi.Unimplemented)
			return &occi.Entity{}
		}
		return now
	}
	if now := update(true, nil, "title", "two"); now.Title != "two" || len(now.Actions) == 0 {
		t.Errorf("after renaming: %v", outline(*now))
	}
	update(v.has(withDescription), nil, "summary", "other words")
	update(true, nil, "title", "my one", "occi.compute.hostname", "my-one") // as it was read
	update(v.has(withHostname), nil, "occi.compute.hostname", "host-two")
	now := update(true, []*occi.Mixin{b.template(t, "m1.small")})
	if now.Attributes.Text("occi.compute.memory") != "2" || now.Attributes.Text("occi.compute.state") != "active" {
		t.Errorf("after the resize: %v", outline(*now))
	}
	if saved := b.act(t, ref, occi.SaveID, "name", "my copy"); b.template(t, "my copy").ID != saved.ID {
		t.Errorf("the model lacks %s, which save answered", saved.ID)
	}
	disk := b.must(t, b.link(occi.StorageLinkID, ref, b.storage(t, "data")))
	nic := b.must(t, b.link(occi.NetworkInterfaceID, ref, b.network(t, "private")))
	for _, l := range []*occi.Entity{disk, nic} {
		if err := b.cloud.Delete(t.Context(), l.Ref()); err != nil {
			t.Errorf("%s: %v", l.Kind.Term, err)
		}
	}
}

// A Nova that does not tell its versions is taken for the oldest.
func TestNovaWithoutItsVersions(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]openstacktest.Fault{
		"refused":   {Mode: openstacktest.Refuse},
		"cut short": {Mode: openstacktest.Truncate},
		"page":      {Mode: openstacktest.HTML},
		"404":       {Status: http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			fault.Service, fault.Path = "nova", regexp.MustCompile(`^/v2\.1/$`)
			b.AddFault(fault)
			ref := b.compute(t, "title", "one", "summary", "words")
			now, err := b.cloud.Get(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			if now.Attributes.Text("occi.compute.memory") != "0.5" {
				t.Errorf("read: %v", outline(*now))
			}
		})
	}
}

// A version that Nova suddenly lacks, say since it was taken back to an older release, fails one request.
func TestNovaThatLosesAVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	b.AddFault(openstacktest.Fault{Service: "nova", Path: regexp.MustCompile("/servers/[^/]+$"), Status: http.StatusNotAcceptable, Times: 1})
	_, err := b.cloud.Get(t.Context(), ref)
	checkCode(t, err, occi.Unavailable)
	b.ResetCalls()
	for range 2 {
		if _, err := b.cloud.Get(t.Context(), ref); err != nil {
			t.Error(err)
		}
	}
	asked := 0 // of all calls only these: what the first read had sent beside the one that failed may arrive now
	for _, call := range b.Calls() {
		if call.Service == "nova" && call.Path == "/v2.1/" {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("to read twice more Nova was asked for its versions %d times, want once", asked)
	}
}
