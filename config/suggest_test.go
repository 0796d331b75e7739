package config

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	candidates := []string{"listen", "log.level", "log.format", "tls"}
	for name, want := range map[string]string{
		"listen":     "listen",
		"lisen":      "listen",
		"log.levle":  "log.level",
		"log-format": "log.format",
		"tsl":        "",
		"tl":         "",
		"":           "",
		"colour":     "",
	} {
		if got := nearest(name, candidates); got != want {
			t.Errorf("nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"kitten", "sitting", 3},
		{"uri", "url", 1},
		{"region", "regions", 1},
	} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := editDistance(test.b, test.a); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
