package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/internal/tasks"
)

// rounds is how often the two sides of the pipeline take turns, so that whatever
// else the machine does falls on both.
const rounds = 4

// claimLimit is how much of each queue the relay claims at once.
const claimLimit = 100

// recording is what a trip through the pipeline sends to the database.
type recording struct {
	trips       [][]statement
	claim, look []statement // the relay's
}

// perTrip is how many transactions a trip takes, the relay's left out.
func (r *recording) perTrip() float64 {
	n := 0
	for _, trip := range r.trips {
		n += transactions(trip)
	}
	return ratio(float64(n), float64(len(r.trips)))
}

// record makes trips one after the other, by the real services and without a
// queue, and keeps what they send.
func record(ctx context.Context, url string, trips int) (*recording, error) {
	tracer := newRecorder()
	s, err := openServices(ctx, postgres.Config{URL: url, MaxConns: 2, Tracer: tracer})
	if err != nil {
		return nil, err
	}
	defer s.db.Close()
	r := &recording{trips: make([][]statement, trips)}
	handlers := s.tasks().Handlers()
	box := s.db.Outbox()
	tracer.take()
	for n := range trips {
		if r.trips[n], err = r.trip(ctx, s, box, handlers, tracer, nthDraft(n)); err != nil {
			return nil, fmt.Errorf("record trip %d: %w", n, err)
		}
	}
	if _, err := box.Next(ctx); err != nil {
		return nil, err
	}
	r.look = tracer.take()
	return r, nil
}

// trip gives the statements of one trip, from submission to the last notice.
func (r *recording) trip(ctx context.Context, s *services, box *postgres.Outbox, handlers map[outbox.Kind]tasks.Handler, tracer *recorder, d draft) ([]statement, error) {
	var sent []statement
	for _, act := range []func(context.Context, draft) error{s.submit, s.approve} {
		if err := act(ctx, d); err != nil {
			return nil, err
		}
		for {
			sent = append(sent, tracer.take()...)
			claimed, err := box.Claim(ctx, now(), now().Add(time.Hour), claimLimit)
			if err != nil {
				return nil, err
			}
			r.claim = tracer.take()
			if len(claimed) == 0 {
				break
			}
			for _, delivery := range claimed {
				if err := handlers[delivery.Kind](ctx, delivery.Message); err != nil {
					return nil, fmt.Errorf("%s: %w", delivery.Kind, err)
				}
			}
		}
	}
	return sent, nil
}

// relayed is how often the relay asks the database, per trip.
type relayed struct{ claims, looks float64 }

// replay sends recorded trips, each by one client in its order, and with them as
// many of the relay's statements as the real side needed.
func (r *recording) replay(ctx context.Context, raw crowd, first, last int, often relayed) (slice, error) {
	owed := make([]relayed, len(raw))
	return raw.share(ctx, first, last, func(ctx context.Context, who, n int) error {
		if err := raw[who].send(ctx, r.trips[n]); err != nil {
			return err
		}
		debt := &owed[who]
		debt.claims += often.claims
		debt.looks += often.looks
		for ; debt.claims >= 1; debt.claims-- {
			if err := raw[who].send(ctx, r.claim); err != nil {
				return err
			}
		}
		for ; debt.looks >= 1; debt.looks-- {
			if err := raw[who].send(ctx, r.look); err != nil {
				return err
			}
		}
		return nil
	})
}

// pipeline is the figure of the whole way from submission to live. The raw side is
// measured with as many connections as there are clients, and with twice as many:
// the real side has as many workers beside them, and whoever waits for the disk in
// greater company waits less.
func (b *bench) pipeline(ctx context.Context) error {
	rec, err := b.recordTrips(ctx)
	if err != nil {
		return err
	}
	setUps := setUpsOf(slices.Concat(rec.trips[0], rec.claim, rec.look)...)
	few, err := gather(ctx, b.url("raw"), b.Clients, setUps)
	if err != nil {
		return err
	}
	many, err := gather(ctx, b.url("raw_twice"), 2*b.Clients, setUps)
	if err != nil {
		return errors.Join(err, few.leave(ctx))
	}
	err = b.takeTurns(ctx, rec, few, many)
	err = errors.Join(err, few.leave(ctx), many.leave(ctx))
	if err != nil {
		return err
	}
	return b.drop(ctx, "raw", "raw_twice")
}

// recordTrips records, in a database that goes again. What is only recorded need
// not be durable.
func (b *bench) recordTrips(ctx context.Context) (*recording, error) {
	if err := b.clone(ctx, "recorded", "raw", "raw_twice"); err != nil {
		return nil, err
	}
	if err := b.asAdmin(ctx, "postgres", `ALTER DATABASE recorded SET synchronous_commit = off`); err != nil {
		return nil, err
	}
	b.say("recording %d trips", b.trips())
	rec, err := record(ctx, b.url("recorded"), b.trips())
	if err != nil {
		return nil, err
	}
	return rec, b.drop(ctx, "recorded")
}

// takeTurns runs the real side and both raw ones alternately over the same trips.
// The first turn of each warms up and does not count.
func (b *bench) takeTurns(ctx context.Context, rec *recording, few, many crowd) error {
	b.say("the pipeline, really and raw, %d turns each", rounds)
	var all [3][]slice
	var claims int64
	size := len(rec.trips) / (rounds + 1)
	for turn := range rounds + 1 {
		first := b.next
		b.next += size
		done, err := call[Tripped](ctx, b.house, "Run", Trips{First: first, Last: b.next, Clients: b.Clients})
		if err != nil {
			return err
		}
		often := relayed{ratio(float64(done.Claims), float64(size)), ratio(float64(done.Looks), float64(size))}
		sides := [3]slice{{size, done.Took}}
		for i, raw := range []crowd{few, many} {
			if sides[i+1], err = rec.replay(ctx, raw, first, b.next, often); err != nil {
				return fmt.Errorf("raw: %w", err)
			}
		}
		if turn == 0 {
			continue
		}
		claims += done.Claims
		for i, side := range sides {
			all[i] = append(all[i], side)
		}
		b.say("  really %.0f/s; raw %.0f/s, by twice as many %.0f/s", sides[0].rate(), sides[1].rate(), sides[2].rate())
	}
	b.say("  a trip is %.1f transactions, and %.2f claims of the relay", rec.perTrip(), ratio(float64(claims), float64(rounds*size)))
	a, z, y := total(all[0]), total(all[1]), total(all[2])
	b.add(
		figure{"pipeline", perSecond("trips", a), perSecond(fmt.Sprintf("raw, %d clients", len(few)), z), ratio(a.rate(), z.rate()), "", atLeast, 0.5},
		figure{"pipeline", perSecond("trips", a), perSecond(fmt.Sprintf("raw, %d clients", len(many)), y), ratio(a.rate(), y.rate()), "", atLeast, 0.5},
	)
	return nil
}
