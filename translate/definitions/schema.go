package definitions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// schemaVersion is the version of the tables below.
const schemaVersion = 1

// The statements, for SQLite, MariaDB and MySQL alike. What is in /*! */ is a comment for SQLite alone.
const (
	createSchema = `CREATE TABLE IF NOT EXISTS occigate_schema (
		name VARCHAR(64) NOT NULL PRIMARY KEY,
		version INTEGER NOT NULL,
		changes BIGINT NOT NULL
	) /*! ENGINE=InnoDB DEFAULT CHARACTER SET binary */`
	createDefinition = `CREATE TABLE IF NOT EXISTS occigate_definition (
		project VARCHAR(64) NOT NULL,
		position BIGINT NOT NULL,
		scheme VARCHAR(255) NOT NULL,
		term VARCHAR(255) NOT NULL,
		title VARCHAR(1024) NOT NULL,
		location VARCHAR(255) NOT NULL,
		depends VARCHAR(4096) NOT NULL,
		applies VARCHAR(4096) NOT NULL,
		creator VARCHAR(255) NOT NULL,
		created BIGINT NOT NULL,
		PRIMARY KEY (project, position),
		UNIQUE (project, scheme, term),
		UNIQUE (project, location)
	) /*! ENGINE=InnoDB DEFAULT CHARACTER SET binary */`
	insertSchema  = `INSERT INTO occigate_schema (name, version, changes) VALUES ('definitions', ?, 0)`
	selectVersion = `SELECT version FROM occigate_schema WHERE name = 'definitions'`

	countChanges  = `UPDATE occigate_schema SET changes = changes + ? WHERE name = 'definitions'`
	selectChanges = `SELECT changes FROM occigate_schema WHERE name = 'definitions'`

	insertDefinition = `INSERT INTO occigate_definition
		(project, position, scheme, term, title, location, depends, applies, creator, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	deleteDefinition  = `DELETE FROM occigate_definition WHERE project = ? AND scheme = ? AND term = ?`
	selectDefinitions = `SELECT scheme, term, title, location, depends, applies FROM occigate_definition
		WHERE project = ? ORDER BY position`
)

// migrate makes the tables unless they are there. Where they are, the right to create tables is not needed.
func migrate(ctx context.Context, db *sql.DB) error {
	found, err := version(ctx, db)
	if err != nil { // no tables; if it is anything else, making them fails as well
		found, err = create(ctx, db)
	}
	if err != nil {
		return err
	}
	if found != schemaVersion {
		return fmt.Errorf("the tables have version %d, this program knows version %d", found, schemaVersion)
	}
	return nil
}

// create makes the tables and returns the version they have in the end. Several processes may be at it: the first to
// insert the row decides.
func create(ctx context.Context, db *sql.DB) (int, error) {
	for _, statement := range []string{createDefinition, createSchema} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return 0, fmt.Errorf("create tables: %w", err)
		}
	}
	_, insertErr := db.ExecContext(ctx, insertSchema, schemaVersion)
	found, err := version(ctx, db)
	if err != nil {
		return 0, fmt.Errorf("create tables: %w", errors.Join(insertErr, err))
	}
	return found, nil
}

// version reads the version of the tables.
func version(ctx context.Context, q querier) (int, error) {
	var v int
	if err := q.QueryRowContext(ctx, selectVersion).Scan(&v); err != nil {
		return 0, fmt.Errorf("select version: %w", err)
	}
	return v, nil
}
