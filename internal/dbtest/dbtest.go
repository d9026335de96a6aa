// Package dbtest gives each test a PostgreSQL database of its own, cloned from
// a migrated template, and a real Redis where a test asks for one.
//
// The server is the one that TESTDB_URL names (a superuser's URL; the server
// must be for tests alone, since roles and their passwords are set on it).
// `make test` starts one for the whole run, by the testdb command. Without it
// each test process starts its own; the kernel ends it with the process, and
// its folder is kept for the next run, which then starts in 50 ms.
//
// Where the programs are missing the test is skipped, or fails when TESTDB is
// "required".
package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imprimatur/internal/embedded"
	"imprimatur/migrations"
)

// EnvURL names the server to use, and EnvRequired whether one must be there.
const (
	EnvURL      = "TESTDB_URL"
	EnvRequired = "TESTDB"
)

// timeZone is as far from UTC as there is, and no test's machine is set to it.
const timeZone = "Pacific/Kiritimati"

// password is that of both login roles on a server for tests.
const password = "imprimatur"

// DB is a database for one test.
type DB struct {
	name  string
	admin string // URL of the server, as superuser
}

// New clones a database with every migration applied, and drops it when the
// test is over. Tests that call it may run in parallel.
func New(t testing.TB) *DB {
	t.Helper()
	s, err := shared()
	if err != nil {
		missing(t, err)
	}
	return s.clone(t)
}

// missing skips the test, or fails it, when err is the lack of a program; it
// fails it on every other error.
func missing(t testing.TB, err error) {
	t.Helper()
	absent := errors.Is(err, embedded.ErrNoBinaries) || errors.Is(err, exec.ErrNotFound)
	if absent && os.Getenv(EnvRequired) != "required" {
		t.Skip(err)
	}
	t.Fatal(err)
}

// AdminURL connects as superuser, for tests that look behind the walls.
func (db *DB) AdminURL() string { return withUser(db.admin, db.name, nil, nil) }

// URL connects as one of the roles of package migrations. A group role is
// taken at once, by a login that is a member of it, as the pools do.
func (db *DB) URL(role string) string {
	params := url.Values{}
	login := role
	switch role {
	case migrations.App, migrations.Reader, migrations.Worker:
		login = migrations.Login
		params.Set("role", role)
	case migrations.Owner:
		login = migrations.Migrator
		params.Set("role", role)
	}
	return withUser(db.admin, db.name, url.UserPassword(login, password), params)
}

func withUser(admin, database string, user *url.Userinfo, params url.Values) string {
	u, err := url.Parse(admin)
	if err != nil {
		panic(fmt.Sprintf("%s was parsed before: %v", EnvURL, err))
	}
	if user != nil {
		u.User = user
	}
	u.Path = "/" + database
	query := u.Query()
	for key, values := range params {
		query[key] = values
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// server is a PostgreSQL that databases are cloned on.
type server struct {
	admin    string
	pool     *pgxpool.Pool
	template string
}

// shared is the server of this process. It is never stopped by hand: the
// kernel does it.
var shared = sync.OnceValues(func() (*server, error) {
	ctx := context.Background()
	if given := os.Getenv(EnvURL); given != "" {
		return open(ctx, given)
	}
	own, err := Start(ctx)
	if err != nil {
		return nil, err
	}
	return open(ctx, own.AdminURL())
})

func open(ctx context.Context, admin string) (*server, error) {
	if _, err := url.Parse(admin); err != nil {
		return nil, fmt.Errorf("%s: %w", EnvURL, err)
	}
	config, err := pgxpool.ParseConfig(admin)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", EnvURL, err)
	}
	config.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", EnvURL, err)
	}
	s := &server{admin: admin, pool: pool}
	if s.template, err = s.buildTemplate(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("build the template database: %w", err)
	}
	return s, nil
}

// clone copies the template. What hangs on the database rather than in it,
// its owner, grants and time zone, is not copied and is set again, as
// migrations.Database does from inside: that needs a connection more.
func (s *server) clone(t testing.TB) *DB {
	t.Helper()
	ctx := t.Context()
	db := &DB{name: clonePrefix + strings.ReplaceAll(uuid.NewString(), "-", ""), admin: s.admin}
	name := pgx.Identifier{db.name}.Sanitize()
	// By its files: half the time of a copy by its pages.
	s.exec(ctx, t, `CREATE DATABASE `+name+` OWNER `+migrations.Owner+` TEMPLATE `+pgx.Identifier{s.template}.Sanitize()+` STRATEGY file_copy`)
	t.Cleanup(func() {
		s.exec(context.WithoutCancel(ctx), t, `DROP DATABASE `+name+` WITH (FORCE)`)
	})
	s.exec(ctx, t, `ALTER DATABASE `+name+` SET timezone TO '`+timeZone+`'`)
	s.exec(ctx, t, `REVOKE ALL ON DATABASE `+name+` FROM PUBLIC`)
	s.exec(ctx, t, `GRANT CONNECT ON DATABASE `+name+` TO `+migrations.Login+`, `+migrations.Migrator)
	return db
}

func (s *server) exec(ctx context.Context, t testing.TB, sql string) {
	t.Helper()
	if _, err := s.pool.Exec(ctx, sql); err != nil {
		t.Errorf("%s: %v", sql, err)
	}
}

// run executes a script on a connection of its own.
func run(ctx context.Context, url, script string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, script)
	return err
}
