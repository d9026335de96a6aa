package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Tuning says what the server may lose.
type Tuning int

const (
	// Durable loses nothing that was committed, whatever is killed.
	Durable Tuning = iota
	// Disposable may lose everything when the machine stops: for tests.
	Disposable
)

// Superuser is the login that initdb makes.
const Superuser = "postgres"

// startLimit bounds one start, crash recovery included.
const startLimit = 2 * time.Minute

// Config says where a private PostgreSQL lives and how it runs.
type Config struct {
	Dir      string       // folder that holds its data; made if missing
	Binaries string       // folder of its programs; looked for when empty
	Tuning   Tuning       // Durable unless said otherwise
	Log      *slog.Logger // where restarts are reported; none when nil
}

// Postgres is a running private server. The process that started it holds its
// folder alone, until Stop or its own death.
type Postgres struct {
	folder  folder
	account account
	bin     binaries
	tuning  Tuning
	log     *slog.Logger
	lock    io.Closer
	key     []byte

	stopOnce sync.Once
	stop     chan struct{} // closed to ask the supervisor to end
	done     chan struct{} // closed when no process is left
	exits    chan error    // the latest unexpected end
	server   atomic.Pointer[os.Process]
}

// StartPostgres starts the private server of a folder, making its data the
// first time, and returns when it answers. What a killed process left behind,
// a living orphan included, is ended and recovered from. Errors are one line
// that says what to do: ErrNoBinaries, ErrOtherVersion, ErrInUse, or a folder
// that cannot be used. The context bounds the start alone.
func StartPostgres(ctx context.Context, cfg Config) (*Postgres, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	found, err := find(ctx, cfg.Binaries)
	if err != nil {
		return nil, err
	}
	home, err := openHome(cfg.Dir)
	if err != nil {
		return nil, err
	}
	lock, err := lockHome(home)
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, cfg, home, found)
	if err != nil {
		lock.Close()
		return nil, err
	}
	p.lock = lock
	return p, nil
}

// Attach finds the private server of a folder that another process runs, so that
// somebody can look at it or mend something without stopping it. It starts and makes
// nothing: a folder without data is [fs.ErrNotExist]. Stop leaves the server alone.
func Attach(dir string) (*Postgres, error) {
	home, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	if home, err = filepath.Abs(home); err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	p := &Postgres{folder: folderIn(home), done: make(chan struct{}), stop: make(chan struct{})}
	close(p.done)
	if data, err := filepath.EvalSymlinks(p.folder.data); err == nil { // kept elsewhere
		p.folder = folderIn(filepath.Dir(data))
	}
	if _, err := dataMajor(p.folder.data); err != nil {
		return nil, fmt.Errorf("folder %s holds no database of Imprimatur: name its folder with --var: %w", dir, err)
	}
	p.key, err = p.folder.readSecret()
	return p, err
}

func start(ctx context.Context, cfg Config, home string, found []binaries) (*Postgres, error) {
	where, who, err := place(home, cfg.Log)
	if err != nil {
		return nil, err
	}
	p := &Postgres{
		folder: where, account: who, tuning: cfg.Tuning, log: cfg.Log,
		stop: make(chan struct{}), done: make(chan struct{}), exits: make(chan error, 1),
	}
	if p.bin, err = choose(found, where.data); err != nil {
		return nil, err
	}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	go p.supervise()
	if err := p.awaitReady(ctx); err != nil {
		p.end()
		return nil, err
	}
	return p, nil
}

// prepare makes on disk whatever is missing there.
func (p *Postgres) prepare() error {
	var err error
	if p.key, err = p.folder.readSecret(); err != nil {
		return err
	}
	if _, err := dataMajor(p.folder.data); errors.Is(err, fs.ErrNotExist) {
		if err := p.initialise(); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := p.folder.prepareSocket(p.account); err != nil {
		return err
	}
	err = os.Rename(p.folder.log, p.folder.log+".1")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("log of the private PostgreSQL: %w", err)
	}
	return nil
}

// initialise makes the data beside its place and renames it when complete, so
// that a start killed halfway leaves nothing that looks like a database.
func (p *Postgres) initialise() error {
	fresh := p.folder.data + ".new"
	if err := evict(fresh); err != nil { // an initdb whose parent was killed
		return err
	}
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("unfinished data folder: %w", err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := p.account.give(fresh); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := p.initdb(fresh); err != nil {
		return err
	}
	if err := os.Remove(p.folder.data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("data folder: %w", err)
	}
	return os.Rename(fresh, p.folder.data)
}

// initdb hands the password over in a file: a command line is for all to read.
func (p *Postgres) initdb(dir string) error {
	password := p.folder.data + ".password"
	if err := os.WriteFile(password, []byte(p.password(Superuser)+"\n"), 0o600); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	defer func() { _ = os.Remove(password) }() // the next start writes it again
	if err := p.account.give(password); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	args := []string{"-D", dir, "-U", Superuser, "--pwfile", password, "-E", "UTF8", "--locale", "C.UTF-8",
		"--auth-local", "scram-sha-256", "--auth-host", "reject", "--data-checksums"}
	if p.tuning == Disposable {
		args = append(args, "--no-sync")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	out, err := p.account.command(syscall.SIGKILL, p.bin.program("initdb"), args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb as user %s: %w: %s", p.account.name, err, lastLines(out))
	}
	return nil
}

// settings override whatever stands in the folder's configuration files. The
// log names no statement and no value: those are people's words.
func (p *Postgres) settings() []string {
	set := []string{
		"listen_addresses=", "port=5432", "unix_socket_directories=" + p.folder.socket, "unix_socket_permissions=0700",
		"max_connections=200", "password_encryption=scram-sha-256", "timezone=UTC", "log_timezone=UTC", "jit=off",
		"cluster_name=imprimatur", "logging_collector=off", "log_destination=stderr", "log_min_messages=warning", "log_checkpoints=off",
		"log_min_error_statement=panic", "log_error_verbosity=terse",
	}
	durable := "on"
	if p.tuning == Disposable {
		durable = "off"
		set = append(set, "max_wal_size=256MB") // where it lies in memory, it takes none to speak of
	}
	return append(set, "fsync="+durable, "synchronous_commit="+durable, "full_page_writes="+durable)
}

func (p *Postgres) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := p.Ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case exit := <-p.exits:
			return fmt.Errorf("the private PostgreSQL does not start: %w", exit)
		case <-ctx.Done():
			return fmt.Errorf("the private PostgreSQL does not answer: %w (%w)", ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// Process is the server's process now, nil while there is none.
func (p *Postgres) Process() *os.Process { return p.server.Load() }

// Ping opens a connection and closes it.
func (p *Postgres) Ping(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.AdminURL())
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// AdminURL connects as superuser to the database that initdb made.
func (p *Postgres) AdminURL() string { return p.url(Superuser, "postgres") }

func (p *Postgres) url(login, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(login, p.password(login)), Path: "/" + database,
		RawQuery: url.Values{"host": {p.folder.socket}, "port": {"5432"}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

// Stop ends the server, rolling back what is open, and releases the folder.
// When it returns no process is left. It may be called twice.
func (p *Postgres) Stop() error {
	p.end()
	if p.lock == nil { // another process's
		return nil
	}
	err := p.lock.Close()
	if errors.Is(err, fs.ErrClosed) {
		return nil // the second call
	}
	return err
}

func (p *Postgres) end() {
	p.stopOnce.Do(func() { close(p.stop) })
	<-p.done
}

// lastLines shortens a program's output to what fits an error.
func lastLines(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "; ")
}
