package occi_test

import (
	"math"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/occigate/occigate/occi"
)

// exampleCompute is a compute as a provider describes it, with a volume and an address.
func exampleCompute(model *occi.Model) *occi.Entity {
	link := func(id occi.ID, linkID string, to occi.ID, target string) occi.Entity {
		return occi.Entity{Kind: model.Kind(id), ID: linkID, Target: occi.Ref{Kind: model.Kind(to), ID: target}}
	}
	volume := link(occi.StorageLinkID, "0a5e1f2c_51b0", occi.StorageID, "51b0")
	volume.Attributes.SetText("occi.storagelink.deviceid", "/dev/vdb")
	volume.Attributes.SetText("occi.storagelink.mountpoint", "")
	volume.Attributes.SetText("occi.storagelink.state", "active")
	address := link(occi.NetworkInterfaceID, "0a5e1f2c_9d20", occi.NetworkID, "7c1e")
	address.Title = "first; port"
	address.Mixins = []*occi.Mixin{model.Mixin(occi.IPNetworkInterfaceID)}
	address.Attributes.SetText("occi.networkinterface.interface", "eth0")
	address.Attributes.SetText("occi.networkinterface.address", "2001:db8::5")
	e := &occi.Entity{
		Kind: model.Kind(occi.ComputeID),
		Mixins: []*occi.Mixin{
			model.Mixin(occi.ID{Scheme: templateOS, Term: "cirros"}),
			model.Mixin(occi.ID{Scheme: templateResource, Term: "m1-small"}),
		},
		ID: "0a5e1f2c", Title: ` Jan's "big" one, the\second; `, Summary: "first line\nsecond line",
		Actions: []occi.ID{occi.StopID, occi.RestartID},
		Links:   []occi.Entity{volume, address},
	}
	e.Attributes.Set("occi.compute.cores", occi.Integer(2))
	e.Attributes.Set("occi.compute.memory", occi.Number(0.5))
	e.Attributes.SetText("occi.compute.hostname", "červený")
	e.Attributes.SetText("occi.compute.state", "active")
	e.Attributes.Set("org.example.spot", occi.Boolean(false))
	e.Attributes.Set("org.example.offset", occi.Integer(-3))
	e.Attributes.Set("org.example.tags", occi.List(`["a","b"]`))
	e.Attributes.Set("org.example.nothing", occi.String(""))
	return e
}

// TestGoldenAnswers compares every rendering with what it should be on the wire.
func TestGoldenAnswers(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	compute := exampleCompute(model)
	link := compute.Links[1]
	link.Source = compute.Ref()
	listed := []occi.Entity{{Kind: compute.Kind, ID: "0a5e1f2c"}, {Kind: compute.Kind, ID: "with space,comma"}}
	long := &occi.Entity{Kind: compute.Kind, ID: "1", Title: strings.Repeat("ž", 256), Summary: strings.Repeat("s", 1025)}
	save := &occi.Mixin{
		ID: occi.ID{Scheme: templateOS, Term: "copy of\nVM"}, Title: "copy",
		Depends: []occi.ID{occi.OSTemplateID, occi.ResourceTemplateID}, Location: "/os_tpl/copy of\nVM/",
		Attributes: []occi.Attribute{
			{Name: "a"}, {Name: "b", Required: true}, {Name: "c", Immutable: true}, {Name: "d", Immutable: true, Required: true},
		},
		Actions: []occi.ID{occi.StartID, occi.StopID},
	}
	failure := occi.Errorf(occi.Invalid, "Category[1], column 3: %q is no scheme\nX-OCCI-Location: ž", "a;b")
	for name, render := range map[string]func(occi.Renderer) (occi.Rendering, error){
		"entity":    func(r occi.Renderer) (occi.Rendering, error) { return r.Entity(compute) },
		"link":      func(r occi.Renderer) (occi.Rendering, error) { return r.Entity(&link) },
		"long":      func(r occi.Renderer) (occi.Rendering, error) { return r.Entity(long) },
		"no-kind":   func(r occi.Renderer) (occi.Rendering, error) { return r.Entity(&occi.Entity{ID: "1"}) },
		"no-target": func(r occi.Renderer) (occi.Rendering, error) { return r.Entity(&occi.Entity{Kind: link.Kind, ID: "1"}) },
		"entities":  func(r occi.Renderer) (occi.Rendering, error) { return r.Entities(listed) },
		"empty":     func(r occi.Renderer) (occi.Rendering, error) { return r.Entities(nil) },
		"created":   func(r occi.Renderer) (occi.Rendering, error) { return r.Created(compute) },
		"mixin":     func(r occi.Renderer) (occi.Rendering, error) { return r.Mixin(save) },
		"ok":        func(r occi.Renderer) (occi.Rendering, error) { return r.OK(), nil },
		"error":     func(r occi.Renderer) (occi.Rendering, error) { return r.Error(400, failure), nil },
		"model": func(r occi.Renderer) (occi.Rendering, error) {
			return r.Model(model.Kinds(), model.Mixins(), model.Actions())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []txtar.File
			for _, f := range []occi.Format{occi.TextPlain, occi.TextOCCI, occi.URIList, occi.JSON} {
				rendering, err := render(occi.Renderer{Format: f, URLs: exampleURLs})
				if err != nil {
					got = append(got, txtar.File{Name: f.String(), Data: errorSection(t, err)[0].Data})
					continue
				}
				got = append(got, renderingSection(t, f, rendering))
			}
			readGolden(t, "testdata/answer-"+name+".txtar").check(t, got)
		})
	}
}

