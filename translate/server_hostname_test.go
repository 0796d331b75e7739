package translate

import (
	"strings"
	"testing"
)

func TestHostnameOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"one":                   "one",
		"My one":                "my-one",
		"Db.Node_1  x.":         "db-node-1--x",
		"grün é_":               "grün-é",
		"日本":                    "",
		"a\"b;c/d":              "abcd",
		"--":                    "",
		strings.Repeat("é", 99): strings.Repeat("é", 63),
	} {
		if got := hostnameOf(name); got != want {
			t.Errorf("hostnameOf(%q) = %q, want %q", name, got, want)
		}
	}
}
