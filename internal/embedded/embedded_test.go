package embedded

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"imprimatur/migrations"
)

// startIn starts a disposable server in dir and stops it with the test.
// Without PostgreSQL on the machine the test is skipped, or fails in CI.
func startIn(t *testing.T, dir string) *Postgres {
	t.Helper()
	p, err := StartPostgres(t.Context(), Config{Dir: dir, Tuning: Disposable, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if errors.Is(err, ErrNoBinaries) && os.Getenv("TESTDB") != "required" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// openDir is a folder that an unprivileged user can walk to; t.TempDir is not.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "imprimatur-embedded-") // not t.TempDir: an unprivileged user must walk there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func query[T any](t *testing.T, url, sql string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var answer T
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

func TestStartInstallStopStart(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	p := startIn(t, dir)
	for range 2 { // it repeats safely
		if err := p.Install(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := query[string](t, p.URL(migrations.Login), `SELECT current_user`); got != migrations.Login {
		t.Errorf("connected as %q", got)
	}
	pid := p.Process().Pid
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if left := survivors(p.folder.data); len(left) > 0 {
		t.Errorf("processes %v outlive Stop", left)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("postmaster %d: %v", pid, err)
	}

	again := startIn(t, dir)
	if got := query[string](t, again.URL(migrations.Migrator), `SELECT current_database()`); got != Database {
		t.Errorf("connected to %q", got)
	}
}

func TestSecretsStayPrivate(t *testing.T) {
	t.Parallel()
	p := startIn(t, openDir(t))
	info, err := os.Stat(p.folder.secret)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("secret has mode %v", info.Mode())
	}
	line, err := os.ReadFile("/proc/" + itoa(p.Process().Pid) + "/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(line), p.password(Superuser)) {
		t.Error("the password is on the command line")
	}
	wrong := strings.Replace(p.AdminURL(), p.password(Superuser), "wrong", 1)
	if conn, err := pgx.Connect(t.Context(), wrong); err == nil {
		conn.Close(t.Context())
		t.Error("a wrong password is let in")
	}
}

func TestRolesAreWalls(t *testing.T) {
	t.Parallel()
	p := startIn(t, openDir(t))
	if err := p.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), p.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	rows, err := conn.Query(t.Context(), `SELECT rolname FROM pg_roles
		WHERE rolname LIKE 'imprimatur%' AND (rolsuper OR rolbypassrls OR rolinherit OR rolcreaterole OR rolcreatedb)`)
	if err != nil {
		t.Fatal(err)
	}
	strong, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{}, strong); diff != "" {
		t.Errorf("roles with too many rights (-want +got):\n%s", diff)
	}

	allowed := map[string][]string{
		migrations.Login:    {migrations.App, migrations.Reader, migrations.Worker},
		migrations.Migrator: {migrations.Owner},
	}
	for login, roles := range allowed {
		for _, role := range []string{migrations.Owner, migrations.App, migrations.Reader, migrations.Worker, Superuser} {
			want := strings.Contains(strings.Join(roles, " "), role)
			if got := maySet(t, p.URL(login), role); got != want {
				t.Errorf("%s may SET ROLE %s: %v, want %v", login, role, got, want)
			}
		}
	}
}

func maySet(t *testing.T, url, role string) bool {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	_, err = conn.Exec(t.Context(), `SET ROLE `+role)
	return err == nil
}

func TestSettingsAreDurable(t *testing.T) {
	t.Parallel()
	durable := &Postgres{tuning: Durable}
	for _, want := range []string{"fsync=on", "synchronous_commit=on", "full_page_writes=on", "listen_addresses="} {
		if !contains(durable.settings(), want) {
			t.Errorf("%s is not set", want)
		}
	}
}
