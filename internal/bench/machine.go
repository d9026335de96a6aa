package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"

	"imprimatur/internal/embedded"
	"imprimatur/migrations"
)

// processors is how many everything shares.
const processors = 2

// machine is what the figures are measured on: servers of its own, in a folder
// that goes with it. Redis writes what it was told to disk each second.
type machine struct {
	dir   string
	pg    *embedded.Postgres
	redis *embedded.RedisServer
}

// startMachine starts both servers and makes the database, migrated and empty.
func startMachine(ctx context.Context, binaries string, log *slog.Logger) (*machine, error) {
	dir, err := os.MkdirTemp("", "imprimatur-bench-")
	if err != nil {
		return nil, fmt.Errorf("folder of the benchmark: %w", err)
	}
	m := &machine{dir: dir}
	if err := m.start(ctx, binaries, log); err != nil {
		return nil, errors.Join(err, m.stop())
	}
	return m, nil
}

func (m *machine) start(ctx context.Context, binaries string, log *slog.Logger) error {
	if err := os.Chmod(m.dir, 0o755); err != nil { // an unprivileged PostgreSQL walks through it
		return err
	}
	var err error
	m.redis, err = embedded.StartRedisServer(ctx, embedded.RedisServerConfig{
		Dir: m.dir, Settings: []string{"appendonly yes", "appendfsync everysec"},
	})
	if err != nil {
		return err
	}
	m.pg, err = embedded.StartPostgres(ctx, embedded.Config{Dir: filepath.Join(m.dir, "var"), Binaries: binaries, Log: log})
	if err != nil {
		return err
	}
	if err := m.pg.Install(ctx); err != nil {
		return err
	}
	return migrations.Apply(ctx, m.pg.URL(migrations.Migrator))
}

// stop ends both servers and removes everything.
func (m *machine) stop() error {
	var err error
	if m.pg != nil {
		err = m.pg.Stop()
	}
	if m.redis != nil {
		m.redis.Kill()
	}
	return errors.Join(err, os.RemoveAll(m.dir))
}

// url connects the service's login to one of the databases.
func (m *machine) url(database string) string { return within(m.pg.URL(migrations.Login), database) }

// adminURL connects the superuser.
func (m *machine) adminURL(database string) string { return within(m.pg.AdminURL(), database) }

// within is a URL's server, and another database there.
func within(address, database string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic("the private PostgreSQL's own URL: " + err.Error())
	}
	u.Path = "/" + database
	return u.String()
}

// clone copies the prepared database, once for each name. What hangs on a database rather than in it
// is not copied, and is set again.
func (m *machine) clone(ctx context.Context, names ...string) error {
	for _, name := range names {
		if err := m.cloneOne(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (m *machine) cloneOne(ctx context.Context, name string) error {
	statement := `CREATE DATABASE ` + pgx.Identifier{name}.Sanitize() + ` TEMPLATE ` + embedded.Database
	if err := m.asAdmin(ctx, "postgres", statement); err != nil {
		return fmt.Errorf("clone the database: %w", err)
	}
	return m.asAdmin(ctx, name, migrations.Database)
}

// drop removes clones that have served.
func (m *machine) drop(ctx context.Context, names ...string) error {
	var statements []string
	for _, name := range names {
		statements = append(statements, `DROP DATABASE `+pgx.Identifier{name}.Sanitize()+` WITH (FORCE)`)
	}
	return m.asAdmin(ctx, "postgres", statements...)
}

// asAdmin runs statements as superuser, on a connection of their own.
func (m *machine) asAdmin(ctx context.Context, database string, statements ...string) error {
	conn, err := pgx.Connect(ctx, m.adminURL(database))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%.60s…: %w", statement, err)
		}
	}
	return nil
}

// confine keeps this process, and all that it starts from now on, on as many
// processors as the figures are for.
func confine() error {
	runtime.GOMAXPROCS(processors)
	var allowed unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		return fmt.Errorf("ask for processors: %w", err)
	}
	var few unix.CPUSet
	for cpu := 0; few.Count() < processors && cpu < len(allowed)*64; cpu++ {
		if allowed.IsSet(cpu) {
			few.Set(cpu)
		}
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return fmt.Errorf("list threads: %w", err)
	}
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err != nil {
			continue
		}
		if err := unix.SchedSetaffinity(id, &few); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("share %d processors: %w", processors, err)
		}
	}
	return nil
}
