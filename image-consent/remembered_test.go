package imageconsent_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
)

// counted is a store that counts how often each file is read.
type counted map[string]int

func (c counted) Put(context.Context, string, io.Reader) error { return nil }

func (c counted) Get(_ context.Context, name string) (io.ReadCloser, error) {
	c[name]++
	size := 100
	if strings.HasPrefix(name, "large") {
		size = 1000
	}
	if name == "none" {
		return nil, directory.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(bytes.Repeat([]byte{name[0]}, size))), nil
}

func (c counted) Delete(context.Context, string) error { return nil }

func TestRemembered(t *testing.T) {
	t.Parallel()
	store := counted{}
	files := imageconsent.Remember(store, 800)
	read := func(name string, size int) {
		t.Helper()
		file, err := files.Get(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(file)
		if err != nil || len(data) != size || data[size-1] != name[0] {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "a", "i"} { // nine: b goes
		read(name, 100)
	}
	read("a", 100)
	read("b", 100)
	read("large", 1000)
	read("large", 1000)
	if err := files.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	read("a", 100)
	for name, want := range map[string]int{"a": 2, "b": 2, "d": 1, "i": 1, "large": 2} {
		if store[name] != want {
			t.Errorf("%s was read %d times, want %d", name, store[name], want)
		}
	}
	if _, err := files.Get(t.Context(), "none"); err == nil {
		t.Error("what is not there is found")
	}
}
