package i18n

import (
	"fmt"
	"time"

	"imprimatur/internal/calendar"
)

var frenchDays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// Day is a date without its weekday: « 23 novembre 2026 », « 1er avril 2026 ».
func (p *Printer) Day(t time.Time) string { return p.CivilDay(t.In(p.place)) }

// CivilDay is Day for a date that has no time: it is the same everywhere.
func (p *Printer) CivilDay(t time.Time) string {
	if p.lang == English {
		return t.Format("2 January 2006")
	}
	return calendar.FrenchDay(t)
}

// Date is a date in full: « lundi 23 novembre 2026 ».
func (p *Printer) Date(t time.Time) string {
	if p.lang == English {
		return t.In(p.place).Format("Monday ") + p.Day(t)
	}
	return frenchDays[t.In(p.place).Weekday()] + " " + p.Day(t)
}

// Hour is the time of day: « 10 h 42 ».
func (p *Printer) Hour(t time.Time) string {
	t = t.In(p.place)
	if p.lang == English {
		return t.Format("15:04")
	}
	return calendar.FrenchHour(t)
}

// DateTime is a moment in full: « lundi 23 novembre 2026 à 10 h 42 ».
func (p *Printer) DateTime(t time.Time) string { return p.at(p.Date(t), t) }

// Moment is a moment for lists: « 23 novembre 2026 à 10 h 42 ».
func (p *Printer) Moment(t time.Time) string { return p.at(p.Day(t), t) }

// Limit is a moment before which something is to be done, after the word « avant »
// or "before". Midnight is the end of the day before: « la fin du mardi 24 novembre
// 2026 »; any other is « le mercredi 25 novembre 2026 à 17 h 00 ».
func (p *Printer) Limit(t time.Time) string {
	local := t.In(p.place)
	midnight := local.Hour() == 0 && local.Minute() == 0
	switch {
	case midnight && p.lang == English:
		return "the end of " + p.Date(local.AddDate(0, 0, -1))
	case midnight:
		return "la fin du " + p.Date(local.AddDate(0, 0, -1))
	case p.lang == English:
		return p.DateTime(t)
	}
	return "le " + p.DateTime(t)
}

func (p *Printer) at(day string, t time.Time) string {
	if p.lang == English {
		return day + " at " + p.Hour(t)
	}
	return day + " à " + p.Hour(t)
}

// Machine is a moment for the datetime attribute.
func (*Printer) Machine(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// inputForm is how <input type="datetime-local"> writes a moment.
const inputForm = "2006-01-02T15:04"

// Input is a moment as <input type="datetime-local"> takes it; empty for none.
func (p *Printer) Input(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.place).Format(inputForm)
}

// ParseInput reads what <input type="datetime-local"> sends, with or without
// seconds, as a moment at the printer's place. Nothing is the zero time.
func (p *Printer) ParseInput(typed string) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(inputForm+":05", typed, p.place); err == nil {
		return t.UTC(), nil
	}
	t, err := time.ParseInLocation(inputForm, typed, p.place)
	if err != nil {
		return time.Time{}, fmt.Errorf("parse moment: %w", err)
	}
	return t.UTC(), nil
}
