package translate

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// offers returns the schemes of templates and extras that a model has.
func offers(m *occi.Model) []string {
	return slices.DeleteFunc(allOffers(), func(scheme string) bool {
		return !slices.ContainsFunc(m.Mixins(), func(x *occi.Mixin) bool { return x.Scheme == scheme })
	})
}

func allOffers() []string {
	return []string{osTemplateScheme, resourceTemplateScheme, computeZoneScheme, serverGroupScheme, floatingPoolScheme}
}

// Whichever service is away, in whatever way, the model has what the others give, and all of it soon after.
func TestModelWithoutExtras(t *testing.T) {
	t.Parallel()
	ways := map[string]openstacktest.Fault{
		"500": {Status: http.StatusInternalServerError}, "503": {Status: http.StatusServiceUnavailable},
		"refused": {Mode: openstacktest.Refuse}, "cut": {Mode: openstacktest.Truncate}, "a page": {Mode: openstacktest.HTML},
		"hanging": {Mode: openstacktest.Hang},
	}
	for service, c := range map[string]struct {
		fault openstacktest.Fault
		lacks string
	}{
		"Neutron":        {openstacktest.Fault{Service: "neutron"}, floatingPoolScheme},
		"zones of Nova":  {openstacktest.Fault{Service: "nova", Path: regexp.MustCompile("/os-availability-zone$")}, computeZoneScheme},
		"groups of Nova": {openstacktest.Fault{Service: "nova", Path: regexp.MustCompile("/os-server-groups$")}, serverGroupScheme},
	} {
		for way, f := range ways {
			t.Run(service+" "+way, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, openstacktest.Options{}, Options{})
				b.group(t, "together")
				b.translator.templates.drop(b.cloud.templateKey())
				f.Service, f.Path = c.fault.Service, c.fault.Path
				b.AddFault(f)
				ctx, cancel := contextFor(t, 9*time.Second)
				defer cancel()
				model, err := b.cloud.Model(ctx)
				if err != nil {
					t.Fatal(err)
				}
				want := slices.DeleteFunc(allOffers(), func(scheme string) bool { return scheme == c.lacks })
				if diff := cmp.Diff(want, offers(model)); diff != "" {
					t.Errorf("the model has (-want +got):\n%s", diff)
				}
				checkGaps(t, model, c.lacks)
				b.ClearFaults()
				b.translator.templates.drop(b.cloud.templateKey())
				if model, err = b.cloud.Model(ctx); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(allOffers(), offers(model)); diff != "" {
					t.Errorf("afterwards the model has (-want +got):\n%s", diff)
				}
				checkGaps(t, model)
			})
		}
	}
}

// checkGaps insists that a model tells mixins of the schemes from those that there are not, and of no others.
func checkGaps(t *testing.T, m *occi.Model, lacking ...string) {
	t.Helper()
	for _, scheme := range append(allOffers(), volumeTypeScheme, volumeZoneScheme, volumeSnapshotScheme) {
		asked := occi.Message{Categories: []occi.Category{{ID: occi.ID{Scheme: scheme, Term: nobody}}}}
		want := occi.NotFound
		if slices.Contains(lacking, scheme) {
			want = occi.Unavailable
		}
		if _, err := asked.BindView(m, occi.AnyVersion); occi.CodeOf(err) != want {
			t.Errorf("a mixin of %s that the model has not: got error %v, want code %v", scheme, err, want)
		}
	}
}

// What was there before an outage stays.
func TestExtrasOutliveAnOutage(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.group(t, "together")
	before, err := b.cloud.templates(t.Context())
	if err != nil || before.isPartial() {
		t.Fatalf("partial is %v (error %v) without a fault", before.isPartial(), err)
	}
	b.AddFault(openstacktest.Fault{Service: "neutron", Status: http.StatusServiceUnavailable})
	b.AddFault(openstacktest.Fault{Service: "nova", Path: regexp.MustCompile("zone$|groups$"), Mode: openstacktest.Refuse})
	now, err := b.cloud.loadTemplates(t.Context())
	if err != nil || !now.isPartial() {
		t.Fatalf("partial is %v (error %v) in an outage", now.isPartial(), err)
	}
	if diff := cmp.Diff(offers(before.model), offers(now.model)); diff != "" {
		t.Errorf("the model has (-before +now):\n%s", diff)
	}
}

// A link to the outside is known for one as soon as Neutron is back, and not taken for another until then.
func TestExternalNetworksAfterAnOutage(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	public := b.network(t, "public")
	b.AddFault(openstacktest.Fault{Service: "neutron", Status: http.StatusServiceUnavailable})
	wanted := b.newCompute(t, "title", "reachable") // fills the cache
	wanted.Links = []occi.Entity{*b.link(occi.NetworkInterfaceID, occi.Ref{}, public)}
	_, err := b.cloud.Create(t.Context(), wanted)
	checkCode(t, err, occi.Unavailable)
	if left := b.ids(t, occi.ComputeID); len(left) != 0 {
		t.Errorf("there are the computes %v, want none", left)
	}
	b.ClearFaults()
	made := b.must(t, wanted)
	if last := made.Links[len(made.Links)-1]; last.Target.ID != public.ID {
		t.Errorf("the last link leads to %s, want %s", last.Target.ID, public.ID)
	}
}

func TestModelWithARefusedTokenForExtras(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.AddFault(openstacktest.Fault{Service: "neutron", Status: http.StatusUnauthorized})
	_, err := b.cloud.Model(t.Context())
	checkCode(t, err, occi.Unauthenticated)
}

// A cloud without Neutron has no pools, and there is nothing to wait for.
func TestModelWithoutNeutronInTheCatalogue(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	b.AddFault(openstacktest.Fault{
		Service: "keystone", Method: http.MethodGet, Path: regexp.MustCompile("/auth/tokens$"), Status: http.StatusOK,
		Body: withoutNeutron(t, b),
	})
	cloud := b.as(t, "demo", "demo") // with a new token
	compute := b.server(t, "worker")
	model, err := cloud.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{osTemplateScheme, resourceTemplateScheme, computeZoneScheme}, offers(model)); diff != "" {
		t.Errorf("the model has (-want +got):\n%s", diff)
	}
	if loaded, _ := cloud.templates(t.Context()); loaded.isPartial() {
		t.Error("the templates count as partial")
	}
	if _, err := cloud.Get(t.Context(), compute); err != nil {
		t.Errorf("the compute cannot be read: %v", err)
	}
}

// withoutNeutron is what Keystone says of a token, but for Neutron.
func withoutNeutron(t *testing.T, b *bench) string {
	t.Helper()
	token, err := b.Token("demo", "demo")
	if err != nil {
		t.Fatal(err)
	}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.AuthURL()+"/v3/auth/tokens", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("X-Auth-Token", token)
	q.Header.Set("X-Subject-Token", token)
	response, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said map[string]map[string]any
	if err := json.Unmarshal(body, &said); err != nil {
		t.Fatal(err)
	}
	catalogue := said["token"]["catalog"].([]any)
	said["token"]["catalog"] = slices.DeleteFunc(catalogue, func(service any) bool {
		return service.(map[string]any)["type"] == "network"
	})
	changed, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	return string(changed)
}
