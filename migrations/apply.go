package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// lockAttempts, one a second, is how long Apply waits for another process that
// is migrating.
const lockAttempts = 600

// ErrUnknown means that the database has migrations which this program does not
// bring: a newer program made it, or one from before the first release.
var ErrUnknown = errors.New("made by a newer program, or before the first release")

// Apply brings the database up to the newest migration, as imprimatur_owner,
// which the URL's login must be a member of. Two processes may apply at once:
// the second waits, and then finds nothing left to do. A database with versions
// that this program does not know is left as it is (ErrUnknown).
func Apply(ctx context.Context, url string) error {
	db, err := openAsOwner(url)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := refuseUnknown(ctx, db); err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockAttempts))
	if err != nil {
		return fmt.Errorf("migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, Schema,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return openVersions(ctx, db)
}

// refuseUnknown asks without making goose's table, which a new database has not.
func refuseUnknown(ctx context.Context, db *sql.DB) error {
	var migrated bool
	err := db.QueryRowContext(ctx, `SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&migrated)
	if err != nil {
		return fmt.Errorf("ask for applied migrations: %w", err)
	}
	if !migrated {
		return nil
	}
	known, err := versions()
	if err != nil {
		return err
	}
	var unknown string
	err = db.QueryRowContext(ctx, `
		SELECT coalesce(string_agg(version_id::text, ', ' ORDER BY version_id), '') FROM goose_db_version
		WHERE is_applied AND version_id <> 0 AND version_id <> ALL ($1)`, known).Scan(&unknown)
	if err != nil {
		return fmt.Errorf("ask for applied migrations: %w", err)
	}
	if unknown != "" {
		return fmt.Errorf("the database has migrations that this program does not know (%s): it was %w", unknown, ErrUnknown)
	}
	return nil
}

// openVersions lets serve and work ask what Pending asks.
func openVersions(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `GRANT SELECT ON goose_db_version TO `+App+`, `+Worker)
	if err != nil {
		return fmt.Errorf("open the migrations' versions: %w", err)
	}
	return nil
}

func openAsOwner(url string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("migration database: %w", err)
	}
	return stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `SET ROLE `+Owner)
		return err
	})), nil
}

// Querier is a connection, a pool or a transaction of pgx.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Pending lists the versions that this program brings and the database has
// not applied. Roles App and Worker may ask. A database never migrated is an
// error; one that a newer program has migrated is not, since the old program
// runs on the new schema until it is replaced.
func Pending(ctx context.Context, db Querier) ([]int64, error) {
	rows, err := db.Query(ctx, `SELECT version_id FROM goose_db_version WHERE is_applied`)
	if err != nil {
		return nil, fmt.Errorf("ask for applied migrations: %w", err)
	}
	applied, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("ask for applied migrations: %w", err)
	}
	known, err := versions()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(known, func(v int64) bool { return slices.Contains(applied, v) }), nil
}

// versions are the numbers of the embedded migrations, in order.
func versions() ([]int64, error) {
	entries, err := Schema.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	var all []int64
	for _, entry := range entries {
		if v, err := goose.NumericComponent(entry.Name()); err == nil {
			all = append(all, v)
		}
	}
	return all, nil
}
