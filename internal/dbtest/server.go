package dbtest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"imprimatur/internal/embedded"
)

// Server is a PostgreSQL of one test alone, which may therefore kill it. It is
// durable, unlike the shared one, and takes a second or two to make.
type Server struct {
	server *server
	pg     *embedded.Postgres
}

// NewServer starts a durable server and stops it with the test. Missing
// programs skip or fail the test, as in New.
func NewServer(t testing.TB) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "imprimatur-server-") // not t.TempDir: an unprivileged user must walk there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	pg, err := embedded.StartPostgres(t.Context(), embedded.Config{Dir: filepath.Join(dir, "var"), Log: logTo(t)})
	if err != nil {
		missing(t, err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	s, err := open(t.Context(), pg.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.pool.Close)
	return &Server{server: s, pg: pg}
}

// New clones a database on this server.
func (s *Server) New(t testing.TB) *DB {
	t.Helper()
	return s.server.clone(t)
}

// Crash ends the server as kill -9 does, every connection with it, and returns
// when it answers again.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	s.restart(t, syscall.SIGKILL)
}

// Restart ends the server as its operator would, every connection with it, and
// returns when it answers again.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.restart(t, syscall.SIGINT)
}

// restart relies on the supervisor, which starts the server again.
func (s *Server) restart(t testing.TB, signal syscall.Signal) {
	t.Helper()
	before := s.pg.Process()
	if before == nil {
		t.Fatal("the server is down already")
	}
	if err := before.Signal(signal); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for now := s.pg.Process(); now == nil || now.Pid == before.Pid || s.pg.Ping(ctx) != nil; now = s.pg.Process() {
		select {
		case <-ctx.Done():
			t.Fatal("the server does not come back")
		case <-time.After(10 * time.Millisecond):
		}
	}
	s.server.pool.Reset() // its connections ended with the server
}

func logTo(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }
