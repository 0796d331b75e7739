package definitions

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"
)

// The pool: few connections, which the server ends itself if it does not hear of us, so that a replica that vanishes
// in the middle of a change does not keep the lock.
const (
	maxConnections = 8
	maxIdle        = 30 * time.Second
	serverMaxIdle  = 60 * time.Second
	maxAge         = 5 * time.Minute // after a failover connections move to the new primary
)

// connect makes the pool; only the file of SQLite is touched yet.
func connect(o Options) (*sql.DB, error) {
	if o.DSN == "" {
		return nil, errors.New("the data source name is required")
	}
	var connector driver.Connector
	var err error
	switch o.Driver {
	case SQLite:
		connector, err = sqliteConnector(o)
	case MySQL:
		connector, err = mysqlConnector(o)
	default:
		err = fmt.Errorf("unknown driver %q: want %q or %q", o.Driver, SQLite, MySQL)
	}
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	db.SetConnMaxIdleTime(maxIdle)
	db.SetConnMaxLifetime(maxAge)
	return db, nil
}

// sqliteConnector makes the file if it is missing, for its owner alone: it names users and projects. SQLite gives its
// other files the same mode.
func sqliteConnector(o Options) (driver.Connector, error) {
	path, err := filepath.Abs(o.DSN)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // G304: the operator names the file
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: url.Values{
		"_busy_timeout": {strconv.FormatInt(o.Timeout.Milliseconds(), 10)},
		"_journal_mode": {"WAL"},  // readers do not wait for changes
		"_synchronous":  {"FULL"}, // a commit survives the loss of power
	}.Encode()}
	return sqlite.NewConnector(name.String())
}

// mysqlConnector adds to the operator's data source name what changes need. What the driver finds wrong with the name
// is not repeated: it may quote the password.
func mysqlConnector(o Options) (driver.Connector, error) {
	cfg, err := mysql.ParseDSN(o.DSN)
	if err != nil || cfg.DBName == "" {
		return nil, errors.New("the data source name cannot be read: want user:password@tcp(host:port)/database " +
			"or user:password@unix(/path/of/socket)/database")
	}
	cfg.Logger = &mysql.NopLogger{} // what it logs is returned as well
	cfg.RejectReadOnly = true       // leave a primary that has become a replica
	cfg.MultiStatements = false
	for _, timeout := range []*time.Duration{&cfg.Timeout, &cfg.ReadTimeout, &cfg.WriteTimeout} {
		if *timeout == 0 {
			*timeout = o.Timeout // COMMIT has no context
		}
	}
	if cfg.Params == nil {
		cfg.Params = make(map[string]string)
	}
	for name, limit := range map[string]time.Duration{
		"innodb_lock_wait_timeout": o.Timeout,
		"wait_timeout":             serverMaxIdle,
	} {
		if cfg.Params[name] == "" {
			cfg.Params[name] = strconv.Itoa(int(math.Ceil(limit.Seconds())))
		}
	}
	return mysql.NewConnector(cfg)
}
