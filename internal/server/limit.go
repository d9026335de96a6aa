package server

import (
	"crypto/sha256"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"imprimatur/internal/api"
	"imprimatur/internal/auth"
)

// Limits bound what one address or one caller may ask for: a person who is signed
// in, a key and whom it acts for. Zero fields mean the defaults. A school is often
// one address, so that an address may do more; and what comes with a session or a
// key that has proved true is counted apart from what does not, so that a stranger
// behind the same address cannot use up what a class needs, whatever they make up.
// What anyone may send in without an account is for somebody to examine: an address
// sends little of it, a session or a key no more, and whoever is told to wait can do so.
// What is grave has room of its own beside that, wide enough for a school whose whole
// building has one address, so that nobody is kept from reporting it (R47); and a bound,
// since it is the sender who says that it is.
type Limits struct {
	AddressPerSecond, AddressBurst  int // 200 and 1000
	CallerPerSecond, CallerBurst    int // 50 and 200
	RequestsPerMinute, RequestBurst int // by the forms that are anybody's, for a removal or a reply: 6 and 60
	GravePerMinute, GraveBurst      int // of what they say is grave: 60 and 120
}

func (l Limits) filled() Limits {
	or := func(n, otherwise int) int {
		if n == 0 {
			return otherwise
		}
		return n
	}
	return Limits{
		or(l.AddressPerSecond, 200), or(l.AddressBurst, 1000), or(l.CallerPerSecond, 50), or(l.CallerBurst, 200),
		or(l.RequestsPerMinute, 6), or(l.RequestBurst, 60), or(l.GravePerMinute, 60), or(l.GraveBurst, 120),
	}
}

// limiter holds the buckets of addresses, of callers and of what anybody may send in, of what is grave,
// and which credentials have proved true.
type limiter struct {
	addresses, callers, requests, graves, proved *buckets
}

func newLimiter(l Limits, clock func() time.Time) *limiter {
	l = l.filled()
	return &limiter{
		addresses: &buckets{rate: rate.Limit(l.AddressPerSecond), burst: l.AddressBurst, clock: clock},
		callers:   &buckets{rate: rate.Limit(l.CallerPerSecond), burst: l.CallerBurst, clock: clock},
		requests:  &buckets{rate: rate.Limit(l.RequestsPerMinute) / 60, burst: l.RequestBurst, clock: clock},
		graves:    &buckets{rate: rate.Limit(l.GravePerMinute) / 60, burst: l.GraveBurst, clock: clock},
		proved:    &buckets{},
	}
}

// examined are the routes by which anybody gives others work (R38, R55).
var examined = []string{"/api/v1/takedown-requests", "/e/:uai/-/takedown", "/api/v1/replies", "/e/:uai/-/reply"}

// guard refuses a credential and then an address that asks too often, before
// anything is looked up. One session that runs wild is stopped by itself, and takes
// no more of its address than its own. Scripts and styles are not counted: they
// cost nothing, and a page brings several.
func (l *limiter) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if strings.HasPrefix(c.Request().URL.Path, assetsPrefix) {
			return next(c)
		}
		address, credential := network(c.RealIP()), credentialOf(c.Request())
		sender := address
		if credential != "" {
			if err := l.callers.take(credential); err != nil {
				return err
			}
		}
		if l.proved.has(credential) { // the first request with it was a stranger's
			address, sender = address+" with credential", credential
		}
		if err := l.examine(c, sender); err != nil {
			return err
		}
		if err := l.addresses.take(address); err != nil {
			return err
		}
		return next(c)
	}
}

// examine counts what a sender gives somebody to examine, signed in or not: these forms keep nothing of who is.
// What the sender calls grave has the wider bucket of it once the other is empty (R47).
func (l *limiter) examine(c echo.Context, sender string) error {
	if c.Request().Method != http.MethodPost || !slices.Contains(examined, c.Path()) {
		return nil
	}
	err := l.requests.take(sender)
	if err != nil && grave(c.Request()) {
		err = l.graves.take(sender)
	}
	return err
}

// credentialOf names the session, or the key and whom it acts for, that a request
// brings, true or not; empty for none. What it brings is not kept.
func credentialOf(r *http.Request) string {
	brought, whom := auth.SessionOf(r), ""
	if isAPIPath(r.URL.Path) {
		brought, whom = r.Header.Get(echo.HeaderAuthorization), r.Header.Get(auth.HeaderOnBehalfOf)
	}
	if brought == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(brought + "\x00" + whom))
	return "credential " + string(sum[:])
}

// ByCaller refuses a caller that asks too often, or gives too much to examine, with
// however many sessions or from however many addresses. The name says who calls, and
// for whom: what the request brings has proved that.
func (l *limiter) ByCaller(c echo.Context, name string) error {
	l.proved.of(credentialOf(c.Request()))
	if err := l.callers.take(name); err != nil {
		return err
	}
	return l.examine(c, name)
}

// network is what an address is counted by. An IPv6 address counts as its network,
// which one household or school has as a whole.
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

// has reports whether there is a bucket of that name.
func (b *buckets) has(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.young[name] != nil || b.older[name] != nil
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
