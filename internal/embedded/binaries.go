package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// OldestMajor is the oldest PostgreSQL that serves: security_invoker views
// came with 15.
const OldestMajor = 15

// ErrNoBinaries says that the machine has no PostgreSQL server that serves.
var ErrNoBinaries = errors.New("no PostgreSQL server 15 or later found")

// ErrOtherVersion says that the data folder was made by a major version of
// PostgreSQL that the machine does not have. The folder was not touched.
var ErrOtherVersion = errors.New("made by another major version of PostgreSQL")

// debianBinaries is where Debian and Ubuntu put the server's programs, which
// are not in PATH there.
const debianBinaries = "/usr/lib/postgresql/*/bin"

// binaries is a folder with PostgreSQL's server programs, of one version.
type binaries struct {
	dir   string
	major int
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// find lists the usable servers of the machine, best first: the one in PATH,
// then Debian's folders, newest first. A folder that the caller names is the
// only one looked at. Without any, the error is ErrNoBinaries and says what to
// do.
func find(ctx context.Context, named string) ([]binaries, error) {
	if named != "" {
		b, err := probe(ctx, named)
		if err != nil {
			return nil, fmt.Errorf("%w in %s: %w", ErrNoBinaries, named, err)
		}
		return []binaries{b}, nil
	}
	found := slices.Concat(inPath(ctx), installed(ctx, debianBinaries))
	if len(found) == 0 {
		return nil, fmt.Errorf("%w in PATH or %s: install it (Debian: apt-get install postgresql), "+
			"name its folder with --pg-bin, or name a running server with --database-url", ErrNoBinaries, debianBinaries)
	}
	return found, nil
}

func inPath(ctx context.Context) []binaries {
	path, err := exec.LookPath("postgres")
	if err != nil {
		return nil
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil
	}
	b, err := probe(ctx, filepath.Dir(path))
	if err != nil {
		return nil
	}
	return []binaries{b}
}

func installed(ctx context.Context, pattern string) []binaries {
	dirs, err := filepath.Glob(pattern)
	if err != nil {
		return nil
	}
	var found []binaries
	for _, dir := range dirs {
		if b, err := probe(ctx, dir); err == nil {
			found = append(found, b)
		}
	}
	slices.SortStableFunc(found, func(a, b binaries) int { return b.major - a.major })
	return found
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// probe asks the server in dir for its version; one that is too old, or comes
// without initdb, is an error.
func probe(ctx context.Context, dir string) (binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, fmt.Errorf("folder %s: %w", dir, err)
	}
	b := binaries{dir: dir}
	if _, err := os.Stat(b.program("initdb")); err != nil {
		return binaries{}, err
	}
	out, err := exec.CommandContext(ctx, b.program("postgres"), "--version").Output() //nolint:gosec // in a folder that the operator chose
	if err != nil {
		return binaries{}, fmt.Errorf("ask postgres for its version: %w", err)
	}
	match := versionLine.FindSubmatch(out)
	if match == nil {
		return binaries{}, fmt.Errorf("postgres --version answers %q", out)
	}
	if b.major, err = strconv.Atoi(string(match[1])); err != nil {
		return binaries{}, fmt.Errorf("postgres --version answers %q: %w", out, err)
	}
	if b.major < OldestMajor {
		return binaries{}, fmt.Errorf("it is version %d", b.major)
	}
	return b, nil
}

// choose takes the best of the servers found or, when the data folder exists,
// the one that made it: PostgreSQL reads no other major version's files.
func choose(found []binaries, data string) (binaries, error) {
	made, err := dataMajor(data)
	if errors.Is(err, os.ErrNotExist) {
		return found[0], nil
	}
	if err != nil {
		return binaries{}, err
	}
	for _, b := range found {
		if b.major == made {
			return b, nil
		}
	}
	return binaries{}, fmt.Errorf("%s was %w: it is version %d, this machine has %d; install postgresql-%d, "+
		"or choose another folder with --var (nothing was changed)", data, ErrOtherVersion, made, found[0].major, made)
}
