package calendar_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/calendar"
)

func newCalendar(t testing.TB, cfg calendar.Config) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wall reads a local date and time in the zone of c.
func wall(t testing.TB, c *calendar.Calendar, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, c.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func span(t testing.TB, s string) calendar.Duration {
	t.Helper()
	d, err := calendar.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAdd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		zone calendar.Zone
		from string
		add  string
		want string
	}{
		{"hours pass through a night", "C", "2026-10-06 22:00", "4 HOURS", "2026-10-07 02:00"},
		{"hours do not stretch when clocks go back", "C", "2026-10-25 00:30", "24 HOURS", "2026-10-25 23:30"},
		{"hours do not shrink when clocks go forward", "C", "2026-03-28 12:00", "24 HOURS", "2026-03-29 13:00"},
		{"a calendar day keeps the wall when clocks go back", "C", "2026-10-24 12:00", "1 CALENDAR_DAYS", "2026-10-25 12:00"},
		{"calendar days take Sundays and holidays", "C", "2026-04-30 09:00", "3 CALENDAR_DAYS", "2026-05-03 09:00"},
		{"a time that the wall skips is the change", "C", "2026-03-28 02:30", "1 CALENDAR_DAYS", "2026-03-29 03:00"},
		{"a month from 31 January ends with February", "C", "2026-01-31 10:00", "1 MONTHS", "2026-02-28 10:00"},
		{"and with the 29th in a leap year", "C", "2028-01-31 10:00", "1 MONTHS", "2028-02-29 10:00"},
		{"six months over a new year", "C", "2026-08-31 10:00", "6 MONTHS", "2027-02-28 10:00"},
		{"twelve months", "C", "2026-02-28 10:00", "12 MONTHS", "2027-02-28 10:00"},
		{"Saturday is a working day", "C", "2026-10-09 10:00", "1 WORKING_DAYS", "2026-10-10 10:00"},
		{"Sunday is none", "C", "2026-10-10 10:00", "1 WORKING_DAYS", "2026-10-12 10:00"},
		{"from a Sunday, Monday counts whole", "C", "2026-10-11 10:00", "1 WORKING_DAYS", "2026-10-13 00:00"},
		{"working days do not stop for school holidays", "C", "2026-07-20 10:00", "3 WORKING_DAYS", "2026-07-23 10:00"},
		{"two school days over a week-end", "C", "2026-10-08 17:00", "2 SCHOOL_DAYS", "2026-10-12 17:00"},
		{"Wednesday is a school day", "C", "2026-10-06 08:00", "1 SCHOOL_DAYS", "2026-10-07 08:00"},
		{"from a Saturday, due when Monday ends", "C", "2026-10-10 08:00", "1 SCHOOL_DAYS", "2026-10-13 00:00"},
		{"over the Toussaint", "C", "2026-10-16 10:00", "1 SCHOOL_DAYS", "2026-11-02 10:00"},
		{"winter in zone A", "A", "2026-02-06 10:00", "1 SCHOOL_DAYS", "2026-02-23 10:00"},
		{"the same day in zone B", "B", "2026-02-06 10:00", "1 SCHOOL_DAYS", "2026-02-09 10:00"},
		{"the bridge of Ascension", "B", "2027-05-05 10:00", "1 SCHOOL_DAYS", "2027-05-10 10:00"},
		{"over the summer", "A", "2026-07-03 10:00", "1 SCHOOL_DAYS", "2026-09-01 10:00"},
		{"within the summer, the end of the first day back", "A", "2026-08-01 10:00", "1 SCHOOL_DAYS", "2026-09-02 00:00"},
		{"La Réunion goes back in August", "reunion", "2026-08-01 10:00", "1 SCHOOL_DAYS", "2026-08-19 00:00"},
		{"Corsica's own holiday", "corse", "2025-12-05 10:00", "1 SCHOOL_DAYS", "2025-12-09 10:00"},
		{"no span", "C", "2026-10-06 08:00", "0 SCHOOL_DAYS", "2026-10-06 08:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCalendar(t, calendar.Config{Zone: tt.zone})
			got := c.Add(wall(t, c, tt.from), span(t, tt.add))
			if want := wall(t, c, tt.want); !got.Equal(want) {
				t.Errorf("%s + %s = %s, want %s", tt.from, tt.add, got.In(c.Location()), want)
			}
			if got.Location() != time.UTC {
				t.Errorf("given in %s, want UTC", got.Location())
			}
		})
	}
}

