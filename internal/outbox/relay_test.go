package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// row is a message in the fake store.
type row struct {
	outbox.Delivery
	status string
	due    time.Time
	err    string
}

// store is an outbox in memory: the contract of [outbox.Store], without the SQL.
type store struct {
	mu   sync.Mutex
	rows []*row
	err  error // answered instead of anything else
	asks int
}

func (s *store) promise(kind outbox.Kind, due time.Time) id.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := outbox.Message{ID: id.New[id.Message](), Kind: kind, Subject: uuid.New(), Due: due}
	s.rows = append(s.rows, &row{Delivery: outbox.Delivery{Message: m}, status: "waiting", due: due})
	return m.ID
}

func (s *store) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asks
}

func (s *store) row(message id.Message) row {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.rows, func(r *row) bool { return r.ID == message })
	return *s.rows[i]
}

func (s *store) done(message id.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rows {
		if r.ID == message {
			r.status = "done"
		}
	}
}

// take moves up to limit due rows of a status on.
func (s *store) take(status string, now, lease time.Time, limit int, move func(*row)) ([]outbox.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asks++
	var taken []outbox.Delivery
	for _, r := range s.rows {
		if r.status == status && !r.due.After(now) && len(taken) < limit && s.err == nil {
			r.due = lease
			move(r)
			taken = append(taken, r.Delivery)
		}
	}
	return taken, s.err
}

func (s *store) Claim(_ context.Context, now, lease time.Time, limit int) ([]outbox.Delivery, error) {
	return s.take("waiting", now, lease, limit, func(r *row) { r.status = "sent"; r.Attempt++ })
}

func (s *store) Lapsed(_ context.Context, now, lease time.Time, limit int) ([]outbox.Delivery, error) {
	return s.take("sent", now, lease, limit, func(*row) {})
}

func (s *store) Return(_ context.Context, due time.Time, unsent []outbox.Delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range unsent {
		s.update(d, func(r *row) { r.status, r.due = "waiting", due })
	}
	return nil
}

func (s *store) Fail(_ context.Context, failures ...outbox.Failure) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range failures {
		s.update(f.Delivery, func(r *row) {
			r.status, r.due, r.err = "waiting", f.Due, f.Error
			r.Failures++
			if f.SetAside {
				r.status = "set_aside"
			}
		})
	}
	return len(failures), nil
}

func (s *store) update(d outbox.Delivery, change func(*row)) {
	for _, r := range s.rows {
		if r.ID == d.ID && r.Attempt == d.Attempt && r.status == "sent" {
			change(r)
		}
	}
}

func (s *store) Next(context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var next time.Time
	for _, r := range s.rows {
		if r.status == "waiting" && (next.IsZero() || r.due.Before(next)) {
			next = r.due
		}
	}
	return next, s.err
}

// queue is a queue in memory.
type queue struct {
	mu      sync.Mutex
	sent    []string
	at      []time.Time
	pending map[string]bool
	err     error
}

func (q *queue) Send(_ context.Context, d outbox.Delivery) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return q.err
	}
	q.sent, q.at = append(q.sent, d.TaskID()), append(q.at, time.Now())
	return nil
}

func (q *queue) Pending(_ context.Context, d outbox.Delivery) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pending[d.TaskID()], q.err
}

func (q *queue) set(change func(*queue)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	change(q)
}

func (q *queue) list() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.sent)
}

// tally counts what the relay says that it did.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (t *tally) add(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[what]++
}

func (t *tally) Sent(outbox.Kind)     { t.add("sent") }
func (t *tally) Lapsed(outbox.Kind)   { t.add("lapsed") }
func (t *tally) SetAside(outbox.Kind) { t.add("set aside") }
func (t *tally) Faulted(part string)  { t.add("faulted " + part) }

func (t *tally) read() map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.counts)
}

// bench is a relay that runs, in a bubble whose time is the test's.
type bench struct {
	store *store
	queue *queue
	tally *tally
	relay *outbox.Relay
}

func run(t *testing.T, retry outbox.Retry, test func(t *testing.T, b *bench)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{store: &store{}, queue: &queue{pending: map[string]bool{}}, tally: &tally{counts: map[string]int{}}}
		b.relay = outbox.NewRelay(outbox.Config{
			Store: b.store, Sender: b.queue, Observer: b.tally, Clock: time.Now, Log: slog.New(slog.DiscardHandler),
			Retry: retry, Batch: 3,
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); b.relay.Run(ctx) }()
		test(t, b)
		cancel()
		<-ended
	})
}

