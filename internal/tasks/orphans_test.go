package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"imprimatur/internal/tasks"
)

// bins is a store of two pages a prefix, with the time of each file.
type bins struct {
	files map[string]time.Time
	fails error
}

func (b *bins) Page(_ context.Context, prefix, from string, before time.Time) (names []string, next string, err error) {
	for name, at := range b.files {
		if first := name[len(prefix)] < 'm'; name[:len(prefix)] == prefix && first == (from == "") && at.Before(before) {
			names = append(names, name)
		}
	}
	if from == "" {
		next = "m"
	}
	return names, next, b.fails
}

func (b *bins) Delete(_ context.Context, name string) error {
	delete(b.files, name)
	return b.fails
}

// What no row speaks of goes when it is a day old, a page at a time and wherever it is;
// what is spoken of, or young, stays.
func TestOrphansAreSwept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	old, young := now.Add(-25*time.Hour), now.Add(-23*time.Hour)
	b := &bins{files: map[string]time.Time{"a/known": old, "a/bad": old, "a/young": young, "a/zbad": old, "s/bad": old, "s/known": old}}
	o := tasks.NewOrphans(tasks.OrphansConfig{Files: b, Prefixes: []string{"a/", "s/"}, Unspoken: func(_ context.Context, names []string) ([]string, error) {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name[2:] == "known" }), nil
	}})
	var counts []int
	for range 5 {
		count, err := o.Sweep(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, count)
	}
	if want := []int{1, 1, 1, 0, 0}; !slices.Equal(counts, want) || len(b.files) != 3 {
		t.Errorf("swept %v, want %v; left %v", counts, want, b.files)
	}
	b.fails = errors.New("the store is away")
	if _, err := o.Sweep(t.Context(), now); !errors.Is(err, b.fails) {
		t.Errorf("the store is away: %v", err)
	}
}

// A database that knows little of the store is not its own, and nothing is deleted.
func TestAForeignStoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	b := &bins{files: map[string]time.Time{}}
	for i := range 100 {
		b.files[fmt.Sprintf("a/%02d", i)] = now.Add(-48 * time.Hour)
	}
	o := tasks.NewOrphans(tasks.OrphansConfig{Files: b, Prefixes: []string{"a/"}, Unspoken: func(_ context.Context, names []string) ([]string, error) { return names[:51], nil }})
	if count, err := o.Sweep(t.Context(), now); !errors.Is(err, tasks.ErrForeign) || count != 0 || len(b.files) != 100 {
		t.Errorf("swept %d, %v, left %d", count, err, len(b.files))
	}
}
