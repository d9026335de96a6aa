package calendar

import (
	"strings"
	"testing"
	"time"
)

// The published calendars, as school days: around 180 in each covered year, every
// break beginning on a day without lessons.
func TestEmbeddedSchoolYears(t *testing.T) {
	t.Parallel()
	if SchoolSource() == "" {
		t.Error("the data names no source")
	}
	for _, zone := range []Zone{ZoneA, ZoneB, ZoneC, ZoneCorse, ZoneReunion} {
		c, err := New(Config{Zone: zone})
		if err != nil {
			t.Fatal(err)
		}
		for i, year := range c.school.covered {
			n := 0
			for d := year.first; d < year.after; d++ {
				if c.teaches(d) {
					n++
				}
			}
			if n < 165 || n > 185 {
				t.Errorf("zone %s, year %d: %d school days", zone, i, n)
			}
			if !c.teaches(year.first) {
				t.Errorf("zone %s, year %d: pupils return on a day without lessons", zone, i)
			}
		}
		for _, b := range c.school.breaks {
			if !c.school.knows(b.first) || c.teaches(b.first) || c.teaches(b.after-1) {
				t.Errorf("zone %s: break %v", zone, b)
			}
		}
	}
}

func TestWinterIsStaggered(t *testing.T) {
	t.Parallel()
	on := newDay(2027, time.February, 10)
	for zone, closed := range map[Zone]bool{ZoneA: false, ZoneB: false, ZoneC: true} {
		if got := schoolYears[zone].closed(on); got != closed {
			t.Errorf("10 February 2027 in zone %s: closed %v, want %v", zone, got, closed)
		}
	}
}

func TestReadSchoolRefuses(t *testing.T) {
	t.Parallel()
	year := func(first, until, breaks string) string {
		return `{"years":[{"zones":["A"],"first":"` + first + `","until":"` + until + `","breaks":[` + breaks + `]}]}`
	}
	for _, tt := range []struct{ name, data, want string }{
		{"not JSON", `{`, "unexpected end"},
		{"an unknown zone", `{"years":[{"zones":["D"]}]}`, "unknown school zone"},
		{"a date that is none", year("2026-02-30", "2026-08-31", ""), "parse day"},
		{"no end", year("2026-09-01", "", ""), "parse day"},
		{"a year that ends first", year("2026-09-01", "2026-08-01", ""), "ends before it begins"},
		{"a break that ends first", year("2026-09-01", "2027-08-31", `{"name":"x","from":"2026-10-02","back":"2026-10-01"}`), "x: 2026-10-02 ends before"},
		{"a break without an end", year("2026-09-01", "2027-08-31", `{"name":"x","from":"2026-10-02"}`), "x: parse day"},
		{"breaks that overlap", year("2026-09-01", "2027-08-31",
			`{"name":"x","from":"2026-10-02","back":"2026-10-09"},{"name":"y","from":"2026-10-08","back":"2026-10-10"}`), "y: 2026-10-08 begins before"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := readSchool([]byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// at must agree with the wall on every minute around every change of clock.
func TestAtAroundChangesOfClock(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Paris", "America/Miquelon", "Africa/Casablanca", "America/Havana"} {
		loc, err := Location(name)
		if err != nil {
			t.Fatal(err)
		}
		for d := newDay(2026, time.January, 1); d < newDay(2027, time.January, 1); d++ {
			checkDay(t, d, loc)
		}
	}
}

func checkDay(t *testing.T, d day, loc *time.Location) {
	t.Helper()
	last := d.at(0, loc).Add(-time.Nanosecond)
	for c := clock(0); c < clock(24*time.Hour); c += clock(30 * time.Minute) {
		got := d.at(c, loc)
		if got.Before(last) {
			t.Fatalf("%s: wall %v of %v goes back to %s", loc, time.Duration(c), d, got)
		}
		if earlier := got.Add(-time.Hour); clockOf(earlier) == c && dayOf(earlier) == d {
			t.Fatalf("%s: %s was shown an hour before already", loc, got)
		}
		before := got.Add(-time.Nanosecond)
		if exact := clockOf(got) == c && dayOf(got) == d; !exact && dayOf(before) == d && clockOf(before) > c {
			t.Fatalf("%s: wall %v became %s", loc, time.Duration(c), got)
		}
		last = got
	}
}