// The instant matters, not the zone in which the caller holds it.
func TestAddIsComputedInTheEstablishmentsZone(t *testing.T) {
	t.Parallel()
	paris := newCalendar(t, calendar.Config{Zone: calendar.ZoneC})
	noumea := newCalendar(t, calendar.Config{Zone: calendar.ZoneCaledonie})
	from := time.Date(2026, time.October, 9, 21, 0, 0, 0, time.UTC) // Friday in Paris, Saturday in Nouméa
	oneDay := calendar.Duration{Kind: calendar.SchoolDays, N: 1}
	if got, want := paris.Add(from, oneDay), time.Date(2026, time.October, 12, 21, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("Paris: %s, want %s", got, want)
	}
	if got, want := noumea.Add(from, oneDay), time.Date(2026, time.October, 12, 13, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("Nouméa: %s, want %s", got, want)
	}
	if elsewhere := from.In(time.FixedZone("", -9*3600)); !paris.Add(elsewhere, oneDay).Equal(paris.Add(from, oneDay)) {
		t.Error("the same instant in another zone gives another result")
	}
}

func TestATimeShownTwiceIsTheFirst(t *testing.T) {
	t.Parallel()
	for zone, tt := range map[calendar.Zone]struct{ from, want time.Time }{
		calendar.ZoneC:           {time.Date(2026, 10, 24, 0, 30, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)},
		calendar.ZoneSaintPierre: {time.Date(2026, 10, 31, 3, 30, 0, 0, time.UTC), time.Date(2026, 11, 1, 3, 30, 0, 0, time.UTC)},
	} {
		c := newCalendar(t, calendar.Config{Zone: zone})
		if got := c.Add(tt.from, calendar.Duration{Kind: calendar.CalendarDays, N: 1}); !got.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", zone, got, tt.want)
		}
	}
}

func TestDueTakesTheEarlier(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, calendar.Config{Zone: calendar.ZoneA})
	for _, tt := range []struct{ from, term, want string }{
		{"2026-10-06 10:00", "1 SCHOOL_DAYS, at most 72 HOURS", "2026-10-07 10:00"},
		{"2026-10-16 10:00", "1 SCHOOL_DAYS, at most 72 HOURS", "2026-10-19 10:00"}, // the Toussaint begins
		{"2026-10-16 10:00", "1 SCHOOL_DAYS", "2026-11-02 10:00"},
	} {
		term, err := calendar.ParseTerm(tt.term)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := c.Due(wall(t, c, tt.from), term), wall(t, c, tt.want); !got.Equal(want) {
			t.Errorf("%s from %s: %s, want %s", tt.term, tt.from, got.In(c.Location()), want)
		}
	}
}

func TestWhatIsNotKnownIsSaid(t *testing.T) {
	t.Parallel()
	oneDay := calendar.Term{In: calendar.Duration{Kind: calendar.SchoolDays, N: 1}}
	for _, tt := range []struct {
		name    string
		zone    calendar.Zone
		from    string
		term    calendar.Term
		assumed bool
	}{
		{"within a published year", "A", "2026-10-06 10:00", oneDay, false},
		{"beyond the published years", "A", "2027-09-06 10:00", oneDay, true},
		{"across their end", "A", "2027-07-02 10:00", oneDay, true},
		{"a zone without data", "mayotte", "2026-10-06 10:00", oneDay, true},
		{"a legal clock assumes nothing", "mayotte", "2040-10-06 10:00", calendar.Term{In: span(t, "3 CALENDAR_DAYS")}, false},
		{"nor a cap that comes first", "mayotte", "2026-10-09 10:00", calendar.Term{In: oneDay.In, AtMost: span(t, "24 HOURS")}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCalendar(t, calendar.Config{Zone: tt.zone})
			if got := c.Reckon(wall(t, c, tt.from), tt.term); got.Assumed != tt.assumed {
				t.Errorf("Assumed = %v, want %v", got.Assumed, tt.assumed)
			}
		})
	}
}

func TestAnUnknownYearCountsWeekdays(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, calendar.Config{Zone: calendar.ZoneA})
	if at := wall(t, c, "2030-08-06 10:00"); c.SchoolYearKnown(at) || !c.SchoolDay(at) {
		t.Error("a Tuesday of an unknown August should count, and be said not to be known")
	}
	for _, s := range []string{"2030-08-10 10:00", "2030-08-11 10:00", "2030-08-15 10:00"} {
		if c.SchoolDay(wall(t, c, s)) {
			t.Errorf("%s counts as a school day", s)
		}
	}
}

