package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/postgres"
	"imprimatur/migrations"
)

// bareChannel carries notifications that mean nothing.
const bareChannel = "imprimatur_bench"

// taker withdraws pages, and says when the commit was sent and when it was answered.
type taker struct {
	services *services
	commits  *commitClock
	conn     *pgx.Conn // for bare notifications
}

// commitClock is a tracer that remembers when the last COMMIT was sent.
type commitClock struct{ sent atomic.Int64 }

// TraceQueryStart looks for COMMIT.
func (c *commitClock) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if data.SQL == "COMMIT" {
		c.sent.Store(time.Now().UnixNano())
	}
	return ctx
}

// TraceQueryEnd has nothing to add.
func (c *commitClock) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// Moments are when something was sent to the database, and when it answered, in
// nanoseconds of the clock that all processes share.
type Moments struct{ Sent, Answered int64 }

func openTaker(ctx context.Context, url string) (*taker, error) {
	t := &taker{commits: &commitClock{}}
	var err error
	if t.services, err = openServices(ctx, postgres.Config{URL: url, MaxConns: 2, Tracer: t.commits}); err != nil {
		return nil, err
	}
	t.conn, err = pgx.Connect(ctx, url)
	if err == nil {
		_, err = t.conn.Exec(ctx, "SET ROLE "+migrations.App)
	}
	if err != nil {
		t.services.db.Close()
		return nil, err
	}
	return t, nil
}

func (t *taker) close() {
	_ = t.conn.Close(context.Background()) // nothing is under way
	t.services.db.Close()
}

// Withdraw takes down the nth page and says when it was committed.
func (h *House) Withdraw(n int, at *Moments) error {
	err := h.taker.services.withdraw(h.ctx, nthPage(n))
	*at = Moments{h.taker.commits.sent.Load(), time.Now().UnixNano()}
	return err
}

// Notify sends a bare notification and says when.
func (h *House) Notify(n int, at *Moments) error {
	at.Sent = time.Now().UnixNano()
	_, err := h.taker.conn.Exec(h.ctx, `SELECT pg_notify($1, $2)`, bareChannel, strconv.Itoa(n))
	at.Answered = time.Now().UnixNano()
	return err
}

// takedown is the figure of a withdrawal that a second process hears of, and of the
// memory, both under load.
func (b *bench) takedown(ctx context.Context) error {
	b.say("withdrawals seen by a second process, and bare notifications, under load")
	load := Trips{First: b.next, Last: b.drafts(), Clients: b.Clients}
	if _, err := call[bool](ctx, b.house, "StartLoad", load); err != nil {
		return err
	}
	seen, err := b.sightings(ctx, "Watch", "Withdraw", "Gone")
	done, stopped := call[Loaded](ctx, b.house, "StopLoad", true)
	if err := errors.Join(err, stopped); err != nil {
		return err
	}
	b.next = done.Next
	b.say("  beside %.0f trips/s, %d withdrawals: p50 %s after the commit's answer, %s after its sending; bare %s",
		slice{done.Count, done.Took}.rate(), len(seen.committed), milliseconds(percentile(seen.committed, 50)),
		milliseconds(percentile(seen.sent, 50)), milliseconds(percentile(seen.bare, 50)))
	p99, strict, bare := percentile(seen.committed, 99), percentile(seen.sent, 99), percentile(seen.bare, 99)
	beside := milliseconds(bare) + " bare NOTIFY"
	b.add(
		figure{"withdrawn → gone elsewhere, p99", milliseconds(p99) + " after commit", beside, ratio(p99.Seconds(), bare.Seconds()), "", atMost, 5},
		figure{"the same, commit included, p99", milliseconds(strict), beside, ratio(strict.Seconds(), bare.Seconds()), "", atMost, 5},
		figure{"the same, commit included, p99", milliseconds(strict), "the clock", strict.Seconds() * 1000, " ms", atMost, 100},
		figure{"memory of one process, under load", fmt.Sprintf("%d MiB at most", done.Peak>>20), "", float64(done.Peak) / (1 << 20), " MiB", atMost, 200},
	)
	return nil
}

// pace is the pause between two withdrawals.
const pace = 15 * time.Millisecond

// sightings are how long the second process took to notice.
type sightings struct {
	committed []time.Duration // a withdrawal, since its commit was answered
	sent      []time.Duration // since its commit was sent
	bare      []time.Duration // a bare notification, since it was sent
}

// sightings has the house withdraw what the second process was told to watch, and
// notify, by turns.
func (b *bench) sightings(ctx context.Context, watch, withdraw, gone string) (sightings, error) {
	var s sightings
	deadline := time.Now().Add(b.time())
	for n := 0; n < b.pages() && (n < 3 || time.Now().Before(deadline)); n++ {
		at, noticed, err := b.across(ctx, watch, withdraw, gone, n)
		if err != nil {
			return s, err
		}
		s.committed = append(s.committed, max(0, time.Duration(noticed-at.Answered))) // heard before it was answered
		s.sent = append(s.sent, time.Duration(noticed-at.Sent))
		if at, noticed, err = b.across(ctx, "Expect", "Notify", "Heard", n); err != nil {
			return s, err
		}
		s.bare = append(s.bare, time.Duration(noticed-at.Sent))
		time.Sleep(pace)
	}
	return s, nil
}

// across has the house do something that the second process was told to look for,
// and gives the moments of both.
func (b *bench) across(ctx context.Context, expect, do, notice string, n int) (at Moments, noticed int64, err error) {
	if _, err := call[bool](ctx, b.second, expect, n); err != nil {
		return at, 0, err
	}
	if at, err = call[Moments](ctx, b.house, do, n); err != nil {
		return at, 0, err
	}
	noticed, err = call[int64](ctx, b.second, notice, n)
	return at, noticed, err
}
