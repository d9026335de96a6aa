package migrations_test

import (
	"context"
	"database/sql"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"imprimatur/internal/dbtest"
	"imprimatur/migrations"
)

// before is a database as it was before a migration.
func before(t *testing.T, version int64) (*pgx.Conn, *goose.Provider) {
	t.Helper()
	db := dbtest.New(t)
	name := "old_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	maker := connect(t, db.AdminURL())
	if _, err := maker.Exec(t.Context(), `CREATE DATABASE `+name+` TEMPLATE template0 ENCODING 'UTF8'`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = maker.Exec(context.WithoutCancel(t.Context()), `DROP DATABASE `+name+` WITH (FORCE)`) })
	in := func(url string) *pgx.ConnConfig {
		config, err := pgx.ParseConfig(url)
		if err != nil {
			t.Fatal(err)
		}
		config.Database = name
		return config
	}
	admin, err := pgx.ConnectConfig(t.Context(), in(db.AdminURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close(context.WithoutCancel(t.Context())) })
	if _, err := admin.Exec(t.Context(), migrations.Database); err != nil {
		t.Fatal(err)
	}
	owner := stdlib.OpenDB(*in(db.URL(migrations.Owner)))
	t.Cleanup(func() { _ = owner.Close() })
	return admin, upTo(t, owner, version-1)
}

func upTo(t *testing.T, owner *sql.DB, version int64) *goose.Provider {
	t.Helper()
	provider, err := goose.NewProvider(goose.DialectPostgres, owner, fs.FS(migrations.Schema), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	return provider
}

// Cases that are under way when secrets come to prove addresses forget nobody whom they knew to have
// reported: who did not judge before does not judge after (R46).
func TestCasesUnderWayForgetNobodyWhoReported(t *testing.T) {
	t.Parallel()
	admin, provider := before(t, 36)
	who := uuid.NewString()
	_, err := admin.Exec(t.Context(), `SET session_replication_role = replica;
		INSERT INTO report (report_id, tenant_id, case_id, reference, email, ground, good_faith, reported_at, known_ids) VALUES
			(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'S-1', 'marc@exemple.fr', 'DEF', true, '2026-11-01Z', ARRAY['`+who+`'::uuid]),
			(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'S-2', 'x@exemple.fr', 'DEF', true, '2026-11-01Z', NULL)`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), 36); err != nil {
		t.Fatal(err)
	}
	known := column(t, admin, `SELECT reference || ' ' || array_to_string(known_ids, ',') FROM report WHERE proved_at = reported_at`)
	if !slices.Equal(known, []string{"S-1 " + who}) {
		t.Errorf("R46: known are %v", known)
	}
}
