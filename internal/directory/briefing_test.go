package directory_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

func yes() map[string]bool {
	answers := map[string]bool{}
	for _, point := range directory.Checklist() {
		answers[point] = true
	}
	return answers
}

func (b *bundle) briefing(t *testing.T) directory.Briefing {
	t.Helper()
	briefing, err := b.dir.Briefing(t.Context(), b.at(b.Lina))
	if err != nil {
		t.Fatal(err)
	}
	return briefing
}

func TestTheBriefingIsReadYearly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	read := b.now.AddDate(0, -2, 0)
	if got := b.briefing(t); got.Due || !got.Required || !got.ReadAt.Equal(read) {
		t.Errorf("read two months ago: %+v", got)
	}
	b.now = time.Date(2027, 9, 24, 9, 30, 0, 0, time.UTC)
	if got := b.briefing(t); !got.Due {
		t.Errorf("read a year ago: %+v", got)
	}
	if err := b.dir.ReadBriefing(t.Context(), b.at(b.Lina), directory.BriefingVersion, yes()); err != nil {
		t.Fatal(err)
	}
	if got := b.briefing(t); got.Due || !got.ReadAt.Equal(b.now) || got.Until.Year() != 2028 {
		t.Errorf("read again: %+v", got)
	}
	if diff := cmp.Diff([]string{"read_briefing person R16 1"}, b.trail(t)); diff != "" {
		t.Error(diff)
	}
}

func TestTheBriefingCanBeLeftToTheSchool(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_ = look[bool](t, b, `DELETE FROM briefing WHERE person_id = $1 RETURNING true`, b.Lina)
	if got := b.briefing(t); !got.Due || !got.ReadAt.IsZero() {
		t.Errorf("never read: %+v", got)
	}
	if _, err := b.dir.Configure(t.Context(), b.at(b.Garcia), 1, raw(`{"briefing_required": false}`)); err != nil {
		t.Fatal(err)
	}
	if got := b.briefing(t); got.Due || got.Required {
		t.Errorf("not asked for: %+v", got)
	}
}

func TestEveryPointIsConfirmed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answers := yes()
	answers["images"] = false
	delete(answers, "help")
	err := b.dir.ReadBriefing(t.Context(), b.at(b.Lina), "0", answers)
	if diff := cmp.Diff([]string{"answers.help required", "answers.images required", "version outdated"}, faults(err)); diff != "" {
		t.Error(diff)
	}
	for _, who := range []id.Person{b.Zoe, {}} {
		wantErr(t, b.dir.ReadBriefing(t.Context(), b.at(who), directory.BriefingVersion, yes()), directory.ErrNotFound)
	}
}
