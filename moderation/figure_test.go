package moderation

import (
	"testing"
	"time"

	"imprimatur/workflow"
)

func TestParseMonth(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "2026", "2026-1", "2026-13", "2026-00", "9999-99", "0000-01", "2026-11-01", " 2026-11", "2026-11\x00", "../2026-11", "+026-11", "２０２６-11"} {
		if m, err := ParseMonth(text); err == nil {
			t.Errorf("%q is %s", text, m)
		}
	}
	m, err := ParseMonth("2028-02")
	if err != nil || m.String() != "2028-02" || m.Next().String() != "2028-03" || m.Previous().String() != "2028-01" {
		t.Errorf("2028-02 is %s: %v", m, err)
	}
	if from, until := m.Bounds(time.UTC); until.Sub(from) != 29*24*time.Hour {
		t.Errorf("a leap February has %s", until.Sub(from))
	}
	if year, err := ParseYear("2025"); year != 2025 || err != nil {
		t.Errorf("2025 is %d: %v", year, err)
	}
	for _, text := range []string{"0000", "25", "20255", "-025", "x", "2025/.."} {
		if year, err := ParseYear(text); err == nil {
			t.Errorf("%q is %d", text, year)
		}
	}
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	minutes := map[string]int{"10": 10, "200": 9, "9000": 1}
	for share, want := range map[float64]time.Duration{0.5: 10 * time.Minute, 0.95: 200 * time.Minute, 1: 9000 * time.Minute} {
		if got := percentile(minutes, share); got != want {
			t.Errorf("%v of them within %s, want %s", share, got, want)
		}
	}
	if got := percentile(nil, 0.5); got != 0 {
		t.Errorf("nothing takes %s", got)
	}
}

// A time is told when there are enough to hide each, and the 95th percentile when it is no
// single one's; a share in time when neither side of it is few.
func TestTimesOfFewAreHidden(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]Timing{
		0: {None: true}, 1: {}, 9: {}, 10: {Enough: true, Median: time.Hour}, 19: {Enough: true, Median: time.Hour},
		20: {Enough: true, Many: true, Median: time.Hour, P95: time.Hour},
	} {
		c := Counts{TextLook: {"60": n}}
		if n == 0 {
			c = Counts{}
		}
		want.Measure = TextLook
		if got := timing(c, TextLook, TextLookKept, 10); got != want {
			t.Errorf("of %d: %+v, want %+v", n, got, want)
		}
	}
	for name, c := range map[string]struct {
		inTime, late int
		want         Kept
	}{
		"none": {0, 0, Kept{}}, "one late": {40, 1, Kept{Measured: true}}, "nine in time": {9, 40, Kept{Measured: true}},
		"all in time": {40, 0, Kept{true, true, 100}}, "both": {20, 10, Kept{true, true, 67}},
	} {
		if got := keptOf(map[string]int{InTime: c.inTime, Late: c.late}, 10); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Every status of a text stands somewhere, every ground has a category of the report, and every
// field of the statement that is counted has a vocabulary.
func TestEveryCodeHasAPlace(t *testing.T) {
	t.Parallel()
	for _, status := range workflow.Editorials() {
		if got := standing(string(status)); (status == workflow.Live) != (got == standsPublished) && status != workflow.Superseded {
			t.Errorf("%s stands as %s", status, got)
		}
	}
	for _, field := range statementMeasures {
		if len(vocabulary(field)) < 2 {
			t.Errorf("%s has no vocabulary", field)
		}
	}
	if got := categoryOf("nonsense"); got != "OTHER_VIOLATION_TC" {
		t.Errorf("nonsense is %s", got)
	}
}
