package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var testKey = Key{1, 2, 3}

// setup opens a store in a folder of its own.
func setup(t *testing.T) (*Store, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "files")
	return open(t, Config{folder, testKey}), folder
}

func open(t *testing.T, cfg Config) *Store {
	t.Helper()
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t *testing.T, s *Store, name string, data []byte) {
	t.Helper()
	if err := s.Put(t.Context(), name, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
}

func read(ctx context.Context, s *Store, name string) ([]byte, error) {
	r, err := s.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// content is bytes of a length, which say where they are.
func content(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return b
}

func TestFilesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for _, n := range []int{0, 1, segmentBytes - 56, segmentBytes - 40, segmentBytes, 3*segmentBytes + 7, 2_000_000} {
		put(t, s, "photos/one", content(n)) // in place of the one before
		got, err := read(t.Context(), s, "photos/one")
		if err != nil || !bytes.Equal(got, content(n)) {
			t.Errorf("%d bytes: got %d, %v", n, len(got), err)
		}
	}
}

func TestMissingFiles(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	if _, err := s.Get(t.Context(), "nothing"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get: %v, want ErrNotFound", err)
	}
	if err := s.Delete(t.Context(), "nothing"); err != nil {
		t.Errorf("Delete of a missing file: %v", err)
	}
	put(t, s, "something", []byte("x"))
	if err := s.Delete(t.Context(), "something"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "something"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get of a deleted file: %v", err)
	}
}

func TestNamesAreOpaque(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for _, name := range []string{"", "/", "/a", "a/", "a//b", "..", "a/../b", "A", "a.jpg", "a b", "é", "a\x00", "a\n", strings.Repeat("a", maxName+1)} {
		if err := s.Put(t.Context(), name, strings.NewReader("x")); !errors.Is(err, ErrName) {
			t.Errorf("Put %q: %v, want ErrName", name, err)
		}
		if _, err := s.Get(t.Context(), name); !errors.Is(err, ErrName) {
			t.Errorf("Get %q: %v, want ErrName", name, err)
		}
		if err := s.Delete(t.Context(), name); !errors.Is(err, ErrName) {
			t.Errorf("Delete %q: %v, want ErrName", name, err)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for _, name := range []string{"b/2", "a/1", "b/1", "c"} {
		put(t, s, name, []byte("x"))
	}
	got, err := s.List(t.Context(), "b/")
	if diff := cmp.Diff([]string{"b/1", "b/2"}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if all, err := s.List(t.Context(), ""); err != nil || len(all) != 4 {
		t.Errorf("all: %v, %v", all, err)
	}
}

func TestFolderIsPrivateAndHoldsFilesAlone(t *testing.T) {
	t.Parallel()
	s, folder := setup(t)
	put(t, s, "a/b/c", content(100))
	var files []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := d.Info(); err != nil || d.IsDir() && info.Mode().Perm() != privateFolder {
			t.Errorf("%s is %v, %v", path, info.Mode(), err)
		}
		if !d.IsDir() {
			files = append(files, filepath.Base(path))
		}
		return nil
	})
	if diff := cmp.Diff([]string{"c"}, files); err != nil || diff != "" {
		t.Errorf("%v, files (-want +got):\n%s", err, diff)
	}
}

func TestNothingIsReadableAtRest(t *testing.T) {
	t.Parallel()
	s, folder := setup(t)
	secret := bytes.Repeat([]byte("a face "), 1000)
	put(t, s, "one", secret)
	put(t, s, "two", secret)
	one, two := stored(t, folder, "one"), stored(t, folder, "two")
	if bytes.Contains(one, []byte("face")) || bytes.Equal(one, two) {
		t.Error("what is stored gives something away")
	}
}

func stored(t *testing.T, folder, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDamageIsNoticed(t *testing.T) {
	t.Parallel()
	s, folder := setup(t)
	plain := content(2*segmentBytes + 100)
	put(t, s, "whole", plain)
	put(t, s, "other", plain)
	whole := stored(t, folder, "whole")
	flipped := func(at int) []byte {
		b := bytes.Clone(whole)
		b[at] ^= 1
		return b
	}
	cases := map[string][]byte{
		"empty": {}, "header alone": whole[:40], "half a header": whole[:20],
		"cut at the first segment": whole[:segmentBytes], "cut at the second": whole[:2*segmentBytes],
		"one byte less": whole[:len(whole)-1], "one byte more": append(bytes.Clone(whole), 0),
		"first segment left out": append(bytes.Clone(whole[:40]), whole[segmentBytes:]...),
		"header length":          flipped(0), "salt": flipped(5), "nonce": flipped(35),
		"first segment": flipped(50), "second segment": flipped(segmentBytes + 1), "last byte": flipped(len(whole) - 1),
		"another file's bytes": stored(t, folder, "other"),
	}
	for name, bytes := range cases {
		if err := os.WriteFile(filepath.Join(folder, "whole"), bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := read(t.Context(), s, "whole"); !errors.Is(err, ErrDamaged) || errors.Is(err, io.EOF) {
			t.Errorf("%s: %d bytes and %v, want ErrDamaged", name, len(got), err)
		}
	}
}

// Tink reports the end when it is asked again after a last segment that did not
// open; whoever loops over errors must not take the file for whole.
func TestAFailedReadStaysFailed(t *testing.T) {
	t.Parallel()
	s, folder := setup(t)
	put(t, s, "one", content(100))
	b := stored(t, folder, "one")
	if err := os.WriteFile(filepath.Join(folder, "one"), b[:len(b)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := s.Get(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for range 3 {
		if n, err := r.Read(make([]byte, 10)); n != 0 || !errors.Is(err, ErrDamaged) {
			t.Errorf("read %d, %v", n, err)
		}
	}
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	t.Parallel()
	s, folder := setup(t)
	put(t, s, "one", content(1000))
	other := open(t, Config{folder, Key{9}})
	if got, err := read(t.Context(), other, "one"); len(got) > 0 || !errors.Is(err, ErrDamaged) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestAFailedPutLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	s, folder := setup(t)
	broken := io.MultiReader(bytes.NewReader(content(200_000)), iotest.ErrReader(errors.New("connection lost")))
	if err := s.Put(t.Context(), "new", broken); err == nil || !strings.Contains(err.Error(), "connection lost") {
		t.Errorf("Put: %v", err)
	}
	put(t, s, "old", []byte("before"))
	broken = io.MultiReader(bytes.NewReader(content(200_000)), iotest.ErrReader(errors.New("connection lost")))
	if err := s.Put(t.Context(), "old", broken); err == nil {
		t.Error("Put succeeded")
	}
	if got, err := read(t.Context(), s, "old"); string(got) != "before" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

// A writer that dies between writing and renaming leaves a file beside its place.
// It is stopped here in the middle, which is as far as it can come.
func TestAKilledWriterLeavesNothingToSee(t *testing.T) {
	t.Parallel()
	s, folder := setup(t)
	r, w := io.Pipe()
	done := make(chan error, 1)
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	go func() { done <- s.Put(ctx, "one", r) }()
	for range 4 { // the third segment is taken only when the first is on disk
		if _, err := w.Write(content(segmentBytes)); err != nil {
			t.Fatal(err)
		}
	}
	left := stray(t, folder)
	if _, err := s.Get(t.Context(), "one"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get: %v", err)
	}
	if all, err := s.List(t.Context(), ""); len(all) > 0 || err != nil {
		t.Errorf("List: %v, %v", all, err)
	}
	if n, err := s.Sweep(t.Context(), time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("Sweep took %d of those who are still writing, %v", n, err)
	}
	if n, err := s.Sweep(t.Context(), time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("Sweep: %d, %v", n, err)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there", left)
	}
	kill()
	_ = w.CloseWithError(context.Canceled)
	if err := <-done; err == nil {
		t.Error("the killed Put succeeded")
	}
}

// stray finds the one file of a folder.
func stray(t *testing.T, folder string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	return found[0]
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, address := range []string{filepath.Join(folder, "plain"), "file://" + filepath.Join(folder, "address")} {
		put(t, open(t, Config{address, testKey}), "one", []byte("x"))
	}
	for _, address := range []string{"", "http://example.org", "mem://", "file://host/path", "file:///a?metadata=", "s3://"} {
		if s, err := Open(t.Context(), Config{address, testKey}); err == nil {
			_ = s.Close()
			t.Errorf("%q was opened", address)
		}
	}
}
