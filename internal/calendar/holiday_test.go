package calendar_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/calendar"
)

// holidaysOf lists a year's public holidays by date.
func holidaysOf(t *testing.T, year int, where calendar.Territory) map[string]calendar.Holiday {
	t.Helper()
	c := newCalendar(t, calendar.Config{Zone: calendar.ZoneA, TimeZone: "UTC", Territory: where})
	found := map[string]calendar.Holiday{}
	for at := time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC); at.Year() == year; at = at.AddDate(0, 0, 1) {
		if h, ok := c.PublicHoliday(at); ok {
			found[at.Format("01-02")] = h
		}
	}
	return found
}

func TestPublicHolidays(t *testing.T) {
	t.Parallel()
	want := map[string]calendar.Holiday{
		"01-01": calendar.NewYear, "04-06": calendar.EasterMonday, "05-01": calendar.LabourDay,
		"05-08": calendar.Victory, "05-14": calendar.Ascension, "05-25": calendar.WhitMonday,
		"07-14": calendar.BastilleDay, "08-15": calendar.Assumption, "11-01": calendar.AllSaints,
		"11-11": calendar.Armistice, "12-25": calendar.Christmas,
	}
	if diff := cmp.Diff(want, holidaysOf(t, 2026, calendar.Mainland)); diff != "" {
		t.Errorf("mainland 2026 (-want +got):\n%s", diff)
	}
	want["04-03"], want["12-26"] = calendar.GoodFriday, calendar.SaintStephen
	if diff := cmp.Diff(want, holidaysOf(t, 2026, calendar.AlsaceMoselle)); diff != "" {
		t.Errorf("Alsace-Moselle 2026 (-want +got):\n%s", diff)
	}
}

func TestAbolitionDays(t *testing.T) {
	t.Parallel()
	for where, date := range map[calendar.Territory]string{
		calendar.Mayotte: "04-27", calendar.Martinique: "05-22", calendar.Guadeloupe: "05-27",
		calendar.SaintMartin: "05-28", calendar.Guyane: "06-10", calendar.SaintBarthelemy: "10-09", calendar.Reunion: "12-20",
	} {
		if got := holidaysOf(t, 2026, where); got[date] != calendar.AbolitionDay || len(got) != 12 {
			t.Errorf("%s: %v, want the mainland's and %s", where, got, date)
		}
	}
}

// Easter's extremes and its two corrections (1954 and 1981 are the years that the
// plain cycle gets wrong).
func TestEasterMonday(t *testing.T) {
	t.Parallel()
	for year, date := range map[int]string{
		1818: "03-23", 1943: "04-26", 1954: "04-19", 1981: "04-20", 2000: "04-24", 2008: "03-24", 2024: "04-01", 2025: "04-21",
		2027: "03-29", 2028: "04-17", 2038: "04-26", 2049: "04-19", 2076: "04-20", 2285: "03-23",
	} {
		if got := holidaysOf(t, year, calendar.Mainland); got[date] != calendar.EasterMonday {
			t.Errorf("%d: %s is %q, want Easter Monday", year, date, got[date])
		}
	}
}

func TestTwoHolidaysOnOneDay(t *testing.T) {
	t.Parallel()
	// Ascension fell on 1 May in 2008: still one holiday.
	if got := holidaysOf(t, 2008, calendar.Mainland); len(got) != 10 || got["05-01"] != calendar.LabourDay {
		t.Errorf("2008: %v", got)
	}
}

// 25 December begins in Nouméa when Paris still has the 24th.
func TestHolidayIsTheEstablishmentsDay(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 24, 14, 0, 0, 0, time.UTC)
	for zone, want := range map[calendar.Zone]bool{calendar.ZoneA: false, calendar.ZoneCaledonie: true} {
		if _, got := newCalendar(t, calendar.Config{Zone: zone}).PublicHoliday(at); got != want {
			t.Errorf("%s: %v, want %v", zone, got, want)
		}
	}
}
