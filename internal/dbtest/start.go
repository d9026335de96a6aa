package dbtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/embedded"
)

// maxSlots bounds the folders kept, and so the processes that each run a
// server of their own at once.
const maxSlots = 64

// errBusy says that another process holds the slot.
var errBusy = errors.New("slot is taken")

// Start starts a server for tests in the first free slot: folders in memory or in
// the temporary directory, one per concurrent process, kept between runs as a
// build cache is. Databases that a killed run left there are dropped. The
// server ends with Stop or, whatever happens, with this process.
func Start(ctx context.Context) (*embedded.Postgres, error) {
	base, err := slots()
	if err != nil {
		return nil, err
	}
	for n := range maxSlots {
		pg, err := startIn(ctx, filepath.Join(base, strconv.Itoa(n)))
		if errors.Is(err, errBusy) {
			continue
		}
		return pg, err
	}
	return nil, fmt.Errorf("all %d slots in %s are taken", maxSlots, base)
}

// memory is where Linux keeps files in memory. A test's database is a thousand files
// that live for a second: a disk's file system takes longer over them than PostgreSQL.
const memory = "/dev/shm"

// roomy is how much a folder in memory has to have free; a run of all tests fills a
// tenth of it.
const roomy = 4 << 30

// place is where the folder of the slots is: in memory where there is room, unless
// the environment names a temporary directory.
func place() string {
	var fs syscall.Statfs_t
	if os.Getenv("TMPDIR") == "" && syscall.Statfs(memory, &fs) == nil && fs.Bavail*uint64(fs.Bsize) >= roomy {
		return memory
	}
	return os.TempDir()
}

// slots is the folder of the slots. Where others write too, somebody else may have
// made it: then it is refused.
func slots() (string, error) {
	base := filepath.Join(place(), "imprimatur-testdb-"+strconv.Itoa(os.Geteuid()))
	if err := os.MkdirAll(base, 0o711); err != nil {
		return "", err
	}
	info, err := os.Lstat(base)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || int(info.Sys().(*syscall.Stat_t).Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s is not a folder of ours: remove it", base)
	}
	return base, os.Chmod(base, 0o711) // a server of root's runs as somebody else, who walks through
}

// startIn takes a slot for the life of the process. A folder that does not
// start (another version of PostgreSQL, a damaged file) is made anew.
func startIn(ctx context.Context, dir string) (*embedded.Postgres, error) {
	if err := hold(dir + ".lock"); err != nil {
		return nil, err
	}
	cfg := embedded.Config{Dir: dir, Tuning: embedded.Disposable, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	pg, err := embedded.StartPostgres(ctx, cfg)
	if err != nil && !errors.Is(err, embedded.ErrNoBinaries) {
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		pg, err = embedded.StartPostgres(ctx, cfg)
	}
	if err != nil {
		return nil, err
	}
	if err := dropLeftovers(ctx, pg.AdminURL()); err != nil {
		return nil, errors.Join(err, pg.Stop())
	}
	return pg, nil
}

// held keeps the slot's lock open: a file that is collected is closed.
var held []*os.File

func hold(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.Join(errBusy, f.Close())
	}
	held = append(held, f)
	return nil
}

// dropLeftovers drops clones of killed runs and templates of other migrations.
func dropLeftovers(ctx context.Context, admin string) error {
	current, err := templateName()
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, `SELECT datname FROM pg_database
		WHERE (starts_with(datname, $1) OR starts_with(datname, $2)) AND datname <> $3`, clonePrefix, templatePrefix, current)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		quoted := pgx.Identifier{name}.Sanitize()
		if _, err := conn.Exec(ctx, `ALTER DATABASE `+quoted+` WITH IS_TEMPLATE false`); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, `DROP DATABASE `+quoted+` WITH (FORCE)`); err != nil {
			return err
		}
	}
	return nil
}
