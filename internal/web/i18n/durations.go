package i18n

import (
	"time"

	"imprimatur/internal/calendar"
)

// Span words a count of one kind: « 2 jours de classe », "6 months".
func (p *Printer) Span(d calendar.Duration) string { return p.counted("duration."+string(d.Kind), d.N) }

// Term words a target, with its cap where it has one: « 1 jour de classe, 72 heures au plus ».
func (p *Printer) Term(t calendar.Term) string {
	if t.AtMost.IsZero() {
		return p.Span(t.In)
	}
	return p.Text("duration.capped", "In", p.Span(t.In), "AtMost", p.Span(t.AtMost))
}

// Clock words time on a clock in the largest unit that it is whole in: « 30 minutes »,
// « 180 jours ».
func (p *Printer) Clock(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d > day && d%day == 0:
		return p.counted("duration."+string(calendar.CalendarDays), int(d/day))
	case d%time.Hour == 0:
		return p.counted("duration."+string(calendar.Hours), int(d/time.Hour))
	case d%time.Minute == 0:
		return p.counted("duration.MINUTES", int(d/time.Minute))
	}
	return p.counted("duration.SECONDS", int(d/time.Second))
}

func (p *Printer) counted(key string, n int) string {
	text, err := p.N(key, n, "Number", p.Number(n))
	if err != nil {
		return key
	}
	return text
}
