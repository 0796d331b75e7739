package config

import "path/filepath"

// File is the SQLite file: Path, else mixins.db in the first of these directories
// that the environment tells:
//
//	$STATE_DIRECTORY           as systemd makes it for a service
//	$XDG_STATE_HOME/occigate
//	$HOME/.local/state/occigate
//
// Where it tells none, the file is "". Chosen is whether the operator has decided on
// the place, in the configuration or the unit of the service: a home directory is one
// that happens to be there.
func (m Mixins) File(getenv func(string) string) (path string, chosen bool) {
	const name = "mixins.db"
	if m.Path != "" {
		return m.Path, true
	}
	if directories := filepath.SplitList(getenv("STATE_DIRECTORY")); len(directories) > 0 {
		return filepath.Join(directories[0], name), true
	}
	if state := getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "occigate", name), false
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "state", "occigate", name), false
	}
	return "", false
}
