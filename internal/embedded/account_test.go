package embedded

import (
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestMayEnter(t *testing.T) {
	t.Parallel()
	self := account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}
	sameGroup := account{uid: self.uid + 1, gid: self.gid}
	other := account{uid: self.uid + 1, gid: self.gid + 1}
	tests := map[string]struct {
		mode os.FileMode
		who  account
		want bool
	}{
		"owner, allowed":               {0o700, self, true},
		"owner, only others allowed":   {0o011, self, false},
		"group, allowed":               {0o710, sameGroup, true},
		"group, only others allowed":   {0o701, sameGroup, false},
		"others, allowed":              {0o701, other, true},
		"others, may only list":        {0o704, other, false},
		"others, only owner and group": {0o770, other, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "dir")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, test.mode); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(dir)
			if err != nil {
				t.Fatal(err)
			}
			if got := test.who.mayEnter(info); got != test.want {
				t.Errorf("may enter: %v", got)
			}
		})
	}
}

func TestBlockedAtNamesTheClosedFolder(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(openDir(t), "closed")
	if err := os.MkdirAll(filepath.Join(closed, "deep", "deeper"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(closed, "deep", "deeper", "postgres")
	stranger := account{uid: uint32(os.Geteuid()) + 1, gid: uint32(os.Getegid()) + 1, dropped: true}
	if got := stranger.blockedAt(path); got != closed {
		t.Errorf("blocked at %q", got)
	}
	stranger.dropped = false
	if got := stranger.blockedAt(path); got != "" {
		t.Errorf("we are blocked from our own folder at %q", got)
	}
}

func TestRootStepsDown(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root has somebody to step down to")
	}
	who, err := accountFor(filepath.Join(t.TempDir(), "absent"))
	if err != nil {
		t.Fatal(err)
	}
	if who.uid == 0 || !who.dropped {
		t.Errorf("it would run as %+v", who)
	}
	if _, err := user.Lookup(who.name); err != nil {
		t.Errorf("%s has no passwd entry: %v", who.name, err)
	}
}

func TestAnotherUsersFolderIsRefused(t *testing.T) {
	t.Parallel()
	theirs := "/proc/1" // of root, always
	if os.Geteuid() == 0 {
		theirs = filepath.Join(openDir(t), "theirs")
		if err := os.Mkdir(theirs, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(theirs, 4242, 4242); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ownAccount(theirs); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
		t.Errorf("error %v", err)
	}
}

func TestCommandSharesNothingOfOurs(t *testing.T) {
	t.Parallel()
	who := account{uid: 4242, gid: 4243, dropped: true}
	cmd := who.command(syscall.SIGINT, "/usr/lib/postgresql/15/bin/postgres", "-D", "data")
	for _, variable := range cmd.Env {
		if strings.HasPrefix(variable, "PG") || strings.HasPrefix(variable, "HOME=") {
			t.Errorf("%s is handed down", variable)
		}
	}
	if cmd.Dir != "/" || !cmd.SysProcAttr.Setpgid || cmd.SysProcAttr.Pdeathsig != syscall.SIGINT {
		t.Errorf("%+v in %s", cmd.SysProcAttr, cmd.Dir)
	}
	if c := cmd.SysProcAttr.Credential; c == nil || c.Uid != 4242 || c.Gid != 4243 {
		t.Errorf("it would run as %+v", c)
	}
}

func TestSurvivorsAreServersOnly(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	p := startIn(t, dir)
	shell := account{}.command(syscall.SIGKILL, "/bin/sleep", "600")
	shell.Dir = dir // somebody looks around in the folder
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = shell.Process.Kill(); _ = shell.Wait() }()
	if got := survivors(p.folder.data); !contains(itoas(got), itoa(p.Process().Pid)) {
		t.Errorf("%v lacks the postmaster %d", got, p.Process().Pid)
	}
	if got := survivors(dir); len(got) > 0 {
		t.Errorf("%v are no servers", got)
	}
}

func itoas(numbers []int) []string {
	var texts []string
	for _, n := range numbers {
		texts = append(texts, itoa(n))
	}
	return texts
}

func TestRestartsAreReported(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	p := &Postgres{log: slog.New(slog.NewTextHandler(&said, nil)), exits: make(chan error, 1)}
	p.report(errStopped, firstPause)
	p.report(errStopped, lastPause) // nobody took the first: it must not block
	if strings.Count(said.String(), errStopped.Error()) != 2 {
		t.Errorf("log: %s", said.String())
	}
	if err := <-p.exits; err == nil {
		t.Error("a starting caller is not told")
	}
}

func TestBrokenServerSaysWhy(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	p := startIn(t, dir)
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(p.folder.data, "postgresql.conf")
	if err := os.WriteFile(conf, []byte("no_such_setting = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := StartPostgres(t.Context(), Config{Dir: dir, Tuning: Disposable})
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v", err)
	}
	if left := survivors(p.folder.data); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
}

func TestLastLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                   "",
		"one\n":              "one",
		"1\n2\n3\n4\n5\n":    "3; 4; 5",
		"  spaced \n lines ": "spaced ;  lines",
	} {
		if got := lastLines([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
