package migrations_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
	"imprimatur/migrations"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// strings of one column.
func column(t *testing.T, conn *pgx.Conn, sql string) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	values, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func TestApplyAgainDoesNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	done := make(chan error)
	for range 2 { // two processes at once
		go func() { done <- migrations.Apply(t.Context(), db.URL(migrations.Migrator)) }()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// Nothing is touched: not even the versions are opened, which Apply does last.
func TestApplyLeavesADatabaseOfAnotherProgramAlone(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	admin := connect(t, db.AdminURL())
	_, err := admin.Exec(t.Context(), `
		REVOKE SELECT ON goose_db_version FROM imprimatur_app;
		INSERT INTO goose_db_version (version_id, is_applied) VALUES (99998, false), (90002, true), (90001, true)`)
	if err != nil {
		t.Fatal(err)
	}
	err = migrations.Apply(t.Context(), db.URL(migrations.Migrator))
	const want = "the database has migrations that this program does not know (90001, 90002): it was made by a newer program, or before the first release"
	if !errors.Is(err, migrations.ErrUnknown) || err.Error() != want {
		t.Errorf("error %v", err)
	}
	if opened := column(t, admin, `SELECT 'yes' WHERE has_table_privilege('imprimatur_app', 'goose_db_version', 'SELECT')`); len(opened) > 0 {
		t.Error("the versions were opened")
	}
}

// The old program serves on the new schema until it is replaced.
func TestPendingPassesOverNewerVersions(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if _, err := connect(t, db.AdminURL()).Exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (90001, true)`); err != nil {
		t.Fatal(err)
	}
	pending, err := migrations.Pending(t.Context(), connect(t, db.URL(migrations.App)))
	if err != nil || len(pending) > 0 {
		t.Errorf("pending %v, error %v", pending, err)
	}
}

func TestPending(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	admin := connect(t, db.AdminURL())
	if _, err := admin.Exec(t.Context(), `DELETE FROM goose_db_version WHERE version_id = 2`); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{migrations.App, migrations.Worker} {
		pending, err := migrations.Pending(t.Context(), connect(t, db.URL(role)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int64{2}, pending); diff != "" {
			t.Errorf("%s (-want +got):\n%s", role, diff)
		}
	}
	if _, err := migrations.Pending(t.Context(), connect(t, db.URL(migrations.Reader))); err == nil {
		t.Error("the reader may ask")
	}
}

func TestApplyNeedsTheOwner(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if err := migrations.Apply(t.Context(), db.URL(migrations.Login)); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("error %v", err)
	}
	if err := migrations.Apply(t.Context(), "mysql://x"); err == nil {
		t.Error("a URL that is none is taken")
	}
}

// The walls, as far as the catalogue shows them: everything belongs to the
// owner, and every table with a tenant forces its policies on everybody.
func TestEverythingBelongsToTheOwner(t *testing.T) {
	t.Parallel()
	admin := connect(t, dbtest.New(t).AdminURL())
	foreign := column(t, admin, `
		SELECT c.relname FROM pg_class c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relowner <> 'imprimatur_owner'::regrole
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`)
	if len(foreign) > 0 {
		t.Errorf("not the owner's: %v", foreign)
	}
	open := column(t, admin, `
		SELECT c.relname FROM pg_class c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
			AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
			AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)`)
	if len(open) > 0 {
		t.Errorf("tables of a tenant without forced row-level security: %v", open)
	}
}

// Statements that a running old program could not live with are kept out:
// here, that every file is a goose migration with a way up.
func TestEveryMigrationIsNumberedAndHasAWayUp(t *testing.T) {
	t.Parallel()
	entries, err := migrations.Schema.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := migrations.Schema.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		numbered := entry.Name()[0] >= '0' && entry.Name()[0] <= '9'
		if numbered != strings.Contains(string(text), "-- +goose Up") {
			t.Errorf("%s: a number and a way up go together", entry.Name())
		}
	}
}
