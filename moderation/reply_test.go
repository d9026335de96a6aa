package moderation_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"imprimatur/internal/calendar"
	"imprimatur/internal/settings"
	"imprimatur/moderation"
)

// houses are establishments of every school zone, at home and overseas, on both sides of the
// date line and with and without summer time.
func houses(t *testing.T) []*calendar.Calendar {
	t.Helper()
	var list []*calendar.Calendar
	for _, zone := range calendar.Zones() {
		c, err := calendar.New(calendar.Config{Zone: zone})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	if len(list) < 6 {
		t.Fatalf("only %d zones", len(list))
	}
	return list
}

// drawMoment draws a second of some years, often one beside a change of clock, a leap day, a long
// month's end or a holiday.
func drawMoment(t *rapid.T) time.Time {
	days := []string{
		"2027-03-28", "2026-10-25", "2028-02-28", "2028-02-29", "2027-11-29", "2027-11-30", "2026-05-31", "2026-07-11", "2026-07-14", "2026-12-31", "2027-01-31", "2026-12-20",
	}
	at, _ := time.Parse(time.DateOnly, rapid.SampledFrom(days).Draw(t, "day"))
	if rapid.Bool().Draw(t, "any day") {
		at = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 1200).Draw(t, "days"))
	}
	return at.Add(time.Duration(rapid.IntRange(-86400, 2*86400).Draw(t, "seconds")) * time.Second)
}

// Invariant 10: the time to answer a reply depends on the wall alone. The oracle counts dates on
// the wall of the establishment; where the wall skips that time, the moment of the change.
func TestTheReplyDeadlineKnowsNoSchoolCalendar(t *testing.T) {
	t.Parallel()
	all := houses(t)
	rapid.Check(t, func(t *rapid.T) {
		came := drawMoment(t)
		for _, c := range all {
			due := c.Add(came, settings.ReplyAnswer.Initial())
			wall, want := due.In(c.Location()), came.In(c.Location())
			y, m, d := want.Date()
			ahead := time.Date(y, m, d+3, 12, 0, 0, 0, time.UTC)
			if wall.Format(time.DateOnly) != ahead.Format(time.DateOnly) {
				t.Fatalf("%s: came %s, due %s", c.Config().Zone, want, wall)
			}
			if h := due.Sub(came); h < 71*time.Hour || h > 73*time.Hour {
				t.Fatalf("%s: came %s, due %s: %s", c.Config().Zone, want, wall, h)
			}
			if _, was := want.Zone(); offset(wall) == was && due.Sub(came) != 72*time.Hour {
				t.Fatalf("%s: came %s, due %s, and no clock has changed", c.Config().Zone, want, wall)
			}
		}
	})
}

func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// The same whatever holidays there are: zones that share a wall share the deadline.
func TestZonesShareTheReplyDeadline(t *testing.T) {
	t.Parallel()
	byWall := map[string][]*calendar.Calendar{}
	for _, c := range houses(t) {
		byWall[c.Location().String()] = append(byWall[c.Location().String()], c)
	}
	if len(byWall["Europe/Paris"]) < 3 || len(byWall) < 4 {
		t.Fatalf("zones by wall: %v", byWall)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := drawMoment(t)
		for wall, list := range byWall {
			for _, c := range list {
				if a, b := list[0].Add(at, settings.ReplyAnswer.Initial()), c.Add(at, settings.ReplyAnswer.Initial()); !a.Equal(b) {
					t.Fatalf("%s: %s in zone %s, %s in zone %s", wall, a, list[0].Config().Zone, b, c.Config().Zone)
				}
			}
		}
	})
}

