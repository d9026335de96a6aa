package calendar

import (
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"
	_ "time/tzdata" // a bare machine has no zone files
)

// Config says where an establishment is.
type Config struct {
	Zone      Zone      // its school zone; required
	TimeZone  string    // an IANA name; empty means the zone's own
	Territory Territory // its public holidays; empty means the zone's own
}

// Calendar counts for one establishment. Make it with [New].
type Calendar struct {
	config Config
	loc    *time.Location
	school *schooling // nil where nothing is known
}

// New returns the calendar of an establishment. The error wraps ErrUnknownZone,
// ErrUnknownTimeZone or ErrUnknownTerritory. "Local" is refused: a deadline must not
// depend on the machine.
func New(cfg Config) (*Calendar, error) {
	at, ok := homes[cfg.Zone]
	if !ok {
		return nil, fmt.Errorf("new calendar: %w: %q", ErrUnknownZone, cfg.Zone)
	}
	if cfg.TimeZone == "" {
		cfg.TimeZone = at.timeZone
	}
	if cfg.Territory == "" {
		cfg.Territory = at.territory
	}
	if !slices.Contains(Territories(), cfg.Territory) {
		return nil, fmt.Errorf("new calendar: %w: %q", ErrUnknownTerritory, cfg.Territory)
	}
	loc, err := Location(cfg.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("new calendar: %w", err)
	}
	return &Calendar{config: cfg, loc: loc, school: schoolYears[cfg.Zone]}, nil
}

// locations keeps the zones already read, some six hundred at most.
var locations sync.Map // name → *time.Location

// Location is the time zone of that IANA name, read once: the standard library reads
// the file each time. The error is ErrUnknownTimeZone.
func Location(name string) (*time.Location, error) {
	if loc, ok := locations.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Errorf("%w: %q", ErrUnknownTimeZone, name)
	}
	locations.Store(name, loc)
	return loc, nil
}

// Config returns what the calendar was made of, with what New filled in.
func (c *Calendar) Config() Config { return c.config }

// Location returns the establishment's time zone, for showing dates.
func (c *Calendar) Location() *time.Location { return c.loc }

// PublicHoliday returns the public holiday on which t falls there, if it does.
func (c *Calendar) PublicHoliday(t time.Time) (Holiday, bool) {
	h := c.config.Territory.holiday(dayOf(t.In(c.loc)))
	return h, h != noHoliday
}

// WorkingDay reports whether t falls on a jour ouvrable: Monday to Saturday, and no
// public holiday.
func (c *Calendar) WorkingDay(t time.Time) bool { return c.works(dayOf(t.In(c.loc))) }

// SchoolDay reports whether t falls on a day of lessons: Monday to Friday, no public
// holiday, and no holiday of the school zone as far as it is known.
func (c *Calendar) SchoolDay(t time.Time) bool { return c.teaches(dayOf(t.In(c.loc))) }

// SchoolYearKnown reports whether the school holidays around t are published and
// embedded for this zone. Where not, SchoolDay knows weekdays and public holidays only.
func (c *Calendar) SchoolYearKnown(t time.Time) bool { return c.school.knows(dayOf(t.In(c.loc))) }

// works is a legal clock's question: it must not look at c.school (invariant 10).
func (c *Calendar) works(d day) bool {
	return d.weekday() != time.Sunday && c.config.Territory.holiday(d) == noHoliday
}

func (c *Calendar) teaches(d day) bool {
	return !d.weekend() && c.works(d) && !c.school.closed(d)
}

// Add returns the instant at which d has passed since from, in UTC.
//
// HOURS are elapsed time. CALENDAR_DAYS and MONTHS arrive at the same time of day on
// the wall, MONTHS at the end of a month too short for the date. WORKING_DAYS and
// SCHOOL_DAYS arrive at the same time of day on the Nth counting day after from's;
// where from's own day does not count, counting begins with the next that does, and
// the end of the Nth is due. A time that the wall skips becomes the moment of the
// change, one that it shows twice the first.
//
// Nothing, or less, passed at once: a Duration that is not Valid gives from itself,
// so that a broken setting is due now rather than never.
func (c *Calendar) Add(from time.Time, d Duration) time.Time {
	if !d.Valid() || d.N == 0 {
		return from.UTC()
	}
	local := from.In(c.loc)
	today, now := dayOf(local), clockOf(local)
	switch d.Kind {
	case Hours:
		return from.Add(time.Duration(d.N) * time.Hour).UTC()
	case CalendarDays:
		return (today + day(d.N)).at(now, c.loc).UTC()
	case Months:
		return today.addMonths(d.N).at(now, c.loc).UTC()
	case WorkingDays:
		return c.addCounting(today, now, d.N, c.works)
	case SchoolDays:
		return c.addCounting(today, now, d.N, c.teaches)
	}
	return from.UTC()
}

func (c *Calendar) addCounting(today day, now clock, n int, counts func(day) bool) time.Time {
	atEnd := !counts(today)
	for left := n; left > 0; {
		today++
		if counts(today) {
			left--
		}
	}
	if atEnd {
		return (today + 1).at(0, c.loc).UTC()
	}
	return today.at(now, c.loc).UTC()
}

// Reckoning is a due instant, in UTC, and whether it relied on school days outside
// the published school calendars.
type Reckoning struct {
	At      time.Time
	Assumed bool
}

// Due returns when a term that began at from ends: after In, or after AtMost if that
// comes first.
func (c *Calendar) Due(from time.Time, t Term) time.Time { return c.Reckon(from, t).At }

// Reckon is Due with its reservation.
func (c *Calendar) Reckon(from time.Time, t Term) Reckoning {
	r := c.reckon(from, t.In)
	if t.AtMost.IsZero() {
		return r
	}
	if most := c.reckon(from, t.AtMost); most.At.Before(r.At) {
		return most
	}
	return r
}

func (c *Calendar) reckon(from time.Time, d Duration) Reckoning {
	at := c.Add(from, d)
	return Reckoning{at, d.Kind == SchoolDays && !c.knowsAll(from, at)}
}

// knowsAll reports whether every day from one instant to the other is in a published
// school calendar.
func (c *Calendar) knowsAll(from, to time.Time) bool {
	for d, last := dayOf(from.In(c.loc)), dayOf(to.In(c.loc)); d <= last; d++ {
		if !c.school.knows(d) {
			return false
		}
	}
	return true
}

// Remaining returns how many whole units of a kind are left from now until due: the
// most that can be added to now without passing it. Nothing is left when due has
// come. Kinds that are not known count as nothing.
func (c *Calendar) Remaining(now, due time.Time, k Kind) Duration {
	if !now.Before(due) || !(Duration{Kind: k}).Valid() {
		return Duration{Kind: k}
	}
	if k == Hours {
		return Duration{k, min(MaxN, int(due.Sub(now)/time.Hour))}
	}
	days := min(MaxN, int(due.Sub(now)/(24*time.Hour))+2)
	beyond := sort.Search(days, func(n int) bool { return c.Add(now, Duration{k, n + 1}).After(due) })
	return Duration{k, beyond}
}
