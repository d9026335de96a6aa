package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Files is a store of files, as looking for orphans needs it. blob.Store is one.
type Files interface {
	Page(ctx context.Context, prefix, from string, before time.Time) (names []string, next string, err error)
	Delete(ctx context.Context, name string) error
}

// OrphansConfig is what an Orphans is made of. Every field is required.
type OrphansConfig struct {
	Files    Files
	Unspoken func(ctx context.Context, names []string) ([]string, error) // those that no row speaks of
	Prefixes []string                                                    // what is looked through; all else is left alone
}

// Orphans deletes files that no row speaks of: of an upload whose process died between the
// file and the row, or of a photo that was erased while the store was away.
type Orphans struct {
	OrphansConfig
	at   int    // the prefix
	from string // where its next page begins
}

// NewOrphans returns an Orphans. Its first look begins at the first prefix.
func NewOrphans(cfg OrphansConfig) *Orphans { return &Orphans{OrphansConfig: cfg} }

// A file may be younger than its row; after a day there will be none.
const orphanAge = 24 * time.Hour

// fewFiles is up to how many files of a page may all be orphans.
const fewFiles = 20

// ErrForeign is a store of which the database knows too little: it is probably another's.
var ErrForeign = errors.New("most files are unknown to the database: nothing is deleted")

// Sweep looks through one page of the store, goes on from there the next time, and counts
// what it deleted. Where the database speaks of less than half of what is there it deletes
// nothing and answers ErrForeign: it was restored from long ago, or is another's. It is for
// one caller at a time.
func (o *Orphans) Sweep(ctx context.Context, now time.Time) (int, error) {
	names, next, err := o.Files.Page(ctx, o.Prefixes[o.at], o.from, now.Add(-orphanAge))
	if err != nil {
		o.from = "" // a place in a list may be forgotten by the store
		return 0, err
	}
	if o.from = next; next == "" {
		o.at = (o.at + 1) % len(o.Prefixes)
	}
	if len(names) == 0 {
		return 0, nil
	}
	orphans, err := o.Unspoken(ctx, names)
	if err != nil {
		return 0, err
	}
	if len(names) > fewFiles && 2*len(orphans) > len(names) {
		return 0, fmt.Errorf("%w (%d of %d)", ErrForeign, len(orphans), len(names))
	}
	for i, name := range orphans {
		if err := o.Files.Delete(ctx, name); err != nil {
			return i, err
		}
	}
	return len(orphans), nil
}
