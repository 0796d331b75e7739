package config

import (
	"slices"
	"testing"
)

// TestVariableNames: no two settings share a variable, and none is taken for one
// of Kubernetes.
func TestVariableNames(t *testing.T) {
	t.Parallel()
	var names []string
	for _, f := range newSchema().fields {
		name := variableName(f.key)
		if slices.Contains(names, name) {
			t.Errorf("%s is %s, as another setting is", f.key, name)
		}
		if serviceVariable.MatchString(name) {
			t.Errorf("%s is %s, which looks like a Kubernetes service", f.key, name)
		}
		names = append(names, name)
	}
}

// TestFlagsSetSettings: each flag names a setting that there is.
func TestFlagsSetSettings(t *testing.T) {
	t.Parallel()
	s := newSchema()
	for _, f := range settingFlags {
		if _, known := s.byKey[f.key]; !known {
			t.Errorf("flag --%s sets %q, which is no setting", f.name, f.key)
		}
	}
}
