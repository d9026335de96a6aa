package publication

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// desk is a transaction that remembers what was written of a draft.
type desk struct {
	Tx
	inserted, updated *Revision
	slug              string
}

func (d *desk) InsertDraft(_ context.Context, r Revision, _ string) error {
	d.inserted = &r
	return nil
}
func (d *desk) UpdateDraft(_ context.Context, r Revision, _ string) error { d.updated = &r; return nil }
func (d *desk) Rename(_ context.Context, _ id.Contribution, slug string) error {
	d.slug = slug
	return nil
}

// TestDraftsAreSavedAtTheVersionThatWasSeen: two pages that save the same draft do
// not overwrite each other in silence.
func TestDraftsAreSavedAtTheVersionThatWasSeen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		there   bool
		version int64
		want    int64 // saved as; 0: stale
	}{
		"the first":                    {false, 0, 1},
		"the first, by an old page":    {false, 2, 0},
		"the next":                     {true, 2, 3},
		"the next, by an older page":   {true, 1, 0},
		"the next, as if it was first": {true, 0, 0},
		"the next, from the future":    {true, 3, 0},
	} {
		m := newMatter(t, actor.Author)
		var former *Revision
		if test.there {
			former = m.text(t, workflow.Draft)
		}
		tx := &desk{}
		saved, err := m.d.keep(t.Context(), tx, m.person(m.lina), actor.Author, former, *m.text(t, workflow.Draft), test.version, "")
		if test.want == 0 {
			if !errors.Is(err, workflow.ErrStale) || tx.inserted != nil || tx.updated != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || saved.Version != test.want || (tx.inserted != nil) == test.there || (tx.updated != nil) != test.there {
			t.Errorf("%s: version %d, %v", name, saved.Version, err)
		}
		if test.there && (tx.updated.ID != former.ID || tx.updated.Version != former.Version) {
			t.Errorf("%s overwrites %s at %d", name, tx.updated.ID, tx.updated.Version)
		}
	}
}

// TestADraftIsItsAuthors: whoever types, the text is the author's; a suggestion
// says besides whose idea it was (R18). An address follows the author's title
// until readers know it.
func TestADraftIsItsAuthors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		as        actor.Role
		published bool
		suggested bool
		slug      string
	}{
		"by the author":             {actor.Author, false, false, "le-herisson"},
		"by the author, published":  {actor.Author, true, false, ""},
		"by a moderator":            {actor.Suggester, false, true, ""},
		"by a moderator, published": {actor.Suggester, true, true, ""},
	} {
		m := newMatter(t)
		if test.published {
			m.live(t)
		}
		tx := &desk{}
		saved, err := m.d.keep(t.Context(), tx, m.person(m.martin), test.as, nil, *m.text(t, workflow.Draft), 0, "")
		if err != nil {
			t.Fatal(err)
		}
		want := id.Person{}
		if test.suggested {
			want = m.martin
		}
		if diff := cmp.Diff([]id.Person{m.lina, want}, []id.Person{saved.Author, saved.SuggestedBy}); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if tx.slug != test.slug || saved.Contribution != m.d.Contribution.ID {
			t.Errorf("%s: at %q, of %s", name, tx.slug, saved.Contribution)
		}
	}
}
