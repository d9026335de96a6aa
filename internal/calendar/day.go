package calendar

import (
	"fmt"
	"strconv"
	"time"
)

// day is a civil date, counted from 1 January 1970. It has no hours and no zone,
// so that adding days can never meet a change of clock.
type day int

// dayOf returns the civil date that t shows in its own location.
func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return newDay(y, m, d)
}

func newDay(y int, m time.Month, d int) day {
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// parseDay reads a date written as 2026-09-01.
func parseDay(s string) (day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("parse day %q: %w", s, err)
	}
	return dayOf(t), nil
}

func (d day) date() (int, time.Month, int) {
	return time.Unix(int64(d)*86400, 0).UTC().Date()
}

func (d day) weekday() time.Weekday {
	return time.Unix(int64(d)*86400, 0).UTC().Weekday()
}

func (d day) weekend() bool {
	return d.weekday() == time.Saturday || d.weekday() == time.Sunday
}

// addMonths returns the same day of the month n months on, or that month's last day
// where it is shorter (31 January and one month: 28 or 29 February).
func (d day) addMonths(n int) day {
	y, m, dom := d.date()
	last := newDay(y, m+time.Month(n)+1, 0)
	return min(newDay(y, m+time.Month(n), 1)+day(dom-1), last)
}

// clock is a time of day: what has passed since midnight on the wall, in nanoseconds.
type clock time.Duration

func clockOf(t time.Time) clock {
	h, m, s := t.Clock()
	return clock(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute +
		time.Duration(s)*time.Second + time.Duration(t.Nanosecond()))
}

// at returns the instant at which loc's wall shows d and c. Where the clocks were
// put back and the wall shows it twice, the first, so that no deadline moves later;
// where they were put forward over it and the wall never shows it, the moment of
// the change.
func (d day) at(c clock, loc *time.Location) time.Time {
	y, m, dom := d.date()
	t := time.Date(y, m, dom, 0, 0, 0, int(c), loc)
	start, end := t.ZoneBounds()
	if shown := dayOf(t); shown != d || clockOf(t) != c {
		return gapEdge(t, shown < d || shown == d && clockOf(t) < c, start, end)
	}
	if start.IsZero() {
		return t
	}
	_, before := start.Add(-time.Nanosecond).Zone()
	_, after := start.Zone()
	if first := t.Add(time.Duration(after-before) * time.Second); after < before && first.Before(start) {
		return first
	}
	return t
}

// gapEdge returns the change of clock beside t, which stands for a time that the
// wall skipped: the end of t's own period when t fell early, else its beginning.
func gapEdge(t time.Time, early bool, start, end time.Time) time.Time {
	edge := start
	if early {
		edge = end
	}
	if edge.IsZero() {
		return t
	}
	return edge
}

var frenchMonths = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// FrenchMonth is the name of a month in French, as it stands in a date: « août ».
func FrenchMonth(month time.Month) string { return frenchMonths[month-1] }

// FrenchDay is a date in French, where t is: « 23 novembre 2026 », « 1er avril 2026 ».
func FrenchDay(t time.Time) string {
	number := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		number = "1er"
	}
	return fmt.Sprintf("%s\u00a0%s %d", number, FrenchMonth(t.Month()), t.Year())
}

// FrenchHour is a time of day in French, where t is: « 10 h 42 ».
func FrenchHour(t time.Time) string { return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute()) }
