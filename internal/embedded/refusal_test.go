package embedded

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fakeServer makes a folder of programs that only know their version.
func fakeServer(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFind(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		version string
		major   int
	}{
		"oldest that serves": {"15.0 (Debian 15.0-1)", 15},
		"newer":              {"18.1", 18},
		"beta":               {"19beta2", 19},
		"too old":            {"14.9", 0},
		"no version":         {"devel", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := find(t.Context(), fakeServer(t, test.version))
			if test.major == 0 {
				if !errors.Is(err, ErrNoBinaries) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil || found[0].major != test.major {
				t.Errorf("found %v, %v", found, err)
			}
		})
	}
}

func TestFindNamesTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := find(t.Context(), dir)
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), dir) {
		t.Errorf("error %v", err)
	}
}

func TestInstalledNewestFirst(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, version := range []string{"9.6", "15.2", "17.1", "16.3"} {
		if err := os.Symlink(fakeServer(t, version), filepath.Join(root, version)); err != nil {
			t.Fatal(err)
		}
	}
	var majors []int
	for _, b := range installed(t.Context(), filepath.Join(root, "*")) {
		majors = append(majors, b.major)
	}
	if diff := cmp.Diff([]int{17, 16, 15}, majors); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// listing is every file below dir with its content, to prove that a refusal
// touched none.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestFolderIsRefusedAndUntouched(t *testing.T) {
	t.Parallel()
	requirePostgres(t)
	tests := map[string]struct {
		file, text string
		want       string
	}{
		"another major version": {"PG_VERSION", "12\n", "it is version 12"},
		"not a version":         {"PG_VERSION", "twelve\n", "is not a version"},
		"somebody's files":      {"thesis.odt", "chapter 1", "files that are not PostgreSQL's"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := openDir(t)
			data := filepath.Join(dir, "postgres")
			if err := os.Mkdir(data, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(data, test.file), []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			before := listing(t, data)
			_, err := StartPostgres(t.Context(), Config{Dir: dir})
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(before, listing(t, data)); diff != "" {
				t.Errorf("the folder changed:\n%s", diff)
			}
		})
	}
}

func TestChooseTakesTheVersionThatMadeTheFolder(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := choose([]binaries{{"/17", 17}, {"/15", 15}}, data)
	if err != nil || got.major != 15 {
		t.Errorf("chose %v, %v", got, err)
	}
	if _, err := choose([]binaries{{"/17", 17}}, data); !errors.Is(err, ErrOtherVersion) {
		t.Errorf("error %v", err)
	}
}

func TestLostSecretIsRefused(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	p := startIn(t, dir)
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(p.folder.secret); err != nil {
		t.Fatal(err)
	}
	_, err := StartPostgres(t.Context(), Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "postgres.secret is missing") {
		t.Errorf("error %v", err)
	}
}

func TestUnwritableFolder(t *testing.T) {
	t.Parallel()
	requirePostgres(t)
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := StartPostgres(t.Context(), Config{Dir: filepath.Join(dir, "var")})
	if err == nil || !strings.Contains(err.Error(), "cannot be made") {
		t.Errorf("error %v", err)
	}
}

func TestLongPathMovesTheSocketAway(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), strings.Repeat("long/", 30))
	p := startIn(t, dir)
	if !strings.HasPrefix(p.folder.socket, "/tmp/imprimatur-") {
		t.Errorf("socket in %s", p.folder.socket)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(p.folder.socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("socket folder is left: %v", err)
	}
}

func TestSomebodyElsesSocketFolderIsRefused(t *testing.T) {
	t.Parallel()
	target := t.TempDir()
	link := filepath.Join(t.TempDir(), "run")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	err := folder{socket: link}.prepareSocket(account{name: "somebody", uid: 4242})
	if err == nil || !strings.Contains(err.Error(), "not a private folder") {
		t.Errorf("error %v", err)
	}
}

func TestClosedParentMovesTheDataAway(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("an ordinary user enters its own folders")
	}
	closed := openDir(t)
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "var")
	p := startIn(t, dir)
	if !strings.HasPrefix(p.folder.data, fallbackHome) {
		t.Errorf("data in %s", p.folder.data)
	}
	t.Cleanup(func() { _ = os.RemoveAll(p.folder.home) })
	if target, err := os.Readlink(filepath.Join(dir, "postgres")); err != nil || target != p.folder.data {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	startIn(t, dir)
}
