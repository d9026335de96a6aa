package dbtest_test

import (
	"context"
	"testing"

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

func ask[T any](t *testing.T, conn *pgx.Conn, sql string) T {
	t.Helper()
	var answer T
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

func TestDatabasesAreSeparateAndMigrated(t *testing.T) {
	t.Parallel()
	for range 4 {
		t.Run("clone", func(t *testing.T) {
			t.Parallel()
			db := dbtest.New(t)
			owner := connect(t, db.URL(migrations.Owner))
			if _, err := owner.Exec(t.Context(), `CREATE TABLE mine (n int)`); err != nil {
				t.Fatal(err)
			}
			pending, err := migrations.Pending(t.Context(), connect(t, db.URL(migrations.App)))
			if err != nil || len(pending) > 0 {
				t.Errorf("pending %v, %v", pending, err)
			}
		})
	}
}

func TestDroppedWithTheTest(t *testing.T) {
	t.Parallel()
	admin := connect(t, dbtest.New(t).AdminURL())
	var name string
	t.Run("inner", func(t *testing.T) {
		conn := connect(t, dbtest.New(t).AdminURL())
		name = ask[string](t, conn, `SELECT current_database()`)
	})
	if ask[bool](t, admin, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = '`+name+`')`) {
		t.Errorf("%s is still there", name)
	}
}

func TestRolesAndTimeZone(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	for _, role := range []string{migrations.Login, migrations.Migrator, migrations.Owner, migrations.App, migrations.Reader, migrations.Worker} {
		conn := connect(t, db.URL(role))
		if got := ask[string](t, conn, `SELECT current_user`); got != role {
			t.Errorf("connected as %s, want %s", got, role)
		}
		if got := ask[string](t, conn, `SHOW timezone`); got != "Pacific/Kiritimati" {
			t.Errorf("time zone %s", got)
		}
	}
}

func TestOnlyTheLoginsMayConnect(t *testing.T) {
	t.Parallel()
	conn := connect(t, dbtest.New(t).AdminURL())
	for role, want := range map[string]bool{"imprimatur": true, "imprimatur_migrator": true, "pg_monitor": false} {
		if got := ask[bool](t, conn, `SELECT has_database_privilege('`+role+`', current_database(), 'CONNECT')`); got != want {
			t.Errorf("%s may connect: %v", role, got)
		}
	}
}

func TestRedisForgetsWhenKilled(t *testing.T) {
	t.Parallel()
	server := dbtest.Redis(t)
	if err := server.Client(t).Set(t.Context(), "key", "value", 0).Err(); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if err := server.Client(t).Ping(t.Context()).Err(); err == nil {
		t.Error("a killed server answers")
	}
	server.Start(t)
	if n := server.Client(t).Exists(t.Context(), "key").Val(); n != 0 {
		t.Error("a lost Redis remembers")
	}
}

func TestServerComesBackWithWhatWasCommitted(t *testing.T) {
	t.Parallel()
	server := dbtest.NewServer(t)
	db := server.New(t)
	owner := connect(t, db.URL(migrations.Owner))
	if got := ask[string](t, owner, `SHOW fsync`) + ask[string](t, owner, `SHOW synchronous_commit`); got != "onon" {
		t.Errorf("durable settings: %s", got)
	}
	if _, err := owner.Exec(t.Context(), `CREATE TABLE kept (n int)`); err != nil {
		t.Fatal(err)
	}
	for _, end := range []func(testing.TB){server.Crash, server.Restart} {
		end(t)
		if n := ask[int](t, connect(t, db.URL(migrations.Owner)), `SELECT count(*) FROM kept`); n != 0 {
			t.Errorf("%d rows", n)
		}
	}
}
