// Package postgres keeps everything in PostgreSQL: the rows behind the domain's
// types, the transactions they move in, and the one statement that commits a
// batch. It is the only package that knows gorm and SQL.
//
// A DB holds three pools, one per role: the application's, behind row-level
// security; the reading door's, which may select from the reading views alone;
// and the worker's, for the few jobs that cross establishments.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	driver "gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// The roles that the pools act in. See migrations/roles.sql.
const (
	appRole    = "imprimatur_app"
	readerRole = "imprimatur_reader"
	workerRole = "imprimatur_worker"
	ownerRole  = "imprimatur_owner"
)

// ErrRole is answered when the connected login could step over row-level security.
var ErrRole = errors.New("the database login could bypass row-level security")

// Config says where the database is.
type Config struct {
	URL      string           // of a login that is member of the app, reader and worker roles, and of nothing else
	MaxConns int32            // per pool; 0 means 16
	Clock    func() time.Time // required
	Tracer   pgx.QueryTracer  // sees every statement; nil for none
}

// DB is a connected database. Close it when done.
type DB struct {
	app    *pgxpool.Pool
	reader *pgxpool.Pool
	worker *pgxpool.Pool
	sql    *sql.DB  // over app
	gorm   *gorm.DB // over sql
	clock  func() time.Time
	hooks  hooks
}

// Open connects the three pools and refuses a login that could bypass the walls
// with [ErrRole].
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 16
	}
	db := &DB{clock: cfg.Clock}
	for role, pool := range map[string]**pgxpool.Pool{appRole: &db.app, readerRole: &db.reader, workerRole: &db.worker} {
		connected, err := connect(ctx, cfg, role)
		if err != nil {
			db.Close()
			return nil, err
		}
		*pool = connected
	}
	if err := db.CheckRoles(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, db.openGorm()
}

func connect(ctx context.Context, cfg Config, role string) (*pgxpool.Pool, error) {
	pc, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, errors.New("database url: not a PostgreSQL address") // the parse error would show the password
	}
	pc.MaxConns = cfg.MaxConns
	pc.ConnConfig.Tracer = cfg.Tracer
	pc.ConnConfig.RuntimeParams["application_name"] = "imprimatur"
	pc.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, settle(role))
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("connect as %s: %w", role, err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connect as %s: %w", role, err)
	}
	return pool, nil
}

// settle is what a new connection does first. Every statement is short here: compiling
// one would take longer than any of them.
func settle(role string) string {
	settings := "SET ROLE " + role + "; SET jit = off"
	if role == readerRole {
		settings += "; " + readerPlans
	}
	return settings
}

// readerPlans: the reading door's queries are few, and each takes its first rows
// by one index, in the index's order, however much is there. So they are planned
// once, and never to read everything and sort it.
const readerPlans = `SET plan_cache_mode = force_generic_plan; SET enable_sort = off; SET enable_bitmapscan = off`

func (db *DB) openGorm() error {
	db.sql = stdlib.OpenDBFromPool(db.app)
	db.sql.SetMaxIdleConns(0) // idle connections belong to the pool below
	var err error
	db.gorm, err = gorm.Open(driver.New(driver.Config{Conn: db.sql}), &gorm.Config{
		SkipDefaultTransaction: true, DisableAutomaticPing: true, TranslateError: true,
		DisableForeignKeyConstraintWhenMigrating: true, Logger: logger.Discard,
		NowFunc: db.clock,
	})
	if err != nil {
		return fmt.Errorf("open gorm: %w", err)
	}
	return nil
}

// Close closes the pools. It waits for connections in use.
func (db *DB) Close() {
	if db.sql != nil {
		_ = db.sql.Close() // its pool is closed below
	}
	for _, pool := range []*pgxpool.Pool{db.app, db.reader, db.worker} {
		if pool != nil {
			pool.Close()
		}
	}
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.app.Ping(ctx) }

// CheckRoles answers [ErrRole] when the login, or a role that it can take, is a
// superuser, bypasses row-level security, or owns the tables.
func (db *DB) CheckRoles(ctx context.Context) error {
	const query = `SELECT r.rolname FROM pg_roles r
		WHERE pg_has_role(session_user, r.oid, 'MEMBER') AND (r.rolsuper OR r.rolbypassrls OR r.rolname = $1)`
	var name string
	err := db.app.QueryRow(ctx, query, ownerRole).Scan(&name)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("check roles: %w", err)
	}
	return fmt.Errorf("%w: it can act as %s", ErrRole, name)
}
