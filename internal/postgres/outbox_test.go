package postgres_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
)

// box is an outbox with the superuser's view of it.
type box struct {
	*postgres.Outbox
	t    *testing.T
	conn *pgx.Conn
}

func newBox(t *testing.T) *box {
	t.Helper()
	fresh := dbtest.New(t)
	db, err := postgres.Open(t.Context(), postgres.Config{URL: fresh.URL("imprimatur"), MaxConns: 4, Clock: func() time.Time { return dbtest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	conn, err := pgx.Connect(t.Context(), fresh.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return &box{db.Outbox(), t, conn}
}

// promise writes a message as an act would.
func (b *box) promise(kind outbox.Kind, due time.Time) outbox.Message {
	b.t.Helper()
	m := outbox.Message{ID: id.New[id.Message](), Tenant: id.New[id.Tenant](), Kind: kind, Subject: uuid.New(), Version: 3, Note: "submit", Due: due}
	_, err := b.conn.Exec(b.t.Context(), `INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, m.ID, m.Tenant, m.Kind, m.Queue(), m.Subject, m.Version, m.Note, m.Due)
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

func (b *box) done(m outbox.Message) {
	b.t.Helper()
	if _, err := b.conn.Exec(b.t.Context(), `UPDATE outbox SET status = 'done', done_at = $2 WHERE message_id = $1`, m.ID, dbtest.Now); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) status(m outbox.Message) string {
	b.t.Helper()
	var status string
	if err := b.conn.QueryRow(b.t.Context(), `SELECT status FROM outbox WHERE message_id = $1`, m.ID).Scan(&status); err != nil {
		b.t.Fatal(err)
	}
	return status
}

func (b *box) claim(now time.Time, limit int) []outbox.Delivery {
	b.t.Helper()
	claimed, err := b.Claim(b.t.Context(), now, now.Add(time.Minute), limit)
	if err != nil {
		b.t.Fatal(err)
	}
	return claimed
}

func (b *box) lapsed(now time.Time) []outbox.Delivery {
	b.t.Helper()
	lapsed, err := b.Lapsed(b.t.Context(), now, now.Add(time.Minute), 100)
	if err != nil {
		b.t.Fatal(err)
	}
	return lapsed
}

func (b *box) next() time.Time {
	b.t.Helper()
	next, err := b.Next(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return next
}

func TestOutboxClaimsWhatIsDue(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	due := b.promise(outbox.ScreenRevision, now.Add(-time.Second))
	later := b.promise(outbox.PublishRevision, now.Add(time.Hour))
	b.done(b.promise(outbox.ScreenRevision, now))
	want := []outbox.Delivery{{Message: due, Attempt: 1}}
	if diff := cmp.Diff(want, b.claim(now, 10), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("claimed: %s", diff)
	}
	if again := b.claim(now, 10); len(again) > 0 {
		t.Errorf("claimed again: %+v", again)
	}
	if got := b.next(); !got.Equal(later.Due) {
		t.Errorf("next is due at %s, want %s", got, later.Due)
	}
	if claimed := b.claim(later.Due, 10); len(claimed) != 1 || claimed[0].ID != later.ID {
		t.Errorf("an hour later: %+v", claimed)
	}
	if got := b.next(); !got.IsZero() {
		t.Errorf("next is due at %s where nothing waits", got)
	}
}

func TestOutboxUrgentNeverWaitsBehindTheMany(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	for range 5 {
		b.promise(outbox.NoticeRevision, now.Add(-time.Hour))
	}
	urgent := b.promise(outbox.PublishRevision, now)
	claimed := b.claim(now, 2)
	if len(claimed) != 3 || !slices.ContainsFunc(claimed, func(d outbox.Delivery) bool { return d.ID == urgent.ID }) {
		t.Errorf("claimed %+v", claimed)
	}
}

func TestOutboxRelaysShareTheWork(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	for range 60 {
		b.promise(outbox.ScreenRevision, now)
	}
	batches := make(chan []outbox.Delivery, 4)
	for range cap(batches) {
		go func() {
			var all []outbox.Delivery
			for {
				claimed, err := b.Claim(t.Context(), now, now.Add(time.Minute), 7)
				if err != nil {
					t.Error(err)
				}
				if len(claimed) == 0 {
					batches <- all
					return
				}
				all = append(all, claimed...)
			}
		}()
	}
	seen := map[id.Message]bool{}
	for range cap(batches) {
		for _, d := range <-batches {
			if seen[d.ID] {
				t.Errorf("%s was claimed twice", d.ID)
			}
			seen[d.ID] = true
		}
	}
	if len(seen) != 60 {
		t.Errorf("%d of 60 were claimed", len(seen))
	}
}

func TestOutboxGivesBackWhatWasNotSent(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	b.promise(outbox.ScreenRevision, now)
	first := b.claim(now, 1)
	if err := b.Return(t.Context(), now, first); err != nil {
		t.Fatal(err)
	}
	second := b.claim(now, 1)
	if len(second) != 1 || second[0].Attempt != 2 || second[0].Failures != 0 {
		t.Fatalf("claimed %+v", second)
	}
	if err := b.Return(t.Context(), now, first); err != nil { // late
		t.Fatal(err)
	}
	if got := b.claim(now, 1); len(got) > 0 {
		t.Errorf("a late return took the second attempt back: %+v", got)
	}
}

func TestOutboxFindsWhatHasNoAnswer(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	lost := b.promise(outbox.ScreenRevision, now)
	done := b.promise(outbox.ScreenRevision, now)
	b.claim(now, 2)
	b.done(done)
	if early := b.lapsed(now.Add(59 * time.Second)); len(early) > 0 {
		t.Errorf("lapsed before its lease: %+v", early)
	}
	after := now.Add(time.Minute)
	lapsed := b.lapsed(after)
	if len(lapsed) != 1 || lapsed[0].ID != lost.ID || lapsed[0].Attempt != 1 {
		t.Fatalf("lapsed: %+v", lapsed)
	}
	if again := b.lapsed(after); len(again) > 0 {
		t.Errorf("it is leased again, and lapsed: %+v", again)
	}
}

func TestOutboxRecordsFailures(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	open, done := b.promise(outbox.ScreenRevision, now), b.promise(outbox.ScreenRevision, now)
	var failures []outbox.Failure
	for _, d := range b.claim(now, 2) {
		failures = append(failures, outbox.Failure{Delivery: d, Error: "no such word list", Due: now.Add(time.Second)})
	}
	b.done(done)
	for _, want := range []int{1, 0} { // the second time it comes late
		if got, err := b.Fail(t.Context(), failures...); err != nil || got != want {
			t.Errorf("%d failures recorded, want %d: %v", got, want, err)
		}
	}
	if got := b.status(done); got != "done" {
		t.Errorf("what was done is %s", got)
	}
	again := b.claim(now.Add(time.Second), 2)
	if len(again) != 1 || again[0].ID != open.ID || again[0].Attempt != 2 || again[0].Failures != 1 {
		t.Errorf("claimed %+v", again)
	}
}

func TestOutboxPostponesWithoutBlame(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	b.promise(outbox.PublishRevision, now)
	if err := b.Postpone(t.Context(), b.claim(now, 1)[0], now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if early := b.claim(now, 1); len(early) > 0 {
		t.Errorf("claimed %+v", early)
	}
	if later := b.claim(now.Add(time.Minute), 1); len(later) != 1 || later[0].Failures != 0 {
		t.Errorf("claimed %+v", later)
	}
}

func TestOutboxSetsAsideAndRearms(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	poison, other := b.promise(outbox.ScreenRevision, now), b.promise(outbox.NoticeHold, now)
	for _, d := range b.claim(now, 1) {
		if _, err := b.Fail(t.Context(), outbox.Failure{Delivery: d, Error: "panic", Due: now, SetAside: true}); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.claim(now.AddDate(1, 0, 0), 9); len(got) > 0 {
		t.Errorf("claimed what was set aside: %+v", got)
	}
	aside, err := b.SetAside(t.Context(), 10)
	if err != nil || len(aside) != 2 || aside[0].ID != poison.ID || aside[0].Failures != 1 || aside[0].LastError != "panic" {
		t.Errorf("set aside: %+v, %v", aside, err)
	}
	if n, err := b.Rearm(t.Context(), now, poison.ID); err != nil || n != 1 {
		t.Errorf("%d re-armed: %v", n, err)
	}
	if got := b.claim(now, 9); len(got) != 1 || got[0].ID != poison.ID || got[0].Failures != 0 {
		t.Errorf("claimed %+v", got)
	}
	if n, err := b.Rearm(t.Context(), now); err != nil || n != 1 || b.status(other) != "waiting" {
		t.Errorf("%d re-armed: %v", n, err)
	}
	b.rearmed(poison, other)
	if n, err := b.Rearm(t.Context(), now); err != nil || n != 0 {
		t.Errorf("%d re-armed of nothing: %v", n, err)
	}
	b.rearmed(poison, other)
}

// rearmed proves that the trail names the operator for each of these messages,
// once, and verifies.
func (b *box) rearmed(messages ...outbox.Message) {
	b.t.Helper()
	for _, m := range messages {
		var got string
		err := b.conn.QueryRow(b.t.Context(), `SELECT coalesce(string_agg(concat_ws(' ', actor_kind, roles, via, action, status_from, status_to,
				pseudonym, entry_hash = audit_hash(e)), ', '), '')
			FROM audit_entry e WHERE subject_kind = 'message' AND subject_id = $1 AND tenant_id = $2`, m.ID, m.Tenant).Scan(&got)
		if want := "system system operator:outbox rearm set_aside waiting t"; err != nil || got != want {
			b.t.Errorf("the trail of %s says %q, want %q: %v", m.ID, got, want, err)
		}
	}
}

// Without its entry in the trail nothing is re-armed.
func TestOutboxRearmsNothingUntold(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	m := b.promise(outbox.ScreenRevision, now)
	for _, d := range b.claim(now, 1) {
		if _, err := b.Fail(t.Context(), outbox.Failure{Delivery: d, Error: "panic", Due: now, SetAside: true}); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{
		`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$`,
		`CREATE TRIGGER no_room BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION no_room()`,
	} {
		if _, err := b.conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := b.Rearm(t.Context(), now); err == nil || b.status(m) != "set_aside" {
		t.Errorf("%d re-armed without a trail: %v", n, err)
	}
}

func TestOutboxForgetsALostQueue(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	b.promise(outbox.ScreenRevision, now)
	b.claim(now, 1)
	if err := b.Forget(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if got := b.claim(now, 1); len(got) != 1 || got[0].Attempt != 2 {
		t.Errorf("claimed %+v", got)
	}
}

func TestOutboxDepth(t *testing.T) {
	t.Parallel()
	b, now := newBox(t), dbtest.Now
	b.promise(outbox.ScreenRevision, now)
	b.promise(outbox.ScreenRevision, now)
	b.claim(now, 1)
	b.done(b.promise(outbox.NoticeHold, now))
	depth, err := b.Depth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []outbox.Depth{{Kind: outbox.ScreenRevision, Status: "sent", Count: 1}, {Kind: outbox.ScreenRevision, Status: "waiting", Count: 1}}
	options := cmp.Options{cmpopts.IgnoreFields(outbox.Depth{}, "Due"), cmpopts.SortSlices(func(a, b outbox.Depth) bool { return a.Status < b.Status })}
	if diff := cmp.Diff(want, depth, options); diff != "" {
		t.Error(diff)
	}
}
