package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"imprimatur/internal/calendar"
)

var (
	instants = rapid.Custom(func(t *rapid.T) time.Time {
		first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		return first.Add(time.Duration(rapid.Int64Range(0, 5*366*24*60).Draw(t, "minutes")) * time.Minute)
	})
	zones     = rapid.SampledFrom(calendar.Zones())
	kinds     = rapid.SampledFrom(calendar.Kinds())
	durations = rapid.Custom(func(t *rapid.T) calendar.Duration {
		return calendar.Duration{Kind: kinds.Draw(t, "kind"), N: rapid.IntRange(0, 90).Draw(t, "n")}
	})
)

// Invariant 10: two establishments that differ in their school zone alone agree on
// every legal deadline, and on which days work.
func TestLegalClocksIgnoreTheSchoolCalendar(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		place := calendar.Config{
			TimeZone:  rapid.SampledFrom([]string{"Europe/Paris", "Indian/Reunion", "America/Miquelon", "Pacific/Noumea"}).Draw(t, "time zone"),
			Territory: rapid.SampledFrom(calendar.Territories()).Draw(t, "territory"),
		}
		one, two := place, place
		one.Zone, two.Zone = zones.Draw(t, "one"), zones.Draw(t, "two")
		a, b := must(t, one), must(t, two)
		from, d := instants.Draw(t, "from"), durations.Draw(t, "span")
		if a.WorkingDay(from) != b.WorkingDay(from) {
			t.Fatalf("%s works in one zone only", from)
		}
		if !d.Kind.Legal() {
			return
		}
		if x, y := a.Reckon(from, calendar.Term{In: d}), b.Reckon(from, calendar.Term{In: d}); x != y {
			t.Fatalf("%s + %s: %v in zone %s, %v in zone %s", from, d, x, one.Zone, y, two.Zone)
		}
	})
}

// What comes in later is never due earlier, but for MONTHS, where several dates end
// with the same short month.
func TestLaterIsNeverDueEarlier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := must(t, calendar.Config{Zone: zones.Draw(t, "zone")})
		from, d := instants.Draw(t, "from"), durations.Draw(t, "span")
		later := from.Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(t, "minutes later")) * time.Minute)
		if d.Kind != calendar.Months && c.Add(later, d).Before(c.Add(from, d)) {
			t.Fatalf("%s: from %s due %s, from %s due %s", d, from, c.Add(from, d), later, c.Add(later, d))
		}
	})
}

// One more unit is never sooner, and a deadline never lies before its start.
func TestMoreIsNeverSooner(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := must(t, calendar.Config{Zone: zones.Draw(t, "zone")})
		from, d := instants.Draw(t, "from"), durations.Draw(t, "span")
		more := calendar.Duration{Kind: d.Kind, N: d.N + 1}
		at, next := c.Add(from, d), c.Add(from, more)
		if at.Before(from) || !next.After(at) {
			t.Fatalf("from %s: %s is %s, %s is %s", from, d, at, more, next)
		}
	})
}

// A counting kind arrives on a day that counts, or at the midnight that ends one, and
// has passed as many counting days as it was asked for.
func TestSchoolDaysCountSchoolDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := must(t, calendar.Config{Zone: zones.Draw(t, "zone")})
		from, n := instants.Draw(t, "from"), rapid.IntRange(1, 40).Draw(t, "n")
		at := c.Add(from, calendar.Duration{Kind: calendar.SchoolDays, N: n})
		last := at
		if !c.SchoolDay(from) {
			last = at.Add(-time.Minute)
		}
		if !c.SchoolDay(last) {
			t.Fatalf("%d school days from %s: %s is none", n, from, last)
		}
		if got := schoolDaysAfter(c, from, last); got != n {
			t.Fatalf("from %s to %s: %d school days, want %d", from, last, got, n)
		}
	})
}

// schoolDaysAfter counts the school days after from's day, up to the day of last.
func schoolDaysAfter(c *calendar.Calendar, from, last time.Time) int {
	n := 0
	y, m, d := from.In(c.Location()).Date()
	for i := 1; ; i++ {
		noon := time.Date(y, m, d+i, 12, 0, 0, 0, c.Location())
		if c.SchoolDay(noon) {
			n++
		}
		if noon.Format(time.DateOnly) == last.In(c.Location()).Format(time.DateOnly) {
			return n
		}
	}
}

func TestRemainingUndoesAdd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := must(t, calendar.Config{Zone: zones.Draw(t, "zone")})
		from, d := instants.Draw(t, "from"), durations.Draw(t, "span")
		if got := c.Remaining(from, c.Add(from, d), d.Kind); got != d {
			t.Fatalf("from %s: %s remain of %s", from, got, d)
		}
	})
}

func FuzzParseTerm(f *testing.F) {
	f.Add("1 SCHOOL_DAYS, at most 72 HOURS")
	f.Add("2 SCHOOL_DAYS")
	f.Fuzz(func(t *testing.T, s string) {
		term, err := calendar.ParseTerm(s)
		if err == nil && (!term.Valid() || term.String() != s) {
			t.Errorf("ParseTerm(%q) = %q", s, term)
		}
	})
}

func must(t *rapid.T, cfg calendar.Config) *calendar.Calendar {
	c, err := calendar.New(cfg)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return c
}
