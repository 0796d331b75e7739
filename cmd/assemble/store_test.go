package assemble

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/occigate/occigate/config"
)

// environment is a getenv that knows one variable.
func environment(name, value string) func(string) string {
	return func(asked string) string {
		if asked == name {
			return value
		}
		return ""
	}
}

func TestOpenFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	blocked := filepath.Join(dir, "blocked") // a file where a directory would have to be
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		path   string
		getenv func(string) string
		file   string // that is there afterwards, "" for no store
		fails  bool
	}{
		{"chosen by configuration", dir + "/a/tags.db", environment("HOME", dir), dir + "/a/tags.db", false},
		{"chosen by systemd", "", environment("STATE_DIRECTORY", dir+"/b"), dir + "/b/mixins.db", false},
		{"found in the environment", "", environment("HOME", dir), dir + "/.local/state/occigate/mixins.db", false},
		{"nothing in the environment", "", environment("", ""), "", false},
		{"found, but no place to write to", "", environment("HOME", blocked), "", false},
		{"chosen, but no place to write to", blocked + "/tags.db", environment("HOME", dir), "", true},
		{"chosen by systemd, but no place to write to", "", environment("STATE_DIRECTORY", blocked), "", true},
	} {
		core, logged := observer.New(zapcore.InfoLevel)
		store, err := openFile(t.Context(), config.Mixins{Path: c.path, PerProject: 1}, c.getenv, zap.New(core))
		if (err != nil) != c.fails || (store != nil) != (c.file != "") {
			t.Errorf("%s: got store %t, error %v", c.name, store != nil, err)
			continue
		}
		switch warnings := logged.FilterLevelExact(zapcore.WarnLevel).Len(); {
		case store == nil && !c.fails && warnings != 1:
			t.Errorf("%s: %d warnings, want one", c.name, warnings)
		case store != nil && warnings > 0:
			t.Errorf("%s: %v", c.name, logged.All())
		}
		if store == nil {
			continue
		}
		if _, err := os.Stat(c.file); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if err := closeStore(store); err != nil {
			t.Errorf("%s: close: %v", c.name, err)
		}
	}
}

// A database that is there and cannot be read is no reason to do without.
func TestOpenFileThatIsNoDatabase(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	path := filepath.Join(home, ".local", "state", "occigate", "mixins.db")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := openFile(t.Context(), config.Mixins{PerProject: 1}, environment("HOME", home), zap.NewNop())
	if err == nil {
		t.Errorf("opened %s: %v", path, closeStore(store))
	}
}

func TestOpenStore(t *testing.T) {
	t.Parallel()
	if store, err := openStore(t.Context(), config.Mixins{}, zap.NewNop()); store != nil || err != nil {
		t.Errorf("without a store: %v, %v", store, err)
	}
	const secret = "hunter2"
	name := filepath.Join(t.TempDir(), "dsn")
	if err := os.WriteFile(name, []byte("occi:"+secret+"@tcp(127.0.0.1:1)/tags\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := openStore(t.Context(), config.Mixins{Store: config.MixinStoreMySQL, DSNFile: name}, zap.NewNop())
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("nobody listens: %v, want an error without the password", err)
	}
	_, err = openStore(t.Context(), config.Mixins{Store: config.MixinStoreMySQL, DSNFile: name + "x"}, zap.NewNop())
	if err == nil || !strings.Contains(err.Error(), "mixins.dsn_file") {
		t.Errorf("no file: %v, want the setting named", err)
	}
}
