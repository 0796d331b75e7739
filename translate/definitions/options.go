package definitions

import (
	"fmt"
	"time"
)

// Databases that a Store can use.
const (
	SQLite = "sqlite" // a file on a local disk; several processes of one host may share it
	MySQL  = "mysql"  // MariaDB or MySQL, with InnoDB
)

// Options configure a Store. DSN is required; zero values of the rest mean the documented default.
type Options struct {
	Driver string // SQLite or MySQL; default SQLite
	// DSN is the path of the SQLite file, or for MySQL "user:password@tcp(host:port)/database" or
	// "user:password@unix(/path/of/socket)/database", with parameters as in "?tls=true".
	DSN        string
	PerProject int           // how many definitions a project may have; default 1000
	Timeout    time.Duration // how long one call may take, opening included; default 5 s
}

// String returns the options without the data source name, which may hold a password.
func (o Options) String() string {
	return fmt.Sprintf("%s, %d per project, timeout %s", o.Driver, o.PerProject, o.Timeout)
}

// GoString returns the same as String.
func (o Options) GoString() string { return o.String() }

func (o Options) withDefaults() Options {
	if o.Driver == "" {
		o.Driver = SQLite
	}
	if o.PerProject <= 0 {
		o.PerProject = 1000
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	return o
}