// Three months, date to date: the whole last day is in time, in the establishment's time zone.
// The oracle counts months by hand: the same date, or the last of a month too short for it.
func TestTheReplyWindow(t *testing.T) {
	t.Parallel()
	all := houses(t)
	length := func(y int, m time.Month) int { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day() }
	rapid.Check(t, func(t *rapid.T) {
		appeared := drawMoment(t)
		for _, c := range all {
			until := moderation.ReplyUntil(c, appeared, settings.ReplyWindow.Initial())
			y, m, d := appeared.In(c.Location()).Date()
			if m += 3; m > 12 {
				y, m = y+1, m-12
			}
			last := time.Date(y, m, min(d, length(y, m)), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			in, out := until.Add(-time.Second).In(c.Location()), until.In(c.Location())
			if in.Format(time.DateOnly) != last || out.Format(time.DateOnly) == last {
				t.Fatalf("%s: appeared %s: the last second is %s, want all of %s", c.Config().Zone, appeared.In(c.Location()), in, last)
			}
		}
	})
}

// Known days: a request at 23:59 on the last day is in time and at midnight is late, wherever
// that midnight is.
func TestTheLastMinuteOfAReply(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		zone                  calendar.Zone
		timeZone, appeared    string
		lastMinute, firstLate string
	}{
		{"A", "Europe/Paris", "2026-11-30T22:30:00Z", "2027-02-28T22:59:00Z", "2027-02-28T23:00:00Z"},       // 30 November: February is shorter
		{"A", "Europe/Paris", "2027-11-30T10:00:00Z", "2028-02-29T22:59:00Z", "2028-02-29T23:00:00Z"},       // and has a leap day
		{"C", "Europe/Paris", "2026-04-14T08:00:00Z", "2026-07-14T21:59:00Z", "2026-07-14T22:00:00Z"},       // 14 July
		{"B", "Europe/Paris", "2026-12-28T09:00:00Z", "2027-03-28T21:59:00Z", "2027-03-28T22:00:00Z"},       // the day of 23 hours
		{"B", "Europe/Paris", "2026-07-25T09:00:00Z", "2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z"},       // and of 25
		{"C", "Indian/Reunion", "2026-05-31T20:30:00Z", "2026-09-01T19:59:00Z", "2026-09-01T20:00:00Z"},     // already 1 June there
		{"C", "America/Martinique", "2026-06-01T03:30:00Z", "2026-09-01T03:59:00Z", "2026-09-01T04:00:00Z"}, // still 31 May there
		{"C", "America/Martinique", "2026-08-31T12:00:00Z", "2026-12-01T03:59:00Z", "2026-12-01T04:00:00Z"}, // 31 August to 30 November
		{"C", "Pacific/Noumea", "2026-01-31T13:30:00Z", "2026-05-01T12:59:00Z", "2026-05-01T13:00:00Z"},     // 1 February there, to 1 May
		{"C", "Pacific/Tahiti", "2026-02-01T09:59:00Z", "2026-05-01T09:59:00Z", "2026-05-01T10:00:00Z"},     // 31 January there, to 30 April
	} {
		c, err := calendar.New(calendar.Config{Zone: tt.zone, TimeZone: tt.timeZone})
		if err != nil {
			t.Fatal(err)
		}
		until := moderation.ReplyUntil(c, moment(t, tt.appeared), settings.ReplyWindow.Initial())
		early, late := moderation.Reply{Until: until, ReceivedAt: moment(t, tt.lastMinute)}, moderation.Reply{Until: until, ReceivedAt: moment(t, tt.firstLate)}
		if early.Late() || !late.Late() {
			t.Errorf("%s, appeared %s: too late from %s", tt.timeZone, tt.appeared, until)
		}
	}
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, "\n\n": 0, "un": 1, "un\ndeux": 2, "un\n\ndeux\n": 2, "0123456789": 1, "01234567890": 2, "éééééééééé": 1, "0123456789012345678901": 3, " \t un ": 1,
	} {
		if got := moderation.LinesOf(text, 10); got != want {
			t.Errorf("%q has %d lines of 10, want %d", text, got, want)
		}
	}
	if got := moderation.LinesOf("un", 0); got != 2 {
		t.Errorf("without a width: %d", got)
	}
}
