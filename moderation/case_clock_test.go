package moderation

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// schoolhouse is an establishment as the oracle knows it: by dates that were written out by hand from
// the ministry's and the rectorats' calendars, and by nothing of package calendar.
type schoolhouse struct {
	zone, timeZone string
	holidays       []string    // that fall on a day of their own in the territory
	breaks         [][2]string // the first day without lessons, and the day of return
}

var shared = [][2]string{
	{"2025-10-18", "2025-11-03"}, {"2025-12-20", "2026-01-05"}, {"2026-05-14", "2026-05-18"}, {"2026-07-04", "2026-09-01"},
	{"2026-10-17", "2026-11-02"}, {"2026-12-19", "2027-01-04"}, {"2027-05-06", "2027-05-10"}, {"2027-07-03", "2027-09-01"},
}

var schoolhouses = []schoolhouse{
	{"A", "Europe/Paris", nil, slices.Concat(shared, [][2]string{{"2026-02-07", "2026-02-23"}, {"2026-04-04", "2026-04-20"}, {"2027-02-13", "2027-03-01"}, {"2027-04-10", "2027-04-26"}})},
	{"B", "Europe/Paris", nil, slices.Concat(shared, [][2]string{{"2026-02-14", "2026-03-02"}, {"2026-04-11", "2026-04-27"}, {"2027-02-20", "2027-03-08"}, {"2027-04-17", "2027-05-03"}})},
	{"C", "Europe/Paris", nil, slices.Concat(shared, [][2]string{{"2026-02-21", "2026-03-09"}, {"2026-04-18", "2026-05-04"}, {"2027-02-06", "2027-02-22"}, {"2027-04-03", "2027-04-19"}})},
	{"reunion", "Indian/Reunion", []string{"2025-12-20", "2026-12-20", "2027-12-20", "2028-12-20"}, [][2]string{
		{"2025-10-11", "2025-10-27"}, {"2025-12-20", "2026-01-21"}, {"2026-02-28", "2026-03-16"}, {"2026-05-02", "2026-05-18"}, {"2026-07-04", "2026-08-18"},
		{"2026-10-10", "2026-10-26"}, {"2026-12-19", "2027-02-01"}, {"2027-03-17", "2027-03-30"}, {"2027-05-06", "2027-05-19"}, {"2027-07-03", "2027-08-01"},
	}},
	{"martinique", "America/Martinique", []string{"2026-05-22", "2027-05-22", "2028-05-22"}, nil}, // its school calendar is not known
}

// national are the public holidays that move, of the years of these tests; the others are below.
var national = []string{
	"2026-04-06", "2026-05-14", "2026-05-25", "2027-03-29", "2027-05-06", "2027-05-17", "2028-04-17", "2028-05-25", "2028-06-05",
}

var fixedDays = []string{"01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"}

// teaches reports whether there are lessons on a date.
func (s schoolhouse) teaches(date time.Time) bool {
	day := date.Format(time.DateOnly)
	if date.Weekday() == time.Saturday || date.Weekday() == time.Sunday || slices.Contains(fixedDays, day[5:]) ||
		slices.Contains(national, day) || slices.Contains(s.holidays, day) {
		return false
	}
	return !slices.ContainsFunc(s.breaks, func(b [2]string) bool { return b[0] <= day && day < b[1] })
}

// wall is what a clock on the wall shows, as if that were UTC.
func (s schoolhouse) wall(at time.Time) time.Time {
	loc, _ := time.LoadLocation(s.timeZone)
	_, offset := at.In(loc).Zone()
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

// shows is the first minute at which the wall shows that, or has gone past it.
func (s schoolhouse) shows(wanted time.Time) time.Time {
	at := wanted.Add(-5 * time.Hour)
	for s.wall(at).Before(wanted) {
		at = at.Add(time.Minute)
	}
	return at
}

// lessons is the end of a number of days with lessons: at the same time of day or, begun on a day
// without, at the end of the last.
func (s schoolhouse) lessons(from time.Time, n int) time.Time {
	wall := s.wall(from)
	within := s.teaches(wall)
	date := wall
	for n > 0 {
		date = date.AddDate(0, 0, 1)
		if s.teaches(date) {
			n--
		}
	}
	if !within {
		date = date.Truncate(24*time.Hour).AddDate(0, 0, 1)
	}
	return s.shows(date)
}

// months is the same date so many months later, or the last of a month that is too short.
func (s schoolhouse) months(from time.Time, n int) time.Time {
	wall := s.wall(from)
	first := time.Date(wall.Year(), wall.Month()+time.Month(n), 1, wall.Hour(), wall.Minute(), 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return s.shows(first.AddDate(0, 0, min(wall.Day(), last)-1))
}

// target is R41's.
func (s schoolhouse) target(from time.Time, severity workflow.Severity) time.Time {
	switch severity {
	case 4:
		return from.Add(time.Hour)
	case 3:
		return from.Add(4 * time.Hour)
	case 2:
		if due := s.lessons(from, 1); due.Before(from.Add(72 * time.Hour)) {
			return due
		}
		return from.Add(72 * time.Hour)
	}
	return s.lessons(from, 5)
}

// edges are walls at which clocks go wrong: both changes of the hour, the leap day, what ends six
// months before it, the fourteenth of July, and the last minute of a month.
var edges = []string{
	"2026-03-28T02:30", "2026-03-29T01:59", "2026-03-29T03:00", "2025-09-29T02:30", "2026-10-24T02:30", "2026-10-25T02:30", "2026-10-25T03:00", "2026-10-10T02:30",
	"2028-02-28T23:59", "2028-02-29T12:00", "2027-08-29T10:00", "2027-08-31T23:59", "2026-05-21T18:00", "2026-07-13T17:00", "2026-07-14T09:00",
	"2026-01-31T23:59", "2026-02-28T23:59", "2026-04-30T23:59", "2026-08-31T23:59", "2026-12-31T23:59", "2026-04-03T18:00", "2026-12-19T23:59",
}

// drawMoment is a minute in an establishment: an edge, one near it, or any.
func (s schoolhouse) drawMoment(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "edge") {
		wall, _ := time.Parse("2006-01-02T15:04", rapid.SampledFrom(edges).Draw(t, "wall"))
		return s.shows(wall).Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "minutes beside")) * time.Minute)
	}
	first := time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)
	return first.Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(t, "minutes")) * time.Minute)
}

