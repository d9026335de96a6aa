package outbox

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// Delivery is one sending of a message.
type Delivery struct {
	Message
	Attempt  int // counts every sending
	Failures int // counts the sendings before this one that came to nothing
}

// TaskID names the delivery in the queue, so that one attempt is there once.
func (d Delivery) TaskID() string { return d.ID.String() + ":" + strconv.Itoa(d.Attempt) }

// Failure says what became of a delivery that did not do its work.
type Failure struct {
	Delivery
	Error    string    // bounded and free of content
	Due      time.Time // when to try again
	SetAside bool      // not again, until somebody re-arms it
}

// Retry says how patient the outbox is. The zero Retry is the one to use.
type Retry struct {
	Lease   time.Duration // how long a delivery may stay without an answer; 0 means 30 s
	First   time.Duration // the pause after the first failure, doubled after each; 0 means 1 s
	Longest time.Duration // the longest pause; 0 means 1 h
	Limit   int           // failures after which a message is set aside; 0 means 12, a bit over an hour
}

func (r Retry) withDefaults() Retry {
	if r.Lease == 0 {
		r.Lease = 30 * time.Second
	}
	if r.First == 0 {
		r.First = time.Second
	}
	if r.Longest == 0 {
		r.Longest = time.Hour
	}
	if r.Limit == 0 {
		r.Limit = 12
	}
	return r
}

// Fail judges a delivery that failed: again after a pause that doubles, or set
// aside at the limit. Up to a quarter is added to the pause, so that what failed
// together does not come back together.
func (r Retry) Fail(d Delivery, why string, now time.Time) Failure {
	r = r.withDefaults()
	pause := r.Longest
	if doublings := min(d.Failures, 30); r.First < r.Longest>>doublings {
		pause = r.First << doublings
	}
	return Failure{
		Delivery: d, Error: why, SetAside: d.Failures+1 >= r.Limit,
		Due: now.Add(pause + rand.N(pause/4+1)),
	}
}
