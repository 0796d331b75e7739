package occi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

const (
	computeJSON  = `{"kind":"http://schemas.ogf.org/occi/infrastructure#compute","title":"c"}`
	networkJSON  = `{"kind":"http://schemas.ogf.org/occi/infrastructure#network"}`
	linkJSONText = `{"kind":"http://schemas.ogf.org/occi/infrastructure#storagelink","source":"/compute/1","target":"/storage/1"}`
)

func TestBindEntities(t *testing.T) {
	t.Parallel()
	compute, network := summary{Kind: "compute", Title: "c"}, summary{Kind: "network"}
	link := summary{Kind: "storagelink", Source: "compute 1", Target: "storage 1"}
	inner := summary{Kind: "storagelink", Target: "storage 1"}
	withLink := compute
	withLink.Links = []summary{inner}
	for _, c := range []struct {
		body string
		want []summary
	}{
		{computeJSON, []summary{compute}},
		{linkJSONText, []summary{link}},
		{`{"resources":[` + computeJSON + `]}`, []summary{compute}},
		{`{"resources":[` + computeJSON + `,` + networkJSON + `,` + computeJSON + `]}`, []summary{compute, network, compute}},
		{`{"links":[` + linkJSONText + `]}`, []summary{link}},
		{`{"links":[` + linkJSONText + `,` + linkJSONText + `]}`, []summary{link, link}},
		{`{"links":[` + linkJSONText + `],"resources":[` + computeJSON + `]}`, []summary{compute, link}},
		{`{"kind":"http://schemas.ogf.org/occi/infrastructure#compute","title":"c","links":[` + linkJSONText + `]}`, []summary{withLink}},
	} {
		bound, err := mustParseJSON(t, c.body).BindEntities(exampleModel(), exampleURLs)
		if err != nil {
			t.Errorf("%s: %v", c.body, err)
			continue
		}
		var got []summary
		for _, e := range bound {
			got = append(got, summaryOf(e))
		}
		if diff := cmp.Diff(c.want, got, byValue); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.body, diff)
		}
	}
	if bound, err := mustParse(t, computeLine).BindEntities(exampleModel(), exampleURLs); err != nil || len(bound) != 1 {
		t.Errorf("one entity in text: got %d, %v", len(bound), err)
	}
}

func TestBindEntitiesErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body string
		code occi.Code
		want string
	}{
		{`{}`, occi.Invalid, `the request names no kind: one Category of class kind is needed`},
		{`{"resources":[]}`, occi.Invalid, `the request names no kind: one Category of class kind is needed`},
		{`{"actions":["http://a#b"]}`, occi.Invalid, `the request names no kind: one Category of class kind is needed`},
		{`{"title":"a"}`, occi.Invalid, `the request names no kind: one Category of class kind is needed`},
		{`{"resources":[` + computeJSON + `,{}]}`, occi.Invalid, `resources[1]: the request names no kind: one Category of class kind is needed`},
		{`{"resources":[{"kind":"http://a#b"},` + computeJSON + `]}`, occi.NotFound, `resources[0]: there is no kind "http://a#b"`},
		{
			`{"resources":[{"kind":"http://schemas.ogf.org/occi/infrastructure#compute","attributes":{"occi.compute.state":"active"}},{}]}`,
			occi.Forbidden, `resources[0]: attribute occi.compute.state is set by the provider`,
		},
		{
			`{"links":[` + linkJSONText + `,{"kind":"http://schemas.ogf.org/occi/infrastructure#storagelink","target":"/storage/1"}]}`,
			occi.Invalid, `links[1]: a new storagelink needs the attribute occi.core.source`,
		},
		{
			`{"resources":[` + computeJSON + `],"links":[{"kind":"http://schemas.ogf.org/occi/infrastructure#compute","target":"/storage/1"}]}`,
			occi.Invalid, `links[0]: attribute "occi.core.target" is not defined by the categories of the request`,
		},
		{
			`{"kind":"http://schemas.ogf.org/occi/infrastructure#storagelink","source":"/compute/1",
			"target":{"location":"/storage/1","kind":"http://schemas.ogf.org/occi/infrastructure#network"}}`,
			occi.Invalid, `the target is a storage, not a "http://schemas.ogf.org/occi/infrastructure#network"`,
		},
		{
			`{"kind":"http://schemas.ogf.org/occi/infrastructure#compute","attributes":{"occi.compute.cores":[2]}}`,
			occi.Invalid, `attribute occi.compute.cores: "[2]" is no whole number`,
		},
	} {
		_, err := mustParseJSON(t, c.body).BindEntities(exampleModel(), exampleURLs)
		if err == nil || occi.CodeOf(err) != c.code || err.Error() != c.want {
			t.Errorf("%s: got %v (code %d), want %s (code %d)", c.body, err, occi.CodeOf(err), c.want, c.code)
		}
	}
}

// TestOneOfSeveral checks that a collection is not taken for one entity, unless it has but one.
func TestOneOfSeveral(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	resources, links := `{"resources":[`+computeJSON+`,`+computeJSON+`]}`, `{"links":[`+linkJSONText+`,`+linkJSONText+`]}`
	for _, body := range []string{resources, links} {
		if _, err := mustParseJSON(t, body).BindEntity(model, exampleURLs); err == nil || err.Error() != "the request has 2 entities; one is wanted here" {
			t.Errorf("BindEntity, %s: got %v", body, err)
		}
	}
	compute, storageLink := model.Kind(occi.ComputeID), model.Kind(occi.StorageLinkID)
	for body, kind := range map[string]*occi.Kind{resources: compute, links: storageLink} {
		if _, err := mustParseJSON(t, body).BindChange(model, exampleURLs, kind); err == nil || err.Error() != "the request has 2 entities; an update is for one" {
			t.Errorf("BindChange, %s: got %v", body, err)
		}
	}
	for _, c := range []struct {
		body string
		kind *occi.Kind
		want summary
	}{
		{`{"resources":[{"title":"t"}]}`, compute, summary{Kind: "compute", Title: "t"}},
		{`{"links":[` + linkJSONText + `]}`, storageLink, summary{Kind: "storagelink", Source: "compute 1", Target: "storage 1"}},
		{`{"links":[` + linkJSONText + `]}`, compute, summary{Kind: "compute", Links: []summary{{Kind: "storagelink", Target: "storage 1"}}}},
		{`{"actions":["http://schemas.ogf.org/occi/infrastructure/compute/action#start"]}`, compute, summary{Kind: "compute"}},
	} {
		change, err := mustParseJSON(t, c.body).BindChange(model, exampleURLs, c.kind)
		if err != nil {
			t.Errorf("%s: %v", c.body, err)
			continue
		}
		if diff := cmp.Diff(c.want, summaryOf(&change.Entity), byValue); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.body, diff)
		}
	}
}
