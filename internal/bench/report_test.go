package bench

import (
	"strings"
	"testing"
	"time"
)

func TestFigureMeetsItsTarget(t *testing.T) {
	t.Parallel()
	tests := []struct {
		bound  bound
		value  float64
		target float64
		met    bool
	}{
		{atLeast, 0.6, 0.5, true}, {atLeast, 0.5, 0.5, true}, {atLeast, 0.4, 0.5, false},
		{atMost, 1.4, 1.5, true}, {atMost, 1.5, 1.5, true}, {atMost, 1.6, 1.5, false},
	}
	for _, test := range tests {
		f := figure{value: test.value, bound: test.bound, target: test.target}
		if f.met() != test.met {
			t.Errorf("%g %s %g: %t", test.value, test.bound, test.target, f.met())
		}
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	began := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	r := &report{out: &out, began: began, clock: func() time.Time { return began.Add(90 * time.Second) }}
	r.say("measuring %s", "something")
	r.add(
		figure{"fast", "10/s ours", "20/s bare", 0.5, "", atLeast, 0.5},
		figure{"slow", "9 ms", "the clock", 9, " ms", atMost, 5},
	)
	if err := r.print(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"   90 s  measuring something\n", "   90 s  fast: 10/s ours, 20/s bare: 0.50\n", "≥ 0.5", "met", "9.00 ms", "≤ 5 ms", "MISSED", "1 of 2 targets met.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	if got := perSecond("pages", slice{300, 2 * time.Second}); got != "150/s pages" {
		t.Error(got)
	}
	if got := milliseconds(1234 * time.Microsecond); got != "1.23 ms" {
		t.Error(got)
	}
}
