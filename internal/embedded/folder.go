package embedded

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrInUse says that another process holds the folder.
var ErrInUse = errors.New("in use")

// fallbackHome takes the data of a folder that the unprivileged user cannot
// reach, such as a checkout under /root.
const fallbackHome = "/var/lib/imprimatur"

// socketPathMax is the longest path of a Unix socket on Linux.
const socketPathMax = 107

// socketName is the file that PostgreSQL makes in its socket folder.
const socketName = ".s.PGSQL.5432"

// folder is where one private PostgreSQL lives. Its paths are absolute and
// free of symbolic links, since a running server is recognised by them.
type folder struct {
	home   string // what follows is in here
	data   string // PostgreSQL's own; mode 0700, owned by the account
	secret string // what the passwords derive from; ours, mode 0600
	log    string // what PostgreSQL says
	socket string // folder of the Unix socket; elsewhere when the path is too long
}

func folderIn(home string) folder {
	return folder{
		home:   home,
		data:   filepath.Join(home, "postgres"),
		secret: filepath.Join(home, "postgres.secret"),
		log:    filepath.Join(home, "postgres.log"),
		socket: socketFolder(home),
	}
}

func socketFolder(home string) string {
	dir := filepath.Join(home, "run")
	if len(filepath.Join(dir, socketName)) <= socketPathMax {
		return dir
	}
	sum := sha256.Sum256([]byte(home))
	return filepath.Join("/tmp", "imprimatur-"+hex.EncodeToString(sum[:8]))
}

// openHome makes the folder that the caller named, and resolves it.
func openHome(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("folder %s cannot be made (%w): choose another with --var", dir, err)
	}
	home, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("folder %s: %w", dir, err)
	}
	if home, err = filepath.EvalSymlinks(home); err != nil {
		return "", fmt.Errorf("folder %s: %w", dir, err)
	}
	return home, nil
}

// lockHome keeps every other process out of the folder until the returned file
// is closed, or until we die: the kernel drops the lock, never a leftover.
func lockHome(home string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(home, "postgres.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("folder %s cannot be written (%w): choose another with --var", home, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		holder := make([]byte, 20)
		n, _ := f.Read(holder)
		return nil, fmt.Errorf("folder %s is %w by process %s: stop it first, or choose another folder with --var",
			home, ErrInUse, strings.TrimSpace(string(holder[:n])))
	}
	if err := writeHolder(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("folder %s cannot be written (%w): choose another with --var", home, err)
	}
	return f, nil
}

func writeHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// place settles where the data goes and who runs it. The account must be able
// to walk to the folder; where it cannot, a folder of its own under /var/lib
// takes the data, and a symbolic link shows the way.
func place(home string, log *slog.Logger) (folder, account, error) {
	f := folderIn(home)
	who, err := accountFor(f.data)
	if err != nil {
		return folder{}, account{}, err
	}
	closed := who.blockedAt(f.data)
	if closed == "" {
		return f, who, nil
	}
	if info, err := os.Lstat(f.data); err == nil && info.IsDir() {
		return folder{}, account{}, fmt.Errorf("user %s, who runs PostgreSQL, may not enter %s: allow it (chmod o+x), or choose another folder with --var", who.name, closed)
	}
	away, err := homeAway(home)
	if err != nil {
		return folder{}, account{}, err
	}
	if who, err = accountFor(away.data); err != nil {
		return folder{}, account{}, err
	}
	log.Warn("the private PostgreSQL is kept elsewhere: its user may not enter the folder",
		"user", who.name, "closed", closed, "kept", away.data)
	return away, who, pointTo(f.data, away.data)
}

func homeAway(home string) (folder, error) {
	sum := sha256.Sum256([]byte(home))
	away := filepath.Join(fallbackHome, hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(away, 0o711); err != nil {
		return folder{}, fmt.Errorf("folder %s cannot be made: %w", away, err)
	}
	for _, dir := range []string{fallbackHome, away} {
		if err := os.Chmod(dir, 0o711); err != nil { // whatever the umask is
			return folder{}, fmt.Errorf("folder %s cannot be opened: %w", dir, err)
		}
	}
	return folderIn(away), nil
}

func pointTo(link, target string) error {
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("link to the data: %w", err)
	}
	return os.Symlink(target, link)
}

// prepareSocket makes the socket's folder, or takes the one left behind. In
// /tmp anybody may have made it: one that is not the account's is refused.
func (f folder) prepareSocket(who account) error {
	err := os.Mkdir(f.socket, 0o700)
	switch {
	case err == nil:
		if err := who.give(f.socket); err != nil {
			return fmt.Errorf("socket folder: %w", err)
		}
	case !errors.Is(err, fs.ErrExist):
		return fmt.Errorf("socket folder: %w", err)
	}
	info, err := os.Lstat(f.socket)
	if err != nil {
		return fmt.Errorf("socket folder: %w", err)
	}
	if !info.IsDir() || info.Sys().(*syscall.Stat_t).Uid != who.uid || info.Mode().Perm() != 0o700 {
		return fmt.Errorf("socket folder %s is not a private folder of user %s: remove it", f.socket, who.name)
	}
	return nil
}

// clearSocket removes what a killed server left. The caller knows that none runs.
func (f folder) clearSocket() {
	for _, name := range []string{socketName, socketName + ".lock"} {
		_ = os.Remove(filepath.Join(f.socket, name)) // absent is the usual case
	}
}

// dataMajor is the major version that made the data folder, or
// os.ErrNotExist.
func dataMajor(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, absentOrForeign(data)
	}
	if err != nil {
		return 0, fmt.Errorf("version of %s: %w", data, err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION is not a version: %w", data, err)
	}
	return major, nil
}

// absentOrForeign keeps us from initialising over somebody's files: ours
// appear by rename, complete.
func absentOrForeign(data string) error {
	entries, err := os.ReadDir(data)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s holds files that are not PostgreSQL's: move them away, or choose another folder with --var", data)
	}
	return fmt.Errorf("%s is empty: %w", data, fs.ErrNotExist)
}

// readSecret reads or makes what the passwords derive from. Data without its
// secret cannot be opened, and is left alone.
func (f folder) readSecret() ([]byte, error) {
	key, err := os.ReadFile(f.secret)
	if err == nil && len(key) == 2*sha256.Size {
		return key, nil
	}
	if err == nil {
		return nil, fmt.Errorf("%s is damaged: restore it", f.secret)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("secret of the private PostgreSQL: %w", err)
	}
	if _, err := dataMajor(f.data); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing, and %s cannot be opened without it: restore it, or choose another folder with --var", f.secret, f.data)
	}
	return f.makeSecret()
}

func (f folder) makeSecret() ([]byte, error) {
	raw := make([]byte, sha256.Size)
	if _, err := rand.Read(raw); err != nil {
		return nil, fmt.Errorf("secret of the private PostgreSQL: %w", err)
	}
	key := []byte(hex.EncodeToString(raw))
	fresh := f.secret + ".new"
	if err := os.WriteFile(fresh, key, 0o600); err != nil {
		return nil, fmt.Errorf("secret of the private PostgreSQL: %w", err)
	}
	if err := os.Rename(fresh, f.secret); err != nil {
		return nil, fmt.Errorf("secret of the private PostgreSQL: %w", err)
	}
	return key, nil
}
