package keystone

import "testing"

func TestNewestVersion(t *testing.T) {
	t.Parallel()
	nova, cinder := Microversion{2, 1}, Microversion{3, 0}
	for name, tc := range map[string]struct {
		oldest Microversion
		body   string
		want   string // "" for an error
	}{
		"Nova, one version":   {nova, `{"version": {"id": "v2.1", "version": "2.93", "min_version": "2.1"}}`, "2.93"},
		"Nova, the list":      {nova, `{"versions": [{"id": "v2.0", "version": ""}, {"id": "v2.1", "version": "2.60"}]}`, "2.60"},
		"Nova, nothing newer": {nova, `{"version": {"id": "v2.1", "version": "2.1"}}`, "2.1"},
		"Cinder":              {cinder, `{"versions": [{"id": "v2.0", "version": ""}, {"id": "v3.0", "version": "3.70"}]}`, "3.70"},
		"numbers, not texts":  {nova, `{"versions": [{"version": "2.9"}, {"version": "2.10"}]}`, "2.10"},
		"another API":         {nova, `{"version": {"id": "v3.0", "version": "3.70"}}`, ""},
		"no microversions":    {nova, `{"version": {"id": "v2.0", "version": ""}}`, ""},
		"too old":             {nova, `{"version": {"version": "2.0"}}`, ""},
		"no number":           {nova, `{"version": {"version": "2.x"}}`, ""},
		"negative":            {nova, `{"version": {"version": "2.-5"}}`, ""},
		"huge":                {nova, `{"version": {"version": "2.99999999999999999999"}}`, ""},
		"another document":    {nova, `{"error": {"code": 404}}`, ""},
		"no JSON":             {nova, `<html>`, ""},
		"of another type":     {nova, `{"versions": "2.90"}`, ""},
	} {
		got, err := newestVersion([]byte(tc.body), tc.oldest)
		if tc.want == "" {
			if err == nil {
				t.Errorf("%s: %s, want an error", name, got)
			}
		} else if err != nil || got.String() != tc.want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, tc.want)
		}
	}
}
