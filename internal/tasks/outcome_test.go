package tasks_test

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/internal/tasks"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// screener is a screener with a mind of its own.
type screener func(ctx context.Context, m outbox.Message) error

func (s screener) Screen(ctx context.Context, m outbox.Message) error { return s(ctx, m) }

// screened gives the ordinary services with another screener, that may leave
// the work to the ordinary one.
func screened(screen func(ctx context.Context, m outbox.Message, ordinarily screener) error) func(*house) tasks.Services {
	return func(h *house) tasks.Services {
		s := ordinary(h)
		ordinarily := s.Screener.Screen
		s.Screener = screener(func(ctx context.Context, m outbox.Message) error { return screen(ctx, m, ordinarily) })
		return s
	}
}

// row is a message as the outbox has it.
type row struct {
	Status            string
	Attempt, Failures int
	LastError         string
}

func (b *bundle) screening(t *testing.T, c id.Contribution) row {
	t.Helper()
	text := ask[string](t, b, `SELECT json_build_object('status', o.status, 'attempt', o.attempt, 'failures', o.failures, 'lasterror', o.last_error)::text
		FROM outbox o JOIN revision r ON r.revision_id = o.subject_id
		WHERE o.kind = 'screening:revision' AND r.contribution_id = $1`, c)
	var r row
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// panicked says where and with what sort of value, and not which.
var panicked = regexp.MustCompile(`^panic in imprimatur/internal/tasks_test\.\S+, line \d+: \S+$`)

func TestPoisonIsSetAsideAndBlocksNobody(t *testing.T) {
	t.Parallel()
	var poison atomic.Pointer[id.Contribution]
	var healed atomic.Bool
	var b *bundle
	b = setup(t, func(p *parts) {
		p.retry = outbox.Retry{Lease: time.Second, First: 5 * time.Millisecond, Limit: 3}
		p.services = screened(func(ctx context.Context, m outbox.Message, ordinarily screener) error {
			if c := poison.Load(); c != nil && !healed.Load() && b.revision(t, *c) == m.Subject.String() {
				var read any = m.Version
				_ = read.(string) // what a fault of the program looks like
			}
			return ordinarily(ctx, m)
		})
	})
	c, err := b.publish.Create(t.Context(), b.diallo(), topic(b))
	if err != nil {
		t.Fatal(err)
	}
	poison.Store(&c)
	if err := b.publish.Act(t.Context(), b.diallo(), c, submitting); err != nil {
		t.Fatal(err)
	}
	within(t, time.Minute, "it is set aside", func() bool { return b.screening(t, c).Status == "set_aside" })
	other := b.must(t, time.Time{})
	within(t, time.Minute, "another goes live", func() bool { return b.live(t, other) })
	got := b.screening(t, c)
	if got.Failures != 3 || got.Attempt != 3 || !panicked.MatchString(got.LastError) {
		t.Errorf("%+v", got)
	}
	healed.Store(true)
	if n, err := b.db.Outbox().Rearm(t.Context(), b.parts.clock.now()); err != nil || n != 1 {
		t.Fatalf("%d re-armed: %v", n, err)
	}
	within(t, time.Minute, "re-armed, it goes live", func() bool { return b.live(t, c) })
	b.settled(t)
}

func TestFailuresAreRecordedWithoutContent(t *testing.T) {
	t.Parallel()
	failures := map[string]struct {
		err  error
		want string
	}{
		"database": {state{}, "database error 22P02"},
		"long":     {errors.New(strings.Repeat("é", 400) + "\x00"), strings.Repeat("é", 299) + "…"},
		"ours":     {errors.New("screen revision 42: not found"), "screen revision 42: not found"},
	}
	for name, test := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tried atomic.Bool
			b := setup(t, func(p *parts) {
				p.services = screened(func(ctx context.Context, m outbox.Message, ordinarily screener) error {
					if tried.CompareAndSwap(false, true) {
						return test.err
					}
					return ordinarily(ctx, m)
				})
				p.retry = outbox.Retry{First: 500 * time.Millisecond}
			})
			c := b.must(t, time.Time{})
			within(t, time.Minute, "the failure is recorded", func() bool { return b.screening(t, c).Failures == 1 })
			if got := b.screening(t, c); got.LastError != test.want && got.LastError != "" {
				t.Errorf("recorded %q", got.LastError)
			}
			within(t, time.Minute, "it is tried again", func() bool { return b.live(t, c) })
			if diff := cmp.Diff(row{"done", 2, 1, ""}, b.screening(t, c)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// state is a database error, with a text typed by somebody in it.
type state struct{}

func (state) Error() string    { return `invalid input syntax for type uuid: "Lina Haddad"` }
func (state) SQLState() string { return "22P02" }

func TestDuplicatesDoNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.must(t, time.Time{})
	b.settled(t)
	trail := ask[int](t, b, `SELECT count(*) FROM audit_entry`)
	notices := ask[int](t, b, `SELECT count(*) FROM notice`)
	b.sendAgain(t)
	within(t, time.Minute, "the queue is empty", func() bool { return b.queued(t) == 0 })
	if !b.live(t, c) {
		t.Error("it is live no more")
	}
	if n := ask[int](t, b, `SELECT count(*) FROM audit_entry`); n != trail {
		t.Errorf("the trail had %d entries and has %d", trail, n)
	}
	if n := ask[int](t, b, `SELECT count(*) FROM notice`); n != notices {
		t.Errorf("there were %d notices, and are %d", notices, n)
	}
	if open := ask[int](t, b, `SELECT count(*) FROM outbox WHERE status <> 'done' OR failures > 0`); open > 0 {
		t.Errorf("%d messages are open again", open)
	}
}

// sendAgain sends every message three times more, done as they are.
func (b *bundle) sendAgain(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(t.Context(), `SELECT message_id, tenant_id, kind, subject_id, version, note, due_at FROM outbox`)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := pgx.CollectRows(rows, pgx.RowToStructByPos[outbox.Message])
	if err != nil {
		t.Fatal(err)
	}
	sender, err := tasks.NewSender(b.redis.Opt())
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	for attempt := range 3 {
		for _, m := range messages {
			if err := sender.Send(t.Context(), outbox.Delivery{Message: m, Attempt: attempt + 2}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestScheduledPublicationOutlivesRedis(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	due := b.parts.clock.now().Add(3 * time.Second)
	c := b.must(t, due)
	within(t, time.Minute, "it is scheduled", func() bool {
		return ask[bool](t, b, `SELECT EXISTS (SELECT FROM outbox WHERE kind = 'publication:publish')`)
	})
	b.redis.Kill()
	b.redis.Start(t)
	if b.live(t, c) && b.parts.clock.now().Before(due) {
		t.Error("it is live before its time")
	}
	within(t, time.Minute, "it appears", func() bool { return b.live(t, c) })
	at := ask[time.Time](t, b, `SELECT published_at FROM contribution WHERE contribution_id = $1`, c)
	if at.Before(due) {
		t.Errorf("due at %s, published at %s", due, at)
	}
}

// onForum acts on the forum as its owner, as it is now.
func (b *bundle) onForum(t *testing.T, action workflow.Action) {
	t.Helper()
	spaces := publication.NewSpaces(postgres.Transactions[publication.SpaceTx](b.db), b.parts.clock.now)
	command := publication.SpaceCommand{
		Action: action, Version: ask[int64](t, b, `SELECT version FROM space WHERE space_id = $1`, b.Forum), Reason: workflow.Reason{Text: "Le temps de regarder."},
	}
	if err := spaces.Act(t.Context(), b.diallo(), b.Forum, command); err != nil {
		t.Fatalf("%s: %v", action, err)
	}
}

// What was to appear in a space that is frozen or closed waits for the space, and
// not by asking every minute: it appears as soon as the space is there again.
func TestWhatMayNotBePublishedYetWaitsForItsSpace(t *testing.T) {
	t.Parallel()
	for stop, again := range map[workflow.Action]workflow.Action{workflow.Freeze: workflow.Unfreeze, workflow.Close: workflow.Reopen} {
		t.Run(string(stop), func(t *testing.T) {
			t.Parallel()
			b := setup(t, nil)
			due := b.parts.clock.now().Add(3 * time.Second)
			c, later := b.must(t, due), b.must(t, due.Add(24*time.Hour))
			b.onForum(t, stop)
			const waiting = `SELECT EXISTS (SELECT FROM outbox WHERE kind = 'publication:publish' AND status = 'waiting' AND failures = 0
				AND attempt = 1 AND due_at > $1)`
			within(t, time.Minute, "it is put off", func() bool { return ask[bool](t, b, waiting, due.Add(50*time.Minute)) })
			if b.live(t, c) {
				t.Error("it was published all the same")
			}
			b.onForum(t, again)
			within(t, 10*time.Second, "it appears", func() bool { return b.live(t, c) })
			if b.live(t, later) || !ask[bool](t, b, `SELECT EXISTS (SELECT FROM outbox WHERE kind = 'publication:publish' AND attempt = 0 AND due_at = $1)`, due.Add(24*time.Hour)) {
				t.Error("what is not due was sent for too")
			}
		})
	}
}

// A worker that has looked before the space was opened, and puts off what it found
// afterwards, has been overtaken: nothing waits for an hour that could appear.
func TestASpaceThatOpensOvertakesWhoeverLooked(t *testing.T) {
	t.Parallel()
	b := setup(t, func(p *parts) { p.relays, p.workers = 0, 0 })
	b.must(t, time.Time{})
	claim := func() outbox.Delivery {
		t.Helper()
		now := b.parts.clock.now()
		claimed, err := b.db.Outbox().Claim(t.Context(), now, now.Add(time.Minute), 10)
		claimed = slices.DeleteFunc(claimed, func(d outbox.Delivery) bool { return d.Queue() == outbox.Notification })
		if err != nil || len(claimed) != 1 {
			t.Fatalf("claimed %v: %v", claimed, err)
		}
		return claimed[0]
	}
	if err := b.moderate.Screen(t.Context(), claim().Message); err != nil {
		t.Fatal(err)
	}
	b.onForum(t, workflow.Freeze)
	looked := claim()
	var wait *publication.WaitError
	if err := b.publish.Publish(t.Context(), looked.Message); !errors.As(err, &wait) {
		t.Fatalf("in a frozen space: %v", err)
	}
	b.onForum(t, workflow.Unfreeze)
	if err := b.db.Outbox().Postpone(t.Context(), looked, wait.Until); err != nil {
		t.Fatal(err)
	}
	if again := claim(); again.ID != looked.ID || again.Attempt != 3 || again.Failures != 0 {
		t.Errorf("claimed %+v after %+v", again, looked)
	}
}

func TestAnotherSenderFindsTheSameAttempt(t *testing.T) {
	t.Parallel()
	b := setup(t, func(p *parts) { p.relays, p.workers = 0, 0 })
	b.must(t, time.Time{})
	now := b.parts.clock.now()
	claimed, err := b.db.Outbox().Claim(t.Context(), now, now.Add(time.Minute), 10)
	if err != nil || len(claimed) == 0 {
		t.Fatalf("claimed %v: %v", claimed, err)
	}
	sender, err := tasks.NewSender(b.redis.Opt())
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	d := claimed[0]
	for range 2 {
		if err := sender.Send(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.queued(t); n != 1 {
		t.Errorf("it is queued %d times", n)
	}
	pending := func(d outbox.Delivery) bool {
		t.Helper()
		pending, err := sender.Pending(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		return pending
	}
	next := d
	next.Attempt++
	if !pending(d) || pending(next) {
		t.Errorf("pending: %t, and the next attempt: %t", pending(d), pending(next))
	}
	b.redis.Client(t).FlushAll(t.Context())
	if pending(d) {
		t.Error("it is pending in an empty Redis")
	}
	if err := sender.Send(t.Context(), d); err != nil || !pending(d) {
		t.Errorf("sent again: %v", err)
	}
}
