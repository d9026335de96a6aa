package i18n

import (
	"strings"
	"time"

	"imprimatur/internal/calendar"
)

// Span words a duration in its kind: « 2 jours de classe », "6 months".
func (p *Printer) Span(d calendar.Duration) string { return p.counted("span."+string(d.Kind), d.N) }

// Term words a target with its cap: « 1 jour de classe, et 72 heures au plus ».
func (p *Printer) Term(t calendar.Term) string {
	if t.AtMost.IsZero() {
		return p.Span(t.In)
	}
	return p.Text("span.capped", "In", p.Span(t.In), "AtMost", p.Span(t.AtMost))
}

// Lasting words time on a clock, in whole seconds: « 1 heure 30 minutes ».
func (p *Printer) Lasting(d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		key string
		is  time.Duration
	}{{"span.HOURS", time.Hour}, {"span.minutes", time.Minute}, {"span.seconds", time.Second}} {
		if n := int(d / unit.is); n > 0 || unit.is == time.Second && len(parts) == 0 {
			parts = append(parts, p.counted(unit.key, n))
		}
		d %= unit.is
	}
	return strings.Join(parts, " ")
}

// YearDay is a day of any year: « 31 août », "31 August".
func (p *Printer) YearDay(month time.Month, day int) string {
	full := p.CivilDay(time.Date(2000, month, day, 0, 0, 0, 0, time.UTC))
	return strings.TrimSpace(strings.TrimSuffix(full, "2000"))
}

// Month is the name of a month.
func (p *Printer) Month(month time.Month) string {
	if p.lang == English {
		return month.String()
	}
	return calendar.FrenchMonth(month)
}

// counted is a message that counts, its number as the language groups it.
func (p *Printer) counted(key string, n int) string {
	text, err := p.N(key, n, "N", p.Number(n))
	if err != nil {
		return key
	}
	return text
}
