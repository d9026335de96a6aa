package settings_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"imprimatur/internal/calendar"
	"imprimatur/internal/settings"
)

// Whatever an establishment sets, what is grave is decided within a day, or two, also where the
// next school day is weeks away (R41).
func TestNoSettingMakesWhatIsGraveWait(t *testing.T) {
	t.Parallel()
	cal, err := calendar.New(calendar.Config{TimeZone: "Europe/Paris", Zone: "C"})
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 7, 10, 16, 0, 0, 0, time.UTC) // in the summer holidays
	most := map[int]time.Duration{4: 24 * time.Hour, 3: 48 * time.Hour}
	rapid.Check(t, func(t *rapid.T) {
		duration := func(name string) calendar.Duration {
			return calendar.Duration{Kind: rapid.SampledFrom(calendar.Kinds()).Draw(t, name), N: rapid.IntRange(0, 100).Draw(t, name+" n")}
		}
		to := calendar.Term{In: duration("in"), AtMost: duration("at most")}
		if rapid.Bool().Draw(t, "uncapped") {
			to.AtMost = calendar.Duration{}
		}
		severity := rapid.IntRange(3, 4).Draw(t, "severity")
		v, err := settings.SeverityParameter(severity).Set(settings.Values{}, to)
		if err != nil && !errors.Is(err, settings.ErrInvalid) {
			t.Fatal(err)
		}
		if due := cal.Due(from, settings.SeverityTarget(v, severity)); due.After(from.Add(most[severity])) {
			t.Fatalf("R41: severity %d with %+v is due %s", severity, to, due.Sub(from))
		}
	})
	for severity, hours := range map[int]int{4: 24, 3: 48} {
		p := settings.SeverityParameter(severity)
		within := calendar.Term{In: calendar.Duration{Kind: calendar.Hours, N: hours}}
		if _, err := p.Set(settings.Values{}, within); err != nil {
			t.Errorf("%d hours for severity %d: %v", hours, severity, err)
		}
		within.In.N++
		if _, err := p.Set(settings.Values{}, within); !errors.Is(err, settings.ErrInvalid) {
			t.Errorf("%d hours for severity %d: %v", hours+1, severity, err)
		}
	}
}
