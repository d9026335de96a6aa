package bench

import (
	"math"
	"slices"
	"time"
)

// percentile is the nearest-rank percentile of samples, p between 0 and 100. It is
// 0 where there are none.
func percentile(samples []time.Duration, p float64) time.Duration {
	if len(samples) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(samples))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// ratio is a over b, and 0 where there is no b to compare with.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// slice is a part of a measurement: so many done in so long.
type slice struct {
	Count int
	Took  time.Duration
}

// total adds slices up.
func total(slices []slice) slice {
	var sum slice
	for _, s := range slices {
		sum.Count += s.Count
		sum.Took += s.Took
	}
	return sum
}

// rate is how many a second.
func (s slice) rate() float64 {
	return ratio(float64(s.Count), s.Took.Seconds())
}