func TestRemaining(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, calendar.Config{Zone: calendar.ZoneC})
	for _, tt := range []struct{ now, due, want string }{
		{"2026-10-06 10:00", "2026-10-08 09:00", "47 HOURS"},
		{"2026-10-06 10:00", "2026-10-08 09:00", "1 CALENDAR_DAYS"},
		{"2026-10-06 10:00", "2026-10-08 10:00", "2 CALENDAR_DAYS"},
		{"2026-10-09 10:00", "2026-10-12 10:00", "1 SCHOOL_DAYS"},
		{"2026-10-09 10:00", "2026-10-12 10:00", "2 WORKING_DAYS"},
		{"2026-01-31 10:00", "2026-03-30 10:00", "1 MONTHS"},
		{"2026-10-09 10:00", "2026-10-09 10:00", "0 HOURS"},
		{"2026-10-09 10:00", "2026-10-01 10:00", "0 SCHOOL_DAYS"},
	} {
		want := span(t, tt.want)
		if got := c.Remaining(wall(t, c, tt.now), wall(t, c, tt.due), want.Kind); got != want {
			t.Errorf("from %s to %s: %s, want %s", tt.now, tt.due, got, want)
		}
	}
	if got := c.Remaining(wall(t, c, "2026-10-06 10:00"), wall(t, c, "2026-10-08 09:00"), "WEEKS"); got.N != 0 {
		t.Errorf("an unknown kind leaves %d", got.N)
	}
}

func TestABrokenDurationIsDueAtOnce(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, calendar.Config{Zone: calendar.ZoneC})
	now := wall(t, c, "2026-10-06 10:00")
	for _, d := range []calendar.Duration{{}, {Kind: "WEEKS", N: 3}, {Kind: calendar.Hours, N: -1}, {Kind: calendar.SchoolDays, N: calendar.MaxN + 1}} {
		if got := c.Add(now, d); !got.Equal(now) {
			t.Errorf("Add(%v) = %s, want now", d, got)
		}
	}
}

func TestNewFillsInAndRefuses(t *testing.T) {
	t.Parallel()
	want := calendar.Config{Zone: calendar.ZoneReunion, TimeZone: "Indian/Reunion", Territory: calendar.Reunion}
	if got := newCalendar(t, calendar.Config{Zone: calendar.ZoneReunion}).Config(); got != want {
		t.Errorf("Config() = %+v, want %+v", got, want)
	}
	for _, tt := range []struct {
		cfg  calendar.Config
		want error
	}{
		{calendar.Config{}, calendar.ErrUnknownZone},
		{calendar.Config{Zone: "D"}, calendar.ErrUnknownZone},
		{calendar.Config{Zone: "A", TimeZone: "Europe/Tilleuls"}, calendar.ErrUnknownTimeZone},
		{calendar.Config{Zone: "A", TimeZone: "Local"}, calendar.ErrUnknownTimeZone},
		{calendar.Config{Zone: "A", Territory: "bretagne"}, calendar.ErrUnknownTerritory},
	} {
		if _, err := calendar.New(tt.cfg); !errors.Is(err, tt.want) {
			t.Errorf("New(%+v): %v, want %v", tt.cfg, err, tt.want)
		}
	}
	for _, zone := range calendar.Zones() {
		newCalendar(t, calendar.Config{Zone: zone})
	}
}

func TestTextForms(t *testing.T) {
	t.Parallel()
	type both struct {
		D calendar.Duration `json:"d"`
		T calendar.Term     `json:"t"`
	}
	const text = `{"d":"6 MONTHS","t":"1 SCHOOL_DAYS, at most 72 HOURS"}`
	want := both{calendar.Duration{Kind: calendar.Months, N: 6}, calendar.Term{
		In: calendar.Duration{Kind: calendar.SchoolDays, N: 1}, AtMost: calendar.Duration{Kind: calendar.Hours, N: 72}}}
	var got both
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if back, err := json.Marshal(got); err != nil || string(back) != text {
		t.Errorf("written: %s, %v", back, err)
	}
	if _, err := json.Marshal(calendar.Duration{Kind: "WEEKS", N: 1}); err == nil {
		t.Error("an unknown kind was written")
	}
	if _, err := json.Marshal(calendar.Term{}); err == nil {
		t.Error("an empty term was written")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2", "HOURS", "2 hours", "2  HOURS", " 2 HOURS", "2 HOURS ", "-1 HOURS", "+1 HOURS", "01 HOURS", "1.5 HOURS", "36601 HOURS", "9999999999999999999 HOURS", "2 WEEKS"} {
		if d, err := calendar.ParseDuration(s); !errors.Is(err, calendar.ErrDuration) {
			t.Errorf("ParseDuration(%q) = %v, %v", s, d, err)
		}
		if term, err := calendar.ParseTerm("1 HOURS, at most " + s); !errors.Is(err, calendar.ErrDuration) {
			t.Errorf("ParseTerm with cap %q = %v, %v", s, term, err)
		}
	}
}
