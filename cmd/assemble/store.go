package assemble

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.uber.org/zap"

	"github.com/occigate/occigate/config"
	"github.com/occigate/occigate/translate/definitions"
)

// openStore opens the store of users' mixins; nil if there is none.
func openStore(ctx context.Context, cfg config.Mixins, logger *zap.Logger) (*definitions.Store, error) {
	switch cfg.Store {
	case config.MixinStoreSQLite:
		return openFile(ctx, cfg, os.Getenv, logger)
	case config.MixinStoreMySQL:
		name, err := os.ReadFile(cfg.DSNFile)
		if err != nil {
			return nil, fmt.Errorf("mixins.dsn_file: %w", err)
		}
		return definitions.Open(ctx, definitions.Options{
			Driver: definitions.MySQL, DSN: strings.TrimSpace(string(name)), PerProject: cfg.PerProject,
		})
	default:
		return nil, nil //nolint:nilnil // an operator's choice like the others
	}
}

// openFile opens an SQLite file. A place that nobody has chosen may be no place to write to: the gateway can do without,
// so that it starts for whoever just tries it.
func openFile(
	ctx context.Context, cfg config.Mixins, getenv func(string) string, logger *zap.Logger,
) (*definitions.Store, error) {
	path, chosen := cfg.File(getenv)
	err := errors.New("the environment names no directory for state")
	if path != "" {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	var store *definitions.Store
	if err == nil {
		store, err = definitions.Open(ctx, definitions.Options{
			Driver: definitions.SQLite, DSN: path, PerProject: cfg.PerProject,
		})
	}
	_, noPlace := errors.AsType[*fs.PathError](err)
	switch {
	case err == nil:
		logger.Info("mixins of users are kept", zap.String("file", path))
		return store, nil
	case !chosen && (noPlace || path == ""):
		logger.Warn("users cannot define mixins, since there is no place to keep them; see mixins.path", zap.Error(err))
		return nil, nil //nolint:nilnil // as if there were to be no store
	default:
		return nil, err
	}
}

// closeStore closes a store; nil is none.
func closeStore(store *definitions.Store) error {
	if store == nil {
		return nil
	}
	return store.Close()
}
