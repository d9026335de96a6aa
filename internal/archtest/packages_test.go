package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// module is our own import path.
const module = "imprimatur"

// maxLines is the longest that a Go file may be.
const maxLines = 500

// pkg is one package of the module, without its tests.
type pkg struct {
	path    string   // below the module
	own     []string // imports from the module, below it
	foreign []string // every other import
	doc     string
}

// list asks the go command once.
var list = sync.OnceValues(func() ([]pkg, error) {
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,Doc", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var all []pkg
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p struct {
			ImportPath, Doc string
			Imports         []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		one := pkg{path: strings.TrimPrefix(p.ImportPath, module+"/"), doc: p.Doc}
		for _, path := range p.Imports {
			if own, ok := strings.CutPrefix(path, module+"/"); ok {
				one.own = append(one.own, own)
			} else {
				one.foreign = append(one.foreign, path)
			}
		}
		all = append(all, one)
	}
})

func packages(t *testing.T) []pkg {
	t.Helper()
	sources(t)
	all, err := list()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("go list finds no package")
	}
	return all
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if strings.TrimSpace(p.doc) == "" {
			t.Errorf("%s has no package comment", p.path)
		}
	}
}

func TestNoUmbrellaPackages(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		switch name := filepath.Base(p.path); name {
		case "util", "utils", "common", "models", "helpers", "misc", "types":
			t.Errorf("%s is named for nothing that it answers for", p.path)
		}
	}
}

func TestNoFileOutgrowsItsReader(t *testing.T) {
	t.Parallel()
	for _, path := range sources(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Count(text, []byte("\n"))
		if lines > maxLines && !bytes.HasPrefix(text, []byte("// Code generated")) {
			t.Errorf("%s has %d lines; is there a second room in it?", path, lines)
		}
	}
}

// sources are the Go files of the module. Walking the tree also tells the go
// command what these tests depend on, so that a new package is never hidden by
// a cached result.
func sources(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("../..", func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "node_modules", "var", "bin"}, entry.Name()):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".go"):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
