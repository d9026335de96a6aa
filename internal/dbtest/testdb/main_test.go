package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"imprimatur/internal/dbtest"
)

// mainEnv makes the test binary be the command.
const mainEnv = "IMPRIMATUR_TEST_TESTDB"

func TestMain(m *testing.M) {
	if os.Getenv(mainEnv) != "" {
		os.Args = append(os.Args[:1], strings.Split(os.Getenv(mainEnv), "|")...)
		main()
	}
	os.Exit(m.Run())
}

// testdb runs the command, and gives its exit code and output.
func testdb(t *testing.T, env []string, program ...string) (int, string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append([]string{mainEnv + "=" + strings.Join(program, "|"), "PATH=" + os.Getenv("PATH")}, env...)
	out, _ := cmd.CombinedOutput() // the exit code tells
	return cmd.ProcessState.ExitCode(), string(out)
}

// alive counts the servers on a data folder.
func alive(t *testing.T, folder string) int {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, path := range lines {
		if text, err := os.ReadFile(path); err == nil && strings.Contains(string(text), folder) {
			n++
		}
	}
	return n
}

func TestProgramGetsAServerThatEndsWithIt(t *testing.T) {
	t.Parallel()
	dbtest.New(t) // skips or fails where there is no PostgreSQL
	code, out := testdb(t, nil, "sh", "-c", `echo "$TESTDB_URL"; exit 7`)
	if code != 7 {
		t.Errorf("exit %d: %s", code, out)
	}
	_, query, found := strings.Cut(strings.TrimSpace(out), "?host=")
	if !strings.HasPrefix(out, "postgres://") || !found {
		t.Fatalf("URL %q", out)
	}
	socket, _, _ := strings.Cut(query, "&")
	folder := filepath.Join(filepath.Dir(strings.ReplaceAll(socket, "%2F", "/")), "postgres")
	if n := alive(t, folder); n > 0 {
		t.Errorf("%d servers are left on %s", n, folder)
	}
}

func TestGivenServerIsUsedAsItIs(t *testing.T) {
	t.Parallel()
	code, out := testdb(t, []string{dbtest.EnvURL + "=postgres://given"}, "sh", "-c", `echo "$TESTDB_URL"`)
	if code != 0 || strings.TrimSpace(out) != "postgres://given" {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestMissingProgram(t *testing.T) {
	t.Parallel()
	code, out := testdb(t, []string{dbtest.EnvURL + "=postgres://given"}, "/nonexistent")
	if code != 1 || !strings.Contains(out, "testdb: ") {
		t.Errorf("exit %d: %s", code, out)
	}
}
