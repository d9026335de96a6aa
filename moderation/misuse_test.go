package moderation

import (
	"testing"
	"time"

	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
)

// R47: three within twelve months that move, the last of them reported after the warning, limit for
// thirty days from it.
func TestLimitedUntil(t *testing.T) {
	t.Parallel()
	cal, err := calendar.New(calendar.Config{Zone: "C"})
	if err != nil {
		t.Fatal(err)
	}
	day := func(n int) time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	struck := func(days ...int) []Strike { // each reported an hour before it was found so
		list := make([]Strike, len(days))
		for i, n := range days {
			list[i] = Strike{At: day(n), ReportedAt: day(n).Add(-time.Hour)}
		}
		return list
	}
	burst := []Strike{{day(9), day(1)}, {day(10), day(2)}, {day(11), day(3)}}
	half, err := settings.UnfoundedWindow.Set(settings.Values{}, calendar.Duration{Kind: calendar.Months, N: 6})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		strikes []Strike
		values  settings.Values
		want    time.Time
	}{
		"none":                       {nil, settings.Values{}, time.Time{}},
		"two":                        {struck(0, 10), settings.Values{}, time.Time{}},
		"three":                      {struck(0, 10, 20), settings.Values{}, day(50)},
		"a fourth begins it anew":    {struck(0, 10, 20, 30), settings.Values{}, day(60)},
		"over more than a year":      {struck(0, 10, 366), settings.Values{}, time.Time{}},
		"the year moves":             {struck(0, 300, 366, 380), settings.Values{}, day(410)},
		"all reported, then warned":  {burst, settings.Values{}, time.Time{}},
		"and one more after warning": {append(burst, Strike{day(20), day(15)}), settings.Values{}, day(50)},
		"over more than six months":  {struck(0, 10, 182), half, time.Time{}},
		"within six months":          {struck(0, 10, 180), half, day(210)},
	} {
		if got := limitedUntil(c.strikes, directory.House{Calendar: cal, Values: c.values}); !got.Equal(c.want) {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
}
