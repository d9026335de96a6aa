package outbox

import (
	"context"
	"time"

	"imprimatur/internal/id"
)

// Store is where the relay finds what was promised. A message is marked done by
// none of this: only by the transaction that does its work.
type Store interface {
	// Claim takes what is due, at most limit messages of each queue, and counts
	// the attempt. Two relays never claim the same. Whatever has no answer by
	// the time of lease is found by Lapsed.
	Claim(ctx context.Context, now, lease time.Time, limit int) ([]Delivery, error)
	// Return gives back what was claimed and could not be sent.
	Return(ctx context.Context, due time.Time, unsent []Delivery) error
	// Lapsed takes at most limit deliveries whose lease has ended without an
	// answer, and leases them again.
	Lapsed(ctx context.Context, now, lease time.Time, limit int) ([]Delivery, error)
	// Fail records failures, and answers how many of them were still open: a
	// message that is done, or sent again since, is left alone.
	Fail(ctx context.Context, failures ...Failure) (int, error)
	// Next is when the earliest waiting message is due. It is zero when none waits.
	Next(ctx context.Context) (time.Time, error)
}

// Sender puts deliveries into the queue.
type Sender interface {
	// Send enqueues a delivery. One that is there already is left there.
	Send(ctx context.Context, d Delivery) error
	// Pending reports whether the delivery is in the queue and nobody has taken
	// it up yet.
	Pending(ctx context.Context, d Delivery) (bool, error)
}

// Observer counts what the relay does.
type Observer interface {
	Sent(kind Kind)      // a delivery reached the queue
	Lapsed(kind Kind)    // a delivery got no answer
	SetAside(kind Kind)  // a message failed too often
	Faulted(part string) // the store or the queue did not do what it was asked
}

// Depth says how much is in the outbox of one kind and status.
type Depth struct {
	Kind   Kind
	Status string
	Count  int64
	Due    time.Time // when the oldest was due, or its lease over
}

// Aside is a message that failed too often, for an administrator to look at.
type Aside struct {
	ID        id.Message
	Tenant    id.Tenant
	Kind      Kind
	Failures  int
	LastError string
	CreatedAt time.Time
}
