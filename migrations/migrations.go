// Package migrations holds the database's schema: numbered goose files, run in
// order by imprimatur_owner, and beside them the roles that must exist first.
package migrations

import "embed"

// Schema holds the numbered migrations. The other files in it carry no number,
// and goose passes over them.
//
//go:embed *.sql
var Schema embed.FS

// Roles makes the cluster's roles. It is for a superuser, and repeats safely.
//
//go:embed roles.sql
var Roles string

// Database gives the database it is run in to imprimatur_owner, and opens it
// to the login roles alone. It is for a superuser, and repeats safely.
//
//go:embed database.sql
var Database string

// The login roles that Roles makes, without a password.
const (
	Login    = "imprimatur"          // serve and work
	Migrator = "imprimatur_migrator" // migrate
)

// The group roles that a connection takes with SET ROLE.
const (
	Owner  = "imprimatur_owner"  // owns the schema
	App    = "imprimatur_app"    // serve and work
	Reader = "imprimatur_reader" // public handlers: the reading views alone
	Worker = "imprimatur_worker" // relay, sweeper, jobs across tenants
)
