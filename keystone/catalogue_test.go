package keystone

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// chosen decodes a token with the catalogue and returns the URL of each service that has one.
func chosen(t *testing.T, o Options, catalog ...doc) (urls map[string]string, region string) {
	t.Helper()
	o.URL = "http://ks"
	p, err := newPlacement(o.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	d, err := describe(mustJSON(t, tokenOf(time.Now(), catalog...)))
	if err != nil {
		t.Fatal(err)
	}
	id := d.identity(p)
	urls = map[string]string{}
	for svc, e := range id.endpoints {
		if e.err == nil {
			urls[string(svc)] = e.url
		}
	}
	return urls, id.region
}

func TestCatalogueChoice(t *testing.T) {
	t.Parallel()
	twoRegions := []doc{
		entry("image", [3]string{"public", "A", "http://image-a"}, [3]string{"public", "B", "http://image-b"}),
		entry("compute",
			[3]string{"public", "C", "http://nova-c"}, [3]string{"internal", "A", "http://nova-a-internal"},
			[3]string{"public", "B", "http://nova-b"}, [3]string{"admin", "B", "http://nova-b-admin"}),
	}
	for name, tc := range map[string]struct {
		options Options
		catalog []doc
		want    map[string]string
		region  string
	}{
		"no catalogue": {want: map[string]string{}},
		"the first region by name that has compute": {
			catalog: twoRegions, region: "B",
			want: map[string]string{"compute": "http://nova-b/v2.1/", "image": "http://image-b/v2/"},
		},
		"configured region": {
			options: Options{Region: "C"}, catalog: twoRegions, region: "C",
			want: map[string]string{"compute": "http://nova-c/v2.1/"},
		},
		"unknown region": {
			options: Options{Region: "Z"}, catalog: twoRegions, region: "Z", want: map[string]string{},
		},
		"internal interface": {
			options: Options{Interface: "internal"}, catalog: twoRegions, region: "A",
			want: map[string]string{"compute": "http://nova-a-internal/v2.1/"},
		},
		"admin interface": {
			options: Options{Interface: "admin"}, catalog: twoRegions, region: "B",
			want: map[string]string{"compute": "http://nova-b-admin/v2.1/"},
		},
		"no compute anywhere": {
			catalog: []doc{public("image", "http://image")}, region: "RegionOne",
			want: map[string]string{"image": "http://image/v2/"},
		},
		"endpoint for all regions": {
			options: Options{Region: "A"}, region: "A",
			catalog: []doc{
				entry("image", [3]string{"public", "", "http://image-everywhere"}, [3]string{"public", "A", "http://image-a"}),
				entry("network", [3]string{"public", "", "http://network"}),
			},
			want: map[string]string{"image": "http://image-a/v2/", "network": "http://network/v2.0/"},
		},
		"volume as volumev3 before block-storage": {
			catalog: []doc{public("block-storage", "http://b"), public("volumev3", "http://v"), public("volumev2", "http://old")},
			region:  "RegionOne",
			want:    map[string]string{"volume": "http://v/v3/" + projectID + "/"},
		},
		"volume as block-storage": {
			catalog: []doc{public("block-storage", "http://b/v3"), public("volumev2", "http://old/v2")}, region: "RegionOne",
			want: map[string]string{"volume": "http://b/v3/" + projectID + "/"},
		},
		"overrides, with and without a catalogue entry": {
			options: Options{Endpoints: map[string]string{
				"compute": "https://front/compute", "block-storage": "https://front/volume/v3", "network": "https://front/network/",
			}},
			catalog: []doc{public("compute", "http://nova"), public("image", "http://image")}, region: "RegionOne",
			want: map[string]string{
				"compute": "https://front/compute/v2.1/", "volume": "https://front/volume/v3/" + projectID + "/",
				"network": "https://front/network/v2.0/", "image": "http://image/v2/",
			},
		},
		"unusable address": {
			catalog: []doc{public("compute", "http://169.254.169.254/"), public("network", ""), public("image", "http://image")},
			region:  "RegionOne",
			want:    map[string]string{"image": "http://image/v2/"},
		},
	} {
		for _, catalog := range [][]doc{tc.catalog, reversed(tc.catalog)} { // Keystone's order means nothing
			urls, region := chosen(t, tc.options, catalog...)
			if diff := cmp.Diff(tc.want, urls); diff != "" {
				t.Errorf("%s: endpoints (-want +got):\n%s", name, diff)
			}
			if region != tc.region {
				t.Errorf("%s: region %q, want %q", name, region, tc.region)
			}
		}
	}
}

// reversed returns the catalogue with entries, and endpoints in them, in the opposite order.
func reversed(catalog []doc) []doc {
	var out []doc
	for _, e := range slices.Backward(catalog) {
		endpoints := slices.Clone(e["endpoints"].([]doc))
		slices.Reverse(endpoints)
		out = append(out, doc{"type": e["type"], "endpoints": endpoints})
	}
	return out
}

func TestCatalogueWithOldRegionField(t *testing.T) {
	t.Parallel()
	var c catalogue
	const text = `[{"type":"compute","endpoints":[{"interface":"public","region":"North","region_id":null,"url":"http://nova"}]}]`
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	if got := c.firstRegion("public"); got != "North" {
		t.Errorf("region %q, want North", got)
	}
}

func TestEndpointsOptionRefusesTwoAddressesOfOneService(t *testing.T) {
	t.Parallel()
	_, err := newPlacement(Options{Endpoints: map[string]string{"volumev3": "http://a", "block-storage": "http://b"}})
	if err == nil {
		t.Error("two addresses of the volume service: no error")
	}
}
