package notify

import (
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"imprimatur/internal/id"
)

// atOnce is how many conversations with the mail server a process has at once: a server
// that is slow keeps no more workers than that from other work.
const atOnce = 2

// turns bounds how much mail a process sends. A letter is given a time, and goes when it
// comes back then; nobody waits.
type turns struct {
	mu    sync.Mutex
	rate  *rate.Limiter
	given map[id.Letter]time.Time
	free  int
}

func newTurns(perMinute int) *turns {
	return &turns{rate: rate.NewLimiter(rate.Limit(float64(perMinute)/60), max(1, perMinute/10)), given: map[id.Letter]time.Time{}, free: atOnce}
}

// take takes a turn, or says how long to wait for one. Whoever has one ends it with done.
func (t *turns) take(letter id.Letter, now time.Time) (done func(), wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	turn, found := t.given[letter]
	if !found {
		turn = now.Add(t.rate.ReserveN(now, 1).DelayFrom(now))
		t.given[letter] = turn
		t.forget(now)
	}
	if wait := turn.Sub(now); wait > 0 {
		return nil, wait
	}
	if t.free == 0 {
		return nil, time.Second + rand.N(4*time.Second)
	}
	t.free--
	delete(t.given, letter)
	return t.end, 0
}

func (t *turns) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.free++
}

// forget drops the turns of letters that another process has sent.
func (t *turns) forget(now time.Time) {
	for letter, turn := range t.given {
		if now.Sub(turn) > 10*time.Minute {
			delete(t.given, letter)
		}
	}
}
