package settings_test

import (
	"encoding/json"
	"testing"
	"time"

	"imprimatur/internal/settings"
)

// R30: one guardian inside the house, two where everybody sees it, and two where the
// establishment has decided so.
func TestGuardiansNeeded(t *testing.T) {
	t.Parallel()
	two, err := settings.Values{}.Set("guardians_group", json.RawMessage("2"))
	if err != nil {
		t.Fatal(err)
	}
	for audience, want := range map[string][2]int{
		"group": {1, 2}, "establishment": {1, 1}, "ent": {1, 1}, "public_web": {2, 2}, "print": {2, 2}, "nonsense": {2, 2}, "": {2, 2},
	} {
		got := [2]int{settings.GuardiansNeeded(settings.Values{}, audience), settings.GuardiansNeeded(two, audience)}
		if got != want {
			t.Errorf("%q: %v, want %v", audience, got, want)
		}
	}
	for _, value := range []string{"0", "3", "true", "null"} {
		if _, err := two.Set("guardians_public_web", json.RawMessage(value)); err == nil {
			t.Errorf("%s guardians are accepted", value)
		}
	}
}

func TestTheDayOnWhichConsentsEnd(t *testing.T) {
	t.Parallel()
	for value, good := range map[string]bool{
		`"08-31"`: true, `"12-31"`: true, `"02-28"`: true, `"02-29"`: false, `"8-31"`: false, `"13-01"`: false, `"2026-08-31"`: false, `""`: false, `null`: false, `831`: false,
	} {
		if _, err := (settings.Values{}).Set("consent_ends", json.RawMessage(value)); (err == nil) != good {
			t.Errorf("%s: %v", value, err)
		}
	}
	reunion, err := time.LoadLocation("Indian/Reunion")
	if err != nil {
		t.Fatal(err)
	}
	last := time.Date(2026, 8, 31, 23, 59, 59, 0, reunion)
	for at, want := range map[time.Time]time.Time{
		last:                   time.Date(2026, 9, 1, 0, 0, 0, 0, reunion),
		last.Add(time.Second):  time.Date(2027, 9, 1, 0, 0, 0, 0, reunion),
		last.AddDate(0, -7, 0): time.Date(2026, 9, 1, 0, 0, 0, 0, reunion),
	} {
		if got := settings.NextYearDay("08-31", at); !got.Equal(want) {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
	if got := settings.NextYearDay("12-31", last); !got.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, reunion)) {
		t.Errorf("New Year's Eve: %s", got)
	}
}