// after lets time pass, and everything that is due happen.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestRelayWakesOnASignal(t *testing.T) {
	run(t, outbox.Retry{}, func(t *testing.T, b *bench) {
		after(100 * time.Millisecond)
		m := b.store.promise(outbox.ScreenRevision, time.Now())
		b.relay.Wake()
		b.relay.Wake()
		synctest.Wait()
		if diff := cmp.Diff([]string{m.String() + ":1"}, b.queue.list()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRelayHearsOfOthersPromisesByItself(t *testing.T) {
	run(t, outbox.Retry{}, func(t *testing.T, b *bench) {
		after(100 * time.Millisecond)
		b.store.promise(outbox.ScreenRevision, time.Now())
		after(time.Second)
		if got := b.queue.list(); len(got) != 1 {
			t.Errorf("sent %v", got)
		}
	})
}

func TestRelaySendsWhenDue(t *testing.T) {
	run(t, outbox.Retry{}, func(t *testing.T, b *bench) {
		due := time.Now().Add(90*time.Minute + 50*time.Millisecond)
		b.store.promise(outbox.PublishRevision, due)
		after(90*time.Minute + 10*time.Second)
		b.queue.set(func(q *queue) {
			if len(q.at) != 1 || !q.at[0].Equal(due) {
				t.Errorf("due at %s, sent at %v", due, q.at)
			}
		})
	})
}

func TestRelaySendsTheUrgentFirst(t *testing.T) {
	run(t, outbox.Retry{}, func(t *testing.T, b *bench) {
		after(100 * time.Millisecond)
		now := time.Now()
		notice := b.store.promise(outbox.NoticeRevision, now.Add(-time.Hour))
		screen := b.store.promise(outbox.ScreenRevision, now)
		publish := b.store.promise(outbox.PublishRevision, now)
		for range 4 {
			b.store.promise(outbox.NoticeHold, now)
		}
		b.relay.Wake()
		synctest.Wait()
		want := []string{publish.String() + ":1", screen.String() + ":1", notice.String() + ":1"}
		if diff := cmp.Diff(want, b.queue.list()[:3]); diff != "" {
			t.Error(diff)
		}
		if got := len(b.queue.list()); got != 7 {
			t.Errorf("sent %d of 7", got)
		}
	})
}

func TestRelayOutlivesTheQueue(t *testing.T) {
	run(t, outbox.Retry{Limit: 2}, func(t *testing.T, b *bench) {
		b.queue.set(func(q *queue) { q.err = errors.New("connection refused") })
		m := b.store.promise(outbox.ScreenRevision, time.Now())
		after(time.Hour)
		if r := b.store.row(m); r.status != "waiting" || r.Failures != 0 {
			t.Errorf("an hour without a queue left it %s with %d failures", r.status, r.Failures)
		}
		if asked := b.store.asked(); asked > 2000 {
			t.Errorf("the store was asked %d times meanwhile", asked)
		}
		b.queue.set(func(q *queue) { q.err = nil })
		after(5 * time.Second)
		if got := b.queue.list(); len(got) != 1 || b.store.row(m).status != "sent" {
			t.Errorf("sent %v", got)
		}
	})
}

func TestRelayOutlivesTheStore(t *testing.T) {
	run(t, outbox.Retry{}, func(t *testing.T, b *bench) {
		b.store.mu.Lock()
		b.store.err = errors.New("the database system is starting up")
		b.store.mu.Unlock()
		b.store.promise(outbox.ScreenRevision, time.Now())
		after(time.Minute)
		b.store.mu.Lock()
		b.store.err = nil
		b.store.mu.Unlock()
		after(5 * time.Second)
		if got := b.queue.list(); len(got) != 1 {
			t.Errorf("sent %v", got)
		}
	})
}

func TestRelaySendsAgainWhatGotNoAnswer(t *testing.T) {
	run(t, outbox.Retry{Lease: time.Minute}, func(t *testing.T, b *bench) {
		lost, done := b.store.promise(outbox.ScreenRevision, time.Now()), b.store.promise(outbox.ScreenRevision, time.Now())
		after(time.Second)
		b.store.done(done)
		after(58 * time.Second)
		if got := b.queue.list(); len(got) != 2 {
			t.Errorf("before its lease is over: %v", got)
		}
		after(5 * time.Second)
		if got := b.queue.list(); len(got) != 3 || got[2] != lost.String()+":2" {
			t.Errorf("sent %v", got)
		}
		if counts := b.tally.read(); counts["lapsed"] != 1 {
			t.Errorf("counted %v", counts)
		}
	})
}

func TestRelayLeavesWhatWaitsInALongQueue(t *testing.T) {
	run(t, outbox.Retry{Limit: 2}, func(t *testing.T, b *bench) {
		m := b.store.promise(outbox.ScreenRevision, time.Now())
		b.queue.set(func(q *queue) { q.pending[m.String()+":1"] = true })
		after(time.Hour)
		if got, r := b.queue.list(), b.store.row(m); len(got) != 1 || r.Failures != 0 {
			t.Errorf("sent %v, %d failures", got, r.Failures)
		}
	})
}

func TestRelaySetsAsideWhatKillsItsWorkers(t *testing.T) {
	run(t, outbox.Retry{Limit: 3}, func(t *testing.T, b *bench) {
		poison := b.store.promise(outbox.ScreenRevision, time.Now())
		after(time.Hour)
		if r := b.store.row(poison); r.status != "set_aside" || r.Failures != 3 || r.err != "no answer within 30s" {
			t.Errorf("%+v", r)
		}
		other := b.store.promise(outbox.ScreenRevision, time.Now())
		after(time.Second)
		if r := b.store.row(other); r.status != "sent" {
			t.Errorf("the next is %s", r.status)
		}
		want := map[string]int{"sent": 4, "lapsed": 3, "set aside": 1}
		if diff := cmp.Diff(want, b.tally.read()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRetryDoublesItsPause(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	tests := map[int]struct {
		pause time.Duration
		aside bool
	}{
		0: {time.Second, false}, 1: {2 * time.Second, false}, 5: {32 * time.Second, false},
		10: {1024 * time.Second, false}, 11: {2048 * time.Second, true}, 12: {time.Hour, true}, 400: {time.Hour, true},
	}
	for failures, want := range tests {
		f := outbox.Retry{}.Fail(outbox.Delivery{Failures: failures}, "why", now)
		if pause := f.Due.Sub(now); pause < want.pause || pause > want.pause*5/4 || f.SetAside != want.aside {
			t.Errorf("after %d failures: pause %s, aside %t; want %s, %t", failures, pause, f.SetAside, want.pause, want.aside)
		}
	}
}
