package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating system user that PostgreSQL runs as: ourselves or,
// since PostgreSQL refuses root, an unprivileged user in root's stead.
type account struct {
	name     string
	uid, gid uint32
	dropped  bool // we are root, and it is somebody else
}

// unprivileged are the users that root steps down to, in this order. They need
// a passwd entry: initdb looks itself up.
var unprivileged = []string{"postgres", "nobody"}

// accountFor picks the user for a data folder. Under root that is the folder's
// owner, so that a folder made by an ordinary user stays theirs.
func accountFor(data string) (account, error) {
	if os.Geteuid() != 0 {
		return ownAccount(data)
	}
	if uid, err := ownerOf(data); err == nil && uid != 0 {
		u, err := user.LookupId(strconv.FormatUint(uint64(uid), 10))
		if err != nil {
			return account{}, fmt.Errorf("owner of %s: %w", data, err)
		}
		return droppedTo(u)
	}
	for _, name := range unprivileged {
		if u, err := user.Lookup(name); err == nil {
			return droppedTo(u)
		}
	}
	return account{}, fmt.Errorf("PostgreSQL does not run as root, and this machine has none of the users %v: create one, or start as an ordinary user", unprivileged)
}

func ownAccount(data string) (account, error) {
	self := account{name: "uid " + strconv.Itoa(os.Geteuid()), uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}
	uid, err := ownerOf(data)
	if errors.Is(err, os.ErrNotExist) || err == nil && uid == self.uid {
		return self, nil
	}
	if err != nil {
		return account{}, err
	}
	return account{}, fmt.Errorf("%s belongs to another user (uid %d): start as that user or as root, or choose another folder with --var", data, uid)
}

func droppedTo(u *user.User) (account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("uid of %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("gid of %s: %w", u.Username, err)
	}
	return account{name: u.Username, uid: uint32(uid), gid: uint32(gid), dropped: true}, nil
}

func ownerOf(path string) (uint32, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Sys().(*syscall.Stat_t).Uid, nil
}

// give hands a file or folder of ours to the account.
func (a account) give(path string) error {
	if !a.dropped {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// blockedAt names the nearest folder above path that the account may not
// enter, or is empty.
func (a account) blockedAt(path string) string {
	if !a.dropped {
		return ""
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err != nil || !a.mayEnter(info) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

func (a account) mayEnter(dir os.FileInfo) bool {
	owner := dir.Sys().(*syscall.Stat_t)
	switch {
	case owner.Uid == a.uid:
		return dir.Mode()&0o100 != 0
	case owner.Gid == a.gid:
		return dir.Mode()&0o010 != 0
	default:
		return dir.Mode()&0o001 != 0
	}
}

// command prepares a program that runs as the account, in a process group of
// its own (a terminal's Ctrl-C is ours to handle), with nothing of our
// environment, and that the kernel signals when the calling thread ends. The
// caller therefore locks its goroutine to the thread for as long as the
// program runs.
func (a account) command(orphaned syscall.Signal, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), path, args...) //nolint:gosec // PostgreSQL's own programs, in a folder that the operator chose
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + filepath.Dir(path) + ":/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: orphaned}
	if a.dropped {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return cmd
}
