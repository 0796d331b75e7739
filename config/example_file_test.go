package config

import (
	"net/netip"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v3"
)

// TestExampleFile holds occigate.yaml to what it promises: every setting, with a
// comment, in the order of Config, at its default.
func TestExampleFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("occigate.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	s := newSchema()
	var keys []string
	var walk func(section string, n *yaml.Node)
	walk = func(section string, n *yaml.Node) {
		for name, value := range pairs(n) {
			key := joinKey(section, name.Value)
			if name.HeadComment == "" {
				t.Errorf("occigate.yaml:%d: %s has no comment", name.Line, key)
			}
			if s.sections[key] {
				walk(key, value)
			} else {
				keys = append(keys, key)
			}
		}
	}
	walk("", root.Content[0])

	var want []string
	for _, f := range s.fields {
		want = append(want, f.key)
	}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("keys of occigate.yaml (-want +got):\n%s", diff)
	}

	got, err := Load(Source{Path: "occigate.yaml"})
	if err != nil {
		t.Fatalf("Load(occigate.yaml): %v", err)
	}
	wantConfig := Default()
	wantConfig.Keystone.URL = "https://keystone.example.org:5000"
	if diff := cmp.Diff(wantConfig, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("occigate.yaml against Default (-want +got):\n%s", diff)
	}
}
