// Package definitions stores the mixins that clients define themselves, known as tags (GFD.221 §5.5.3): their
// definitions only, per project. Which entities carry them is kept with the resources in OpenStack.
//
// The store is a database behind database/sql, with one set of statements for both kinds: an SQLite file for a gateway
// on one host, or a MariaDB or MySQL that several replicas share. Open makes the tables where they are missing.
//
// # Tables
//
//	occigate_schema          one row
//	  name      VARCHAR(64)    "definitions"; primary key
//	  version   INTEGER        of these tables
//	  changes   BIGINT         definitions added and removed so far; the lock of all changes
//
//	occigate_definition      one row per definition
//	  project   VARCHAR(64)    id in Keystone
//	  position  BIGINT         order of creation; primary key with project
//	  scheme    VARCHAR(255)   unique with project and term
//	  term      VARCHAR(255)
//	  title     VARCHAR(1024)
//	  location  VARCHAR(255)   path below the mount; unique with project
//	  depends   VARCHAR(4096)  type identifiers, separated by blanks
//	  applies   VARCHAR(4096)  likewise
//	  creator   VARCHAR(255)   id of the user in Keystone
//	  created   BIGINT         seconds since 1970
//
// Text is compared byte by byte: SQLite does so by itself; in MariaDB and MySQL the tables have the binary character
// set, in which VARCHAR is VARBINARY, whatever the default of the database. Lengths are in bytes and checked before
// anything is stored, since SQLite would take more.
//
// # Changes
//
// A change is one transaction, which begins by updating changes in occigate_schema. That row is the lock that puts all
// changes in order, across replicas too: what a change reads holds until it commits. In a Galera cluster, where locks
// end at the node, two changes at once collide in that row, and the one that loses is repeated.
//
// What was acknowledged is on disk: SQLite writes ahead and syncs at each commit, MariaDB and MySQL do as their
// innodb_flush_log_at_trx_commit says, by default the same.
//
// # Refused
//
// Attributes and actions of user-defined mixins (GFD.185 §3.4.1), and everything else that could not be given back as
// it was. What a provider's mixins and kinds occupy is not known here: the caller compares with its model.
package definitions
