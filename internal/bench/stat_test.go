package bench

import (
	"testing"
	"time"
)

func TestPercentile(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[len(hundred)-1-i] = time.Duration(i + 1) // 100 … 1
	}
	tests := map[string]struct {
		samples []time.Duration
		p       float64
		want    time.Duration
	}{
		"none":           {nil, 99, 0},
		"one":            {[]time.Duration{7}, 99, 7},
		"median":         {hundred, 50, 50},
		"p99":            {hundred, 99, 99},
		"largest":        {hundred, 100, 100},
		"smallest":       {hundred, 0, 1},
		"between ranks":  {[]time.Duration{1, 2, 3}, 50, 2},
		"of an even few": {[]time.Duration{1, 2, 3, 4}, 50, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := percentile(test.samples, test.p); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
	if hundred[0] != 100 {
		t.Error("the samples were sorted in place")
	}
}

func TestRatio(t *testing.T) {
	t.Parallel()
	if got := ratio(1, 4); got != 0.25 {
		t.Errorf("got %g", got)
	}
	if got := ratio(1, 0); got != 0 {
		t.Errorf("beside nothing: got %g", got)
	}
}

func TestSlices(t *testing.T) {
	t.Parallel()
	sum := total([]slice{{100, time.Second}, {50, 2 * time.Second}})
	if sum != (slice{150, 3 * time.Second}) {
		t.Errorf("total %+v", sum)
	}
	if got := sum.rate(); got != 50 {
		t.Errorf("rate %g", got)
	}
	if got := (slice{}).rate(); got != 0 {
		t.Errorf("the rate of nothing is %g", got)
	}
}

func TestVersusLeavesTheFirstTurnOut(t *testing.T) {
	t.Parallel()
	var order []byte
	side := func(name byte, first, later int) func() (slice, error) {
		calls := 0
		return func() (slice, error) {
			order = append(order, name)
			calls++
			if calls == 1 {
				return slice{first, time.Second}, nil
			}
			return slice{later, time.Second}, nil
		}
	}
	a, z, err := versus(side('a', 1, 10), side('z', 2, 20))
	if err != nil {
		t.Fatal(err)
	}
	if a.rate() != 10 || z.rate() != 20 {
		t.Errorf("%g and %g", a.rate(), z.rate())
	}
	if got := string(order); got != "azazazazaz" {
		t.Errorf("turns %s", got)
	}
}

func TestParsePeak(t *testing.T) {
	t.Parallel()
	got, err := parsePeak("Name:\timprimatur\nVmPeak:\t  900000 kB\nVmHWM:\t   75432 kB\nVmRSS:\t   70000 kB\n")
	if err != nil || got != 75432<<10 {
		t.Errorf("got %d, %v", got, err)
	}
	for _, broken := range []string{"", "VmHWM:\tmuch kB\n"} {
		if _, err := parsePeak(broken); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
	if own, err := peakMemory(); err != nil || own < 1<<20 {
		t.Errorf("our own is %d, %v", own, err)
	}
}
