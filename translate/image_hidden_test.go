package translate

import (
	"fmt"
	"testing"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestHiddenTemplateIsListedForWhoReadsItsCompute(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.compute(t, "title", "old")
	before, err := b.cloud.Get(t.Context(), compute)
	if err != nil {
		t.Fatal(err)
	}
	template := before.MixinsOf(occi.OSTemplateID)[0]
	b.RemoveImage(template.Term)
	b.translator.templates.drop(b.cloud.templateKey())

	// The first reader learns of it too late: the model that it has read has not got it.
	for _, want := range []bool{false, true} {
		model, err := b.cloud.Model(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		read, err := b.cloud.Get(t.Context(), compute)
		if err != nil {
			t.Fatal(err)
		}
		if inModel, onCompute := model.Mixin(template.ID) != nil, read.Mixin(template.ID) != nil; inModel != want || onCompute != want {
			t.Errorf("in the model: %t, on the compute: %t, want both %t", inModel, onCompute, want)
		}
	}
	found, err := b.cloud.List(t.Context(), compute.Kind, occi.Query{Mixins: []*occi.Mixin{template}}, true)
	if err != nil || len(found) != 1 || found[0].Mixin(template.ID) == nil {
		t.Errorf("computes with the template: got %v (error %v), want the one", found, err)
	}

	// It is there to be read, not to be used.
	wanted := b.entity(occi.ComputeID, "title", "new")
	wanted.Mixins = []*occi.Mixin{template, b.template(t, "m1.tiny")}
	_, err = b.cloud.Create(t.Context(), wanted)
	checkCode(t, err, occi.NotFound)

	other, err := b.as(t, "other", "other").Model(t.Context())
	if err != nil || other.Mixin(template.ID) != nil {
		t.Errorf("another project sees the template (error %v)", err)
	}
}

func TestHiddenTemplatesAreBounded(t *testing.T) {
	t.Parallel()
	var h *hiddenImages
	for i := range 3 * maxHidden {
		h = h.noting([]string{fmt.Sprintf("image-%d", i/2)})
	}
	if len(h.templates) != maxHidden {
		t.Errorf("%d images are noted, want %d", len(h.templates), maxHidden)
	}
	if h.template("image-0") == nil || h.template("image-99") == nil || h.template("image-100") != nil {
		t.Error("want the first ones, each once")
	}
}
