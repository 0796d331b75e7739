package config_test

import (
	"testing"

	"github.com/occigate/occigate/config"
)

func TestMixinsFile(t *testing.T) {
	t.Parallel()
	const home, xdg = "/home/ada", "/home/ada/state"
	for _, c := range []struct {
		name    string
		path    string
		environ map[string]string
		want    string
		chosen  bool
	}{
		{"configured", "tags.db", map[string]string{"STATE_DIRECTORY": "/var/lib/occigate"}, "tags.db", true},
		{"systemd", "", map[string]string{"STATE_DIRECTORY": "/var/lib/occigate", "HOME": home}, "/var/lib/occigate/mixins.db", true},
		{"systemd, several", "", map[string]string{"STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}, "/var/lib/a/mixins.db", true},
		{"XDG", "", map[string]string{"XDG_STATE_HOME": xdg, "HOME": home}, "/home/ada/state/occigate/mixins.db", false},
		{"XDG, relative", "", map[string]string{"XDG_STATE_HOME": "state", "HOME": home}, "/home/ada/.local/state/occigate/mixins.db", false},
		{"home", "", map[string]string{"HOME": home}, "/home/ada/.local/state/occigate/mixins.db", false},
		{"nowhere", "", nil, "", false},
	} {
		getenv := func(name string) string { return c.environ[name] }
		got, chosen := config.Mixins{Path: c.path}.File(getenv)
		if got != c.want || chosen != c.chosen {
			t.Errorf("%s: got %q, %t, want %q, %t", c.name, got, chosen, c.want, c.chosen)
		}
	}
}
