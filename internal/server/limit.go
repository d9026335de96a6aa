package server

import (
	"net/netip"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"imprimatur/internal/api"
)

// Limits bound what one address or one caller may ask for. Zero fields mean the
// defaults. A school is often one address, so that an address may do more.
type Limits struct {
	AddressPerSecond, AddressBurst int // 200 and 1000
	CallerPerSecond, CallerBurst   int // 50 and 200
}

func (l Limits) filled() Limits {
	or := func(n, otherwise int) int {
		if n == 0 {
			return otherwise
		}
		return n
	}
	return Limits{or(l.AddressPerSecond, 200), or(l.AddressBurst, 1000), or(l.CallerPerSecond, 50), or(l.CallerBurst, 200)}
}

// limiter holds the buckets of addresses and of callers.
type limiter struct {
	addresses, callers *buckets
}

func newLimiter(l Limits, clock func() time.Time) *limiter {
	l = l.filled()
	return &limiter{
		addresses: &buckets{rate: rate.Limit(l.AddressPerSecond), burst: l.AddressBurst, clock: clock},
		callers:   &buckets{rate: rate.Limit(l.CallerPerSecond), burst: l.CallerBurst, clock: clock},
	}
}

// byAddress refuses an address that asks too often. An IPv6 address counts as its
// network, which one household or school has as a whole.
func (l *limiter) byAddress(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := l.addresses.take(network(c.RealIP())); err != nil {
			return err
		}
		return next(c)
	}
}

// ByCaller refuses a caller that asks too often. The name says who calls, and for
// whom.
func (l *limiter) ByCaller(name string) error { return l.callers.take(name) }

func network(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil || !parsed.Unmap().Is6() {
		return address
	}
	prefix, err := parsed.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

// mostBuckets bounds the memory of one generation: 32 Ki buckets are about 8 MiB.
const mostBuckets = 1 << 15

// buckets are token buckets by name, in two generations: when the younger is
// full, the older is forgotten, so that whoever was seen lately keeps theirs.
type buckets struct {
	rate  rate.Limit
	burst int
	clock func() time.Time

	mu           sync.Mutex
	young, older map[string]*rate.Limiter
}

// take uses one token, or says when there will be one.
func (b *buckets) take(name string) error {
	now := b.clock()
	reservation := b.of(name).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	reservation.CancelAt(now)
	return &api.RetryError{After: wait, Err: api.ErrTooMany}
}

func (b *buckets) of(name string) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found, ok := b.young[name]; ok {
		return found
	}
	found, ok := b.older[name]
	if !ok {
		found = rate.NewLimiter(b.rate, b.burst)
	}
	if b.young == nil || len(b.young) >= mostBuckets {
		b.older, b.young = b.young, make(map[string]*rate.Limiter)
	}
	b.young[name] = found
	return found
}
