package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// The documents are what the tables say.
func TestDocumentsAreCurrent(t *testing.T) {
	t.Parallel()
	rendered, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range rendered {
		got, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("docs/%s is out of date; run make generate (-rendered +file):\n%s", name, diff)
		}
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	rendered, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range rendered {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	if err := write(filepath.Join(dir, "missing")); err == nil {
		t.Error("written into a folder that is not there")
	}
}

// Everything that the documents name is explained, and nothing else is.
func TestProseIsExhaustive(t *testing.T) {
	t.Parallel()
	explains(t, "revision", workflow.Editorials(), editorials)
	explains(t, "hold", workflow.Holdings(), holdings)
	explains(t, "life", workflow.Lives(), lives)
	explains(t, "space", workflow.SpaceStatuses(), spaces)
	explains(t, "photo", workflow.PhotoStatuses(), photos)
	explains(t, "consent", workflow.ConsentStatuses(), consents)
	explains(t, "case", workflow.CaseStatuses(), cases)
	explains(t, "verdict", workflow.Verdicts(), verdicts)
	explains(t, "mode", workflow.Modes(), modes)
	explains(t, "exposure", workflow.Exposures(), exposures)
	explains(t, "kind of hold", workflow.HoldKinds(), holdKinds)
	explains(t, "action", workflow.AllActions(), actions)
	explains(t, "need", needNames(), needs)
	explains(t, "role", actor.AllRoles(), roles)
	for status, about := range editorials {
		if about.means == "" || about.next == "" {
			t.Errorf("%s is half explained", status)
		}
	}
	for _, row := range settings.Table() {
		if authorities[row.Authority] == "" || changes[row.Change] == "" || row.About == "" {
			t.Errorf("parameter %s is half explained", row.Key)
		}
	}
}

func explains[K ~string, V any](t *testing.T, what string, keys []K, about map[K]V) {
	t.Helper()
	if diff := cmp.Diff(slices.Sorted(slices.Values(keys)), slices.Sorted(maps.Keys(about))); diff != "" {
		t.Errorf("%s (-in the code +explained):\n%s", what, diff)
	}
}

// Each row of a table has as many cells as its head, whatever the cells hold.
func TestTablesAreStraight(t *testing.T) {
	t.Parallel()
	rendered, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	escaped := regexp.MustCompile(`\\\|`)
	for name, text := range rendered {
		columns := 0
		for n, line := range strings.Split(text, "\n") {
			if !strings.HasPrefix(line, "|") {
				columns = 0
				continue
			}
			cells := strings.Count(escaped.ReplaceAllString(line, ""), "|")
			if columns != 0 && cells != columns {
				t.Errorf("docs/%s:%d: %d cells, the head has %d: %s", name, n+1, cells, columns, line)
			}
			columns = cells
		}
	}
}

// A drawing holds every way of the table but abandon and replace, once.
func TestDiagram(t *testing.T) {
	t.Parallel()
	want := "stateDiagram-v2\n" +
		"    [*] --> open : mask, withdraw, block, archive, freeze, stop\n" +
		"    open --> released : restore, lift, unarchive, unfreeze\n"
	if diff := cmp.Diff(want, diagram(workflow.HoldTable, workflow.NoHold)); diff != "" {
		t.Errorf("holds (-want +got):\n%s", diff)
	}
	drawing := diagram(workflow.EditorialTable, workflow.Draft)
	for _, line := range []string{
		"[*] --> draft\n", "draft --> submitted : submit, accept\n", "in_review --> scheduled : approve\n",
		"live --> live : review\n", "live --> rejected : revert\n", "superseded --> live : reinstate\n",
	} {
		if strings.Count(drawing, "    "+line) != 1 {
			t.Errorf("not drawn once: %s", line)
		}
	}
	if strings.Contains(drawing, "abandon,") || strings.Contains(drawing, "replace") && !strings.Contains(drawing, "replaced : omit_photo, blur_photo") {
		t.Errorf("abandon and replace are drawn:\n%s", drawing)
	}
}