func TestHeaderLimit(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure()
	r := occi.Renderer{Format: occi.TextOCCI, URLs: exampleURLs}
	rendering, err := r.Model(model.Kinds(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, f := range rendering.Header {
		size += len(f.Name) + len(": ") + len(f.Value) + len("\r\n")
	}
	r.HeaderLimit = size
	if _, err := r.Model(model.Kinds(), nil, nil); err != nil {
		t.Errorf("limit %d, size %d: %v", r.HeaderLimit, size, err)
	}
	r.HeaderLimit = size - 1
	if _, err := r.Model(model.Kinds(), nil, nil); occi.CodeOf(err) != occi.NotAcceptable {
		t.Errorf("limit %d, size %d: got error %v, want NotAcceptable", r.HeaderLimit, size, err)
	}
	r.Format = occi.TextPlain
	if _, err := r.Model(model.Kinds(), nil, nil); err != nil {
		t.Errorf("text/plain has no limit, got %v", err)
	}
}

func TestNumbersAsText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value occi.Value
		want  string
	}{
		{occi.Integer(0), `0`},
		{occi.Integer(math.MaxInt64), `9223372036854775807`},
		{occi.Integer(-1), `"-1"`},
		{occi.Number(1), `1`},
		{occi.Number(0.1), `0.1`},
		{occi.Number(1e21), `1000000000000000000000`},
		{occi.Number(1e-7), `0.0000001`},
		{occi.Number(-0.5), `"-0.5"`},
		{occi.Number(math.Inf(1)), `"+Inf"`},
		{occi.Boolean(true), `true`},
		{occi.String("1"), `"1"`},
		{occi.String("true"), `"true"`},
	} {
		e := exampleEntity("a", c.value)
		rendering, err := occi.Renderer{Format: occi.TextPlain, URLs: exampleURLs}.Entity(e)
		if err != nil {
			t.Fatal(err)
		}
		_, got, _ := strings.Cut(string(rendering.Body), "X-OCCI-Attribute: a=")
		if got != c.want {
			t.Errorf("%v: got %s, want %s", c.value, got, c.want)
		}
	}
}

// exampleEntity is a network with one attribute.
func exampleEntity(name string, v occi.Value) *occi.Entity {
	e := &occi.Entity{Kind: occi.Infrastructure().Kind(occi.NetworkID), ID: "1"}
	e.Attributes.Set(name, v)
	return e
}
