package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"imprimatur/internal/dbtest"
	"imprimatur/migrations"
)

// mainEnv makes the test binary be the program.
const mainEnv = "IMPRIMATUR_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(mainEnv) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program is one run of the command in a process of its own.
type program struct {
	cmd  *exec.Cmd
	out  *bufio.Reader
	errs *strings.Builder
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{cmd: exec.CommandContext(t.Context(), self, args...), errs: &strings.Builder{}}
	p.cmd.Env = []string{mainEnv + "=1", "PATH=" + os.Getenv("PATH")}
	p.cmd.Stderr = p.errs
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // Pdeathsig is about the thread
	t.Cleanup(runtime.UnlockOSThread)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	return p
}

// serveIn starts a server on a free port and waits until it says where it is.
func serveIn(t *testing.T, dir string) (*program, string) {
	t.Helper()
	needPostgres(t)
	p := start(t, "serve", "--var", dir, "--listen", "127.0.0.1:0")
	for {
		line, err := p.out.ReadString('\n')
		if err != nil {
			t.Fatalf("%v: %s", err, p.errs)
		}
		if _, url, ready := strings.Cut(strings.TrimSpace(line), "is ready: "); ready {
			return p, url
		}
	}
}

// end waits for the program's end, and gives its exit code and what it said.
func (p *program) end(t *testing.T) (int, string) {
	t.Helper()
	said, err := io.ReadAll(p.out)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode(), string(said) + p.errs.String()
}

// needPostgres skips or fails by dbtest's rule.
func needPostgres(t *testing.T) {
	t.Helper()
	dbtest.New(t)
}

func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "imprimatur-cmd-") // not t.TempDir: an unprivileged user must walk there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// servers are the processes whose command line names the folder.
func servers(t *testing.T, dir string) []string {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range lines {
		text, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(text), filepath.Join(dir, "postgres")) {
			found = append(found, path)
		}
	}
	return found
}

func mustHold(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("after 30 s still not so: %s", what)
		}
		time.Sleep(10 * time.Millisecond) // the condition is another process's
	}
}

func status(t *testing.T, url string) int {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestServeStopsCleanly(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			p, url := serveIn(t, dir)
			for _, path := range []string{"/healthz", "/readyz"} {
				if got := status(t, url+path); got != http.StatusOK {
					t.Errorf("%s answers %d: %s", path, got, p.errs)
				}
			}
			// As a terminal does: the whole group is told.
			if err := syscall.Kill(-p.cmd.Process.Pid, signal); err != nil {
				t.Fatal(err)
			}
			if code, said := p.end(t); code != 0 {
				t.Errorf("exit %d: %s", code, said)
			}
			if left := servers(t, dir); len(left) > 0 {
				t.Errorf("left running: %v", left)
			}
		})
	}
}

func TestInterruptedStart(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	dir := folder(t)
	p := start(t, "serve", "--var", dir, "--listen", "127.0.0.1:0")
	mustHold(t, "its database starts", func() bool { return len(servers(t, dir)) > 0 })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	code, said := p.end(t)
	if code != 0 && !strings.Contains(said, errInterrupted.Error()) {
		t.Errorf("exit %d: %s", code, said)
	}
	if left := servers(t, dir); len(left) > 0 {
		t.Errorf("left running: %v", left)
	}
}

func TestServeRecoversFromKill(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	for range 2 {
		p, url := serveIn(t, dir)
		if got := status(t, url+"/readyz"); got != http.StatusOK {
			t.Errorf("readyz answers %d: %s", got, p.errs)
		}
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		p.end(t)
	}
	mustHold(t, "the killed program's database ends", func() bool { return len(servers(t, dir)) == 0 })
}

func TestRefusalsAreOneLine(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	_, url := serveIn(t, dir)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args []string
		says string
	}{
		"taken port":         {[]string{"serve", "--listen", strings.TrimPrefix(url, "http://")}, "is taken by another process"},
		"folder in use":      {[]string{"serve", "--listen", "127.0.0.1:0", "--var", dir}, "is in use by process"},
		"folder not made":    {[]string{"serve", "--listen", "127.0.0.1:0", "--var", file + "/var"}, "cannot be made"},
		"no binaries":        {[]string{"serve", "--listen", "127.0.0.1:0", "--pg-bin", dir}, "no PostgreSQL server 15 or later found in " + dir},
		"unknown flag":       {[]string{"serve", "--lisen", "x"}, "unknown flag --lisen"},
		"no such server":     {[]string{"migrate", "--migrate-url", "postgres://a:hunter2@127.0.0.1:1/x"}, "refused"},
		"worker without any": {[]string{"work"}, "needs --database-url, --redis-url and --files"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, said := start(t, test.args...).end(t)
			if code != 1 || !strings.Contains(said, test.says) || strings.Count(said, "\n") != 1 {
				t.Errorf("exit %d: %s", code, said)
			}
			if strings.Contains(said, "hunter2") {
				t.Errorf("it tells the password: %s", said)
			}
		})
	}
}

func TestMigrateThenServeAConfiguredDatabase(t *testing.T) {
	t.Parallel()
	db, queue := dbtest.New(t), dbtest.Redis(t)
	if code, said := start(t, "migrate", "--migrate-url", db.URL(migrations.Migrator)).end(t); code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	dir := folder(t)
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--var", dir, "--database-url", db.URL(migrations.Login), "--redis-url", queue.URL(),
		"--files", t.TempDir(), "--files-key", filesKey)
	line, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	var url string
	if _, err := fmt.Sscanf(line, "Imprimatur is ready: %s", &url); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if got := status(t, url+"/readyz"); got != http.StatusOK {
		t.Errorf("readyz answers %d: %s", got, p.errs)
	}
	queue.Kill()
	if got := status(t, url+"/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("without its queue readyz answers %d", got)
	}
	if left := servers(t, dir); len(left) > 0 {
		t.Errorf("a private database was started: %v", left)
	}
}

func TestReadinessRefusesARoleThatCouldBypass(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	for url, ok := range map[string]bool{db.URL(migrations.Login): true, db.AdminURL(): false, db.URL(migrations.Migrator): false} {
		pool, err := readinessPool(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		err = checks(pool, nil)[0].Probe(t.Context())
		if (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
	}
}
