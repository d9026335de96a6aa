package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/embedded"
)

// sandbox is a folder for a slot that an unprivileged server can walk to.
func sandbox(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "imprimatur-slot-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "0")
}

func startSlot(t *testing.T, dir string) *embedded.Postgres {
	t.Helper()
	pg, err := startIn(t.Context(), dir)
	if err != nil {
		missing(t, err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	return pg
}

// Not parallel: it looks at the slots that this process holds.
func TestSlotIsHeldUntilTheProcessEnds(t *testing.T) {
	dir := sandbox(t)
	startSlot(t, dir)
	if _, err := startIn(t.Context(), dir); !errors.Is(err, errBusy) {
		t.Errorf("the second start says %v", err)
	}
}

func TestLeftoversAreDropped(t *testing.T) {
	pg := startSlot(t, sandbox(t))
	current, err := templateName()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), pg.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for _, statement := range []string{
		`CREATE DATABASE ` + clonePrefix + `left`,
		`CREATE DATABASE ` + templatePrefix + `old IS_TEMPLATE true`,
		`CREATE DATABASE ` + current + ` IS_TEMPLATE true`,
		`CREATE DATABASE other`,
	} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := dropLeftovers(t.Context(), pg.AdminURL()); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), `SELECT datname FROM pg_database ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(names, " "), current+" other postgres template0 template1"; got != want {
		t.Errorf("databases %s, want %s", got, want)
	}
}

func TestBrokenSlotIsMadeAnew(t *testing.T) {
	dir := sandbox(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgres"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "postgres", "PG_VERSION"), []byte("11\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	startSlot(t, dir)
}

// recorder is a test that notes how it was ended.
type recorder struct {
	testing.TB
	ended string
}

func (r *recorder) Helper()     {}
func (r *recorder) Skip(...any) { r.ended = "skipped"; panic(r) }
func (r *recorder) Fatal(...any) {
	r.ended = "failed"
	panic(r)
}

func TestMissing(t *testing.T) {
	absent := fmt.Errorf("start: %w", embedded.ErrNoBinaries)
	tests := map[string]struct {
		err      error
		required string
		want     string
	}{
		"no PostgreSQL":           {absent, "", "skipped"},
		"no PostgreSQL, in CI":    {absent, "required", "failed"},
		"no redis-server":         {&exec.Error{Name: "redis-server", Err: exec.ErrNotFound}, "", "skipped"},
		"no redis-server, in CI":  {&exec.Error{Name: "redis-server", Err: exec.ErrNotFound}, "required", "failed"},
		"a server that is broken": {errors.New("broken"), "", "failed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv(EnvRequired, test.required)
			r := &recorder{TB: t}
			func() {
				defer func() { _ = recover() }()
				missing(r, test.err)
			}()
			if r.ended != test.want {
				t.Errorf("the test is %s", r.ended)
			}
		})
	}
}
