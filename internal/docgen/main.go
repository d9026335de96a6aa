// Command docgen writes the documents that are rendered from tables:
// docs/state-machines.md from the tables of workflow, and docs/configuration.md
// from the flags of internal/config and the parameters of internal/settings. Run
// it with make generate; a test fails where a document differs.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . -dir ../../docs

func main() {
	dir := flag.String("dir", "docs", "folder that the documents are written to")
	flag.Parse()
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

// documents renders every document, by its file name.
func documents() (map[string]string, error) {
	configuration, err := configuration()
	if err != nil {
		return nil, fmt.Errorf("render the configuration: %w", err)
	}
	return map[string]string{"configuration.md": configuration, "state-machines.md": stateMachines()}, nil
}

// write renders every document into the folder.
func write(dir string) error {
	rendered, err := documents()
	if err != nil {
		return err
	}
	for name, text := range rendered {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
