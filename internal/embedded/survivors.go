package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// shutdown is how PostgreSQL is ended, ever less gently: fast (transactions
// roll back, a checkpoint is written), immediate (the next start recovers),
// killed (likewise).
var shutdown = []struct {
	signal   syscall.Signal
	patience time.Duration
}{
	{syscall.SIGINT, 30 * time.Second},
	{syscall.SIGQUIT, 10 * time.Second},
	{syscall.SIGKILL, 5 * time.Second},
}

// survivors are the PostgreSQL processes that work in the data folder, the
// postmaster and what it left behind. All of them have it as their working
// directory. A recorded pid would prove less: it may be somebody else's by now.
func survivors(data string) []int {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil
	}
	var pids []int
	for _, proc := range names {
		cwd, err := os.Readlink(filepath.Join(proc, "cwd"))
		if err != nil || cwd != data {
			continue
		}
		exe, err := os.Readlink(filepath.Join(proc, "exe"))
		if err != nil || !strings.HasPrefix(filepath.Base(exe), "postgres") {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(proc)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// evict ends every PostgreSQL that still works in the data folder, and then
// removes its stale pid file: with nobody left the file can only be stale, and
// PostgreSQL would refuse to start if its pid were by now another process.
// The caller holds the folder's lock, so that what it ends is an orphan.
func evict(data string) error {
	for _, step := range shutdown {
		pids := survivors(data)
		if len(pids) == 0 {
			return removeStale(filepath.Join(data, "postmaster.pid"))
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, step.signal) // already gone is as good
		}
		await(step.patience, func() bool { return len(survivors(data)) == 0 })
	}
	if left := survivors(data); len(left) > 0 {
		return fmt.Errorf("a PostgreSQL left in %s does not end (processes %v)", data, left)
	}
	return removeStale(filepath.Join(data, "postmaster.pid"))
}

func removeStale(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("stale pid file: %w", err)
	}
	return nil
}

// await polls until the condition holds or patience runs out.
func await(patience time.Duration, holds func() bool) {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			return
		case <-tick.C:
		}
	}
}
