package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

func contains(list []string, wanted string) bool { return slices.Contains(list, wanted) }

// childEnv makes the test binary start a server and wait to be killed.
const childEnv = "IMPRIMATUR_EMBEDDED_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		holdServer(dir)
	}
	os.Exit(m.Run())
}

// holdServer prints the URL of a server, or the error, and never returns.
func holdServer(dir string) {
	p, err := StartPostgres(context.Background(), Config{Dir: dir, Tuning: Disposable})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(p.AdminURL(), p.Process().Pid)
	select {}
}

// child is another process that holds a server, started as the given user.
type child struct {
	cmd  *exec.Cmd
	out  *bufio.Reader
	url  string
	pid  int // of the postmaster
	line string
}

func startChild(t *testing.T, dir string, as *syscall.Credential) *child {
	t.Helper()
	c := launchChild(t, dir, as)
	var err error
	if c.line, err = c.out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(c.line, &c.url, &c.pid); err != nil && !strings.HasPrefix(c.line, "error:") {
		t.Fatalf("child says %q: %v", c.line, err)
	}
	return c
}

// launchChild does not wait for the server to answer.
func launchChild(t *testing.T, dir string, as *syscall.Credential) *child {
	t.Helper()
	runtime.LockOSThread() // Pdeathsig below
	t.Cleanup(runtime.UnlockOSThread)
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe") // which any user may run, wherever we lie
	cmd.Env = []string{childEnv + "=" + dir, "PATH=" + os.Getenv("PATH")}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: as}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return &child{cmd: cmd, out: bufio.NewReader(out)}
}

func gone(pid int) func() bool {
	return func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
}

func mustHold(t *testing.T, what string, holds func() bool) {
	t.Helper()
	await(30*time.Second, holds)
	if !holds() {
		t.Fatalf("after 30 s still not so: %s", what)
	}
}

func requirePostgres(t *testing.T) {
	t.Helper()
	if _, err := find(t.Context(), ""); err != nil {
		if os.Getenv("TESTDB") == "required" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

func TestKilledParentLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	requirePostgres(t)
	dir := openDir(t)
	c := startChild(t, dir, nil)
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	mustHold(t, "the postmaster of a killed process ends", gone(c.pid))
	p := startIn(t, dir)
	if got := query[int](t, p.AdminURL(), `SELECT 1`); got != 1 {
		t.Errorf("got %d", got)
	}
}

func TestKilledFirstStartIsBegunAgain(t *testing.T) {
	t.Parallel()
	requirePostgres(t)
	for _, reached := range []string{"postgres.new", "postgres.new/PG_VERSION", "postgres.new/global/pg_control", "postgres"} {
		t.Run(reached, func(t *testing.T) {
			t.Parallel()
			dir := openDir(t)
			c := launchChild(t, dir, nil)
			mustHold(t, reached+" is there", func() bool {
				_, err := os.Stat(filepath.Join(dir, reached))
				return err == nil
			})
			if err := c.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = c.cmd.Wait() // it was killed
			if got := query[int](t, startIn(t, dir).AdminURL(), `SELECT 1`); got != 1 {
				t.Errorf("got %d", got)
			}
		})
	}
}

func TestLivingOrphanIsReplaced(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	p := startIn(t, dir)
	where, who, bin := p.folder, p.account, p.bin
	args := p.arguments()
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := where.prepareSocket(who); err != nil {
		t.Fatal(err)
	}
	orphan := who.command(0, bin.program("postgres"), args...)
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- orphan.Wait() }()
	mustHold(t, "the orphan serves", func() bool { return p.Ping(t.Context()) == nil })

	again := startIn(t, dir)
	if err := <-ended; err != nil {
		t.Errorf("the orphan was not ended cleanly: %v", err)
	}
	if got := again.Process().Pid; got == orphan.Process.Pid {
		t.Error("the orphan still serves")
	}
}

func TestStalePidFileOfAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	p := startIn(t, dir)
	where, who := p.folder, p.account
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	// A process of the same user that is no PostgreSQL has the recorded pid.
	other := who.command(0, "/bin/sleep", "600")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	stale := filepath.Join(where.data, "postmaster.pid")
	text := itoa(other.Process.Pid) + "\n" + where.data + "\n1\n5432\n" + where.socket + "\n\n"
	if err := os.WriteFile(stale, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := who.give(stale); err != nil {
		t.Fatal(err)
	}
	startIn(t, dir)
	if gone(other.Process.Pid)() {
		t.Error("an innocent process was ended")
	}
}

func TestCrashedServerIsRestarted(t *testing.T) {
	t.Parallel()
	p := startIn(t, openDir(t))
	before := p.Process().Pid
	if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	mustHold(t, "another postmaster answers", func() bool {
		now := p.Process()
		return now != nil && now.Pid != before && p.Ping(t.Context()) == nil
	})
}

func TestTwoProcessesNeverShareAFolder(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	startIn(t, dir)
	_, err := StartPostgres(t.Context(), Config{Dir: dir})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "process "+itoa(os.Getpid())) {
		t.Errorf("the second start says %v", err)
	}
	c := startChild(t, dir, nil)
	if !strings.Contains(c.line, "in use by process") {
		t.Errorf("another process says %q", c.line)
	}
}

// Whoever attaches uses the server as it runs, and makes nothing where there is none.
func TestAttach(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	if _, err := Attach(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("attaching left %v, %v", left, err)
	}
	if _, err := Attach(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	p := startIn(t, dir)
	guest, err := Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := guest.Ping(t.Context()); err != nil {
		t.Errorf("the guest: %v", err)
	}
	if err := guest.Stop(); err != nil {
		t.Error(err)
	}
	if err := p.Ping(t.Context()); err != nil {
		t.Errorf("the guest's end ended the server: %v", err)
	}
}

func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	requirePostgres(t)
	if os.Geteuid() != 0 {
		t.Skip("every other test runs as an ordinary user already")
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip(err)
	}
	who, err := droppedTo(nobody)
	if err != nil {
		t.Fatal(err)
	}
	dir := openDir(t)
	if err := who.give(dir); err != nil {
		t.Fatal(err)
	}
	c := startChild(t, dir, &syscall.Credential{Uid: who.uid, Gid: who.gid})
	if got := query[int](t, c.url, `SELECT 1`); got != 1 {
		t.Errorf("got %d", got)
	}
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	mustHold(t, "the postmaster ends", gone(c.pid))
	// Root takes the folder over as its owner.
	p := startIn(t, dir)
	if p.account.uid != who.uid {
		t.Errorf("root runs it as %s", p.account.name)
	}
}
