package outbox

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"
)

// Config is what a Relay is made of.
type Config struct {
	Store    Store
	Sender   Sender
	Observer Observer
	Clock    func() time.Time
	Log      *slog.Logger
	Retry    Retry
	Poll     time.Duration // the longest that the relay sleeps; 0 means 1 s
	Batch    int           // messages of each queue claimed at once; 0 means 100
}

// Relay takes what is due in the outbox to the queue, and looks after what got
// no answer there. Any number may run over one outbox.
type Relay struct {
	Config
	wake  chan struct{}
	swept time.Time
}

// NewRelay returns a Relay. It does nothing until Run.
func NewRelay(cfg Config) *Relay {
	cfg.Retry = cfg.Retry.withDefaults()
	if cfg.Poll == 0 {
		cfg.Poll = time.Second
	}
	if cfg.Batch == 0 {
		cfg.Batch = 100
	}
	return &Relay{Config: cfg, wake: make(chan struct{}, 1)}
}

// Wake tells the relay that something was promised. It never blocks; many calls
// are one.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// longestFault bounds the pause of a relay whose store or queue is away.
const longestFault = 5 * time.Second

// Run relays until the context ends. Faults are logged and survived.
func (r *Relay) Run(ctx context.Context) {
	faults := 0
	for ctx.Err() == nil {
		err := r.round(ctx)
		switch {
		case err == nil:
			faults = 0
			r.await(ctx, r.untilNext(ctx), r.wake)
		case ctx.Err() == nil:
			pause := min(50*time.Millisecond<<min(faults, 10), longestFault)
			faults++
			r.Log.Warn("the outbox is not relayed", "error", err, "pause", pause)
			r.await(ctx, pause, nil) // a signal would not bring the queue back
		}
	}
}

// await sleeps until the time is over, the context ends or somebody signals.
func (r *Relay) await(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}

// round sends all that is due, and sweeps when that is due.
func (r *Relay) round(ctx context.Context) error {
	if now := r.Clock(); now.Sub(r.swept) >= r.Poll || now.Before(r.swept) {
		if err := r.sweep(ctx); err != nil {
			return err
		}
		r.swept = now
	}
	for {
		more, err := r.send(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// untilNext is how long nothing is due. A store that does not answer is asked
// again at the next poll.
func (r *Relay) untilNext(ctx context.Context) time.Duration {
	next, err := r.Store.Next(ctx)
	if err != nil || next.IsZero() {
		return r.Poll
	}
	return max(0, min(r.Poll, next.Sub(r.Clock())))
}

// send claims one batch and enqueues it, most urgent first. It reports whether
// there may be more.
func (r *Relay) send(ctx context.Context) (bool, error) {
	now := r.Clock()
	claimed, err := r.Store.Claim(ctx, now, now.Add(r.Retry.Lease), r.Batch)
	if err != nil {
		r.Observer.Faulted("store")
		return false, err
	}
	order := Queues()
	slices.SortStableFunc(claimed, func(a, b Delivery) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Queue()), slices.Index(order, b.Queue())), a.Due.Compare(b.Due))
	})
	for i, d := range claimed {
		if err := r.Sender.Send(ctx, d); err != nil {
			r.Observer.Faulted("queue")
			r.giveBack(ctx, now, claimed[i:])
			return false, err
		}
		r.Observer.Sent(d.Kind)
	}
	return len(claimed) >= r.Batch, nil
}

// giveBack happens even when the process is told to stop. If it fails, the lease
// brings the messages back.
func (r *Relay) giveBack(ctx context.Context, due time.Time, unsent []Delivery) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := r.Store.Return(ctx, due, unsent); err != nil {
		r.Log.Warn("messages wait for their lease to end", "count", len(unsent), "error", err)
	}
}

// sweep looks for deliveries that got no answer: their worker was killed, or the
// queue was lost. Those that nobody has taken up yet only wait in a long queue;
// the others count as failures, so that a message that kills its worker ends
// aside.
func (r *Relay) sweep(ctx context.Context) error {
	for {
		now := r.Clock()
		lapsed, err := r.Store.Lapsed(ctx, now, now.Add(r.Retry.Lease), r.Batch)
		if err != nil {
			r.Observer.Faulted("store")
			return err
		}
		failures, err := r.unanswered(ctx, lapsed, now)
		if err != nil {
			r.Observer.Faulted("queue")
			return err
		}
		if _, err := r.Store.Fail(ctx, failures...); err != nil {
			r.Observer.Faulted("store")
			return err
		}
		if len(lapsed) < r.Batch {
			return nil
		}
	}
}

func (r *Relay) unanswered(ctx context.Context, lapsed []Delivery, now time.Time) ([]Failure, error) {
	var failures []Failure
	for _, d := range lapsed {
		pending, err := r.Sender.Pending(ctx, d)
		if err != nil {
			return nil, err
		}
		if pending {
			continue
		}
		failure := r.Retry.Fail(d, "no answer within "+r.Retry.Lease.String(), now)
		r.Observer.Lapsed(d.Kind)
		if failure.SetAside {
			r.Observer.SetAside(d.Kind)
			r.Log.Error("message set aside", "message", d.ID, "kind", d.Kind, "failures", d.Failures+1)
		}
		failures = append(failures, failure)
	}
	return failures, nil
}
