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

// entityFormats are the formats that have entities and the model.
var entityFormats = []occi.Format{occi.TextPlain, occi.TextOCCI, occi.JSON}

// benchEntity is a compute with ten links.
func benchEntity() *occi.Entity {
	e := exampleCompute(exampleModel())
	for len(e.Links) < 10 {
		e.Links = append(e.Links, e.Links[len(e.Links)%2])
	}
	return e
}

// benchModel is a model of 2000 templates.
func benchModel() *occi.Model {
	var templates []*occi.Mixin
	for i := range 2000 {
		term := fmt.Sprintf("3f2504e0-4f89-11d3-9a0c-%012d", i)
		templates = append(templates, &occi.Mixin{
			ID: occi.ID{Scheme: templateOS, Term: term}, Title: "Image number " + term, Location: "/os_tpl/" + term + "/",
			Depends: []occi.ID{occi.OSTemplateID}, Applies: []occi.ID{occi.ComputeID},
		})
	}
	return occi.Infrastructure().With(templates...)
}

func BenchmarkRenderEntity(b *testing.B) {
	e := benchEntity()
	benchRender(b, func(r occi.Renderer) (occi.Rendering, error) { return r.Entity(e) })
}

func BenchmarkRenderModel(b *testing.B) {
	model := benchModel()
	benchRender(b, func(r occi.Renderer) (occi.Rendering, error) {
		return r.Model(model.Kinds(), model.Mixins(), model.Actions())
	})
}

func BenchmarkParseEntity(b *testing.B) {
	e := benchEntity()
	benchParse(b, func(r occi.Renderer) (occi.Rendering, error) { return r.Entity(e) })
}

func BenchmarkParseModel(b *testing.B) {
	model := benchModel()
	benchParse(b, func(r occi.Renderer) (occi.Rendering, error) {
		return r.Model(model.Kinds(), model.Mixins(), model.Actions())
	})
}

func benchRender(b *testing.B, render func(occi.Renderer) (occi.Rendering, error)) {
	b.Helper()
	for _, f := range entityFormats {
		b.Run(f.String(), func(b *testing.B) {
			r := occi.Renderer{Format: f, URLs: exampleURLs, HeaderLimit: 8 << 20}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := render(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchParse(b *testing.B, render func(occi.Renderer) (occi.Rendering, error)) {
	b.Helper()
	limits := occi.Limits{Body: 8 << 20, HeaderBytes: 8 << 20, Categories: 1 << 20, Keys: 1 << 20, Elements: 1 << 20}
	for _, f := range entityFormats {
		b.Run(f.String(), func(b *testing.B) {
			rendering, err := render(occi.Renderer{Format: f, URLs: exampleURLs, HeaderLimit: 8 << 20})
			if err != nil {
				b.Fatal(err)
			}
			header := headerOf(rendering)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := occi.Parse(f, header, rendering.Body, limits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRenderListing(b *testing.B) {
	kind := occi.Infrastructure().Kind(occi.ComputeID)
	var listed []occi.Entity
	for i := range 1000 {
		listed = append(listed, occi.Entity{Kind: kind, ID: fmt.Sprintf("3f2504e0-4f89-11d3-9a0c-%012d", i)})
	}
	benchRender(b, func(r occi.Renderer) (occi.Rendering, error) { return r.Entities(listed) })
}
