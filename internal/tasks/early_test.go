package tasks_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"imprimatur/internal/outbox"
)

// behind opens a worker on the same database and queue, whose clock is behind the relay's.
func (b *bundle) behind(t *testing.T, by time.Duration, seen *atomic.Int64) *house {
	t.Helper()
	p := b.parts
	p.relays, p.workers, p.clock = 0, 1, clock{b.parts.clock.began.Add(by)}
	p.services = screened(func(ctx context.Context, m outbox.Message, ordinarily screener) error {
		if ahead := m.Due.Sub(p.clock.now()); ahead > 0 {
			seen.Add(1)
		}
		return ordinarily(ctx, m)
	})
	h, err := open(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A worker whose clock is behind that of whoever sent the message does not judge by it what is not
// due yet: it would find nothing to do, and end the message.
func TestAWorkerWhoseClockIsBehindWaits(t *testing.T) {
	t.Parallel()
	t.Run("by a minute", func(t *testing.T) {
		t.Parallel()
		var early atomic.Int64
		b := setup(t, func(p *parts) { p.workers = 0 })
		late := b.behind(t, time.Minute, &early)
		c := b.must(t, time.Time{})
		inspector := asynq.NewInspector(b.parts.redis)
		defer inspector.Close()
		within(t, time.Minute, "it waits in the queue", func() bool {
			info, err := inspector.GetQueueInfo(string(outbox.Screening))
			return err == nil && info.Retry == 1
		})
		time.Sleep(3 * patience.Lease) // what waits for its time has not lapsed
		if got := b.screening(t, c); got != (row{Status: "sent", Attempt: 1}) || early.Load() != 0 {
			t.Errorf("%+v; judged %d times before it was due", got, early.Load())
		}
		late.stop()
		p := b.parts
		p.relays, p.workers = 0, 1
		right, err := open(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		defer right.stop()
		within(t, time.Minute, "a worker whose clock is right does it", func() bool {
			for _, queue := range outbox.Queues() {
				_, _ = inspector.RunAllRetryTasks(string(queue)) // a queue that nothing was in is not there
			}
			return b.live(t, c)
		})
	})
	t.Run("by little", func(t *testing.T) {
		t.Parallel()
		var early atomic.Int64
		b := setup(t, func(p *parts) { p.workers, p.retry = 0, unhurried })
		defer b.behind(t, 1500*time.Millisecond, &early).stop()
		c := b.must(t, time.Time{})
		within(t, time.Minute, "it is live", func() bool { return b.live(t, c) })
		if got := b.screening(t, c); got != (row{Status: "done", Attempt: 1}) || early.Load() != 0 {
			t.Errorf("%+v; judged %d times before it was due", got, early.Load())
		}
	})
}
