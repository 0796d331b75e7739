package occi_test

import (
	"testing"

	"github.com/occigate/occigate/occi"
)

func TestQueryMatch(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	cirros := model.Mixin(occi.ID{Scheme: templateOS, Term: "cirros"})
	compute := &occi.Entity{
		Kind: model.Kind(occi.ComputeID), ID: "1", Title: "one", Mixins: []*occi.Mixin{cirros},
		Attributes: occi.Attributes{
			{Name: "occi.compute.cores", Value: occi.Integer(4)},
			{Name: "occi.compute.memory", Value: occi.Number(3.6)},
			{Name: "occi.compute.hostname", Value: occi.String("007")},
			{Name: "org.example.labels", Value: occi.Hash(`{"a":"b","c":"d"}`)},
		},
	}
	link := &occi.Entity{
		Kind: model.Kind(occi.StorageLinkID), ID: "1_2", Source: compute.Ref(),
		Target: occi.Ref{Kind: model.Kind(occi.StorageID), ID: "2"},
	}
	attribute := func(name string, v occi.Value) occi.Query {
		return occi.Query{Attributes: occi.Attributes{{Name: name, Value: v}}}
	}
	mixins := func(ids ...occi.ID) occi.Query {
		var q occi.Query
		for _, id := range ids {
			q.Mixins = append(q.Mixins, model.Mixin(id))
		}
		return q
	}
	tests := []struct {
		name  string
		query occi.Query
		of    *occi.Entity
		want  bool
	}{
		{"everything", occi.Query{}, compute, true},
		{"a mixin", mixins(cirros.ID), compute, true},
		{"what a mixin depends on", mixins(occi.OSTemplateID), compute, true},
		{"one of two mixins", mixins(occi.OSTemplateID, occi.ResourceTemplateID), compute, false},
		{"another mixin", mixins(occi.SSHKeyID), compute, false},
		{"a number", attribute("occi.compute.cores", occi.Integer(4)), compute, true},
		{"a number of another type", attribute("occi.compute.cores", occi.Number(4)), compute, true},
		{"a quoted number", attribute("occi.compute.cores", occi.String("4.0")), compute, true},
		{"another number", attribute("occi.compute.cores", occi.Integer(5)), compute, false},
		{"a word for a number", attribute("occi.compute.cores", occi.String("four")), compute, false},
		{"a fraction", attribute("occi.compute.memory", occi.Number(3.60)), compute, true},
		{"a string of digits", attribute("occi.compute.hostname", occi.String("007")), compute, true},
		{"a string that is the same number", attribute("occi.compute.hostname", occi.String("7")), compute, false},
		{"a hash, written otherwise", attribute("org.example.labels", occi.Hash(`{ "c":"d", "a":"\u0062"}`)), compute, true},
		{"another hash", attribute("org.example.labels", occi.Hash(`{"a":"b"}`)), compute, false},
		{"a hash that is not there", attribute("org.example.other", occi.Hash(`{}`)), compute, false},
		{"the title", attribute("occi.core.title", occi.String("one")), compute, true},
		{"another title", attribute("occi.core.title", occi.String("One")), compute, false},
		{"the id", attribute("occi.core.id", occi.String("1")), compute, true},
		{"no summary", attribute("occi.core.summary", occi.String("")), compute, true},
		{"a summary", attribute("occi.core.summary", occi.String("x")), compute, false},
		{"no architecture", attribute("occi.compute.architecture", occi.String("")), compute, true},
		{"a source", attribute("occi.core.source", occi.String("/compute/1")), link, true},
		{"another source", attribute("occi.core.source", occi.String("/compute/2")), link, false},
		{"a target", attribute("occi.core.target", occi.String("/storage/2")), link, true},
		{"the kind of a target", attribute("occi.core.target.kind", occi.String(occi.StorageID.String())), link, true},
		{"the source of what has none", attribute("occi.core.source", occi.String("/compute/1")), compute, false},
		{"the kind of a target that is not there", attribute("occi.core.target.kind", occi.String(occi.StorageID.String())), compute, false},
	}
	for _, tt := range tests {
		if got := tt.query.Match(tt.of); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}
