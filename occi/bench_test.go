package occi_test

import (
	"fmt"
	"testing"

	"github.com/occigate/occigate/occi"
)

func BenchmarkParseCreate(b *testing.B) {
	header, body := goldenRequest(b, readGolden(b, "testdata/request-im-launch.txtar"))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := occi.Parse(occi.TextPlain, header, body, occi.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBindCreate(b *testing.B) {
	_, body := goldenRequest(b, readGolden(b, "testdata/request-im-launch.txtar"))
	model, m := exampleModel(), mustParse(b, string(body))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.BindEntity(model, exampleURLs); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRenderEntity(b *testing.B) {
	e := exampleCompute(exampleModel())
	for len(e.Links) < 10 {
		e.Links = append(e.Links, e.Links[len(e.Links)%2])
	}
	for _, f := range []occi.Format{occi.TextPlain, occi.TextOCCI} {
		b.Run(f.String(), func(b *testing.B) {
			r := occi.Renderer{Format: f, URLs: exampleURLs, HeaderLimit: 1 << 20}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Entity(e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRenderModel(b *testing.B) {
	var templates []*occi.Mixin
	for i := range 2000 {
		term := fmt.Sprintf("3f2504e0-4f89-11d3-9a0c-%012d", i)
		templates = append(templates, &occi.Mixin{
			ID: occi.ID{Scheme: templateOS, Term: term}, Title: "Image number " + term, Location: "/os_tpl/" + term + "/",
			Depends: []occi.ID{occi.OSTemplateID}, Applies: []occi.ID{occi.ComputeID},
		})
	}
	model := occi.Infrastructure().With(templates...)
	r := occi.Renderer{Format: occi.TextPlain, URLs: exampleURLs}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Model(model.Kinds(), model.Mixins(), model.Actions()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRenderListing(b *testing.B) {
	kind := occi.Infrastructure().Kind(occi.ComputeID)
	var listed []occi.Entity
	for i := range 1000 {
		listed = append(listed, occi.Entity{Kind: kind, ID: fmt.Sprintf("3f2504e0-4f89-11d3-9a0c-%012d", i)})
	}
	r := occi.Renderer{Format: occi.TextPlain, URLs: exampleURLs}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Entities(listed); err != nil {
			b.Fatal(err)
		}
	}
}
