package publication

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"imprimatur/internal/id"
)

// The cache keeps pages that were read. Four things make a page in it unservable:
// a change of anything that it shows, told after the page's query began; its age;
// a viewer outside its audience; and doubt whether every change is heard of.

// key names a page. Equal keys are the same page for every viewer who may see it.
type key struct {
	tenant id.Tenant
	kind   string
	name   string
	id     id.Contribution
	at     Position
}

// entry is a page that was read.
type entry struct {
	value any
	scope string    // the audience that may see it; empty for anybody who knows the key
	space string    // the scope of who answers for its space
	began uint64    // the count of changes before its query
	on    []subject // what it shows
	until time.Time
	size  int
}

// subject is something whose change is told: a contribution, or all that is within
// a space or an establishment, or these themselves.
type subject struct {
	what subjectKind
	id   uuid.UUID
}

type subjectKind byte

const (
	aContribution subjectKind = iota + 1
	aSpace                    // its title, audience, holds
	anywhereInSpace
	aTenant // its name, or all of its spaces
	anywhereInTenant
)

func theContribution(c id.Contribution) subject { return subject{aContribution, c.UUID} }
func theSpace(s id.Space) subject               { return subject{aSpace, s.UUID} }
func withinSpace(s id.Space) subject            { return subject{anywhereInSpace, s.UUID} }
func theTenant(t id.Tenant) subject             { return subject{aTenant, t.UUID} }
func withinTenant(t id.Tenant) subject          { return subject{anywhereInTenant, t.UUID} }

// touched lists what a change concerns. What is zero is not known: then all that is
// in the next larger thing.
func touched(tenant id.Tenant, space id.Space, contribution, parent id.Contribution) []subject {
	on := []subject{withinTenant(tenant)}
	switch {
	case space.IsZero():
		return append(on, theTenant(tenant))
	case contribution.IsZero():
		return append(on, withinSpace(space), theSpace(space))
	case !parent.IsZero():
		on = append(on, theContribution(parent))
	}
	return append(on, withinSpace(space), theContribution(contribution))
}

// changes counts what was told, and remembers for every subject which was the last
// that concerned it. Subjects share places in a table of fixed size: to share one
// costs a page that could have been kept, never a page that should not.
type changes struct {
	count atomic.Uint64
	last  [1 << 14]atomic.Uint64
	all   atomic.Uint64 // the last that concerned everything
	seed  maphash.Seed
}

// bump tells that the subjects have changed.
func (c *changes) bump(on ...subject) {
	n := c.count.Add(1)
	for _, s := range on {
		raise(c.place(s), n)
	}
}

// raise lets the larger of two concurrent changes stand.
func raise(place *atomic.Uint64, n uint64) {
	for {
		was := place.Load()
		if was >= n || place.CompareAndSwap(was, n) {
			return
		}
	}
}

func (c *changes) place(s subject) *atomic.Uint64 {
	return &c.last[maphash.Comparable(c.seed, s)%uint64(len(c.last))]
}

// since reports whether any of the subjects changed after the count was read.
func (c *changes) since(began uint64, on []subject) bool {
	if c.all.Load() > began {
		return true
	}
	for _, s := range on {
		if c.place(s).Load() > began {
			return true
		}
	}
	return false
}

// shards keep readers on different processors out of each other's way.
const shards = 8

// cache is bounded in bytes, and safe for concurrent use.
type cache struct {
	stale   changes
	epoch   time.Time    // when it was made; nothing is measured by a clock that may be set
	trusted atomic.Int64 // until how long after the epoch, in nanoseconds; 0 for not at all
	ttl     time.Duration
	seed    maphash.Seed
	shards  [shards]shard
}

type shard struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[key, *entry]
	bytes int
	bound int
}

func newCache(bytes int, ttl time.Duration, now time.Time) *cache {
	c := &cache{epoch: now, ttl: ttl, seed: maphash.MakeSeed()}
	c.stale.seed = maphash.MakeSeed()
	for i := range c.shards {
		s := &c.shards[i]
		s.bound = bytes / shards
		// The LRU counts entries; the shard counts bytes, and is full long before.
		s.lru, _ = simplelru.NewLRU(1+s.bound/overhead, func(_ key, e *entry) { s.bytes -= e.size })
	}
	return c
}

func (c *cache) shard(k key) *shard {
	return &c.shards[maphash.Comparable(c.seed, k)%shards]
}

// on reports whether pages may be kept and served now.
func (c *cache) on(now time.Time) bool { return int64(now.Sub(c.epoch)) < c.trusted.Load() }

// trust begins empty where trust had lapsed: what was told in between may not have
// been heard.
func (c *cache) trust(now, until time.Time) {
	if !c.on(now) {
		c.forget()
	}
	c.trusted.Store(int64(until.Sub(c.epoch)))
}

func (c *cache) distrust() { c.trusted.Store(0) }

// forget makes everything unservable, and lets go of it.
func (c *cache) forget() {
	raise(&c.stale.all, c.stale.count.Add(1))
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		s.lru.Purge()
		s.mu.Unlock()
	}
}

// get gives a page that this viewer may be shown now.
func (c *cache) get(k key, v Viewer, now time.Time) (any, bool) {
	if !c.on(now) {
		return nil, false
	}
	e, ok := c.shard(k).get(k)
	if !ok || !now.Before(e.until) || (e.scope != "" && !v.reads(e.scope, e.space)) || c.stale.since(e.began, e.on) {
		return nil, false
	}
	return e.value, true
}

// put keeps a page, unless what it shows has changed since its query began.
func (c *cache) put(k key, e *entry, now time.Time) {
	if !c.on(now) || c.stale.since(e.began, e.on) {
		return
	}
	c.shard(k).put(k, e)
}

func (s *shard) get(k key) (*entry, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lru.Get(k)
}

func (s *shard) put(k key, e *entry) {
	if e.size > s.bound {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lru.Remove(k) // or the bytes of what was there would stay counted
	s.lru.Add(k, e)
	for s.bytes += e.size; s.bytes > s.bound; {
		s.lru.RemoveOldest()
	}
}

// cached gives the page that is kept under the key, or else reads it.
func cached[T any](r *Reader, k key, v Viewer, read func() (T, shown, error)) (T, error) {
	now := r.clock()
	if value, ok := r.cache.get(k, v, now); ok {
		return value.(T), nil
	}
	began := r.cache.stale.count.Load()
	value, s, err := read()
	if err != nil {
		return value, err
	}
	r.cache.put(k, &entry{value: value, scope: s.scope, space: s.space, began: began, on: s.on, until: now.Add(r.cache.ttl), size: s.size + overhead}, now)
	return value, nil
}
