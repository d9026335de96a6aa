package directory_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
)

func dated(text string) time.Time {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return at
}

// TestWhoIsAMinor holds the majority from both sides, and that a pupil of whom
// nobody knows the age is a child (R02, [L]).
func TestWhoIsAMinor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		born, on string
		profile  directory.Profile
		want     bool
	}{
		"the day before":               {"2008-11-24", "2026-11-23", directory.Pupil, true},
		"on the birthday":              {"2008-11-24", "2026-11-24", directory.Pupil, false},
		"a month before, later in it":  {"2008-11-24", "2026-10-30", directory.Pupil, true},
		"a month after, earlier in it": {"2008-11-24", "2026-12-01", directory.Pupil, false},
		"born on a 29th, on the 28th":  {"2008-02-29", "2026-02-28", directory.Pupil, true},
		"born on a 29th, on the 1st":   {"2008-02-29", "2026-03-01", directory.Pupil, false},
		"a young teacher is one too":   {"2009-01-01", "2026-11-24", directory.Teacher, true},
		"a pupil whom nobody knows":    {"", "2026-11-24", directory.Pupil, true},
		"a teacher whom nobody knows":  {"", "2026-11-24", directory.Teacher, false},
		"a guardian whom nobody knows": {"", "2026-11-24", directory.Guardian, false},
	} {
		p := directory.Person{}
		if test.born != "" {
			p.BirthDate = dated(test.born)
		}
		if got := p.MinorAs(test.profile == directory.Pupil, dated(test.on)); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestAgeGrowsByOneAYear: on the birthday and on no other day.
func TestAgeGrowsByOneAYear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		born := dated("1950-01-01").AddDate(0, 0, rapid.IntRange(0, 28_000).Draw(t, "born"))
		on := born.AddDate(0, 0, rapid.IntRange(1, 36_000).Draw(t, "on"))
		p := directory.Person{BirthDate: born}
		birthday := on.Month() == born.Month() && on.Day() == born.Day()
		leap := born.Month() == time.February && born.Day() == 29 && on.Month() == time.March && on.Day() == 1 && on.AddDate(0, 0, -1).Day() == 28
		grown := p.Age(on) - p.Age(on.AddDate(0, 0, -1))
		if (grown != 0) != (birthday || leap) || grown < 0 || grown > 1 {
			t.Fatalf("born %s, on %s they are %d more", born.Format(time.DateOnly), on.Format(time.DateOnly), grown)
		}
	})
}

// TestReadersSeeAPupilsInitialAlone: of nobody under any name do readers learn a
// pupil's family name (R36).
func TestReadersSeeAPupilsInitialAlone(t *testing.T) {
	t.Parallel()
	for p, want := range map[directory.Person]string{
		{GivenName: "Lina", FamilyName: "Haddad"}: "Lina H.", {GivenName: "Zoé"}: "Zoé", {FamilyName: "Haddad"}: "H.", {GivenName: "Jo", FamilyName: "Éluard"}: "Jo É.", {}: "",
	} {
		if got := p.Byline(directory.Pupil); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
		if got := p.Byline(directory.Teacher); got != p.FullName() || strings.TrimSpace(got) != got {
			t.Errorf("%+v as a teacher: %q", p, got)
		}
	}
}

// TestPeriodsMeetAndDoNotOverlap: where one ends the next begins.
func TestPeriodsMeetAndDoNotOverlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := func(name string) time.Time {
			return dated("2026-01-01").Add(time.Duration(rapid.IntRange(0, 50).Draw(t, name)) * time.Minute)
		}
		from, meet, now := at("from"), at("meet"), at("now")
		first, next := directory.Period{From: from, Until: meet}, directory.Period{From: meet}
		if first.Holds(now) && next.Holds(now) {
			t.Fatalf("both hold at %s", now)
		}
		if !now.Before(from) && !first.Holds(now) && !next.Holds(now) {
			t.Fatalf("neither holds at %s", now)
		}
		if now.Before(from) && first.Holds(now) {
			t.Fatalf("it holds at %s, before it began", now)
		}
	})
}

// TestWhatIsNeverDelegated: lifting a block, an answer to a reply, and whatever
// else is the director's alone is no power that can be lent (DESIGN, R14, R48).
func TestWhatIsNeverDelegated(t *testing.T) {
	t.Parallel()
	lent := map[actor.Role]bool{}
	for _, power := range directory.Powers() {
		lent[power] = true
	}
	for _, role := range actor.AllRoles() {
		want := role == actor.Signatory || role == actor.Judge || role == actor.Masker || role == actor.Withdrawer || role == actor.Stopper
		if lent[role] != want {
			t.Errorf("%s is lent: %t", role, lent[role])
		}
	}
}

func TestErrorsSayWhatAndWhy(t *testing.T) {
	t.Parallel()
	refusal := &directory.Refusal{Act: "delegate", Rule: "R09", Err: directory.ErrForbidden}
	field := &directory.FieldError{Field: "until", Code: "too_late", Err: directory.ErrTaken}
	if !errors.Is(refusal, directory.ErrForbidden) || !errors.Is(field, directory.ErrTaken) {
		t.Error("the cause is lost")
	}
	for _, word := range []string{"delegate", "R09"} {
		if !strings.Contains(refusal.Error(), word) {
			t.Errorf("%q does not say %s", refusal, word)
		}
	}
	if got := (&directory.FieldError{Field: "until", Code: "too_late"}).Error(); got != "until: too_late" {
		t.Errorf("%q", got)
	}
	if !strings.Contains(field.Error(), directory.ErrTaken.Error()) {
		t.Errorf("%q does not say why", field)
	}
}