func (s schoolhouse) house(t *rapid.T) directory.House {
	cal, err := calendar.New(calendar.Config{Zone: calendar.Zone(s.zone)})
	if err != nil {
		t.Fatal(err)
	}
	return directory.House{Calendar: cal}
}

// groundOf is some ground of a severity.
func groundOf(severity workflow.Severity) workflow.Ground {
	all := workflow.Grounds()
	return all[slices.IndexFunc(all, func(g workflow.GroundInfo) bool { return g.Severity == severity })].Ground
}

// The clocks of a case are those of R41, R42 and R45 wherever the school is and whenever it begins,
// against an oracle that counts by the wall, minute by minute.
func TestTheClocksOfACase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		school := rapid.SampledFrom(schoolhouses).Draw(t, "school")
		now, severity := school.drawMoment(t), workflow.Severity(rapid.IntRange(1, 4).Draw(t, "severity"))
		house := school.house(t)
		c := ReportInput{Ground: groundOf(severity)}.caseOf(actor.Anonymous(id.New[id.Tenant](), "test"), house, Target{}, now)
		file := CaseFile{Case: c, House: house}
		same := func(what string, got, want time.Time) {
			if !got.Equal(want) {
				t.Fatalf("%s in %s, from %s: %s, not %s", what, school.zone, school.wall(now), school.wall(got), school.wall(want))
			}
		}
		due := school.target(now, severity)
		same("R41", c.DueAt, due)
		same("R40", c.EscalateAt, now.Add(due.Sub(now)/2))
		same("R42", file.maskReview(now).Due, now.Add(48*time.Hour))
		same("R45, to appeal", file.appealUntil(now), school.months(now, 6))
		half, answer := file.appealTimes(now)
		same("R45, to answer", answer, school.shows(school.wall(now).AddDate(0, 0, 15)))
		same("R40, of an appeal", half, now.Add(answer.Sub(now)/2))
	})
}

// As the clock goes on, a case is late from its time and not a minute before; and a decision may be
// appealed until its time, and not a minute later (R41, R45). Begun again, its times are new.
func TestACaseAsTheClockGoesOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		school := rapid.SampledFrom(schoolhouses).Draw(t, "school")
		now, severity := school.drawMoment(t), workflow.Severity(rapid.IntRange(1, 4).Draw(t, "severity"))
		file := CaseFile{Case: Case{Status: workflow.CaseAssigned, Severity: severity}, House: school.house(t)}
		file.restart(now)
		decided := file
		decided.Status, decided.Verdict, decided.AppealUntil = workflow.CaseDecided, workflow.WithdrawAll, file.appealUntil(now)
		until := school.months(now, 6)
		for range 4 {
			clock := now.Add(time.Duration(rapid.IntRange(0, 250*24*60).Draw(t, "minutes later")) * time.Minute)
			for _, at := range []time.Time{clock, file.DueAt.Add(-time.Minute), file.DueAt, until.Add(-time.Minute), until} {
				if got, want := file.Overdue(at), !at.Before(school.target(now, severity)); got != want {
					t.Fatalf("R41 in %s: from %s, late at %s: %t", school.zone, school.wall(now), school.wall(at), got)
				}
				if got, want := decided.authorMayAppeal(at), at.Before(until); got != want {
					t.Fatalf("R45 in %s: from %s, may appeal at %s: %t", school.zone, school.wall(now), school.wall(at), got)
				}
				if facts := decided.facts(actor.Actor{}, at); facts.Lapsed == at.Before(until) {
					t.Fatalf("R45 in %s: from %s, lapsed at %s: %t", school.zone, school.wall(now), school.wall(at), facts.Lapsed)
				}
			}
			file.restart(clock)
			if got, want := file.DueAt, school.target(clock, severity); !got.Equal(want) {
				t.Fatalf("R41 in %s, begun again at %s: %s, not %s", school.zone, school.wall(clock), school.wall(got), school.wall(want))
			}
			file.restart(now)
		}
	})
}
